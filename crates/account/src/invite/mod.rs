//! The page of an invitation (I5, I6): what the link is, and the way on from there.

mod dead;
mod view;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{OrganizationId, Role};
use identity::{Actor, Gives, InvitationError, InvitationView, OrganizationView};
use mailbox::OpenError;
use web::{Asks, Fault, Id, Pages, Posted, Visitor, Who};

#[cfg(test)]
pub(crate) use {
    dead::{has_access_page, page_of},
    view::{InvitePage, SwitchAccount},
};

/// The routes.
pub(crate) fn pages() -> Pages {
    let who = Who::LinkHolder;
    Pages::new()
        .get("/invite/{token}", who, page)
        .post("/invite/{token}/seen", who, Asks::Nothing, seen)
        .post("/invite/{token}/sign-up", who, Asks::Nothing, sign_up)
        .post("/invite/{token}/accept", who, Asks::Nothing, accept)
}

async fn page(visitor: Visitor, id: Id) -> Result<Response, Fault> {
    let token = id.text("token");
    let invitation = match visitor.web().identity().invitation(token).await {
        Ok(invitation) => invitation,
        Err(error) => return dead::shown(&visitor, token, error),
    };
    let Some(actor) = visitor.actor() else { return Ok(view::shown(&visitor, token, &invitation, &[])) };
    if opens(&visitor, actor, &invitation).await? {
        return Ok(dead::has_access(&visitor, actor, token, &invitation));
    }
    let own = own(&visitor, actor, &invitation).await?;
    Ok(view::shown(&visitor, token, &invitation, &own))
}

/// The page was drawn by a browser with a person before it: a scanner of links runs no script.
async fn seen(id: Id, posted: Posted) -> Result<StatusCode, Fault> {
    posted.visitor.web().identity().invitation_seen(id.text("token")).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn sign_up(id: Id, posted: Posted) -> Result<Response, Fault> {
    let token = id.text("token");
    match posted.visitor.web().identity().begin_invited_sign_up(token).await {
        Ok(path) => Ok(Redirect::to(&path).into_response()),
        Err(error) => dead::shown(&posted.visitor, token, error),
    }
}

async fn accept(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (signed_in, token) = (posted.signed_in()?, id.text("token"));
    let identity = signed_in.web().identity();
    let under: Option<OrganizationId> = posted.text(view::APPEARS_UNDER).parse().ok();
    let error = match identity.accept(&signed_in.actor, token, under).await {
        Ok(landing) => return Ok(Redirect::to(&crate::sign_up::path(landing)).into_response()),
        Err(error) => error,
    };
    if matches!(error, InvitationError::HasAccess | InvitationError::IsMember)
        && let Ok(invitation) = identity.invitation(token).await
    {
        return Ok(dead::has_access(&posted.visitor, &signed_in.actor, token, &invitation));
    }
    dead::shown(&posted.visitor, token, error)
}

/// Whether somebody has what the invitation gives: opens the mailbox, or is a member.
async fn opens(visitor: &Visitor, actor: &Actor, invitation: &InvitationView) -> Result<bool, Fault> {
    let mailbox = match &invitation.gives {
        Gives::Mailbox { mailbox, .. } => *mailbox,
        Gives::Place { role: Role::External, .. } => return Ok(false),
        Gives::Place { role: Role::Owner | Role::Administrator | Role::Collaborator, .. } => {
            let all = visitor.web().identity().organizations(actor).await?;
            return Ok(all.iter().any(|organization| organization.id == invitation.organization_id));
        }
    };
    match visitor.web().access().open(actor, mailbox).await {
        Ok(_) => Ok(true),
        Err(OpenError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The organizations of one's own under which the address may appear.
async fn own(
    visitor: &Visitor,
    actor: &Actor,
    invitation: &InvitationView,
) -> Result<Vec<OrganizationView>, Fault> {
    // What comes with a place in an organization appears there.
    if matches!(invitation.gives, Gives::Place { .. }) {
        return Ok(Vec::new());
    }
    let mut all = visitor.web().identity().organizations(actor).await?;
    all.retain(|organization| organization.id != invitation.organization_id);
    Ok(all)
}
