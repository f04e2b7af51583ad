//! The second step: a code of the authenticator app, or a recovery code.

use axum::response::{IntoResponse, Redirect, Response};
use domain::Secret;
use identity::{Remember, SecondStepWays, SignInError};
use ui::{ErrorSummary, Field, FieldFault, Html, Locale, Tick};
use web::{Fault, Posted, Visitor, with_next};

use super::{or_usual, passkey};
use crate::form::FormPage;
use crate::pass;

pub(super) const CODE: &str = "code";
const REMEMBER: &str = "remember";

pub(super) async fn page(visitor: Visitor) -> Result<Response, Fault> {
    if let Some(response) = super::already(&visitor) {
        return Ok(response);
    }
    let next = visitor.next();
    match visitor.session_token() {
        Some(_) => shown(&visitor, &next, &[]).await,
        None => Ok(Redirect::to(&with_next("/sign-in", &next)).into_response()),
    }
}

pub(super) async fn give(posted: Posted) -> Result<Response, Fault> {
    let (visitor, l, next) = (&posted.visitor, posted.visitor.l(), posted.next("next", ""));
    let Some(token) = visitor.session_token() else { return Ok(super::password::again(visitor, next)) };
    let token = Secret::new(token.to_owned());
    let remember = if posted.is_on(REMEMBER) { Remember::Yes } else { Remember::No };
    if !posted.text(passkey::ANSWER).is_empty() {
        return passkey::step(&posted, &token, remember).await;
    }
    let (identity, origin, mark) = (visitor.web().identity(), visitor.origin(), visitor.mark());
    let given = identity.second_factor(&token, posted.text(CODE), origin, mark, remember).await;
    let words = match given {
        Ok(session) => return pass::lead(visitor, &session, or_usual(next)).await,
        Err(SignInError::Expired) => return Ok(super::password::again(visitor, next)),
        Err(SignInError::Unavailable) => return Err(Fault::Unavailable),
        Err(SignInError::Wrong) => l.t("sign-in-code-wrong"),
        Err(SignInError::Throttled(wait)) => {
            l.t_with("sign-in-throttled", [("wait", &l.duration(wait.as_secs()))])
        }
    };
    Ok(Visitor::refused(shown(visitor, next, &[FieldFault { field: CODE, words }]).await?))
}

pub(super) async fn shown(visitor: &Visitor, next: &str, faults: &[FieldFault]) -> Result<Response, Fault> {
    let (l, csrf, identity) = (visitor.l(), visitor.csrf(), visitor.web().identity());
    let ways = identity.second_step_ways(visitor.session_token().unwrap_or_default()).await?;
    let form = CodeForm { l, csrf: &csrf, next, ways, faults };
    Ok(visitor.outside(&l.t("sign-in-code-title"), form.html()))
}

/// The form of the second step.
pub(crate) struct CodeForm<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) next: &'a str,
    pub(crate) ways: SecondStepWays,
    pub(crate) faults: &'a [FieldFault],
}

impl CodeForm<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        let l = self.l;
        // A recovery code has letters: the keys of a phone must not be digits alone.
        let code = Field {
            id: CODE,
            label: l.t(if self.ways.by_app { "sign-in-code" } else { "passkeys-recovery-code" }),
            hint: Some(l.t(if self.ways.by_app {
                "sign-in-code-hint"
            } else {
                "passkeys-recovery-code-hint"
            })),
            fault: ErrorSummary::of_field(self.faults, CODE),
            autocomplete: "one-time-code",
            limit: 40,
            is_first: self.faults.is_empty(),
            ..Field::default()
        };
        let remember = Tick { id: REMEMBER, label: l.t("sign-in-remember"), ..Tick::default() };
        FormPage {
            l,
            csrf: self.csrf,
            title: l.t("sign-in-code-title"),
            intro: l.t(if self.ways.by_app { "sign-in-code-intro" } else { "passkeys-code-intro" }),
            faults: self.faults,
            action: "/sign-in/code".to_owned(),
            next: self.next,
            fields: Html::join([code.html(), remember.html()]),
            button: l.t("sign-in-button"),
            after: self.by_passkey(),
            instead: Some((with_next("/sign-in", self.next), l.t("sign-in-code-again"))),
            ..FormPage::default()
        }
        .html()
    }

    fn by_passkey(&self) -> Html {
        if !self.ways.by_passkey {
            return Html::default();
        }
        passkey::button(self.l, passkey::STEP, "passkeys-code-use")
    }
}
