//! One's passkeys and security keys: seen, added, renamed, removed (A3).

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{PasskeyId, TextFault};
use identity::{PasskeyError, PasskeyView};
use ui::{
    Banner, Button, EmptyState, ErrorSummary, Field, FieldFault, Html, Locale, PasskeyAct, PasskeyButton,
    Place, Tone, Width,
};
use web::{Fault, Id, Posted, SignedIn, Visitor, confirm_page};

use super::RecoveryCodes;

/// Where they are listed.
pub(super) const PATH: &str = "/account/passkeys";
/// Where one is added.
pub(super) const ADD: &str = "/account/passkeys/add";
/// Where it is said what a new passkey is to be.
pub(super) const QUESTION: &str = "/account/passkeys/question";
const NAME: &str = "name";
const ANSWER: &str = "passkey";
/// Where a refusal that belongs to no field is said.
const LIST: &str = "passkeys";

pub(super) async fn page(signed_in: SignedIn) -> Result<Response, Fault> {
    listed(&signed_in, &[]).await
}

pub(super) async fn add_page(signed_in: SignedIn) -> Result<Response, Fault> {
    if signed_in.web().identity().confirmed(&signed_in.actor).await?.is_none() {
        return Ok(confirm_page(&signed_in, signed_in.visitor.path()));
    }
    let name = ui::browser_name(signed_in.l(), &signed_in.visitor.origin().browser);
    Ok(adding(&signed_in, &name, &[]))
}

/// What the browser is asked, as JSON.
pub(super) async fn question(posted: Posted) -> Result<Response, Fault> {
    let (proof, visitor) = (posted.proof().await?, &posted.visitor);
    let (actor, identity) = (&proof.signed_in.actor, visitor.web().identity());
    let asked = identity.ask_for_new_passkey(actor, &proof.confirmed, visitor.asked_by(), visitor.origin());
    Ok(json(asked.await.map_err(fault)?))
}

pub(super) async fn add(posted: Posted) -> Result<Response, Fault> {
    let (proof, l, name) = (posted.proof().await?, posted.visitor.l(), posted.text(NAME));
    let (signed_in, by) = (&proof.signed_in, posted.visitor.asked_by());
    let identity = signed_in.web().identity();
    match identity.add_passkey(&signed_in.actor, &proof.confirmed, by, name, posted.text(ANSWER)).await {
        Ok(codes) if codes.is_empty() => Ok(Redirect::to(PATH).into_response()),
        Ok(codes) => {
            let codes = RecoveryCodes { l, codes: &codes, next: PATH };
            Ok(super::in_card(signed_in, &l.t("account-codes-title"), codes.html()))
        }
        Err(error) => {
            let faults = [FieldFault { field: NAME, words: words(l, error)? }];
            Ok(Visitor::refused(adding(signed_in, name, &faults)))
        }
    }
}

pub(super) async fn rename(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let passkey: PasskeyId = id.of("passkey")?;
    let identity = signed_in.web().identity();
    done(&signed_in, identity.rename_passkey(&signed_in.actor, passkey, posted.text(NAME)).await).await
}

pub(super) async fn remove(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let passkey: PasskeyId = id.of("passkey")?;
    let (actor, identity) = (&proof.signed_in.actor, proof.signed_in.web().identity());
    done(&proof.signed_in, identity.remove_passkey(actor, &proof.confirmed, passkey).await).await
}

/// The list again, or what was wrong above it.
async fn done(signed_in: &SignedIn, result: Result<(), PasskeyError>) -> Result<Response, Fault> {
    match result {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(error) => {
            let faults = [FieldFault { field: LIST, words: words(signed_in.l(), error)? }];
            Ok(Visitor::refused(listed(signed_in, &faults).await?))
        }
    }
}

/// An answer that a script of ours reads.
pub(crate) fn json(question: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], question).into_response()
}

/// Why a script gets no question: what it says then is the same for each.
pub(crate) fn fault(error: PasskeyError) -> Fault {
    match error {
        PasskeyError::Ended | PasskeyError::Expired => Fault::SignedOut,
        PasskeyError::Unavailable | PasskeyError::Busy => Fault::Unavailable,
        PasskeyError::NotHere
        | PasskeyError::NotFound
        | PasskeyError::Name(_)
        | PasskeyError::Refused
        | PasskeyError::Known
        | PasskeyError::TooMany
        | PasskeyError::Needed(_) => Fault::NotFound,
    }
}

/// One table: why something was not done, in words.
fn words(l: Locale, error: PasskeyError) -> Result<String, Fault> {
    Ok(match error {
        PasskeyError::NotHere => l.t("passkeys-not-here"),
        PasskeyError::Name(TextFault::TooLong { limit }) => {
            l.t_with("passkeys-fault-name-long", [("limit", &limit.to_string())])
        }
        PasskeyError::Name(TextFault::Control) => l.t("passkeys-fault-name-control"),
        PasskeyError::Name(_) => l.t("passkeys-fault-name-empty"),
        PasskeyError::Expired => l.t("passkeys-fault-expired"),
        PasskeyError::Refused => l.t("passkeys-fault-refused"),
        PasskeyError::Known => l.t("passkeys-fault-known"),
        PasskeyError::TooMany => l.t("passkeys-fault-many"),
        PasskeyError::Busy => l.t("passkeys-fault-busy"),
        PasskeyError::Needed(organization) => {
            l.t_with("passkeys-fault-needed", [("organization", &organization)])
        }
        PasskeyError::NotFound => return Err(Fault::NotFound),
        PasskeyError::Ended => return Err(Fault::SignedOut),
        PasskeyError::Unavailable => return Err(Fault::Unavailable),
    })
}

async fn listed(signed_in: &SignedIn, faults: &[FieldFault]) -> Result<Response, Fault> {
    let (l, visitor, identity) = (signed_in.l(), &signed_in.visitor, signed_in.web().identity());
    let known = identity.passkeys(&signed_in.actor).await?;
    let page = PasskeysPage {
        l,
        csrf: &visitor.csrf(),
        zone: visitor.zone(),
        known: &known,
        may_add: identity.has_passkeys(),
        faults,
    };
    Ok(visitor.page(Place::Account, Width::Column, &l.t("passkeys-title"), page.html()))
}

fn adding(signed_in: &SignedIn, name: &str, faults: &[FieldFault]) -> Response {
    let (l, csrf) = (signed_in.l(), signed_in.visitor.csrf());
    let page = AddPasskeyPage { l, csrf: &csrf, name, faults };
    super::in_card(signed_in, &l.t("passkeys-add"), page.html())
}

/// The list.
#[derive(Template)]
#[template(path = "passkeys.html")]
pub(crate) struct PasskeysPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) known: &'a [PasskeyView],
    pub(crate) may_add: bool,
    pub(crate) faults: &'a [FieldFault],
}

impl PasskeysPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    fn not_here(&self) -> Html {
        Banner { tone: Tone::Info, words: self.l.t("passkeys-not-here"), lines: Vec::new() }.html()
    }

    fn none(&self) -> Html {
        let (title, hint) = (self.l.t("passkeys-none"), self.l.t("passkeys-none-do"));
        EmptyState { title, hint, ..EmptyState::default() }.html()
    }

    fn since(&self, passkey: &PasskeyView) -> String {
        self.l.day(passkey.created_at, self.zone)
    }

    fn used(&self, passkey: &PasskeyView) -> String {
        let never = || self.l.t("passkeys-never");
        passkey.last_used_at.map_or_else(never, |at| self.l.moment(at, self.zone))
    }

    fn named(&self, key: &str, passkey: &PasskeyView) -> String {
        self.l.t_with(key, [("name", &passkey.name)])
    }

    fn button(&self, key: &str) -> Html {
        Button { label: self.l.t(key), ..Button::default() }.html()
    }
}

/// The form that adds one.
#[derive(Template)]
#[template(path = "add_passkey.html")]
pub(crate) struct AddPasskeyPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) name: &'a str,
    pub(crate) faults: &'a [FieldFault],
}

impl AddPasskeyPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    fn name(&self) -> Html {
        Field {
            id: NAME,
            label: self.l.t("passkeys-name"),
            value: self.name.to_owned(),
            hint: Some(self.l.t("passkeys-name-hint")),
            fault: ErrorSummary::of_field(self.faults, NAME),
            autocomplete: "off",
            limit: 60,
            ..Field::default()
        }
        .html()
    }

    fn ask(&self) -> Html {
        PasskeyButton {
            l: self.l,
            act: PasskeyAct::Make,
            question: QUESTION,
            field: ANSWER,
            label: self.l.t("passkeys-add-button"),
            is_primary: true,
        }
        .html()
    }
}
