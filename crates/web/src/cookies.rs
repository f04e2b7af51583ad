//! The cookies: the session, and the token of somebody who is not signed in.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use domain::Secret;
use identity::{BrowserMark, KeptAccount, NewSession, OTHER_ACCOUNTS};

use crate::Web;

/// The session, with and without TLS: a `__Host-` cookie cannot be set by another host or in the clear (RFC 6265bis
/// §4.1.3.2).
const SESSION: [&str; 2] = ["session", "__Host-session"];
/// The sessions of the accounts that are signed in besides, with dots between.
const OTHERS: [&str; 2] = ["others", "__Host-others"];
/// The token of a visitor who is not signed in, against forged forms.
const VISIT: [&str; 2] = ["visit", "__Host-visit"];
/// The mark by which a browser is known again.
const MARK: [&str; 2] = ["known", "__Host-known"];
/// How long a browser keeps its mark, in seconds: a year. The server forgets it sooner when it is not used.
const MARK_KEPT_SECS: i64 = 365 * 24 * 60 * 60;
/// How many bytes of cookies are read: ours are a few hundred.
const READ_LIMIT: usize = 8 * 1024;

/// The value of a cookie of that name.
pub(crate) fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let all = all.filter(|text| text.len() <= READ_LIMIT);
    all.flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The token of the session.
pub(crate) fn session(headers: &HeaderMap, web: &Web) -> Option<String> {
    find(headers, SESSION[usize::from(web.is_secure())])
}

/// The tokens of the accounts that are signed in besides.
pub(crate) fn others(headers: &HeaderMap, web: &Web) -> Vec<Secret<String>> {
    let all = find(headers, OTHERS[usize::from(web.is_secure())]).unwrap_or_default();
    let tokens = all.split('.').filter(|token| !token.is_empty()).take(OTHER_ACCOUNTS);
    tokens.map(|token| Secret::new(token.to_owned())).collect()
}

/// The token of a visit.
pub(crate) fn visit(headers: &HeaderMap, web: &Web) -> Option<String> {
    find(headers, VISIT[usize::from(web.is_secure())]).filter(|token| token.len() >= 22)
}

/// The mark of the browser.
pub(crate) fn mark(headers: &HeaderMap, web: &Web) -> BrowserMark {
    BrowserMark::of(find(headers, MARK[usize::from(web.is_secure())]).unwrap_or_default())
}

/// The header that keeps the mark that a sign-in gave in the browser; none when it gave none.
pub fn mark_cookie(web: &Web, session: &NewSession) -> Option<HeaderValue> {
    let mark = session.mark.as_ref()?;
    header(web, MARK[usize::from(web.is_secure())], mark.reveal().clone(), Some(MARK_KEPT_SECS))
}

/// A token for a new visit.
pub(crate) fn new_visit(web: &Web) -> String {
    URL_SAFE_NO_PAD.encode(web.random::<16>())
}

/// The header that keeps a visit's token in the browser.
pub(crate) fn visit_cookie(web: &Web, token: &str) -> Option<HeaderValue> {
    header(web, VISIT[usize::from(web.is_secure())], token.to_owned(), None)
}

/// The header that keeps a session in the browser; without one, the header that forgets it.
pub fn session_cookie(web: &Web, session: Option<&NewSession>) -> Option<HeaderValue> {
    let name = SESSION[usize::from(web.is_secure())];
    match session {
        Some(session) => {
            let lasts = session.expires_at.since(web.now()).as_secs();
            header(web, name, session.token.reveal().clone(), i64::try_from(lasts).ok())
        }
        None => header(web, name, String::new(), Some(0)),
    }
}

/// The header that makes the session of an account that was signed in besides the one in use.
pub(crate) fn kept_cookie(web: &Web, account: &KeptAccount) -> Option<HeaderValue> {
    let lasts = i64::try_from(account.expires_at.since(web.now()).as_secs()).ok();
    header(web, SESSION[usize::from(web.is_secure())], account.token.reveal().clone(), lasts)
}

/// The header that keeps the sessions of the other accounts in the browser, or forgets them when there are none.
pub(crate) fn others_cookie(web: &Web, tokens: &[Secret<String>]) -> Option<HeaderValue> {
    let all: Vec<&str> = tokens.iter().map(|token| token.reveal().as_str()).collect();
    let lasts = if all.is_empty() { 0 } else { MARK_KEPT_SECS };
    header(web, OTHERS[usize::from(web.is_secure())], all.join("."), Some(lasts))
}

fn header(web: &Web, name: &'static str, value: String, max_age_secs: Option<i64>) -> Option<HeaderValue> {
    let mut cookie = Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax);
    if web.is_secure() {
        cookie = cookie.secure(true);
    }
    let mut text = cookie.build().to_string();
    if let Some(secs) = max_age_secs {
        text.push_str(&format!("; Max-Age={secs}"));
    }
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; session=xyz".parse().unwrap());
        headers.append(COOKIE, "theme=dark".parse().unwrap());
        assert_eq!(find(&headers, "session").as_deref(), Some("xyz"));
        assert_eq!(find(&headers, "theme").as_deref(), Some("dark"));
        assert_eq!(find(&headers, "sess"), None);
    }
}
