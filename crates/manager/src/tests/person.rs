//! A person with a browser, signed in: they see pages, and send the forms that they see.

use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION};
use axum::http::request::Builder;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use domain::Secret;
use identity::{Actor, Origin, SignIn};
use tower::ServiceExt;

use super::world::{PASSWORD, World};

/// Somebody signed in.
pub(super) struct Person {
    pages: Router,
    session: String,
    csrf: String,
    pub(super) actor: Actor,
}

/// What a person was answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Where it leads; empty for nowhere.
    pub(super) leads_to: String,
    /// Its headers, by name.
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: String,
}

impl Answer {
    /// The answer is a page that says this.
    pub(super) fn says(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "{words:?} is not on the page: {} {}", self.status, self.text);
        self
    }

    /// The answer does not say this.
    pub(super) fn hides(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words:?} is on the page: {} {}", self.status, self.text);
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

    /// The answer asks for the password.
    pub(super) fn asks_for_proof(&self) -> &Self {
        self.says("name=\"proof-password\"")
    }
}

impl Person {
    /// Signs in.
    pub(super) async fn signed_in(world: &World, address: &str) -> Self {
        let origin = Origin { ip: Ipv4Addr::new(192, 0, 2, 1).into(), browser: "test".to_owned() };
        let password = Secret::new(PASSWORD.to_owned());
        let SignIn::Complete(session) = world.identity.sign_in(address, &password, &origin).await.unwrap()
        else {
            panic!("{address} has a second factor")
        };
        let token = session.token.reveal().clone();
        let actor = world.identity.session(&token, &origin).await.unwrap().unwrap();
        let csrf = world.identity.csrf(&token);
        Self { pages: world.pages.clone(), session: token, csrf, actor }
    }

    /// Opens a page.
    pub(super) async fn go(&self, path: &str) -> Answer {
        answer(self.ask(Request::get(path), String::new()).await).await
    }

    /// Asks for a part of a page.
    pub(super) async fn part(&self, path: &str) -> Answer {
        answer(self.ask(Request::get(path).header("hx-request", "true"), String::new()).await).await
    }

    /// Opens a stream.
    pub(super) async fn watch(&self, path: &str) -> Response {
        self.ask(Request::get(path), String::new()).await
    }

    /// Sends a form.
    pub(super) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        answer(self.ask(self.form(path), self.body(fields)).await).await
    }

    /// Sends a form of a part of the page.
    pub(super) async fn send_part(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.form(path).header("hx-request", "true");
        answer(self.ask(form, self.body(fields)).await).await
    }

    /// Sends a form with a file.
    pub(super) async fn send_file(&self, path: &str, fields: &[(&str, &str)], file: &str) -> Answer {
        let all = [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied());
        let mut body: String = all
            .map(|(name, value)| {
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        body += "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
        body += file;
        body += "\r\n--edge--\r\n";
        let form = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=edge");
        answer(self.ask(form, body).await).await
    }

    fn form(&self, path: &str) -> Builder {
        Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    fn body(&self, fields: &[(&str, &str)]) -> String {
        let all = [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied());
        all.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }

    async fn ask(&self, request: Builder, body: String) -> Response {
        let cookie = format!("session={}", self.session);
        let request = request.header(COOKIE, cookie).body(Body::from(body)).unwrap();
        self.pages.clone().oneshot(request).await.unwrap()
    }
}

async fn answer(response: Response) -> Answer {
    let status = response.status();
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let leads_to = response.headers().get(LOCATION).map(text).unwrap_or_default();
    let body = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
    Answer { status, leads_to, headers, text: String::from_utf8(body.to_vec()).unwrap() }
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
