//! The second factor of an account that exists already (A3).
//!
//! **Invariant:** what is offered counts only once a code of it was given, by somebody who has just proved to be there;
//! the recovery codes of before end with it.

use domain::{Id, Secret, SessionId, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Way};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::totp::{self, TotpOffer};
use crate::{account_log, audit, organizations, sessions, users};

/// How long the secret of an authenticator app is, in bytes: as long as the key of its HMAC.
const SECRET_BYTES: usize = 20;

/// What somebody signs in with besides the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorState {
    /// Nothing.
    Off,
    /// An authenticator app, and maybe passkeys.
    On {
        /// How many recovery codes are not used yet.
        recovery_codes: usize,
    },
    /// Passkeys alone.
    Passkeys {
        /// How many recovery codes are not used yet.
        recovery_codes: usize,
    },
}

/// Why a second factor was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecondFactorError {
    /// The code is wrong, or too old.
    #[error("the code is wrong")]
    Code,
    /// Only a browser that is still signed in sets one.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for SecondFactorError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a second factor could not be read or written");
        Self::Unavailable
    }
}

impl Identity {
    /// What the actor signs in with besides the password.
    pub async fn second_factor_state(&self, actor: &Actor) -> Result<SecondFactorState, Unavailable> {
        let user = actor.user();
        let read = move |tx: &mut Tx<'_>| {
            let (has_app, has_passkey) = (kept(tx, user)?.is_some(), crate::passkeys::has_any(tx, user)?);
            if !has_app && !has_passkey {
                return Ok(SecondFactorState::Off);
            }
            let sql = "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL";
            let left: i64 = tx.load(sql, &[&user], |row| row.get(0))?;
            let recovery_codes = usize::try_from(left).unwrap_or(0);
            Ok(if has_app {
                SecondFactorState::On { recovery_codes }
            } else {
                SecondFactorState::Passkeys { recovery_codes }
            })
        };
        self.parts.store.read(read).await
    }

    /// What an authenticator app needs to become the actor's second factor. Changes nothing, and is the same each time
    /// in one session until it is set.
    pub async fn offer_second_factor(
        &self,
        actor: &Actor,
        proof: &Confirmed,
    ) -> Result<TotpOffer, SecondFactorError> {
        check(actor, proof)?;
        let (identity, who) = (self.clone(), actor.clone());
        let offer = move |tx: &mut Tx<'_>| {
            let secret = identity.offered(tx, &who)?;
            totp::offer(&secret, who.address()).ok_or(SecondFactorError::Unavailable)
        };
        self.parts.store.read(offer).await
    }

    /// Takes the first code of what was offered: from now on signing in asks for it. The recovery codes are shown once.
    pub async fn set_second_factor(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        code: &str,
    ) -> Result<Vec<Secret<String>>, SecondFactorError> {
        let session = check(actor, proof)?;
        let (identity, who, code) = (self.clone(), actor.clone(), code.to_owned());
        let page = self.account_page();
        let set = move |tx: &mut Tx<'_>| {
            users::lock(tx, who.user())?;
            let secret = identity.offered(tx, &who)?;
            let step = totp::step(&secret, &code, tx.now()).ok_or(SecondFactorError::Code)?;
            let user = who.user();
            let sql = "UPDATE users SET totp_secret = $2, totp_last_step = $3 WHERE user_id = $1";
            tx.execute(sql, &[&user, &secret.as_slice(), &step])?;
            crate::browsers::remember_none(tx, user)?;
            sessions::end_all(tx, user, Some(session))?;
            tell(tx, &who, &page)?;
            Ok(totp::make_recovery_codes(tx, user)?)
        };
        self.parts.store.write(set).await
    }

    /// The secret on offer. It is made from the server's key, the session and the secret of before, so that nothing is
    /// kept until it is set, and so that no secret is offered twice.
    pub(crate) fn offered(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
    ) -> Result<[u8; SECRET_BYTES], SecondFactorError> {
        let Way::Browser(session) = *actor.way() else { return Err(SecondFactorError::Ended) };
        if actor.ended(tx)?.is_some() {
            return Err(SecondFactorError::Ended);
        }
        let before = kept(tx, actor.user())?.unwrap_or_default();
        let token = self.parts.key.token("second factor", &seed(actor.user(), session, &before));
        if token.is_empty() {
            return Err(SecondFactorError::Unavailable);
        }
        let mut secret = [0; SECRET_BYTES];
        secret.copy_from_slice(&Sha256::digest(token.as_bytes())[..SECRET_BYTES]);
        Ok(secret)
    }
}

/// The session of somebody who has just proved to be there.
fn check(actor: &Actor, proof: &Confirmed) -> Result<SessionId, SecondFactorError> {
    match *actor.way() {
        Way::Browser(session) if proof.belongs_to(actor) => Ok(session),
        Way::Browser(_) | Way::Device { .. } | Way::AllAddresses { .. } | Way::Operator | Way::Task => {
            Err(SecondFactorError::Ended)
        }
    }
}

/// Writes into the logs, and to the owner of the account, that another app counts.
fn tell(tx: &mut Tx<'_>, actor: &Actor, page: &str) -> Result<(), StoreError> {
    let user = actor.user();
    account_log::note_by(tx, actor, "second_factor.set", "")?;
    for organization in organizations::of_user(tx, user)? {
        audit::write(tx, organization.id, actor, "second_factor.set", actor.name(), "{}")?;
    }
    for to in users::reached_at(tx, user)? {
        mails::send(tx, MailTemplate::SecondFactorSet, actor.language(), &to, &[("link", page)])?;
    }
    Ok(())
}

fn seed(user: UserId, session: SessionId, before: &[u8]) -> [u8; 32] {
    let ids = Sha256::new().chain_update(user.bytes()).chain_update(session.bytes());
    ids.chain_update(before).finalize().into()
}

/// The secret that counts now.
fn kept(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Vec<u8>>, StoreError> {
    tx.load("SELECT totp_secret FROM users WHERE user_id = $1", &[&user], |row| row.get(0))
}
