//! Switching one permission of a user (I2).

use axum::response::{IntoResponse, Redirect, Response};
use domain::{Permission, UserId};
use mailbox::desk::Switch;
use ui::Html;
use web::{Fault, Id, Posted};

use super::users::UserRow;

/// Switches it; the answer is the user's row, or the page for a browser without script.
pub(super) async fn switch(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let user: UserId = id.of("user")?;
    let permission: Permission = posted.text("permission").parse().map_err(|_| Fault::NotFound)?;
    let switch = Switch { permission, on: posted.text("to") == "on" };
    desk.set_permission(&proof.confirmed, user, switch).await?;
    if !posted.visitor.is_fragment() {
        return Ok(Redirect::to(&super::path(desk.mailbox())).into_response());
    }
    let grant = &desk.user(user).await?;
    let visitor = &posted.visitor;
    let (zone, csrf) = (visitor.zone(), visitor.csrf());
    let row = UserRow { l: visitor.l(), zone, csrf: &csrf, mailbox: desk.mailbox(), grant, can_remove: true };
    Ok(Html::of(&row).into_response())
}
