//! What a passkey is used for: signing in with it alone, the step after the password, the proof of presence.

use domain::{PasskeyId, Secret, SessionId, UserId};
use store::Tx;

use super::answer::{Assertion, Party, Refused, Verification};
use super::challenges::{self, AskedBy, Purpose};
use super::key::PublicKey;
use super::{PasskeyError, list};
use crate::actor::{Actor, Confirmed, Origin, Way};
use crate::browsers::{self, BrowserMark, Remember};
use crate::identity::Identity;
use crate::mails::MailTemplate;
use crate::sessions::{self, NewSession, Stage};
use crate::sign_in::{SignInError, arrived};
use crate::{account_log, users};

impl Identity {
    /// Signs in with a passkey alone, which has to know who uses it.
    pub async fn sign_in_with_passkey(
        &self,
        by: AskedBy,
        answer: &str,
        origin: &Origin,
        mark: &BrowserMark,
    ) -> Result<NewSession, SignInError> {
        let using = self.using(by, Purpose::SignIn, answer, origin)?;
        let (origin, mark, page) = (origin.clone(), mark.clone(), self.account_page());
        let sign_in = move |tx: &mut Tx<'_>| {
            let user = match using.judge(tx, None)? {
                Ok(user) => user,
                Err(error) => return Ok(Err(error)),
            };
            let session = sessions::begin(tx, user, Stage::Full, &origin)?;
            Ok::<_, SignInError>(Ok(arrived(tx, user, session, &origin, &mark, &page)?))
        };
        self.parts.store.write(sign_in).await?
    }

    /// Gives a passkey as the second factor, for the sign-in of that token. The session has a new token then.
    pub async fn second_factor_with_passkey(
        &self,
        token: &Secret<String>,
        answer: &str,
        origin: &Origin,
        mark: &BrowserMark,
        remember: Remember,
    ) -> Result<NewSession, SignInError> {
        let using = self.using(AskedBy::token(token.reveal()), Purpose::SecondStep, answer, origin)?;
        let (token, page) = (token.reveal().clone(), self.account_page());
        let (origin, mark) = (origin.clone(), mark.clone());
        let complete = move |tx: &mut Tx<'_>| {
            let Some((session, user)) = sessions::owing(tx, &token)? else {
                return Ok(Err(SignInError::Expired));
            };
            if let Err(error) = using.judge(tx, Some(user))? {
                return Ok(Err(error));
            }
            // The password may have been changed meanwhile, which ends the sessions.
            if sessions::owing(tx, &token)?.is_none() {
                return Ok(Err(SignInError::Expired));
            }
            let session = sessions::complete(tx, session)?;
            let session = arrived(tx, user, session, &origin, &mark, &page)?;
            if remember == Remember::Yes {
                browsers::remember(tx, user, &mark.or(session.mark.as_ref()))?;
            }
            Ok::<_, SignInError>(Ok(session))
        };
        self.parts.store.write(complete).await?
    }

    /// Proves with a passkey that the person is there (A7).
    pub async fn confirm_with_passkey(
        &self,
        actor: &Actor,
        by: AskedBy,
        answer: &str,
        origin: &Origin,
    ) -> Result<Confirmed, SignInError> {
        let Way::Browser(session) = *actor.way() else { return Err(SignInError::Wrong) };
        let using = self.using(by, Purpose::Proof, answer, origin)?;
        let who = actor.clone();
        let prove = move |tx: &mut Tx<'_>| {
            if who.ended(tx)?.is_some() {
                return Ok(Err(SignInError::Expired));
            }
            match using.judge(tx, Some(who.user()))? {
                Ok(_) => Ok::<_, SignInError>(
                    proved(tx, session)?.then(|| Confirmed::of(&who)).ok_or(SignInError::Expired),
                ),
                Err(error) => Ok(Err(error)),
            }
        };
        self.parts.store.write(prove).await?
    }

    fn using(
        &self,
        by: AskedBy,
        purpose: Purpose,
        answer: &str,
        origin: &Origin,
    ) -> Result<Using, SignInError> {
        Ok(Using {
            identity: self.clone(),
            party: self.party().map_err(|_| SignInError::Wrong)?,
            by,
            purpose,
            answer: Assertion::read(answer),
            origin: origin.clone(),
        })
    }
}

fn proved(tx: &mut Tx<'_>, session: SessionId) -> Result<bool, SignInError> {
    let now = tx.now();
    let sql = "UPDATE sessions SET proved_at = $2 WHERE session_id = $1 AND stage = 'full'";
    Ok(tx.execute(sql, &[&session, &now])? == 1)
}

/// A use of a passkey that is to be judged.
struct Using {
    identity: Identity,
    party: Party,
    by: AskedBy,
    purpose: Purpose,
    answer: Result<Assertion, Refused>,
    origin: Origin,
}

/// A passkey as it is kept.
struct Kept {
    id: PasskeyId,
    user: UserId,
    public_key: Vec<u8>,
    sign_count: u32,
    name: String,
}

impl Using {
    /// Whose passkey it is, if it is a good one; `expected` says whose it has to be. What was refused is noted, so the
    /// transaction is to be kept either way.
    fn judge(
        &self,
        tx: &mut Tx<'_>,
        expected: Option<UserId>,
    ) -> Result<Result<UserId, SignInError>, SignInError> {
        let Some(challenge) = challenges::take(tx, self.by, self.purpose)? else {
            return Ok(Err(SignInError::Expired));
        };
        let answer = match &self.answer {
            Ok(answer) => answer,
            Err(refused) => return Ok(self.refused(*refused)),
        };
        let Some(kept) = self.kept(tx, answer, expected)? else {
            return Ok(self.refused(Refused("the passkey is nobody's, or somebody else's")));
        };
        let Some(key) = PublicKey::parse(&kept.public_key) else {
            return Ok(self.refused(Refused("the kept key cannot be read")));
        };
        match answer.judge(&self.party, &challenge, self.verification(), &key) {
            Ok(count) if is_later(count, kept.sign_count) => {
                let now = tx.now();
                let sql = "UPDATE passkeys SET sign_count = $2, last_used_at = $3 WHERE passkey_id = $1";
                tx.execute(sql, &[&kept.id, &count, &now])?;
                Ok(Ok(kept.user))
            }
            Ok(count) => self.copied(tx, &kept, count),
            Err(refused) => Ok(self.refused(refused)),
        }
    }

    /// The passkey of an answer. Whoever answers with the same one at the same time waits.
    fn kept(
        &self,
        tx: &mut Tx<'_>,
        answer: &Assertion,
        expected: Option<UserId>,
    ) -> Result<Option<Kept>, SignInError> {
        let find = "SELECT p.user_id FROM passkeys p JOIN users u ON u.user_id = p.user_id \
                    WHERE p.credential_id = $1 AND u.deleted_at IS NULL";
        let found: Option<UserId> = tx.find(find, &[&answer.id], |row| row.get(0))?;
        let Some(user) = found.filter(|user| expected.is_none_or(|expected| expected == *user)) else {
            return Ok(None);
        };
        if !self.is_handle_of(answer, user) {
            return Ok(None);
        }
        // The user first, as by whoever removes the passkey.
        users::lock(tx, user)?;
        let sql = format!(
            "SELECT passkey_id, user_id, public_key, sign_count, name FROM passkeys WHERE credential_id = $1 \
             AND user_id = $2{}",
            tx.for_update()
        );
        Ok(tx.find(&sql, &[&answer.id, &user], |row| {
            Ok(Kept {
                id: row.get(0)?,
                user: row.get(1)?,
                public_key: row.get(2)?,
                sign_count: row.get(3)?,
                name: row.get(4)?,
            })
        })?)
    }

    /// Whether the key takes its user for this one. Alone it has to say so; after a password it need not (WebAuthn §7.2
    /// step 6).
    fn is_handle_of(&self, answer: &Assertion, user: UserId) -> bool {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        match &answer.user_handle {
            Some(handle) => URL_SAFE_NO_PAD.encode(handle) == self.identity.user_handle(user),
            None => self.purpose != Purpose::SignIn,
        }
    }

    const fn verification(&self) -> Verification {
        match self.purpose {
            Purpose::SignIn | Purpose::Proof | Purpose::Add => Verification::Required,
            Purpose::SecondStep => Verification::Unneeded,
        }
    }

    fn refused(&self, Refused(why): Refused) -> Result<UserId, SignInError> {
        let from = self.origin.ip;
        tracing::info!(why, purpose = ?self.purpose, %from, "a passkey was refused");
        Err(SignInError::Wrong)
    }

    /// A count that went back: there are two of the key, and one of them is not its owner's (WebAuthn §6.1.1).
    fn copied(
        &self,
        tx: &mut Tx<'_>,
        kept: &Kept,
        count: u32,
    ) -> Result<Result<UserId, SignInError>, SignInError> {
        tracing::warn!(user = %kept.user, kept = kept.sign_count, count, "a passkey seems to be a copy");
        account_log::note(tx, kept.user, &self.origin, "passkey.refused", &kept.name)?;
        let page = self.identity.account_page();
        list::mail_of(tx, kept.user, MailTemplate::PasskeyRefused, &kept.name, &page)?;
        Ok(Err(SignInError::Wrong))
    }
}

/// Keys that count begin anew with nobody; those that do not count always say 0.
const fn is_later(count: u32, before: u32) -> bool {
    (count == 0 && before == 0) || count > before
}

impl From<PasskeyError> for SignInError {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Expired => Self::Expired,
            PasskeyError::Unavailable => Self::Unavailable,
            PasskeyError::NotHere
            | PasskeyError::Name(_)
            | PasskeyError::Refused
            | PasskeyError::Known
            | PasskeyError::TooMany
            | PasskeyError::Busy
            | PasskeyError::NotFound
            | PasskeyError::Needed(_)
            | PasskeyError::Ended => Self::Wrong,
        }
    }
}
