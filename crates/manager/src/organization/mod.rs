//! An organization: which one, its mail services, its activity.

mod activity;
mod choose;
mod services;

use domain::role::Verb;
use identity::OrganizationView;
use web::{Asks, Pages, Who};

pub(crate) use services::verified;

/// The pages of organizations.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/manager", Who::SignedIn, choose::enter)
        .get("/manager/organizations", Who::SignedIn, choose::list)
        .post("/manager/organizations", Who::SignedIn, Asks::Nothing, choose::create)
        .get("/manager/{organization}", Who::MailManager, services::list)
        .get("/manager/{organization}/activity", Who::MailManager, activity::list)
}

/// Whether the user may open an organization in the Manager.
pub(crate) fn is_managed(view: &OrganizationView) -> bool {
    view.role.may(Verb::ManageMail)
}
