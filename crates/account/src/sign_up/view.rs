//! The page of a sign-up: the form of one step.

use askama::Template;
use identity::{SignUpStep, SignUpView};
use ui::{Button, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, Tick};

use super::steps::Steps;
use crate::form::{FormPage, Typed};
use crate::own::AppOffer;

pub(super) const ADDRESS: &str = "address";
pub(super) const CODE: &str = "code";
pub(super) const FIRST_NAME: &str = "first-name";
pub(super) const LAST_NAME: &str = "last-name";
pub(super) const PASSWORD: &str = "password";
pub(super) const PHONE: &str = "phone";
pub(super) const TERMS: &str = "accept-terms";
/// The fields that are shown again as they were typed.
pub(super) const KEPT: [&str; 5] = [ADDRESS, FIRST_NAME, LAST_NAME, PHONE, TERMS];

/// The path of a sign-up.
pub(super) fn path(token: &str) -> String {
    format!("/sign-up/{token}")
}

/// The page of one step.
pub(crate) struct SignUpPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) token: &'a str,
    pub(crate) view: &'a SignUpView,
    pub(crate) step: SignUpStep,
    pub(crate) typed: &'a Typed,
    pub(crate) faults: &'a [FieldFault],
}

impl SignUpPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        FormPage {
            l,
            csrf: self.csrf,
            above: Steps::html(l, self.view.is_invited, self.step),
            title: l.t("sign-up-title"),
            intro: self.intro(),
            faults: self.faults,
            action: self.action(self.step),
            fields: self.fields(),
            button: self.button(),
            below: if self.step == SignUpStep::Code { self.another_code() } else { Html::empty() },
            ..FormPage::default()
        }
        .html()
    }

    fn action(&self, step: SignUpStep) -> String {
        let act = match step {
            SignUpStep::Address => "address",
            SignUpStep::Code => "code",
            SignUpStep::Names => "names",
            SignUpStep::Phone => "phone",
            SignUpStep::SecondFactor => "second-factor",
        };
        format!("{}/{act}", path(self.token))
    }

    fn intro(&self) -> String {
        let l = self.l;
        match self.step {
            SignUpStep::Address if self.view.is_invited => l.t("sign-up-address-invited"),
            SignUpStep::Address => l.t("sign-up-address-first"),
            SignUpStep::Code => l.t_with("sign-up-code-intro", [("address", &self.view.address)]),
            SignUpStep::Names => l.t("sign-up-names-intro"),
            SignUpStep::Phone => l.t("sign-up-phone-intro"),
            SignUpStep::SecondFactor => l.t("sign-up-second-factor-intro"),
        }
    }

    fn button(&self) -> String {
        match self.step {
            SignUpStep::SecondFactor => self.l.t("sign-up-finish"),
            SignUpStep::Address | SignUpStep::Code | SignUpStep::Names | SignUpStep::Phone => {
                self.l.t("common-next")
            }
        }
    }

    fn fields(&self) -> Html {
        match self.step {
            SignUpStep::Address => self.address().html(),
            SignUpStep::Code => self.code("sign-up-code", "sign-up-code-hint").html(),
            SignUpStep::Names => Html::join([
                self.field(FIRST_NAME, "sign-up-first-name", "given-name").html(),
                self.field(LAST_NAME, "sign-up-last-name", "family-name").html(),
                Html::of(&OwnAddress { address: &self.view.address }),
                self.password().html(),
            ]),
            SignUpStep::Phone => Html::join([self.phone().html(), self.terms()]),
            SignUpStep::SecondFactor => {
                let offer = self.view.offer.as_ref();
                let offer = offer.map(|offer| AppOffer { l: self.l, offer }.html());
                let code = self.code("account-app-code", "account-app-code-hint").html();
                Html::join(offer.into_iter().chain([code]))
            }
        }
    }

    fn field(&self, id: &'static str, label: &str, autocomplete: &'static str) -> Field {
        Field {
            id,
            label: self.l.t(label),
            value: self.typed.text(id),
            fault: ErrorSummary::of_field(self.faults, id),
            autocomplete,
            ..Field::default()
        }
    }

    fn address(&self) -> Field {
        let field = self.field(ADDRESS, "sign-up-address", "email");
        Field { kind: FieldKind::Email, limit: 320, ..field }
    }

    fn code(&self, label: &str, hint: &str) -> Field {
        let field = self.field(CODE, label, "one-time-code");
        Field { kind: FieldKind::Code, value: String::new(), hint: Some(self.l.t(hint)), limit: 20, ..field }
    }

    fn password(&self) -> Field {
        let field = self.field(PASSWORD, "sign-up-password", "new-password");
        let hint = Some(self.l.t("sign-up-password-hint"));
        Field { kind: FieldKind::Password, hint, limit: 512, ..field }
    }

    fn phone(&self) -> Field {
        let field = self.field(PHONE, "sign-up-phone", "tel");
        Field { kind: FieldKind::Phone, hint: Some(self.l.t("sign-up-phone-hint")), limit: 40, ..field }
    }

    fn terms(&self) -> Html {
        let tick = Tick {
            id: TERMS,
            label: self.l.t("sign-up-terms"),
            is_ticked: self.typed.is_on(TERMS),
            fault: ErrorSummary::of_field(self.faults, TERMS),
            ..Tick::default()
        };
        Html::join([tick.html(), Html::of(&TermsLink { words: self.l.t("sign-up-terms-read") })])
    }

    /// Below the code: another one, to this address or to another.
    fn another_code(&self) -> Html {
        let send = Button { label: self.l.t("sign-up-code-send"), ..Button::default() };
        let (address, send) = (self.address().html(), send.html());
        let is_open = !self.faults.is_empty();
        let action = self.action(SignUpStep::Address);
        Html::of(&AnotherCode { l: self.l, csrf: self.csrf, action, address, send, is_open })
    }
}

#[derive(Template)]
#[template(path = "another_code.html")]
struct AnotherCode<'a> {
    l: Locale,
    csrf: &'a str,
    action: String,
    address: Html,
    send: Html,
    is_open: bool,
}

/// Tells the browser's password store which address the new password belongs to.
#[derive(Template)]
#[template(
    source = "<input class=\"visually-hidden\" type=\"text\" name=\"own-address\" value=\"{{ address }}\" autocomplete=\"username\" tabindex=\"-1\" aria-hidden=\"true\" readonly>",
    ext = "html"
)]
struct OwnAddress<'a> {
    address: &'a str,
}

#[derive(Template)]
#[template(
    source = "<p class=\"small\"><a href=\"/terms\" target=\"_blank\" rel=\"noopener\">{{ words }}</a></p>",
    ext = "html"
)]
struct TermsLink {
    words: String,
}
