//! Signing in and out (A2).

mod code;
mod passkey;
mod password;

use axum::response::{IntoResponse, Redirect, Response};
use web::{Asks, Fault, Pages, Posted, Visitor, Who};

use crate::pass;

#[cfg(test)]
pub(crate) use code::CodeForm;
#[cfg(test)]
pub(crate) use password::PasswordForm;

/// The routes.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/", Who::Anybody, beginning)
        .get("/sign-in", Who::Anybody, password::page)
        .post("/sign-in", Who::Anybody, Asks::Nothing, password::sign_in)
        .get("/sign-in/code", Who::Anybody, code::page)
        .post("/sign-in/code", Who::Anybody, Asks::Nothing, code::give)
        .post(passkey::ALONE, Who::Anybody, Asks::Nothing, passkey::question)
        .post(passkey::STEP, Who::Anybody, Asks::Nothing, passkey::step_question)
        .get("/sign-in/another", Who::SignedIn, password::another)
        .post("/sign-out", Who::Anybody, Asks::Nothing, sign_out)
}

/// Where people go who named no place.
const USUAL: &str = "/mail";

async fn beginning(visitor: Visitor) -> Redirect {
    Redirect::to(if visitor.actor().is_some() { USUAL } else { "/sign-in" })
}

async fn sign_out(posted: Posted) -> Result<Response, Fault> {
    let visitor = &posted.visitor;
    if let Some(actor) = visitor.actor() {
        visitor.web().identity().sign_out(actor).await?;
    }
    Ok(pass::forget(visitor, posted.next("next", "/sign-in")))
}

/// The place named, or the usual one.
fn or_usual(next: &str) -> &str {
    if next.is_empty() { USUAL } else { next }
}

/// Somebody who is signed in already goes on at once.
fn already(visitor: &Visitor) -> Option<Response> {
    visitor.actor().map(|_| Redirect::to(or_usual(&visitor.next())).into_response())
}
