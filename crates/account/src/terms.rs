//! The general terms: whose they are, and which version counts.

use axum::response::Response;
use identity::sign_up::TERMS_VERSION;
use ui::{Html, Locale};
use web::{Pages, Visitor, Who};

use crate::form::NoticePage;

/// The route.
pub(crate) fn pages() -> Pages {
    Pages::new().get("/terms", Who::Anybody, page)
}

async fn page(visitor: Visitor) -> Response {
    let l = visitor.l();
    visitor.outside(&l.t("account-terms-title"), html(l))
}

/// What the page says.
pub(crate) fn html(l: Locale) -> Html {
    let paragraphs = vec![
        l.t("account-terms-who"),
        l.t("account-terms-ask"),
        l.t_with("account-terms-version", [("version", TERMS_VERSION)]),
    ];
    NoticePage { title: l.t("account-terms-title"), paragraphs, links: Vec::new() }.html()
}
