//! Pages of the Manager: organizations, users, teams, mail services, addresses, sharing, devices.
//!
//! **Invariant:** whatever is shown or done here goes through a desk, which asks in its own transaction whether the role
//! still allows it. No mail is read here: managing an address opens no mailbox.

mod address;
mod changed;
mod frame;
mod organization;
mod people;
mod sending;
mod service;
#[cfg(test)]
mod shown;
mod size;
mod teams;
#[cfg(test)]
mod tests;
mod words;

use web::Pages;

/// Every page of the Manager.
pub fn pages() -> Pages {
    organization::pages().and(people::pages()).and(teams::pages()).and(service::pages()).and(address::pages())
}
