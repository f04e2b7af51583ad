//! The routes of the pages, each with who may use it: a route without that cannot be made.

use std::fmt;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{get, post};

use crate::Web;

/// Who may use a route. The page itself finds out; tests hold it to what stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody, signed in or not.
    Anybody,
    /// Whoever has the link that the path is made of.
    LinkHolder,
    /// Whoever is signed in, for themselves.
    SignedIn,
    /// Whoever has access to the mailbox in the path.
    AccessHolder,
    /// Whoever may look at the mail service that the path belongs to, or at any of the organization.
    ServiceViewer,
    /// Whoever may change the mail service that the path belongs to, or make one in the organization.
    MailManager,
    /// Whoever may manage the users of the organization that the path belongs to, or see its activity.
    UserManager,
    /// An owner of the organization that the path belongs to.
    Owner,
}

/// Whether a route asks for the proof of presence (A7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// It does not.
    Nothing,
    /// It does.
    Proof,
}

/// One route as the golden table prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, with `{names}` for its ids.
    pub path: &'static str,
    /// Who may use it.
    pub who: Who,
    /// Whether it asks for the proof of presence.
    pub asks: Asks,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, path, who, asks } = self;
        let who = format!("{who:?}");
        match asks {
            Asks::Nothing => write!(f, "{method:<4} {path:<70} {who}"),
            Asks::Proof => write!(f, "{method:<4} {path:<70} {who:<13} proof"),
        }
    }
}

/// The routes of one crate of pages.
#[derive(Default)]
pub struct Pages {
    router: Router<Web>,
    rows: Vec<Row>,
}

impl Pages {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page to look at. It changes nothing.
    #[must_use]
    pub fn get<H, T>(mut self, path: &'static str, who: Who, page: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.rows.push(Row { method: "GET", path, who, asks: Asks::Nothing });
        self.router = self.router.route(path, get(page));
        self
    }

    /// A page to look at that begins a sensitive act: it asks for the proof of presence first.
    #[must_use]
    pub fn look_with_proof<H, T>(mut self, path: &'static str, who: Who, page: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.rows.push(Row { method: "GET", path, who, asks: Asks::Proof });
        self.router = self.router.route(path, get(page));
        self
    }

    /// An act.
    #[must_use]
    pub fn post<H, T>(mut self, path: &'static str, who: Who, asks: Asks, act: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.rows.push(Row { method: "POST", path, who, asks });
        self.router = self.router.route(path, post(act));
        self
    }

    /// A form with files, which may be as large as `limit_bytes` in all.
    #[must_use]
    pub fn post_files<H, T>(mut self, path: &'static str, who: Who, limit_bytes: usize, act: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.rows.push(Row { method: "POST", path, who, asks: Asks::Nothing });
        self.router = self.router.route(path, post(act).layer(DefaultBodyLimit::max(limit_bytes)));
        self
    }

    /// A question that a program puts by POST, as large as `limit_bytes` at most: it has no session and no token, so
    /// its answer may change nothing.
    #[must_use]
    pub fn question<H, T>(mut self, path: &'static str, who: Who, limit_bytes: usize, answer: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.rows.push(Row { method: "POST", path, who, asks: Asks::Nothing });
        self.router = self.router.route(path, post(answer).layer(DefaultBodyLimit::max(limit_bytes)));
        self
    }

    /// The routes of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self.router = self.router.merge(other.router);
        self
    }

    /// Every route, in the order of their making.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The router, dressed.
    pub fn router(self, web: Web) -> Router {
        let dress = axum::middleware::from_fn_with_state(web.clone(), crate::dress);
        self.router.fallback(|| async { crate::Fault::NotFound }).layer(dress).with_state(web)
    }
}
