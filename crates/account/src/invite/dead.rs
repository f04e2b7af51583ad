//! Where an invitation leads nowhere: each reason has its page, which says what to do (I6).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::invitation::Dead;
use identity::{Actor, Gives, InvitationError, InvitationView};
use ui::{Html, Locale};
use web::{Fault, Visitor};

use super::view::SwitchAccount;
use crate::form::NoticePage;

/// The answer to a link that leads nowhere.
pub(super) fn shown(visitor: &Visitor, token: &str, error: InvitationError) -> Result<Response, Fault> {
    let (key, status) = match error {
        InvitationError::Unknown => ("invite-unknown", StatusCode::NOT_FOUND),
        InvitationError::Dead(Dead::Used) => ("invite-used", StatusCode::GONE),
        InvitationError::Dead(Dead::Expired) => ("invite-expired", StatusCode::GONE),
        InvitationError::Dead(Dead::Deleted) => ("invite-withdrawn", StatusCode::GONE),
        InvitationError::AddressIsLogin => ("invite-login", StatusCode::CONFLICT),
        // Whoever has access was there a moment ago: the page, read again, says so with a link.
        InvitationError::HasAccess | InvitationError::IsMember => {
            return Err(Fault::elsewhere(&super::view::path(token)));
        }
        InvitationError::Unavailable => return Err(Fault::Unavailable),
    };
    let l = visitor.l();
    let page = visitor.outside(&l.t(&format!("{key}-title")), page_of(l, key));
    Ok((status, page).into_response())
}

/// The page whose words begin with `key`.
pub(crate) fn page_of(l: Locale, key: &str) -> Html {
    NoticePage {
        title: l.t(&format!("{key}-title")),
        paragraphs: vec![l.t(key), l.t(&format!("{key}-do"))],
        links: vec![("/mail".to_owned(), l.t("invite-to-mail"))],
    }
    .html()
}

/// The answer to somebody who opens the mailbox already.
pub(super) fn has_access(
    visitor: &Visitor,
    actor: &Actor,
    token: &str,
    invitation: &InvitationView,
) -> Response {
    let (l, csrf) = (visitor.l(), visitor.csrf());
    let switch = SwitchAccount { l, csrf: &csrf, token };
    let body = has_access_page(l, actor.name(), invitation, &switch);
    visitor.outside(&l.t("invite-has-access-title"), body)
}

/// The page for somebody who opens the mailbox already.
pub(crate) fn has_access_page(
    l: Locale,
    name: &str,
    invitation: &InvitationView,
    switch: &SwitchAccount<'_>,
) -> Html {
    let page = match &invitation.gives {
        Gives::Mailbox { mailbox, address, permissions: _ } => NoticePage {
            title: l.t("invite-has-access-title"),
            paragraphs: vec![
                l.t_with("invite-has-access", [("name", name), ("address", address)]),
                l.t("invite-has-access-do"),
            ],
            links: vec![(format!("/mail/{mailbox}"), l.t("invite-open"))],
        },
        Gives::Place { .. } => NoticePage {
            title: l.t("users-is-member-title"),
            paragraphs: vec![
                l.t_with(
                    "users-is-member",
                    [("name", name), ("organization", invitation.organization.as_str())],
                ),
                l.t("invite-has-access-do"),
            ],
            links: vec![("/manager".to_owned(), l.t("users-to-manager"))],
        },
    };
    Html::join([page.html(), Html::of(switch)])
}
