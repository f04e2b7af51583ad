//! What a form sends.

use std::convert::Infallible;

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use domain::Permissions;
use ui::PermissionSwitches;

use crate::{Fault, Visitor, Web};

/// How many fields a form may have: the largest of ours has about thirty.
const FIELDS: usize = 500;

/// The fields of a form that one of this server's own pages sent, for the session that sent it.
pub struct Posted {
    /// Who sent it.
    pub visitor: Visitor,
    pub(crate) fields: Vec<(String, String)>,
}

impl Posted {
    /// What stands in a field; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field that may be sent several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every field with its value, in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether a box was ticked.
    pub fn is_on(&self, name: &str) -> bool {
        self.text(name) == "on"
    }

    /// Which of the twelve switches are on.
    pub fn permissions(&self) -> Permissions {
        PermissionSwitches::sent(|name| self.is_on(name))
    }

    /// A path of this server to go to afterwards, from the field `name`; `otherwise` when it is none.
    pub fn next<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        own_path(self.text(name)).unwrap_or(otherwise)
    }
}

/// A text as a path of this server: no other host can be meant by it.
pub(crate) fn own_path(text: &str) -> Option<&str> {
    let good = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.chars().any(char::is_control);
    good.then_some(text)
}

impl FromRequest<Web> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        let visitor = Visitor::read(&parts, web).await?;
        let given = header(&parts.headers, "x-csrf").to_owned();
        let is_own = is_own(&parts.headers, &visitor);
        let form = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, body), &()).await;
        let fields = form.map(|form| form.0).map_err(|_| Fault::TooLarge)?;
        if fields.len() > FIELDS {
            return Err(Fault::TooLarge);
        }
        let posted = Self { visitor, fields };
        let token = if given.is_empty() { posted.text("csrf") } else { &given };
        posted.visitor.check_token(is_own, token)?;
        Ok(posted)
    }
}

impl Visitor {
    /// Checks a form that was read piece by piece (one with files): its token, and where it comes from.
    pub fn check_form(&self, headers: &HeaderMap, token: &str) -> Result<(), Fault> {
        self.check_token(is_own(headers, self), token)
    }

    fn check_token(&self, is_own: bool, token: &str) -> Result<(), Fault> {
        match is_own {
            true if self.csrf_matches(token) => Ok(()),
            true if self.is_of_another(token) => Err(Fault::OtherAccount),
            true | false => Err(Fault::Forged),
        }
    }
}

/// Whether a request comes from a page of this server, as far as the browser says.
fn is_own(headers: &HeaderMap, visitor: &Visitor) -> bool {
    if matches!(header(headers, "sec-fetch-site"), "cross-site" | "same-site") {
        return false;
    }
    match header(headers, ORIGIN.as_str()) {
        // Of a page that sends no referrer, as ours, browsers keep the origin back as well: the token decides.
        "" | "null" => true,
        origin => {
            let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
            let ours = visitor.web().identity().origin();
            authority == visitor.host() || origin == ours
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Never refused: for pages that say themselves what is wrong.
impl From<Infallible> for Fault {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_gone_to() {
        assert_eq!(own_path("/mail/1?q=a"), Some("/mail/1?q=a"));
        for other in ["", "//evil.test", "https://evil.test", "/\\evil.test", "mail", "/a\r\nb"] {
            assert_eq!(own_path(other), None, "{other:?}");
        }
    }
}
