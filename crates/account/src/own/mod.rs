//! The page of one's own account: who one is, the language, the second factor, and where one is signed in.

mod app;
mod page;
mod recovery_codes;
mod second_factor;

use axum::response::{IntoResponse, Redirect, Response};
use domain::SessionId;
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Who};

pub(crate) use app::AppOffer;
pub(crate) use recovery_codes::RecoveryCodes;
#[cfg(test)]
pub(crate) use {page::AccountPage, second_factor::SecondFactorPage};

/// The routes.
pub(crate) fn pages() -> Pages {
    let who = Who::SignedIn;
    Pages::new()
        .get(PATH, who, account)
        .post("/account/language", who, Asks::Nothing, language)
        .post("/account/sessions/end-others", who, Asks::Nothing, end_others)
        .post("/account/sessions/{session}/end", who, Asks::Nothing, end)
        .look_with_proof(second_factor::PATH, who, second_factor::page)
        .post(second_factor::PATH, who, Asks::Proof, second_factor::set)
        .post("/account/confirm", who, Asks::Proof, confirm)
}

/// Where the page is.
const PATH: &str = "/account";

async fn account(signed_in: SignedIn) -> Result<Response, Fault> {
    let identity = signed_in.web().identity();
    let sessions = identity.sessions(&signed_in.actor).await?;
    let second_factor = identity.second_factor_state(&signed_in.actor).await?;
    Ok(page::shown(&signed_in, &sessions, second_factor))
}

async fn language(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    // Only a page that is not ours names a language that there is none of.
    let language = posted.text(page::LANGUAGE).parse().map_err(|_| Fault::NotFound)?;
    signed_in.web().identity().set_language(&signed_in.actor, language).await?;
    Ok(back())
}

async fn end(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let session: SessionId = id.of("session")?;
    // Of somebody else's session, as of one that is not there, nothing happens and nothing is said.
    signed_in.web().identity().end_session(&signed_in.actor, session).await?;
    Ok(back())
}

async fn end_others(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    signed_in.web().identity().end_other_sessions(&signed_in.actor).await?;
    Ok(back())
}

/// The answer to the question for the password: the page that asked for it.
async fn confirm(posted: Posted) -> Result<Response, Fault> {
    posted.proof().await?;
    Ok(Redirect::to(posted.next("next", PATH)).into_response())
}

fn back() -> Response {
    Redirect::to(PATH).into_response()
}
