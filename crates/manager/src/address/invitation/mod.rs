//! An invitation (I3): its link, and what is done with it.

pub(super) mod page;

use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, InvitationId, Language, PhoneNumber};
use mailbox::desk::{AddressDesk, TextError};
use ui::FieldFault;
use web::{Fault, Id, Posted, Visitor};

use crate::words;
use page::Typed;

/// Sends the link by mail.
pub(super) async fn send(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let invitation: InvitationId = id.of("invitation")?;
    let (to, language) = (posted.text("to"), posted.text("language"));
    let language: Language = language.parse().unwrap_or_default();
    match to.parse::<EmailAddress>() {
        Ok(to) => {
            desk.send_invitation(&proof.confirmed, invitation, &to, language).await?;
            Ok(back(&desk, invitation))
        }
        Err(fault) => {
            let faults =
                vec![FieldFault { field: "to", words: words::email_fault(proof.signed_in.l(), fault) }];
            let typed = Typed { to: to.to_owned(), language, phone: String::new() };
            let page = page::page(&proof.signed_in, &desk, invitation, Some(typed), faults).await?;
            Ok(Visitor::refused(page))
        }
    }
}

/// Sends the link by SMS.
pub(super) async fn text(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let invitation: InvitationId = id.of("invitation")?;
    let (l, phone) = (proof.signed_in.l(), posted.text("phone"));
    let language: Language = posted.text("language").parse().unwrap_or_default();
    let words = match phone.parse::<PhoneNumber>() {
        Err(_) => l.t("organizations-phone-bad"),
        Ok(to) => match desk.text_invitation(&proof.confirmed, invitation, &to, language).await {
            Ok(()) => return Ok(back(&desk, invitation)),
            Err(TextError::Sms(fault)) => words::sms_fault(l, fault),
            Err(TextError::Desk(error)) => return Err(error.into()),
        },
    };
    let faults = vec![FieldFault { field: "phone", words }];
    let typed = Typed { to: String::new(), language, phone: phone.to_owned() };
    let page = page::page(&proof.signed_in, &desk, invitation, Some(typed), faults).await?;
    Ok(Visitor::refused(page))
}

/// Changes what the invitation will give.
pub(super) async fn set_permissions(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let invitation: InvitationId = id.of("invitation")?;
    desk.set_invitation_permissions(&proof.confirmed, invitation, posted.permissions()).await?;
    Ok(back(&desk, invitation))
}

/// Withdraws the invitation.
pub(super) async fn delete(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    desk.delete_invitation(id.of("invitation")?).await?;
    Ok(Redirect::to(&super::path(desk.mailbox())).into_response())
}

fn back(desk: &AddressDesk, invitation: InvitationId) -> Response {
    Redirect::to(&format!("{}/invitations/{invitation}", super::path(desk.mailbox()))).into_response()
}
