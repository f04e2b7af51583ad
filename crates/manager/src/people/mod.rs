//! The people of an organization (O4–O7): who belongs to it or opens some of its addresses, and who is invited.

mod add;
mod csv;
mod invitation;
mod leave;
mod list;
mod notices;
mod remove;
mod terms;
mod user;

pub(crate) use add::{languages, phone_field};

use axum::response::Response;
use domain::{OrganizationId, Role};
use identity::members::MemberFault;
use mailbox::desk::OrganizationDesk;
use ui::{Html, Locale};
use web::{Asks, Fault, Id, Pages, SignedIn, Who};

use crate::frame::{Crumbs, Frame, Section, Tab, Tabs};

pub(crate) use csv::quoted;

/// The pages of users.
pub(crate) fn pages() -> Pages {
    const WHO: Who = Who::UserManager;
    Pages::new()
        .get("/manager/{organization}/users", WHO, list::show)
        .get("/manager/{organization}/users.csv", WHO, csv::export)
        .look_with_proof("/manager/{organization}/users/add", WHO, add::ask)
        .post("/manager/{organization}/users/add", WHO, Asks::Proof, add::step)
        .get("/manager/{organization}/users/invitations/{invitation}", WHO, invitation::show)
        .post(
            "/manager/{organization}/users/invitations/{invitation}/send",
            WHO,
            Asks::Proof,
            invitation::send,
        )
        .post(
            "/manager/{organization}/users/invitations/{invitation}/text",
            WHO,
            Asks::Proof,
            invitation::text,
        )
        .post(
            "/manager/{organization}/users/invitations/{invitation}/cancel",
            WHO,
            Asks::Nothing,
            invitation::cancel,
        )
        .get("/manager/{organization}/users/{user}", WHO, user::show)
        .post("/manager/{organization}/users/{user}/rights", WHO, Asks::Proof, user::set_terms)
        .post("/manager/{organization}/users/{user}/teams", WHO, Asks::Proof, user::set_teams)
        .get("/manager/{organization}/users/{user}/remove", WHO, remove::review)
        .post("/manager/{organization}/users/{user}/remove", WHO, Asks::Proof, remove::remove)
        .get("/manager/{organization}/notices", Who::SignedIn, notices::show)
        .post("/manager/{organization}/notices", Who::SignedIn, Asks::Nothing, notices::set)
        .get("/manager/{organization}/leave", Who::SignedIn, leave::review)
        .post("/manager/{organization}/leave", Who::SignedIn, Asks::Proof, leave::leave)
}

/// The desk of the organization in the path.
pub(crate) async fn desk(signed_in: &SignedIn, id: &Id) -> Result<OrganizationDesk, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    Ok(signed_in.web().access().organization_desk(&signed_in.actor, organization).await?)
}

/// The path of the list.
pub(crate) fn path(organization: OrganizationId) -> String {
    format!("/manager/{organization}/users")
}

/// A whole page of the user management.
pub(crate) async fn framed(
    signed_in: &SignedIn,
    organization: OrganizationId,
    title: &str,
    content: Html,
) -> Result<Response, Fault> {
    let frame = Frame::of(signed_in, organization).await?;
    Ok(frame.page(Section::Users, title, content))
}

/// Which of the two lists is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The users.
    Users,
    /// The teams.
    Teams,
}

/// The links between users and teams.
pub(crate) fn tabs(l: Locale, organization: OrganizationId, shown: Shown) -> Html {
    let tab = |path: String, key: &str, is_current| Tab { path, label: l.t(key), is_current };
    Tabs {
        label: l.t("users-management"),
        tabs: vec![
            tab(path(organization), "users-users", shown == Shown::Users),
            tab(format!("/manager/{organization}/teams"), "users-teams", shown == Shown::Teams),
        ],
    }
    .html()
}

/// The way up from a page below the list of users.
fn crumbs(l: Locale, organization: OrganizationId, above: Option<(String, String)>) -> Html {
    let mut steps = vec![(path(organization), l.t("users-users"))];
    steps.extend(above);
    Crumbs { l, steps }.html()
}

/// What somebody is.
pub(crate) fn role(l: Locale, role: Role) -> String {
    l.t(&format!("users-role-{}", role.name()))
}

/// Why somebody cannot be changed, removed or let go.
fn fault(l: Locale, fault: MemberFault) -> String {
    l.t(match fault {
        MemberFault::LastOwner => "users-last-owner",
        MemberFault::OwnersOnly => "users-owners-only",
        MemberFault::LoginHosted => "users-login-hosted",
    })
}

#[cfg(test)]
pub(crate) fn sample(number: u8, name: &str, role: Role) -> identity::members::Person {
    use domain::Id as _;
    identity::members::Person {
        user: domain::UserId::from_bytes([number; 16]),
        name: name.to_owned(),
        address: format!("user{number}@example.net"),
        role,
        teams: vec!["Sales <i>".to_owned()],
        has_second_factor: number.is_multiple_of(2),
        signed_in_at: Some(domain::Timestamp::from_secs(1_796_079_900)),
        accesses: 2,
    }
}
