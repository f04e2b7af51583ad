//! A person with a browser: they see pages, and send the forms that they see.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Request, StatusCode};
use tower::ServiceExt;

use super::world::{PASSWORD, World};

/// A browser with its cookies.
pub(super) struct Person {
    pages: Router,
    cookies: BTreeMap<String, String>,
    csrf: String,
    /// What the browser says of where its forms come from: of our pages, which send no referrer, nothing.
    pub(super) origin: &'static str,
}

/// What a person was answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Where it leads; empty for nowhere.
    pub(super) leads_to: String,
    pub(super) text: String,
}

impl Answer {
    /// The answer is a page that says this.
    pub(super) fn says(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "{words:?} is not on the page: {} {}", self.status, self.text);
        self
    }

    /// The answer leads there.
    pub(super) fn leads_to(&self, path: &str) -> &Self {
        assert_eq!((self.status, self.leads_to.as_str()), (StatusCode::SEE_OTHER, path), "{}", self.text);
        self
    }

    /// The answer is a form with faults.
    pub(super) fn refuses(&self, words: &str) -> &Self {
        assert_eq!(self.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", self.text);
        self.says("error-summary").says(words)
    }

    /// The text between two others.
    pub(super) fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self.text.split_once(before).unwrap_or_else(|| panic!("{before:?} in {}", self.text));
        rest.split(after).next().unwrap().to_owned()
    }

    /// The key to type into an authenticator app.
    pub(super) fn app_secret(&self) -> String {
        self.between("<input id=\"secret\" value=\"", "\"")
    }
}

impl Person {
    /// A browser that was never here.
    pub(super) fn new(world: &World) -> Self {
        Self { pages: world.pages.clone(), cookies: BTreeMap::new(), csrf: String::new(), origin: "null" }
    }

    /// Somebody signed in, with the password alone.
    pub(super) async fn signed_in(world: &World, address: &str) -> Self {
        let mut person = Self::new(world);
        person.go("/sign-in").await;
        let answer = person.send("/sign-in", &[("address", address), ("password", PASSWORD)]).await;
        answer.leads_to("/account/second-factor?next=/mail");
        person
    }

    /// Opens a page.
    pub(super) async fn go(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path), String::new()).await
    }

    /// Sends a form of the page seen last.
    pub(super) async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let all = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied());
        let body: Vec<String> = all.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.header(ORIGIN, self.origin), body.join("&")).await
    }

    /// Sends a file with the form of the page seen last.
    pub(super) async fn send_file(&mut self, path: &str, file: &str) -> Answer {
        let csrf = &self.csrf;
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--edge\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{file}\r\n--edge--\r\n"
        );
        let form = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=edge");
        self.ask(form.header(ORIGIN, self.origin), body).await
    }

    /// The token of the page seen last.
    pub(super) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Sends the next form from a page with that token.
    pub(super) fn set_csrf(&mut self, csrf: &str) {
        csrf.clone_into(&mut self.csrf);
    }

    /// Fetches a part of a page for a page with that token.
    pub(super) async fn part(&mut self, path: &str, csrf: &str) -> Answer {
        let request = Request::get(path).header("hx-request", "true").header("x-csrf", csrf);
        self.ask(request, String::new()).await
    }

    /// The cookies that this browser holds, by name.
    pub(super) fn cookie(&self, name: &str) -> &str {
        self.cookies.get(name).map_or("", String::as_str)
    }

    /// Gives a cookie up, or takes one over.
    pub(super) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn ask(&mut self, request: axum::http::request::Builder, body: String) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(COOKIE, cookies.join("; ")).body(Body::from(body)).unwrap();
        let response = self.pages.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = response.status();
        let header = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        if let Some((_, rest)) = text.split_once("<meta name=\"csrf\" content=\"") {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        Answer { status, leads_to: header.unwrap_or_default(), text }
    }
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
