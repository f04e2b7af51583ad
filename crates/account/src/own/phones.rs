//! The phone numbers of a user (A9).

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use domain::PhoneLabel;
use identity::{PHONES, PhoneError, PhoneView};
use ui::{
    Button, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, Pick, Picks, Place, Tag, Tone, Width,
};
use web::{Fault, Posted, SignedIn, Visitor};

use crate::sign_up::phone_fault;

/// Where the page is.
pub(super) const PATH: &str = "/account/phones";
const NUMBER: &str = "number";
const LABEL: &str = "label";

/// The numbers, and a form for another one; or for the one that the query names by its digits.
pub(super) async fn page(
    signed_in: SignedIn,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let of = query.get("of").map(|digits| format!("+{digits}")).unwrap_or_default();
    shown(&signed_in, Typed { of, ..Typed::default() }, None).await
}

pub(super) async fn add(posted: Posted) -> Result<Response, Fault> {
    let (signed_in, typed) = (posted.signed_in()?, Typed::of(&posted)?);
    let identity = signed_in.web().identity();
    let added = identity.add_phone(&signed_in.actor, &typed.number, typed.label).await;
    answered(&signed_in, typed, added).await
}

pub(super) async fn change(posted: Posted) -> Result<Response, Fault> {
    let (signed_in, typed) = (posted.signed_in()?, Typed::of(&posted)?);
    let identity = signed_in.web().identity();
    let changed = identity.change_phone(&signed_in.actor, &typed.of, &typed.number, typed.label).await;
    answered(&signed_in, typed, changed).await
}

pub(super) async fn make_primary(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let made = signed_in.web().identity().set_primary_phone(&signed_in.actor, posted.text("of")).await;
    answered(&signed_in, Typed::default(), made).await
}

pub(super) async fn remove(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let removed = signed_in.web().identity().remove_phone(&signed_in.actor, posted.text("of")).await;
    answered(&signed_in, Typed::default(), removed).await
}

/// What was typed.
#[derive(Default)]
pub(crate) struct Typed {
    /// The number that is changed; empty for a new one.
    pub(crate) of: String,
    /// The number to be.
    pub(crate) number: String,
    /// Its label.
    pub(crate) label: PhoneLabel,
}

impl Typed {
    /// Only a page that is not ours names a label that there is none of.
    fn of(posted: &Posted) -> Result<Self, Fault> {
        let label = PhoneLabel::named(posted.text(LABEL)).ok_or(Fault::NotFound)?;
        Ok(Self { of: posted.text("of").to_owned(), number: posted.text(NUMBER).to_owned(), label })
    }
}

async fn answered(
    signed_in: &SignedIn,
    typed: Typed,
    answer: Result<(), PhoneError>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let words = match answer {
        Ok(()) => return Ok(Redirect::to(PATH).into_response()),
        Err(PhoneError::Number(fault)) => l.t(phone_fault(fault)),
        Err(PhoneError::Exists) => l.t("profile-phone-exists"),
        Err(PhoneError::TooMany) => l.t_with("profile-phone-many", [("count", &PHONES.to_string())]),
        Err(PhoneError::NotFound) => return Err(Fault::NotFound),
        Err(PhoneError::Ended) => return Err(Fault::SignedOut),
        Err(PhoneError::Unavailable) => return Err(Fault::Unavailable),
    };
    let fault = FieldFault { field: NUMBER, words };
    Ok(Visitor::refused(shown(signed_in, typed, Some(fault)).await?))
}

async fn shown(signed_in: &SignedIn, mut typed: Typed, fault: Option<FieldFault>) -> Result<Response, Fault> {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    let phones = signed_in.web().identity().phones(&signed_in.actor).await?;
    match phones.iter().find(|own| own.number == typed.of) {
        Some(own) if fault.is_none() => (typed.number, typed.label) = (own.number.clone(), own.label),
        Some(_) => {}
        None => typed.of.clear(),
    }
    let faults: Vec<FieldFault> = fault.into_iter().collect();
    let page = PhonesPage { l, csrf: &visitor.csrf(), phones: &phones, typed: &typed, faults: &faults };
    Ok(visitor.page(Place::Account, Width::Column, &l.t("profile-phones"), page.html()))
}

/// The page.
#[derive(Template)]
#[template(path = "phones.html")]
pub(crate) struct PhonesPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) phones: &'a [PhoneView],
    pub(crate) typed: &'a Typed,
    pub(crate) faults: &'a [FieldFault],
}

impl PhonesPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    fn primary(&self) -> Html {
        Tag { tone: Tone::Ok, words: self.l.t("profile-phone-primary") }.html()
    }

    fn label(&self, label: PhoneLabel) -> String {
        self.l.t(&format!("profile-phone-{}", label.name()))
    }

    fn digits<'a>(&self, own: &'a PhoneView) -> &'a str {
        own.number.trim_start_matches('+')
    }

    fn may_add(&self) -> bool {
        self.phones.len() < PHONES
    }

    fn full(&self) -> String {
        self.l.t_with("profile-phone-many", [("count", &PHONES.to_string())])
    }

    fn change_of(&self) -> String {
        self.l.t_with("profile-phone-change-of", [("number", &self.typed.of)])
    }

    fn number_field(&self) -> Html {
        Field {
            id: NUMBER,
            label: self.l.t("account-phone"),
            kind: FieldKind::Phone,
            value: self.typed.number.clone(),
            hint: Some(self.l.t("profile-phone-hint")),
            fault: ErrorSummary::of_field(self.faults, NUMBER),
            autocomplete: "tel",
            limit: 40,
            ..Field::default()
        }
        .html()
    }

    fn label_field(&self) -> Html {
        let pick = |label: PhoneLabel| Pick { value: label.name().to_owned(), label: self.label(label) };
        let picks = PhoneLabel::ALL.into_iter().map(pick).collect();
        let picked = self.typed.label.name().to_owned();
        Picks { id: LABEL, label: self.l.t("profile-phone-label"), picks, picked, fault: None }.html()
    }

    fn button(&self, key: &str) -> Html {
        Button { label: self.l.t(key), ..Button::default() }.html()
    }
}
