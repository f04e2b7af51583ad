//! Signing in with a passkey: alone, or as the second step. Its answer comes in the form of the other way.

use axum::response::Response;
use domain::Secret;
use identity::{Remember, SignInError};
use ui::{FieldFault, Html, Locale, PasskeyAct, PasskeyButton};
use web::{Fault, Posted, Visitor};

use super::{code, or_usual, password};
use crate::own::{passkey_fault, passkey_question};
use crate::pass;

/// The field of the answer.
pub(super) const ANSWER: &str = "passkey";
/// Where it is said what the passkey is to do.
pub(super) const ALONE: &str = "/sign-in/passkey/question";
/// The same after the password.
pub(super) const STEP: &str = "/sign-in/code/question";

/// What the browser is asked to sign in with a passkey alone.
pub(super) async fn question(posted: Posted) -> Result<Response, Fault> {
    let visitor = &posted.visitor;
    let asked = visitor.web().identity().ask_to_sign_in(visitor.asked_by(), visitor.origin()).await;
    Ok(passkey_question(asked.map_err(passkey_fault)?))
}

/// Signs in with a passkey alone.
pub(super) async fn sign_in(posted: &Posted) -> Result<Response, Fault> {
    let (visitor, next) = (&posted.visitor, posted.next("next", ""));
    let identity = visitor.web().identity();
    let (by, origin, mark) = (visitor.asked_by(), visitor.origin(), visitor.mark());
    match identity.sign_in_with_passkey(by, posted.text(ANSWER), origin, mark).await {
        Ok(session) => pass::lead(visitor, &session, or_usual(next)).await,
        Err(error) => {
            let words = words(visitor.l(), error, "passkeys-sign-in-wrong")?;
            let fault = FieldFault { field: password::ADDRESS, words };
            Ok(Visitor::refused(password::shown(visitor, next, "", &[fault])))
        }
    }
}

/// What the browser is asked after the password.
pub(super) async fn step_question(posted: Posted) -> Result<Response, Fault> {
    let visitor = &posted.visitor;
    let token = visitor.session_token().ok_or(Fault::SignedOut)?;
    let asked = visitor.web().identity().ask_second_step(token, visitor.origin()).await;
    Ok(passkey_question(asked.map_err(passkey_fault)?))
}

/// Takes a passkey after the password.
pub(super) async fn step(
    posted: &Posted,
    token: &Secret<String>,
    remember: Remember,
) -> Result<Response, Fault> {
    let (visitor, next) = (&posted.visitor, posted.next("next", ""));
    let (identity, origin, mark) = (visitor.web().identity(), visitor.origin(), visitor.mark());
    match identity.second_factor_with_passkey(token, posted.text(ANSWER), origin, mark, remember).await {
        Ok(session) => pass::lead(visitor, &session, or_usual(next)).await,
        Err(error) => {
            let words = words(visitor.l(), error, "passkeys-code-wrong")?;
            let fault = FieldFault { field: code::CODE, words };
            Ok(Visitor::refused(code::shown(visitor, next, &[fault]).await?))
        }
    }
}

fn words(l: Locale, error: SignInError, wrong: &str) -> Result<String, Fault> {
    match error {
        SignInError::Wrong => Ok(l.t(wrong)),
        SignInError::Expired => Ok(l.t("passkeys-fault-expired")),
        SignInError::Throttled(wait) => {
            Ok(l.t_with("sign-in-throttled", [("wait", &l.duration(wait.as_secs()))]))
        }
        SignInError::Unavailable => Err(Fault::Unavailable),
    }
}

/// The button, in the form of the other way.
pub(super) fn button(l: Locale, question: &'static str, label: &str) -> Html {
    let (act, label) = (PasskeyAct::Use, l.t(label));
    PasskeyButton { l, act, question, field: ANSWER, label, is_primary: false }.html()
}
