//! Several accounts in one browser (A8): which one is used, and which are signed in besides.
//!
//! Each account has a session of its own, and its pages carry the token of that session: a page of one account cannot
//! act as another. The browser holds the session in use in one cookie and the others in a second.

use axum::http::HeaderValue;
use domain::{Secret, SessionId};
use identity::{KeptAccount, NewSession, OTHER_ACCOUNTS};

use crate::{Fault, Visitor, cookies};

impl Visitor {
    /// The accounts that are signed in besides; a part of a page is not told of them.
    pub fn others(&self) -> &[KeptAccount] {
        &self.others
    }

    /// Whether another account may be added.
    pub fn has_room_for_another(&self) -> bool {
        self.others.len() < OTHER_ACCOUNTS
    }

    /// What the browser keeps when somebody has signed in. The account that was used before stays signed in besides;
    /// an older session of the same user ends.
    pub async fn take(&self, session: &NewSession) -> Result<Vec<HeaderValue>, Fault> {
        let identity = self.web().identity();
        let mut stay = Vec::new();
        if let (Some(before), Some(token)) = (self.actor(), self.session_token()) {
            if before.user() == session.user {
                identity.sign_out(before).await?;
            } else {
                stay.push(Secret::new(token.to_owned()));
            }
        }
        for other in &self.others {
            if other.user == session.user || stay.len() == OTHER_ACCOUNTS {
                identity.sign_out_kept(&other.token).await?;
            } else {
                stay.push(other.token.clone());
            }
        }
        let used = cookies::session_cookie(self.web(), Some(session)).ok_or(Fault::Internal)?;
        let mut headers = vec![used, self.others_cookie(&stay)?];
        headers.extend(cookies::mark_cookie(self.web(), session));
        Ok(headers)
    }

    /// What the browser keeps when the account of that session is used from now on. One that the browser does not hold
    /// is as one that is not there.
    pub fn switch(&self, to: SessionId) -> Result<Vec<HeaderValue>, Fault> {
        let (wanted, rest): (Vec<_>, Vec<_>) = self.others.iter().partition(|one| one.session == to);
        let wanted = wanted.first().ok_or(Fault::NotFound)?;
        let before = self.actor().and(self.session_token()).map(|token| Secret::new(token.to_owned()));
        let stay: Vec<_> = before.into_iter().chain(rest.iter().map(|one| one.token.clone())).collect();
        let used = cookies::kept_cookie(self.web(), wanted).ok_or(Fault::Internal)?;
        Ok(vec![used, self.others_cookie(&stay)?])
    }

    /// Signs one of the others out; what the browser keeps then.
    pub async fn forget(&self, which: SessionId) -> Result<Vec<HeaderValue>, Fault> {
        let gone = self.others.iter().find(|one| one.session == which).ok_or(Fault::NotFound)?;
        self.web().identity().sign_out_kept(&gone.token).await?;
        let rest = self.others.iter().filter(|one| one.session != which);
        let stay: Vec<_> = rest.map(|one| one.token.clone()).collect();
        Ok(vec![self.others_cookie(&stay)?])
    }

    /// Whether a form's token is that of a page of another account in this browser.
    pub(crate) fn is_of_another(&self, csrf: &str) -> bool {
        let identity = self.web().identity();
        self.other_tokens.iter().any(|token| identity.csrf_matches(token.reveal(), csrf))
    }

    fn others_cookie(&self, tokens: &[Secret<String>]) -> Result<HeaderValue, Fault> {
        cookies::others_cookie(self.web(), tokens).ok_or(Fault::Internal)
    }
}
