//! Where the Mail app begins.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use mailbox::AddressView;
use ui::{Html, Locale, Place, Width};
use web::{Fault, SignedIn};

use crate::around::Around;
use crate::here::Here;

/// `GET /mail`: the primary address, or the first; the page that says what to do when there is none.
pub(crate) async fn first_address(signed_in: SignedIn) -> Result<Response, Fault> {
    let addresses = signed_in.web().access().list(&signed_in.actor).await?;
    let first = addresses.iter().find(|view| view.is_primary).or_else(|| addresses.first());
    Ok(match first {
        Some(address) if signed_in.visitor.is_fragment() => whole_page(address),
        Some(address) => Redirect::to(&format!("/mail/{}", address.mailbox)).into_response(),
        None if signed_in.visitor.is_fragment() => StatusCode::NO_CONTENT.into_response(),
        None => nothing(&signed_in).await?,
    })
}

/// `GET /mail/{mailbox}`: its INBOX.
pub(crate) async fn inbox(here: Here) -> Result<Redirect, Fault> {
    let around = Around::load(&here).await?;
    Ok(Redirect::to(&format!("{}/{}", here.path(), around.inbox()?.id)))
}

/// Tells the page that waits for a first address to go there.
fn whole_page(address: &AddressView) -> Response {
    let mut response = StatusCode::OK.into_response();
    if let Ok(path) = HeaderValue::from_str(&format!("/mail/{}", address.mailbox)) {
        response.headers_mut().insert(HeaderName::from_static("hx-redirect"), path);
    }
    response
}

async fn nothing(signed_in: &SignedIn) -> Result<Response, Fault> {
    let l = signed_in.l();
    let body = Html::join([Html::of(&Nothing { l }), crate::own::detached(signed_in).await?]);
    Ok(signed_in.visitor.page(Place::Mail, Width::Column, &l.t("mail-no-address"), body))
}

#[derive(Template)]
#[template(path = "nothing.html")]
struct Nothing {
    l: Locale,
}

#[cfg(test)]
mod tests {
    use domain::Language;

    use super::*;

    #[test]
    fn whoever_has_no_address_is_told_what_to_do_and_waits_for_one() {
        let html = Html::of(&Nothing { l: Locale::of(Language::Fr) });
        assert_eq!(html.as_str().matches("<h1").count(), 1, "{html}");
        assert!(html.as_str().contains("sse-connect=\"/mail/events\""), "{html}");
        assert!(html.as_str().contains("Vous n’avez pas encore d’adresse"), "{html}");
    }
}
