//! An organization: which one, its mail services, its activity.

mod activity;
mod asked_factor;
mod choose;
mod delete;
mod logo;
mod record;
mod services;

use web::{Asks, Pages, Who};

pub(crate) use services::verified;

/// The pages of organizations.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/manager", Who::SignedIn, choose::enter)
        .get("/manager/organizations", Who::SignedIn, choose::list)
        .post("/manager/organizations", Who::SignedIn, Asks::Nothing, choose::create)
        .get("/manager/{organization}", Who::ServiceViewer, services::list)
        .get("/manager/{organization}/organization", Who::Owner, record::show)
        .post("/manager/{organization}/organization", Who::Owner, Asks::Nothing, record::set)
        .post_files("/manager/{organization}/logo", Who::Owner, logo::FORM_BYTES, logo::set)
        .post("/manager/{organization}/logo/remove", Who::Owner, Asks::Nothing, logo::remove)
        .get("/manager/{organization}/second-factor", Who::Owner, asked_factor::show)
        .post("/manager/{organization}/second-factor", Who::Owner, Asks::Proof, asked_factor::set)
        .get("/manager/{organization}/delete", Who::Owner, delete::review)
        .post("/manager/{organization}/delete", Who::Owner, Asks::Proof, delete::delete)
        .get("/manager/{organization}/activity", Who::UserManager, activity::list)
}
