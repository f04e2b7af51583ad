//! The first step: address and password.

use axum::response::{IntoResponse, Redirect, Response};
use domain::Secret;
use identity::{KeptAccount, SignIn, SignInError};
use ui::{ErrorSummary, Field, FieldFault, FieldKind, Html, Locale};
use web::{Fault, Posted, SignedIn, Visitor, with_next};

use super::passkey;
use crate::form::{FormPage, Help};
use crate::own::ContinueAs;
use crate::pass;

pub(super) const ADDRESS: &str = "address";
const PASSWORD: &str = "password";

pub(super) async fn page(visitor: Visitor) -> Response {
    super::already(&visitor).unwrap_or_else(|| shown(&visitor, &visitor.next(), "", &[]))
}

pub(super) async fn sign_in(posted: Posted) -> Result<Response, Fault> {
    if !posted.text(passkey::ANSWER).is_empty() {
        return passkey::sign_in(&posted).await;
    }
    let (visitor, l) = (&posted.visitor, posted.visitor.l());
    let (address, next) = (posted.text(ADDRESS), posted.next("next", ""));
    let password = Secret::new(posted.text(PASSWORD).to_owned());
    let missing = missing(l, address, &password);
    if !missing.is_empty() {
        return Ok(Visitor::refused(shown(visitor, next, address, &missing)));
    }
    let identity = visitor.web().identity();
    match identity.sign_in_marked(address, &password, visitor.origin(), visitor.mark()).await {
        Ok(SignIn::Complete(session)) => pass::lead(visitor, &session, &without_second_factor(next)).await,
        Ok(SignIn::SecondFactorNeeded(session)) => {
            pass::lead(visitor, &session, &with_next("/sign-in/code", next)).await
        }
        Ok(SignIn::MailboxPassword) => {
            let faults = [FieldFault { field: ADDRESS, words: l.t("sign-in-mailbox") }];
            Ok(Visitor::refused(shown(visitor, next, address, &faults)))
        }
        Err(error) => {
            let faults = [FieldFault { field: ADDRESS, words: words(l, error)? }];
            Ok(Visitor::refused(shown(visitor, next, address, &faults)))
        }
    }
}

/// The page again, for somebody whose sign-in took too long.
pub(super) fn again(visitor: &Visitor, next: &str) -> Response {
    let faults = [FieldFault { field: ADDRESS, words: visitor.l().t("sign-in-expired") }];
    Visitor::refused(shown(visitor, next, "", &faults))
}

/// Whoever has no second factor is asked to set one up, unless they were on their way somewhere.
fn without_second_factor(next: &str) -> String {
    if next.is_empty() { with_next("/account/second-factor", super::USUAL) } else { next.to_owned() }
}

/// An unknown account and a wrong password are answered in the same words (A4).
fn words(l: Locale, error: SignInError) -> Result<String, Fault> {
    match error {
        SignInError::Wrong => Ok(l.t("sign-in-wrong")),
        SignInError::Throttled(wait) => {
            Ok(l.t_with("sign-in-throttled", [("wait", &l.duration(wait.as_secs()))]))
        }
        SignInError::Expired => Ok(l.t("sign-in-expired")),
        SignInError::Unavailable => Err(Fault::Unavailable),
    }
}

fn missing(l: Locale, address: &str, password: &Secret<String>) -> Vec<FieldFault> {
    let fault = |field, key| FieldFault { field, words: l.t(key) };
    let address = address.trim().is_empty().then(|| fault(ADDRESS, "sign-in-address-missing"));
    let password = password.reveal().is_empty().then(|| fault(PASSWORD, "sign-in-password-missing"));
    address.into_iter().chain(password).collect()
}

/// The page for somebody who is signed in, and adds another account of theirs (A8).
pub(super) async fn another(signed_in: SignedIn) -> Response {
    let visitor = &signed_in.visitor;
    if visitor.has_room_for_another() {
        return shown(visitor, &visitor.next(), "", &[]);
    }
    Redirect::to("/account/others").into_response()
}

pub(super) fn shown(visitor: &Visitor, next: &str, address: &str, faults: &[FieldFault]) -> Response {
    let (l, csrf) = (visitor.l(), visitor.csrf());
    let (is_another, others) = (visitor.actor().is_some(), visitor.others());
    let has_passkeys = visitor.web().identity().has_passkeys();
    let form = PasswordForm { l, csrf: &csrf, next, address, is_another, others, has_passkeys, faults };
    visitor.outside(&form.title(), form.html())
}

/// The form of the first step.
pub(crate) struct PasswordForm<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) next: &'a str,
    pub(crate) address: &'a str,
    /// Whether somebody is signed in already, and adds another account.
    pub(crate) is_another: bool,
    /// Who is signed in besides.
    pub(crate) others: &'a [KeptAccount],
    /// Whether browsers have passkeys for this server.
    pub(crate) has_passkeys: bool,
    pub(crate) faults: &'a [FieldFault],
}

impl PasswordForm<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        FormPage {
            l,
            csrf: self.csrf,
            above: self.others(),
            title: self.title(),
            intro: l.t(if self.is_another { "passkeys-another-intro" } else { "sign-in-intro" }),
            faults: self.faults,
            action: "/sign-in".to_owned(),
            next: self.next,
            fields: Html::join([self.address().html(), self.password().html()]),
            button: l.t("sign-in-button"),
            after: self.by_passkey(),
            instead: Some((crate::forgot::PATH.to_owned(), l.t("sign-in-forgot"))),
            below: Html::of(&Help { words: l.t("sign-in-help") }),
        }
        .html()
    }

    fn title(&self) -> String {
        self.l.t(if self.is_another { "passkeys-another-title" } else { "sign-in-title" })
    }

    /// Whoever adds an account has the others in the menu.
    fn others(&self) -> Html {
        let others = if self.is_another { &[] } else { self.others };
        ContinueAs { l: self.l, csrf: self.csrf, next: self.next, others }.html()
    }

    fn by_passkey(&self) -> Html {
        if !self.has_passkeys {
            return Html::default();
        }
        passkey::button(self.l, passkey::ALONE, "passkeys-sign-in")
    }

    fn address(&self) -> Field {
        Field {
            id: ADDRESS,
            label: self.l.t("sign-in-address"),
            kind: FieldKind::Email,
            value: self.address.to_owned(),
            fault: ErrorSummary::of_field(self.faults, ADDRESS),
            autocomplete: "username",
            limit: 320,
            is_first: self.faults.is_empty(),
            ..Field::default()
        }
    }

    fn password(&self) -> Field {
        Field {
            id: PASSWORD,
            label: self.l.t("sign-in-password"),
            kind: FieldKind::Password,
            fault: ErrorSummary::of_field(self.faults, PASSWORD),
            autocomplete: "current-password",
            limit: 512,
            ..Field::default()
        }
    }
}
