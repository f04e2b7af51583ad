//! A person with a browser, signed in: they see pages, and send the forms that they see.

use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION};
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
    pub(super) csrf: String,
    pub(super) actor: Actor,
}

/// What a person was answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Where it leads; empty for nowhere.
    pub(super) leads_to: String,
    pub(super) headers: HeaderMap,
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

    /// The answer leads to a path that begins so.
    pub(super) fn leads_to(&self, path: &str) -> &Self {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        assert!(self.leads_to.starts_with(path), "{} is not {path}", self.leads_to);
        self
    }

    /// The answer is a form with faults.
    pub(super) fn refuses(&self, words: &str) -> &Self {
        assert_eq!(self.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", self.text);
        self.says("error-summary").says(words)
    }

    /// What stands in a hidden field of the page.
    pub(super) fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let after = self.text.split_once(&start).map_or("", |(_, after)| after);
        after.split('"').next().unwrap_or_default().to_owned()
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
        let session = session.token.reveal().clone();
        let actor = world.identity.session(&session, &origin).await.unwrap().unwrap();
        let csrf = world.identity.csrf(&session);
        Self { pages: world.pages.clone(), session, csrf, actor }
    }

    /// Opens a page.
    pub(super) async fn go(&self, path: &str) -> Answer {
        answer(self.ask(Request::get(path), String::new()).await).await
    }

    /// Asks for a part of a page.
    pub(super) async fn part(&self, path: &str) -> Answer {
        answer(self.ask(Request::get(path).header("hx-request", "true"), String::new()).await).await
    }

    /// Opens a stream; `again` after having had one.
    pub(super) async fn watch(&self, path: &str, again: bool) -> Response {
        let request = Request::get(path);
        let request = if again { request.header("last-event-id", "1") } else { request };
        self.ask(request, String::new()).await
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

    /// Sends a form with files, each a name and its text.
    pub(super) async fn send_files(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str)],
    ) -> Answer {
        let mut body = String::new();
        let all = [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied());
        for (name, value) in all {
            body += &format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        for (name, text) in files {
            body += &format!(
                "--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n{text}\r\n"
            );
        }
        body += "--edge--\r\n";
        let form = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=edge");
        answer(self.ask(form, body).await).await
    }

    fn form(&self, path: &str) -> Builder {
        Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    fn body(&self, fields: &[(&str, &str)]) -> String {
        let all = [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied());
        all.map(|(name, value)| format!("{name}={}", crate::text::encoded(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    async fn ask(&self, request: Builder, body: String) -> Response {
        let cookie = format!("session={}", self.session);
        let request = request.header(COOKIE, cookie).body(Body::from(body)).unwrap();
        self.pages.clone().oneshot(request).await.unwrap()
    }
}

async fn answer(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let leads_to = parts.headers.get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
    let body = axum::body::to_bytes(body, 1_000_000).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: parts.status, leads_to: leads_to.unwrap_or_default(), headers: parts.headers, text }
}
