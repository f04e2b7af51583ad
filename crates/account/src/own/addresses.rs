//! The addresses that one signs in with, and the recovery address (A5, A6).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use identity::{IdentifierError, Identifiers, Purpose};
use ui::{Banner, Button, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, Place, Tag, Tone, Width};
use web::{Fault, Posted, SignedIn, Visitor};

use crate::sign_up::address_fault;

/// Where the page is.
pub(crate) const PATH: &str = "/account/addresses";
/// The fields of a sign-in address and its code, and those of the recovery address.
const FIELDS: [(&str, &str); 2] = [("address", "code"), ("recovery", "recovery-code")];

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    let next = signed_in.visitor.next();
    shown(&signed_in, &next, Refused::default()).await
}

/// Mails a code to an address.
pub(super) async fn add(posted: Posted) -> Result<Response, Fault> {
    prove(&posted, Purpose::SignIn).await
}

/// Mails a code to a recovery address.
pub(super) async fn add_recovery(posted: Posted) -> Result<Response, Fault> {
    prove(&posted, Purpose::Recovery).await
}

async fn prove(posted: &Posted, purpose: Purpose) -> Result<Response, Fault> {
    let (proof, field) = (posted.proof().await?, fields(purpose).0);
    let (actor, origin) = (&proof.signed_in.actor, posted.visitor.origin());
    let typed = posted.text(field);
    let identity = proof.signed_in.web().identity();
    match identity.prove_address(actor, &proof.confirmed, purpose, typed, origin).await {
        Ok(()) => Ok(back(posted)),
        Err(error) => refused(&proof.signed_in, posted, field, typed, error).await,
    }
}

/// Takes the code of an address.
pub(super) async fn confirm(posted: Posted) -> Result<Response, Fault> {
    take(&posted, Purpose::SignIn).await
}

/// Takes the code of a recovery address.
pub(super) async fn confirm_recovery(posted: Posted) -> Result<Response, Fault> {
    take(&posted, Purpose::Recovery).await
}

async fn take(posted: &Posted, purpose: Purpose) -> Result<Response, Fault> {
    let (proof, field) = (posted.proof().await?, fields(purpose).1);
    let identity = proof.signed_in.web().identity();
    let code = posted.text(field);
    match identity.confirm_address(&proof.signed_in.actor, &proof.confirmed, purpose, code).await {
        Ok(()) => Ok(Redirect::to(posted.next("next", PATH)).into_response()),
        Err(error) => refused(&proof.signed_in, posted, field, "", error).await,
    }
}

/// Makes an address the primary one.
pub(super) async fn make_primary(posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let (actor, identity) = (&proof.signed_in.actor, proof.signed_in.web().identity());
    match identity.set_primary_identifier(actor, &proof.confirmed, posted.text("of")).await {
        Ok(()) => Ok(back(&posted)),
        Err(error) => refused(&proof.signed_in, &posted, FIELDS[0].0, "", error).await,
    }
}

/// Removes an address.
pub(super) async fn remove(posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let (actor, identity) = (&proof.signed_in.actor, proof.signed_in.web().identity());
    match identity.remove_identifier(actor, &proof.confirmed, posted.text("of")).await {
        Ok(()) => Ok(back(&posted)),
        Err(error) => refused(&proof.signed_in, &posted, FIELDS[0].0, "", error).await,
    }
}

/// Removes the recovery address.
pub(super) async fn remove_recovery(posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let (actor, identity) = (&proof.signed_in.actor, proof.signed_in.web().identity());
    match identity.remove_recovery(actor, &proof.confirmed).await {
        Ok(()) => Ok(back(&posted)),
        Err(error) => refused(&proof.signed_in, &posted, FIELDS[1].0, "", error).await,
    }
}

const fn fields(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::SignIn => FIELDS[0],
        Purpose::Recovery => FIELDS[1],
    }
}

fn back(posted: &Posted) -> Response {
    Redirect::to(&web::with_next(PATH, posted.next("next", ""))).into_response()
}

/// What was refused, and what was typed.
#[derive(Default)]
struct Refused<'a> {
    typed: Option<(&'static str, &'a str)>,
    faults: Vec<FieldFault>,
}

async fn refused(
    signed_in: &SignedIn,
    posted: &Posted,
    field: &'static str,
    typed: &str,
    error: IdentifierError,
) -> Result<Response, Fault> {
    let words = words(signed_in.l(), error)?;
    let refused = Refused { typed: Some((field, typed)), faults: vec![FieldFault { field, words }] };
    Ok(Visitor::refused(shown(signed_in, posted.next("next", ""), refused).await?))
}

/// One table: why an address was not added, changed or removed, in words.
fn words(l: Locale, error: IdentifierError) -> Result<String, Fault> {
    Ok(match error {
        IdentifierError::Address(error) => l.t(address_fault(error)),
        IdentifierError::Shared => l.t("account-address-shared"),
        IdentifierError::Own => l.t("account-address-own"),
        IdentifierError::TooMany => l.t("account-address-many"),
        IdentifierError::Code => l.t("account-address-code-wrong"),
        IdentifierError::CodeSpent => l.t("account-address-code-spent"),
        IdentifierError::Primary => l.t("account-address-is-primary"),
        IdentifierError::Throttled(wait) => {
            l.t_with("sign-up-fault-throttled", [("wait", &l.duration(wait.as_secs()))])
        }
        IdentifierError::NotFound => return Err(Fault::NotFound),
        IdentifierError::Ended => return Err(Fault::SignedOut),
        IdentifierError::Unavailable => return Err(Fault::Unavailable),
    })
}

async fn shown(signed_in: &SignedIn, next: &str, refused: Refused<'_>) -> Result<Response, Fault> {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    let known = signed_in.web().identity().identifiers(&signed_in.actor).await?;
    let page = AddressesPage {
        l,
        csrf: &visitor.csrf(),
        zone: visitor.zone(),
        known: &known,
        next,
        typed: refused.typed,
        faults: &refused.faults,
    };
    Ok(visitor.page(Place::Account, Width::Column, &l.t("account-addresses-title"), page.html()))
}

/// The page.
#[derive(Template)]
#[template(path = "addresses.html")]
pub(crate) struct AddressesPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) known: &'a Identifiers,
    pub(crate) next: &'a str,
    pub(crate) typed: Option<(&'static str, &'a str)>,
    pub(crate) faults: &'a [FieldFault],
}

impl AddressesPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    fn released(&self) -> Html {
        let Some(address) = &self.known.released else { return Html::default() };
        Banner {
            tone: Tone::Warn,
            words: self.l.t("account-addresses-none"),
            lines: vec![self.l.t_with("account-addresses-none-do", [("address", address)])],
        }
        .html()
    }

    fn primary(&self) -> Html {
        Tag { tone: Tone::Ok, words: self.l.t("account-address-primary") }.html()
    }

    fn since(&self, own: &identity::IdentifierView) -> String {
        self.l.day(own.confirmed_at, self.zone)
    }

    fn address(&self) -> Html {
        let hint = self.l.t("account-address-new-hint");
        self.field(FIELDS[0].0, self.l.t("account-address-new"), Some(hint), FieldKind::Email)
    }

    fn recovery(&self) -> Html {
        let hint = self.l.t("account-address-new-hint");
        self.field(FIELDS[1].0, self.l.t("account-recovery-new"), Some(hint), FieldKind::Email)
    }

    fn code(&self, address: &str, which: usize) -> Html {
        let label = self.l.t_with("account-address-code", [("address", address)]);
        let hint = self.l.t("account-address-code-hint");
        self.field(FIELDS[which].1, label, Some(hint), FieldKind::Code)
    }

    fn field(&self, id: &'static str, label: String, hint: Option<String>, kind: FieldKind) -> Html {
        let typed = self.typed.filter(|(field, _)| *field == id).map_or("", |(_, typed)| typed);
        Field {
            id,
            label,
            kind,
            value: typed.to_owned(),
            hint,
            fault: ErrorSummary::of_field(self.faults, id),
            autocomplete: if kind == FieldKind::Code { "one-time-code" } else { "email" },
            limit: if kind == FieldKind::Code { 20 } else { 320 },
            ..Field::default()
        }
        .html()
    }

    fn button(&self, key: &str) -> Html {
        Button { label: self.l.t(key), ..Button::default() }.html()
    }

    fn recovery_said(&self) -> String {
        match &self.known.recovery {
            Some(address) => self.l.t_with("account-recovery-now", [("address", address)]),
            None => self.l.t("account-recovery-none"),
        }
    }
}
