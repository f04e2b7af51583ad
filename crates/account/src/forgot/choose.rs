//! Choosing a new password with a link. Opening the link changes nothing: mail scanners open it too.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Secret;
use identity::{PasswordFault, ResetError};
use ui::{ErrorSummary, Field, FieldFault, FieldKind, Html, Locale};
use web::{Fault, Id, Posted, Visitor};

use crate::form::FormPage;
use crate::sign_up::password_fault;

pub(crate) const PASSWORD: &str = "password";

pub(super) async fn page(visitor: Visitor, id: Id) -> Result<Response, Fault> {
    let token = id.text("token");
    if visitor.web().identity().reset_link_counts(token).await? {
        return Ok(shown(&visitor, token, &[]));
    }
    Ok((StatusCode::NOT_FOUND, super::dead(&visitor)).into_response())
}

pub(super) async fn choose(id: Id, posted: Posted) -> Result<Response, Fault> {
    let (visitor, token) = (&posted.visitor, id.text("token"));
    let password = Secret::new(posted.text(PASSWORD).to_owned());
    match visitor.web().identity().reset_password(token, &password, visitor.origin()).await {
        Ok(()) => Ok(Redirect::to(super::DONE).into_response()),
        Err(ResetError::Link) => Ok((StatusCode::NOT_FOUND, super::dead(visitor)).into_response()),
        Err(ResetError::Password(fault)) => Ok(refused(visitor, token, fault)),
        Err(ResetError::Unavailable) => Err(Fault::Unavailable),
    }
}

fn refused(visitor: &Visitor, token: &str, fault: PasswordFault) -> Response {
    let faults = [FieldFault { field: PASSWORD, words: visitor.l().t(password_fault(fault)) }];
    Visitor::refused(shown(visitor, token, &faults))
}

fn shown(visitor: &Visitor, token: &str, faults: &[FieldFault]) -> Response {
    let (l, csrf) = (visitor.l(), visitor.csrf());
    visitor.outside(&l.t("forgot-new-title"), ChooseForm { l, csrf: &csrf, token, faults }.html())
}

/// The form of the new password.
pub(crate) struct ChooseForm<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) token: &'a str,
    pub(crate) faults: &'a [FieldFault],
}

impl ChooseForm<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        FormPage {
            l,
            csrf: self.csrf,
            title: l.t("forgot-new-title"),
            intro: l.t("forgot-new-intro"),
            faults: self.faults,
            action: format!("/forgot/{}", self.token),
            fields: new_password(l, self.faults).html(),
            button: l.t("forgot-new-button"),
            ..FormPage::default()
        }
        .html()
    }
}

/// The field of a new password.
pub(crate) fn new_password(l: Locale, faults: &[FieldFault]) -> Field {
    Field {
        id: PASSWORD,
        label: l.t("forgot-new-password"),
        kind: FieldKind::Password,
        hint: Some(l.t("sign-up-password-hint")),
        fault: ErrorSummary::of_field(faults, PASSWORD),
        autocomplete: "new-password",
        limit: 512,
        is_first: faults.is_empty(),
        ..Field::default()
    }
}
