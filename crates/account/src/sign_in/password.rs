//! The first step: address and password.

use axum::response::Response;
use domain::Secret;
use identity::{SignIn, SignInError};
use ui::{ErrorSummary, Field, FieldFault, FieldKind, Html, Locale};
use web::{Fault, Posted, Visitor, with_next};

use crate::form::{FormPage, Help};
use crate::pass;

const ADDRESS: &str = "address";
const PASSWORD: &str = "password";

pub(super) async fn page(visitor: Visitor) -> Response {
    super::already(&visitor).unwrap_or_else(|| shown(&visitor, &visitor.next(), "", &[]))
}

pub(super) async fn sign_in(posted: Posted) -> Result<Response, Fault> {
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

fn shown(visitor: &Visitor, next: &str, address: &str, faults: &[FieldFault]) -> Response {
    let (l, csrf) = (visitor.l(), visitor.csrf());
    let form = PasswordForm { l, csrf: &csrf, next, address, faults };
    visitor.outside(&l.t("sign-in-title"), form.html())
}

/// The form of the first step.
pub(crate) struct PasswordForm<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) next: &'a str,
    pub(crate) address: &'a str,
    pub(crate) faults: &'a [FieldFault],
}

impl PasswordForm<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        FormPage {
            l,
            csrf: self.csrf,
            title: l.t("sign-in-title"),
            intro: l.t("sign-in-intro"),
            faults: self.faults,
            action: "/sign-in".to_owned(),
            next: self.next,
            fields: Html::join([self.address().html(), self.password().html()]),
            button: l.t("sign-in-button"),
            instead: Some((crate::forgot::PATH.to_owned(), l.t("sign-in-forgot"))),
            below: Html::of(&Help { words: l.t("sign-in-help") }),
            ..FormPage::default()
        }
        .html()
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
