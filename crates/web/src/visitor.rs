//! Whoever looks at a page.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, Query};
use axum::http::header::{HOST, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use domain::Secret;
use identity::{Actor, AskedBy, BrowserMark, KeptAccount, Origin};
use ui::{Html, Locale, OtherPerson, Outside, Person, Place, Shell, Theme, Width};

use crate::posted::own_path;
use crate::{Fault, Web, cookies, picture_path};

/// Whoever looks at a page, signed in or not.
#[derive(Clone)]
pub struct Visitor {
    web: Web,
    actor: Option<Actor>,
    locale: Locale,
    theme: Option<Theme>,
    token: Token,
    origin: Origin,
    mark: BrowserMark,
    pub(crate) others: Vec<KeptAccount>,
    pub(crate) other_tokens: Vec<Secret<String>>,
    host: String,
    path: String,
    is_fragment: bool,
}

/// What a visitor's forms are bound to.
#[derive(Clone)]
enum Token {
    /// The session's.
    Session(String),
    /// A visit's, known to the browser.
    Visit(String),
    /// A visit's that begins now.
    NewVisit(String),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Session(text) | Self::Visit(text) | Self::NewVisit(text) => text,
        }
    }
}

impl Visitor {
    /// The pages' world.
    pub fn web(&self) -> &Web {
        &self.web
    }

    /// Who is signed in, if somebody is.
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// The words for this visitor.
    pub fn l(&self) -> Locale {
        self.locale
    }

    /// Where they come from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What their browser is known by.
    pub fn mark(&self) -> &BrowserMark {
        &self.mark
    }

    /// What questions to passkeys are bound to.
    pub fn asked_by(&self) -> AskedBy {
        AskedBy::token(self.token.text())
    }

    /// The path and query that was asked for.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path of this server that the query names as `next`, to go on to afterwards; empty for none.
    pub fn next(&self) -> String {
        next_of(&self.path)
    }

    /// The host by which they reached this server.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Whether a part of a page is asked for, to be put into it.
    pub fn is_fragment(&self) -> bool {
        self.is_fragment
    }

    /// The name of their time zone; UTC while nobody is signed in.
    pub fn zone(&self) -> &str {
        self.actor.as_ref().map_or("UTC", Actor::time_zone)
    }

    /// The token that their forms carry.
    pub fn csrf(&self) -> String {
        self.web.identity().csrf(self.token.text())
    }

    pub(crate) fn csrf_matches(&self, given: &str) -> bool {
        self.web.identity().csrf_matches(self.token.text(), given)
    }

    /// The token of the session, or of the sign-in that still owes its second factor.
    pub fn session_token(&self) -> Option<&str> {
        match &self.token {
            Token::Session(token) => Some(token),
            Token::Visit(_) | Token::NewVisit(_) => None,
        }
    }

    /// Who is signed in, as pages show them.
    pub fn person(&self) -> Option<Person> {
        self.actor.as_ref().map(|actor| Person {
            name: actor.name().to_owned(),
            address: actor.address().to_owned(),
            picture: actor.picture().map(picture_path),
        })
    }

    /// A page of a place of the product, for somebody signed in.
    pub fn page(&self, place: Place, width: Width, title: &str, body: Html) -> Response {
        let Some(actor) = &self.actor else { return Fault::SignedOut.into_response() };
        let person = self.person().unwrap_or_default();
        let csrf = self.csrf();
        let (l, theme) = (self.locale, self.theme);
        let (others, may_add) = (self.people_besides(), self.has_room_for_another());
        let body = Html::join([self.told(actor), body]);
        let shell =
            Shell { l, theme, csrf: &csrf, title, place, width, person: &person, others, may_add, body };
        shell.html().into_response()
    }

    /// Whether a second factor comes before the page that was asked for: before all but one's own account.
    pub(crate) fn owes_factor(&self) -> bool {
        let is_own = self.path == "/account"
            || self.path.starts_with("/account/")
            || self.path.starts_with("/account?");
        let is_out = self.path.starts_with("/sign-in") || self.path.starts_with("/invite/");
        !is_own && !is_out && self.actor.as_ref().is_some_and(Actor::owes_second_factor)
    }

    fn people_besides(&self) -> Vec<OtherPerson> {
        let person = |one: &KeptAccount| OtherPerson {
            session: one.session.to_string(),
            name: one.name.clone(),
            address: one.address.clone(),
        };
        self.others.iter().map(person).collect()
    }

    /// What this session has to be told of what was done in another.
    fn told(&self, actor: &Actor) -> Html {
        let Some(what) = actor.notice() else { return Html::default() };
        let words = self.locale.t(&format!("passkeys-told-{}", what.replace(['.', '_'], "-")));
        Html::of(&Told { l: self.locale, csrf: self.csrf(), words })
    }

    /// A page in a card, for anybody.
    pub fn outside(&self, title: &str, body: Html) -> Response {
        let csrf = self.csrf();
        let outside = Outside { l: self.locale, theme: self.theme, csrf: &csrf, title, body };
        let mut response = outside.html().into_response();
        if let Token::NewVisit(token) = &self.token
            && let Some(cookie) = cookies::visit_cookie(&self.web, token)
        {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }

    /// A page whose form has faults: 422, so that scripts and people's programs see that nothing was done.
    pub fn refused(response: Response) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, response).into_response()
    }

    /// Reads a visitor from a request's head.
    pub(crate) async fn read(parts: &Parts, web: &Web) -> Result<Self, Fault> {
        let headers = &parts.headers;
        let origin = Origin { ip: ip(parts), browser: text(headers, USER_AGENT.as_str()) };
        let (actor, token) = match cookies::session(headers, web) {
            Some(token) if !token.is_empty() => {
                (web.identity().session(&token, &origin).await?, Token::Session(token))
            }
            Some(_) | None => match cookies::visit(headers, web) {
                Some(token) => (None, Token::Visit(token)),
                None => (None, Token::NewVisit(cookies::new_visit(web))),
            },
        };
        let is_fragment = headers.contains_key("hx-request");
        let other_tokens = cookies::others(headers, web);
        let mut others = Vec::new();
        if !is_fragment {
            others = web.identity().kept_accounts(&other_tokens).await?;
        }
        let locale =
            actor.as_ref().map_or_else(|| Locale::accepted(headers), |actor| Locale::of(actor.language()));
        Ok(Self {
            web: web.clone(),
            actor,
            locale,
            theme: cookies::find(headers, "theme").as_deref().and_then(Theme::named),
            token,
            origin,
            mark: cookies::mark(headers, web),
            others,
            other_tokens,
            host: text(headers, HOST.as_str()),
            path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            is_fragment,
        })
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fault> {
        Self::read(parts, web).await
    }
}

/// What was done in another session, above a page.
#[derive(Template)]
#[template(path = "told.html")]
struct Told {
    l: Locale,
    csrf: String,
    words: String,
}

/// A visitor who is signed in. Whoever is not is led to the sign-in page, and back here afterwards.
#[derive(Clone)]
pub struct SignedIn {
    /// The visitor.
    pub visitor: Visitor,
    /// Who it is.
    pub actor: Actor,
}

impl SignedIn {
    /// The words for them.
    pub fn l(&self) -> Locale {
        self.visitor.l()
    }

    /// The pages' world.
    pub fn web(&self) -> &Web {
        self.visitor.web()
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Fault> {
        let visitor = Visitor::read(parts, web).await?;
        let token = text(&parts.headers, "x-csrf");
        if visitor.is_fragment && !token.is_empty() && !visitor.csrf_matches(&token) {
            // The page around was made for a session that is not in use any more: it is fetched anew.
            return Err(Fault::SignedOut);
        }
        let is_page = parts.method == axum::http::Method::GET;
        match visitor.actor.clone() {
            Some(_) if visitor.owes_factor() => Err(factor_first(&visitor, is_page)),
            Some(actor) => Ok(Self { visitor, actor }),
            None => Err(sign_in_first(&visitor, is_page)),
        }
    }
}

/// To the page that sets a second factor up, if a whole page was asked for.
pub(crate) fn factor_first(visitor: &Visitor, is_page: bool) -> Fault {
    let next = if is_page && !visitor.is_fragment { visitor.path() } else { "" };
    if visitor.is_fragment {
        return Fault::SignedOut;
    }
    Fault::elsewhere(&with_next("/account/factor-needed", next))
}

/// To the sign-in page, if a whole page was asked for; a part of one says that nobody is signed in.
pub(crate) fn sign_in_first(visitor: &Visitor, is_page: bool) -> Fault {
    if visitor.is_fragment || !is_page {
        return Fault::SignedOut;
    }
    Fault::elsewhere(&with_next("/sign-in", visitor.path()))
}

/// A path with `next` in its query, as [`Visitor::next`] reads it; the path alone when there is none.
pub fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() { path.to_owned() } else { format!("{path}?next={}", encoded(next)) }
}

/// A path with a value in its query.
pub(crate) fn with_query(path: &str, name: &str, value: &str) -> String {
    format!("{path}?{name}={}", encoded(value))
}

/// The value of that name in the query of a path; empty when there is none.
pub(crate) fn asked(path: &str, name: &str) -> String {
    let query =
        path.parse::<Uri>().ok().and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    let named = query.and_then(|query| query.0.into_iter().find(|(known, _)| known == name));
    named.map(|(_, value)| value).unwrap_or_default()
}

fn next_of(path: &str) -> String {
    own_path(&asked(path, "next")).map(str::to_owned).unwrap_or_default()
}

/// A text as a value in a query.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The peer, or whom a proxy on this machine speaks for.
fn ip(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if !peer.is_loopback() {
        return peer;
    }
    let forwarded = text(&parts.headers, "x-forwarded-for");
    forwarded.rsplit(',').next().and_then(|last| last.trim().parse().ok()).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_being_a_value() {
        assert_eq!(encoded("/mail/1?q=a&b"), "/mail/1%3Fq%3Da%26b");
        assert_eq!(next_of(&with_next("/sign-in", "/mail/1?q=a&b=ü")), "/mail/1?q=a&b=ü");
        assert_eq!(with_next("/sign-in", ""), "/sign-in");
    }

    #[test]
    fn no_query_leads_to_another_server() {
        assert_eq!(next_of("/sign-in?next=https://evil.test/"), "");
        assert_eq!(next_of("/sign-in?next=%2F%2Fevil.test"), "");
        assert_eq!(next_of("/sign-in"), "");
    }
}
