//! The logo of an organization (O2), set on the page of its record.

use axum::response::{IntoResponse, Redirect, Response};
use domain::PICTURE_BYTES;
use mailbox::desk::LogoError;
use ui::FieldFault;
use web::{Fault, Id, Posted, PostedFile, Visitor, picture_fault};

use super::record;

/// How large the form may be, in bytes: the largest picture, and a little for its fields.
pub(super) const FORM_BYTES: usize = PICTURE_BYTES + 64 * 1024;
/// The field of the file.
pub(super) const FILE: &str = "file";

pub(super) async fn set(id: Id, sent: PostedFile) -> Result<Response, Fault> {
    let signed_in = sent.posted.signed_in()?;
    let desk = record::desk(&signed_in, &id).await?;
    let words = match desk.set_logo(sent.file.unwrap_or_default()).await {
        Ok(()) => return Ok(back(&desk.id().to_string())),
        Err(LogoError::Picture(error)) => picture_fault(signed_in.l(), error)?,
        Err(LogoError::Desk(error)) => return Err(error.into()),
    };
    let faults = vec![FieldFault { field: FILE, words }];
    Ok(Visitor::refused(record::page(&signed_in, &desk, None, faults).await?))
}

pub(super) async fn remove(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = record::desk(&signed_in, &id).await?;
    desk.remove_logo().await?;
    Ok(back(&desk.id().to_string()))
}

fn back(organization: &str) -> Response {
    Redirect::to(&format!("/manager/{organization}/organization")).into_response()
}
