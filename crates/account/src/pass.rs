//! The session in the browser: given after each sign-in, taken back when it ends.

use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use identity::{NewSession, Owes};
use web::{Fault, Visitor, session_cookie, with_next};

/// An answer that keeps a new session in the browser. Another account that the browser used stays signed in besides.
pub(crate) async fn keep(
    visitor: &Visitor,
    session: &NewSession,
    mut response: Response,
) -> Result<Response, Fault> {
    for cookie in visitor.take(session).await? {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Leads on, with a new session in the browser. Whoever has no address to sign in with any more chooses one first.
pub(crate) async fn lead(visitor: &Visitor, session: &NewSession, to: &str) -> Result<Response, Fault> {
    let to = match session.owes {
        Owes::Nothing => to.to_owned(),
        Owes::Address => with_next(crate::own::ADDRESSES, to),
    };
    keep(visitor, session, Redirect::to(&to).into_response()).await
}

/// Leads on, and has the browser forget its session.
pub(crate) fn forget(visitor: &Visitor, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Some(cookie) = session_cookie(visitor.web(), None) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
