//! The accounts in this browser: listed, switched to, signed out (A8).

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use identity::KeptAccount;
use ui::{EmptyState, Html, Locale, Person, Place, Tag, Tone, Width};
use web::{Fault, Posted, SignedIn};

/// Where they are listed.
pub(super) const PATH: &str = "/account/others";
const TO: &str = "to";

pub(super) async fn page(signed_in: SignedIn) -> Response {
    let (l, visitor) = (signed_in.l(), &signed_in.visitor);
    let page = OthersPage {
        l,
        csrf: &visitor.csrf(),
        person: &visitor.person().unwrap_or_default(),
        others: visitor.others(),
        may_add: visitor.has_room_for_another(),
    };
    visitor.page(Place::Account, Width::Column, &l.t("passkeys-others"), page.html())
}

/// Uses another account of this browser from now on. Also on the sign-in page, where nobody is in use.
pub(super) async fn switch(posted: Posted) -> Result<Response, Fault> {
    let to = posted.text(TO).parse().map_err(|_| Fault::NotFound)?;
    Ok(keeping(posted.visitor.switch(to)?, posted.next("next", "/mail")))
}

/// Signs another account of this browser out.
pub(super) async fn forget(posted: Posted) -> Result<Response, Fault> {
    let which = posted.text(TO).parse().map_err(|_| Fault::NotFound)?;
    let to = if posted.visitor.actor().is_some() { PATH } else { "/sign-in" };
    Ok(keeping(posted.visitor.forget(which).await?, to))
}

fn keeping(cookies: Vec<HeaderValue>, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The page.
#[derive(Template)]
#[template(path = "others.html")]
pub(crate) struct OthersPage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) person: &'a Person,
    pub(crate) others: &'a [KeptAccount],
    pub(crate) may_add: bool,
}

impl OthersPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn used(&self) -> Html {
        Tag { tone: Tone::Ok, words: self.l.t("passkeys-others-used") }.html()
    }

    fn named(&self, key: &str, other: &KeptAccount) -> String {
        self.l.t_with(key, [("name", &other.name)])
    }

    fn none(&self) -> Html {
        let (title, hint) = (self.l.t("passkeys-others-none"), self.l.t("passkeys-others-none-do"));
        EmptyState { title, hint, ..EmptyState::default() }.html()
    }
}

/// The accounts that are signed in, on a page where nobody is in use.
#[derive(Template)]
#[template(path = "continue_as.html")]
pub(crate) struct ContinueAs<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) next: &'a str,
    pub(crate) others: &'a [KeptAccount],
}

impl ContinueAs<'_> {
    /// Rendered; nothing when there are none.
    pub(crate) fn html(&self) -> Html {
        if self.others.is_empty() { Html::default() } else { Html::of(self) }
    }

    fn named(&self, key: &str, other: &KeptAccount) -> String {
        self.l.t_with(key, [("name", &other.name)])
    }
}
