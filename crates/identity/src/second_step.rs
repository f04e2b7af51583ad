//! The second step of signing in: a code of the authenticator app, or a recovery code.
//!
//! **Invariant:** a wrong code is counted in the transaction that refuses it. A few take the first step back. Many for
//! one account, from wherever they come, make strangers wait; a browser that the account knows has a count of its own,
//! and a recovery code, which nobody guesses, never waits.

use std::time::Duration;

use domain::{Secret, SessionId, Timestamp, UserId};
use store::{StoreError, Tx};

use crate::actor::Origin;
use crate::browsers::{self, BrowserMark, Remember};
use crate::identity::Identity;
use crate::mails::{self, MailTemplate};
use crate::sessions::{self, NewSession};
use crate::sign_in::{SignInError, arrived};
use crate::{account_log, totp, users};

/// How many wrong codes take the first step back: the password is asked for again.
const CODES: i64 = 5;
/// How many wrong codes of an account cost nothing: people mistype, and clocks of phones go wrong.
const FREE: u32 = 10;
/// After how long one wrong code is forgotten. A code is one of a million, and three of them count at a time.
const FADES_AFTER: Duration = domain::duration::minutes(60);
/// The longest wait between two codes of strangers.
const LONGEST: Duration = domain::duration::minutes(60);
/// The owner is told of refused codes at most this often.
const TOLD_EVERY: Duration = domain::duration::days(1);
/// What refused codes are called in the account's log.
const REFUSED: &str = "second_factor.refused";

/// What somebody gave as the second step.
struct Given {
    token: Secret<String>,
    code: String,
    origin: Origin,
    mark: BrowserMark,
    remember: Remember,
    account_page: String,
}

/// A sign-in whose first step was done.
struct Half {
    session: SessionId,
    user: UserId,
    /// The secret of the user's app, if they have one.
    secret: Option<Vec<u8>>,
    wrong_codes: i64,
}

/// Whose wrong codes are counted together.
#[derive(Clone, Copy)]
enum Counted {
    /// Those that came from browsers which the account does not know.
    Strangers(UserId),
    /// Those of one browser that it knows.
    Known(UserId, [u8; 32]),
}

impl Identity {
    /// Gives the second factor: a code of the authenticator app, or a recovery code. The session has a new token then.
    pub async fn second_factor(
        &self,
        token: &Secret<String>,
        code: &str,
        origin: &Origin,
        mark: &BrowserMark,
        remember: Remember,
    ) -> Result<NewSession, SignInError> {
        let given = Given {
            token: token.clone(),
            code: code.trim().to_owned(),
            origin: origin.clone(),
            mark: mark.clone(),
            remember,
            account_page: self.account_page(),
        };
        // A wrong code is counted, so the transaction succeeds and says what came of it.
        self.parts.store.write(move |tx| given.take(tx)).await?
    }
}

impl Given {
    fn take(&self, tx: &mut Tx<'_>) -> Result<Result<NewSession, SignInError>, SignInError> {
        let Some(half) = half(tx, self.token.reveal())? else {
            return Ok(Err(SignInError::Expired));
        };
        let user = half.user;
        if totp::take_recovery_code(tx, user, &self.code)? {
            return Ok(Ok(self.complete(tx, &half)?));
        }
        let counted = match browsers::find(tx, user, self.mark.hash())? {
            Some(_) => Counted::Known(user, self.mark.hash()),
            None => Counted::Strangers(user),
        };
        let (wrong, last) = counted.so_far(tx)?;
        let wait = wait(wrong, last, tx.now());
        if !wait.is_zero() {
            return Ok(Err(SignInError::Throttled(wait)));
        }
        let is_right = match &half.secret {
            Some(secret) => totp::take(tx, user, secret, &self.code)?,
            None => false,
        };
        if !is_right {
            self.refuse(tx, &half)?;
            counted.set(tx, wrong.saturating_add(1))?;
            return Ok(Err(SignInError::Wrong));
        }
        counted.set(tx, 0)?;
        Ok(Ok(self.complete(tx, &half)?))
    }

    fn complete(&self, tx: &mut Tx<'_>, half: &Half) -> Result<NewSession, StoreError> {
        let session = sessions::complete(tx, half.session)?;
        let session = arrived(tx, half.user, session, &self.origin, &self.mark, &self.account_page)?;
        if self.remember == Remember::Yes {
            browsers::remember(tx, half.user, &self.mark.or(session.mark.as_ref()))?;
        }
        Ok(session)
    }

    /// Counts a wrong code of this sign-in; with the last one that it may have, it is over.
    fn refuse(&self, tx: &mut Tx<'_>, half: &Half) -> Result<(), StoreError> {
        if half.wrong_codes + 1 < CODES {
            let sql = "UPDATE sessions SET wrong_codes = wrong_codes + 1 WHERE session_id = $1";
            return tx.execute(sql, &[&half.session]).map(drop);
        }
        tx.execute("DELETE FROM sessions WHERE session_id = $1", &[&half.session])?;
        self.tell(tx, half.user)
    }

    /// Whoever gave these codes knows the password: its owner has to know.
    fn tell(&self, tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
        let since = tx.now().minus(TOLD_EVERY);
        let sql = "SELECT 1 FROM account_entries WHERE user_id = $1 AND verb = $2 AND at > $3 LIMIT 1";
        let was_told = tx.find(sql, &[&user, &REFUSED, &since], |_| Ok(()))?.is_some();
        account_log::note(tx, user, &self.origin, REFUSED, "")?;
        let Some(view) = users::by_id(tx, user)?.filter(|_| !was_told) else { return Ok(()) };
        let (ip, browser) = (self.origin.ip.to_string(), self.origin.browser_kept());
        let values = [("browser", browser.as_str()), ("ip", &ip), ("link", &self.account_page)];
        for address in users::reached_at(tx, user)? {
            mails::send(tx, MailTemplate::CodesRefused, view.language, &address, &values)?;
        }
        Ok(())
    }
}

/// The sign-in of a token that owes its second step. Whoever gives another code for the account at the same time waits.
fn half(tx: &mut Tx<'_>, token: &str) -> Result<Option<Half>, StoreError> {
    let Some((session, user)) = sessions::owing(tx, token)? else { return Ok(None) };
    // The user first, as by whoever changes the password and ends the sessions.
    let sql =
        format!("SELECT totp_secret FROM users WHERE user_id = $1 AND deleted_at IS NULL{}", tx.for_update());
    let Some(secret) = tx.find(&sql, &[&user], |row| row.get(0))? else { return Ok(None) };
    let sql = format!(
        "SELECT wrong_codes FROM sessions WHERE session_id = $1 AND stage = 'password'{}",
        tx.for_update()
    );
    let wrong_codes = tx.find(&sql, &[&session], |row| row.get(0))?;
    Ok(wrong_codes.map(|wrong_codes| Half { session, user, secret, wrong_codes }))
}

impl Counted {
    /// How many wrong codes count now, and when the last one was given.
    fn so_far(self, tx: &mut Tx<'_>) -> Result<(u32, Timestamp), StoreError> {
        let row = |row: &store::Row<'_>| Ok((row.get::<i64>(0)?, row.get::<Timestamp>(1)?));
        let (kept, last) = match self {
            Self::Strangers(user) => {
                let sql = "SELECT wrong_codes, wrong_code_at FROM users WHERE user_id = $1";
                tx.load(sql, &[&user], row)?
            }
            Self::Known(user, mark) => {
                let sql = "SELECT wrong_codes, wrong_code_at FROM known_browsers WHERE user_id = $1 \
                           AND mark_hash = $2";
                tx.load(sql, &[&user, &mark], row)?
            }
        };
        let gone = tx.now().since(last).as_secs() / FADES_AFTER.as_secs();
        let left = u64::try_from(kept).unwrap_or(0).saturating_sub(gone);
        Ok((u32::try_from(left).unwrap_or(u32::MAX), last))
    }

    fn set(self, tx: &mut Tx<'_>, wrong: u32) -> Result<(), StoreError> {
        let (now, wrong) = (tx.now(), i64::from(wrong));
        match self {
            Self::Strangers(user) => {
                let sql = "UPDATE users SET wrong_codes = $2, wrong_code_at = $3 WHERE user_id = $1";
                tx.execute(sql, &[&user, &wrong, &now]).map(drop)
            }
            Self::Known(user, mark) => {
                let sql = "UPDATE known_browsers SET wrong_codes = $3, wrong_code_at = $4 WHERE user_id = $1 \
                           AND mark_hash = $2";
                tx.execute(sql, &[&user, &mark, &wrong, &now]).map(drop)
            }
        }
    }
}

/// How long the next code has to wait after so many wrong ones.
fn wait(wrong: u32, last: Timestamp, now: Timestamp) -> Duration {
    let over = wrong.saturating_sub(FREE);
    if over == 0 {
        return Duration::ZERO;
    }
    Duration::from_secs(1u64 << over.min(12)).min(LONGEST).saturating_sub(now.since(last))
}
