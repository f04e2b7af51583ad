//! Setting up a second factor, or another in its place (A3).

use axum::response::{IntoResponse, Redirect, Response};
use identity::{LastFactorError, SecondFactorError, SecondFactorState, TotpOffer};
use ui::{ErrorSummary, Field, FieldFault, FieldKind, Html, Locale};
use web::{Fault, Posted, Proof, SignedIn, Visitor, confirm_page};

use super::{AppOffer, RecoveryCodes};
use crate::form::FormPage;

/// Where the page is.
pub(super) const PATH: &str = "/account/second-factor";
const CODE: &str = "code";

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    match signed_in.web().identity().confirmed(&signed_in.actor).await? {
        None => Ok(confirm_page(&signed_in, signed_in.visitor.path())),
        Some(confirmed) => {
            let next = signed_in.visitor.next();
            shown(&Proof { signed_in, confirmed }, &next, &[]).await
        }
    }
}

pub(super) async fn set(posted: Posted) -> Result<Response, Fault> {
    let (proof, next) = (posted.proof().await?, posted.next("next", ""));
    let (actor, l) = (&proof.signed_in.actor, proof.signed_in.l());
    let identity = proof.signed_in.web().identity();
    match identity.set_second_factor(actor, &proof.confirmed, posted.text(CODE)).await {
        Ok(codes) => {
            let codes = RecoveryCodes { l, codes: &codes, next: or_account(next) };
            Ok(super::in_card(&proof.signed_in, &l.t("account-codes-title"), codes.html()))
        }
        Err(SecondFactorError::Code) => {
            let faults = [FieldFault { field: CODE, words: l.t("sign-up-fault-app-code") }];
            Ok(Visitor::refused(shown(&proof, next, &faults).await?))
        }
        Err(error) => Err(fault(error)),
    }
}

/// Takes the authenticator app away.
pub(super) async fn remove(posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let (actor, l) = (&proof.signed_in.actor, proof.signed_in.l());
    match proof.signed_in.web().identity().remove_authenticator(actor, &proof.confirmed).await {
        Ok(()) => Ok(Redirect::to(super::PATH).into_response()),
        Err(LastFactorError::Needed(organization)) => {
            let words = l.t_with("passkeys-fault-needed", [("organization", &organization)]);
            let faults = [FieldFault { field: CODE, words }];
            Ok(Visitor::refused(shown(&proof, "", &faults).await?))
        }
        Err(LastFactorError::Ended) => Err(Fault::SignedOut),
        Err(LastFactorError::Unavailable) => Err(Fault::Unavailable),
    }
}

async fn shown(proof: &Proof, next: &str, faults: &[FieldFault]) -> Result<Response, Fault> {
    let (actor, l, visitor) = (&proof.signed_in.actor, proof.signed_in.l(), &proof.signed_in.visitor);
    let identity = proof.signed_in.web().identity();
    let state = identity.second_factor_state(actor).await?;
    let offer = identity.offer_second_factor(actor, &proof.confirmed).await.map_err(fault)?;
    let csrf = visitor.csrf();
    let page = SecondFactorPage { l, csrf: &csrf, offer: &offer, state, next, faults };
    Ok(super::in_card(&proof.signed_in, &l.t("account-second-factor-title"), page.html()))
}

fn fault(error: SecondFactorError) -> Fault {
    match error {
        SecondFactorError::Ended => Fault::SignedOut,
        SecondFactorError::Unavailable => Fault::Unavailable,
        // Said beside the field where a code was given.
        SecondFactorError::Code => Fault::Internal,
    }
}

fn or_account(next: &str) -> &str {
    if next.is_empty() { super::PATH } else { next }
}

/// The page that offers one.
pub(crate) struct SecondFactorPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) offer: &'a TotpOffer,
    pub(crate) state: SecondFactorState,
    pub(crate) next: &'a str,
    pub(crate) faults: &'a [FieldFault],
}

impl SecondFactorPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        FormPage {
            l,
            csrf: self.csrf,
            title: l.t("account-second-factor-title"),
            intro: self.intro(),
            faults: self.faults,
            action: PATH.to_owned(),
            next: self.next,
            fields: Html::join([AppOffer { l, offer: self.offer }.html(), self.code().html()]),
            button: l.t("account-second-factor-button"),
            instead: Some((or_account(self.next).to_owned(), self.later())),
            ..FormPage::default()
        }
        .html()
    }

    fn intro(&self) -> String {
        let l = self.l;
        match self.state {
            SecondFactorState::Off => {
                format!("{} {}", l.t("account-second-factor-off"), l.t("account-second-factor-new"))
            }
            SecondFactorState::Passkeys { .. } => l.t("account-second-factor-new"),
            SecondFactorState::On { .. } => l.t("account-second-factor-again"),
        }
    }

    fn later(&self) -> String {
        self.l.t(match self.state {
            SecondFactorState::Off => "account-second-factor-later",
            SecondFactorState::On { .. } | SecondFactorState::Passkeys { .. } => "common-cancel",
        })
    }

    fn code(&self) -> Field {
        Field {
            id: CODE,
            label: self.l.t("account-app-code"),
            kind: FieldKind::Code,
            hint: Some(self.l.t("account-app-code-hint")),
            fault: ErrorSummary::of_field(self.faults, CODE),
            autocomplete: "one-time-code",
            limit: 20,
            ..Field::default()
        }
    }
}
