//! Changing one's password.

use axum::response::{IntoResponse, Redirect, Response};
use domain::Secret;
use identity::PasswordError;
use ui::{FieldFault, Html, Locale};
use web::{Fault, Posted, SignedIn, Visitor};

use crate::forgot::{PASSWORD, new_password};
use crate::form::FormPage;
use crate::sign_up::password_fault;

/// Where the page is.
pub(super) const PATH: &str = "/account/password";

pub(super) async fn page(signed_in: SignedIn) -> Response {
    shown(&signed_in, &[])
}

pub(super) async fn change(posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let (actor, l) = (&proof.signed_in.actor, proof.signed_in.l());
    let password = Secret::new(posted.text(PASSWORD).to_owned());
    let identity = proof.signed_in.web().identity();
    match identity.change_password(actor, &proof.confirmed, &password).await {
        Ok(()) => Ok(Redirect::to(super::PATH).into_response()),
        Err(PasswordError::Password(fault)) => {
            let faults = [FieldFault { field: PASSWORD, words: l.t(password_fault(fault)) }];
            Ok(Visitor::refused(shown(&proof.signed_in, &faults)))
        }
        Err(PasswordError::Ended) => Err(Fault::SignedOut),
        Err(PasswordError::Unavailable) => Err(Fault::Unavailable),
    }
}

fn shown(signed_in: &SignedIn, faults: &[FieldFault]) -> Response {
    let (l, csrf) = (signed_in.l(), signed_in.visitor.csrf());
    super::in_card(signed_in, &l.t("account-password-change"), PasswordPage { l, csrf: &csrf, faults }.html())
}

/// The form.
pub(crate) struct PasswordPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) faults: &'a [FieldFault],
}

impl PasswordPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        FormPage {
            l,
            csrf: self.csrf,
            title: l.t("account-password-change"),
            intro: l.t("account-password-intro"),
            faults: self.faults,
            action: PATH.to_owned(),
            fields: new_password(l, self.faults).html(),
            button: l.t("forgot-new-button"),
            instead: Some((super::PATH.to_owned(), l.t("common-cancel"))),
            ..FormPage::default()
        }
        .html()
    }
}
