//! The page itself.

use askama::Template;
use axum::response::Response;
use domain::Language;
use identity::{RememberedBrowser, SecondFactorState, SessionView};
use ui::{Button, Html, Locale, Person, Pick, Picks, Place, Tag, Tone, Width};
use web::SignedIn;

use super::second_factor;

/// The field of the language.
pub(super) const LANGUAGE: &str = "language";

pub(super) fn shown(
    signed_in: &SignedIn,
    sessions: &[SessionView],
    remembered: &[RememberedBrowser],
    second_factor: SecondFactorState,
    passkeys: usize,
) -> Response {
    let (visitor, l) = (&signed_in.visitor, signed_in.l());
    let page = AccountPage {
        l,
        csrf: &visitor.csrf(),
        person: &visitor.person().unwrap_or_default(),
        zone: visitor.zone(),
        sessions,
        remembered,
        second_factor,
        passkeys,
    };
    visitor.page(Place::Account, Width::Column, &l.t("account-title"), page.html())
}

/// The page of one's own account.
#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) person: &'a Person,
    pub(crate) zone: &'a str,
    pub(crate) sessions: &'a [SessionView],
    pub(crate) remembered: &'a [RememberedBrowser],
    pub(crate) second_factor: SecondFactorState,
    pub(crate) passkeys: usize,
}

/// A session as it is shown.
struct Row {
    id: String,
    browser: String,
    agent: String,
    ip: String,
    used: String,
    is_current: bool,
}

impl AccountPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn languages(&self) -> Html {
        let pick = |language: Language| Pick {
            value: language.code().to_owned(),
            label: language.own_name().to_owned(),
        };
        Picks {
            id: LANGUAGE,
            label: self.l.t("account-language"),
            picks: Language::ALL.into_iter().map(pick).collect(),
            picked: self.l.code().to_owned(),
            fault: None,
        }
        .html()
    }

    fn second_factor_said(&self) -> String {
        match self.second_factor {
            SecondFactorState::Off => self.l.t("account-second-factor-off"),
            SecondFactorState::On { recovery_codes } => {
                let left = recovery_codes.to_string();
                self.l.t_with("account-second-factor-on", [("count", &left)])
            }
            SecondFactorState::Passkeys { recovery_codes } => {
                let left = recovery_codes.to_string();
                self.l.t_with("passkeys-second-factor-on", [("count", &left)])
            }
        }
    }

    fn has_app(&self) -> bool {
        matches!(self.second_factor, SecondFactorState::On { .. })
    }

    fn passkeys_said(&self) -> String {
        self.l.t_with("passkeys-count", [("count", &self.passkeys.to_string())])
    }

    fn second_factor_link(&self) -> String {
        self.l.t(match self.second_factor {
            SecondFactorState::Off | SecondFactorState::Passkeys { .. } => "account-second-factor-add",
            SecondFactorState::On { .. } => "account-second-factor-replace",
        })
    }

    fn second_factor_path(&self) -> &'static str {
        second_factor::PATH
    }

    fn name(&self, agent: &str) -> String {
        ui::browser_name(self.l, agent)
    }

    fn until(&self, browser: &RememberedBrowser) -> String {
        self.l.day(browser.until, self.zone)
    }

    fn rows(&self) -> Vec<Row> {
        let row = |session: &SessionView| Row {
            id: session.id.to_string(),
            browser: ui::browser_name(self.l, &session.browser),
            agent: session.browser.clone(),
            ip: session.ip.clone(),
            used: self.l.moment(session.last_used_at, self.zone),
            is_current: session.is_current,
        };
        self.sessions.iter().map(row).collect()
    }

    fn current(&self) -> Html {
        Tag { tone: Tone::Ok, words: self.l.t("account-session-current") }.html()
    }

    fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_current)
    }

    fn button(&self, key: &str) -> Html {
        Button { label: self.l.t(key), ..Button::default() }.html()
    }
}
