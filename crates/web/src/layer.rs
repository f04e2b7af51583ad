//! What every answer gets on its way out: the words of its fault, and the headers that keep browsers honest.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ui::Html;

use crate::fault::Undressed;
use crate::visitor::{Visitor, sign_in_first};
use crate::{Fault, Web};

/// No script or style but our own files, nothing from elsewhere, and nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; \
                      base-uri 'none'";

/// Adds to an answer what every answer has. For `axum::middleware::from_fn_with_state`, around all pages.
pub async fn dress(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let head = parts.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let fault = response.extensions().get::<Undressed>().copied();
    let fault = fault.or_else(|| not_routed(&response));
    if let Some(fault) = fault {
        let status = response.status();
        response = match Visitor::read(&head, &web).await {
            Ok(visitor) => words(&visitor, fault, status, head.method == axum::http::Method::GET),
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        };
    }
    add_headers(&mut response, &web);
    response
}

/// What the router itself answers for a path or method that no page has.
fn not_routed(response: &Response) -> Option<Undressed> {
    let is_ours = response.headers().contains_key("content-type");
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED if !is_ours => Some(Undressed::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Undressed::TooLarge),
        _ => None,
    }
}

/// What a fault says, instead of the page.
#[derive(Template)]
#[template(path = "fault.html")]
struct Said<'a> {
    title: &'a str,
    words: &'a str,
    home: &'a str,
}

fn words(visitor: &Visitor, fault: Undressed, status: StatusCode, is_page: bool) -> Response {
    if fault == Undressed::SignedOut && !visitor.is_fragment() && visitor.actor().is_none() {
        if let Fault::Page(response) = sign_in_first(visitor, is_page) {
            return *response;
        }
        return axum::response::Redirect::to("/sign-in").into_response();
    }
    // One answer for "not here" and "not for you", down to its code.
    let status = if status == StatusCode::METHOD_NOT_ALLOWED { StatusCode::NOT_FOUND } else { status };
    let l = visitor.l();
    let title = l.t(&format!("{}-title", fault.key()));
    let said = Said { title: &title, words: &l.t(fault.key()), home: &l.t("fault-home") };
    let body = Html::of(&said);
    (status, visitor.outside(&title, body)).into_response()
}

fn add_headers(response: &mut Response, web: &Web) {
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(CONTENT_SECURITY_POLICY, POLICY);
    add(REFERRER_POLICY, "no-referrer");
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Pages hold mail and secrets: no cache keeps them.
    add(CACHE_CONTROL, "no-store");
    add(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    add(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    add(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if web.is_secure() {
        add(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
