//! What is done with a team that gives or takes access: its people, its addresses, its end.

use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailboxId, Permission, TeamId, UserId};
use mailbox::desk::{Inside, Switch};
use ui::{FieldFault, Html};
use web::{Fault, Id, Posted, Visitor};

use super::{Row, back, page};
use crate::people::desk;

/// Puts in who is ticked, and out who is not.
pub(in crate::teams) async fn set_members(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = desk(&proof.signed_in, &id).await?;
    let team: TeamId = id.of("team")?;
    let ticked: Vec<UserId> = posted.all("member").filter_map(|text| text.parse().ok()).collect();
    for (person, is_inside) in desk.team(team).await?.people {
        let wanted = ticked.contains(&person.user);
        if wanted != is_inside {
            let inside = if wanted { Inside::Yes } else { Inside::No };
            desk.set_in_team(&proof.confirmed, team, person.user, inside).await?;
        }
    }
    Ok(back(&desk, team))
}

/// Gives the team access to an address.
pub(in crate::teams) async fn add_address(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = desk(&proof.signed_in, &id).await?;
    let team: TeamId = id.of("team")?;
    let mailbox: MailboxId = posted.text("mailbox").parse().map_err(|_| Fault::NotFound)?;
    match desk.set_team_access(&proof.confirmed, team, mailbox, posted.permissions()).await {
        Ok(()) => Ok(back(&desk, team)),
        Err(error) => {
            let words = super::super::said(proof.signed_in.l(), error)?;
            let faults = vec![FieldFault { field: "mailbox", words }];
            Ok(Visitor::refused(page(&proof.signed_in, &desk, team, None, faults).await?))
        }
    }
}

/// Switches one permission; the answer is the row, or the page for a browser without script.
pub(in crate::teams) async fn switch(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = desk(&proof.signed_in, &id).await?;
    let (team, mailbox): (TeamId, MailboxId) = (id.of("team")?, id.of("mailbox")?);
    let permission: Permission = posted.text("permission").parse().map_err(|_| Fault::NotFound)?;
    let switch = Switch { permission, on: posted.text("to") == "on" };
    desk.switch_team_access(&proof.confirmed, team, mailbox, switch).await?;
    if !posted.visitor.is_fragment() {
        return Ok(back(&desk, team));
    }
    let details = desk.team(team).await?;
    let access = details.accesses.iter().find(|access| access.mailbox == mailbox).ok_or(Fault::NotFound)?;
    let (csrf, path) = (posted.visitor.csrf(), super::super::path(desk.id(), team));
    let l = posted.visitor.l();
    let row = Row { l, csrf: &csrf, path: &path, team: &details.team.name, access };
    Ok(Html::of(&row).into_response())
}

/// Takes an address away from the team.
pub(in crate::teams) async fn take(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = desk(&proof.signed_in, &id).await?;
    let team: TeamId = id.of("team")?;
    desk.remove_team_access(&proof.confirmed, team, id.of("mailbox")?).await?;
    Ok(back(&desk, team))
}

/// Deletes the team.
pub(in crate::teams) async fn delete(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = desk(&proof.signed_in, &id).await?;
    desk.delete_team(&proof.confirmed, id.of("team")?).await?;
    Ok(Redirect::to(&format!("/manager/{}/teams", desk.id())).into_response())
}
