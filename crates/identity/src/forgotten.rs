//! A forgotten password, and one that is changed (A6).
//!
//! **Invariant:** asking for a link is answered and costs the same whether anybody signs in with the address; a link
//! counts once and for an hour; with a new password every session ends, and the second factor is asked for everywhere.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{EmailAddress, Language, Secret, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Origin, Way};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::passwords::{self, PasswordFault};
use crate::sign_in::SignInError;
use crate::throttle::Tried;
use crate::users::{self, UserView};
use crate::{account_log, address_counts, browsers, sessions};

/// How long a link counts.
const COUNTS_FOR: std::time::Duration = domain::duration::minutes(60);
/// How many links of one account count at a time: nobody's mailbox is filled with them.
const AT_ONCE: i64 = 3;
/// The kind of the jobs made for addresses that nobody signs in with, and taken away at once.
const NOBODY_JOB: &str = "mail.nobody";

/// Why a password was not replaced by a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResetError {
    /// The link was used, is too old, or there never was one.
    #[error("the link does not count")]
    Link,
    /// The new password is not good enough.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for ResetError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a password could not be replaced");
        Self::Unavailable
    }
}

impl From<Unavailable> for ResetError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// Why a password was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The new password is not good enough.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// Only a browser that is still signed in changes it.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for PasswordError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a password could not be changed");
        Self::Unavailable
    }
}

impl Identity {
    /// Asks for a link to a new password. It is mailed if somebody signs in with that address, or is reached there;
    /// whether that is so is not said.
    pub async fn forgot_password(&self, address: &str, origin: &Origin) -> Result<(), SignInError> {
        let address = address.trim().parse::<EmailAddress>().ok();
        let key = address.as_ref().map(EmailAddress::key).unwrap_or_default();
        let throttled = format!("link to {key}");
        // Each link counts like a failure: nobody's mailbox is filled with them.
        self.attempt_once(Tried::Mail, &throttled, origin.ip)?;
        let (base, origin) = (self.origin().to_owned(), origin.clone());
        let ask = move |tx: &mut Tx<'_>| {
            if let Some(wait) = address_counts::mail(tx, &key)? {
                return Err(SignInError::Throttled(wait));
            }
            let user = whose(tx, &key)?;
            let token = URL_SAFE_NO_PAD.encode(tx.random::<16>());
            let now = tx.now();
            let sql = "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at) \
                       VALUES ($1, $2, $3, $4)";
            let asked = user.as_ref().map(|user| user.id);
            tx.execute(sql, &[&hash(&token), &asked, &now, &now.plus(COUNTS_FOR)])?;
            let link = format!("{base}/forgot/{token}");
            match (user, &address) {
                (Some(user), Some(address)) => mail_link(tx, &user, address, &link, &origin)?,
                (Some(_) | None, _) => mail_nobody(tx, &key, &link)?,
            }
            Ok(())
        };
        self.parts.store.write(ask).await
    }

    /// Whether a link to a new password counts. Changes nothing.
    pub async fn reset_link_counts(&self, token: &str) -> Result<bool, Unavailable> {
        let hash = hash(token);
        self.parts.store.read(move |tx| Ok(user_of(tx, hash)?.is_some())).await
    }

    /// Sets a new password with a link. Every session ends, and the second factor is asked for at the next sign-in.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &Secret<String>,
        origin: &Origin,
    ) -> Result<(), ResetError> {
        let (hash, origin) = (hash(token), origin.clone());
        let owner = self.parts.store.read(move |tx| Ok::<_, ResetError>(user_of(tx, hash)?)).await?;
        let kept = self.judged(&owner.ok_or(ResetError::Link)?, password).await?;
        let kept = kept.ok_or(ResetError::Unavailable)?;
        let link = format!("{}/forgot", self.origin());
        let reset = move |tx: &mut Tx<'_>| {
            let user = user_of(tx, hash)?.ok_or(ResetError::Link)?;
            users::lock(tx, user.id)?;
            // Of two who use the link at once the second finds it used.
            let user = user_of(tx, hash)?.ok_or(ResetError::Link)?;
            replace(tx, &user, &kept, None, &link)?;
            account_log::note(tx, user.id, &origin, "password.reset", "")?;
            Ok(())
        };
        self.parts.store.write(reset).await
    }

    /// Changes the actor's password. Every other session ends.
    pub async fn change_password(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        password: &Secret<String>,
    ) -> Result<(), PasswordError> {
        let (who, id) = (actor.clone(), actor.user());
        let Way::Browser(session) = *actor.way() else { return Err(PasswordError::Ended) };
        if !proof.belongs_to(actor) {
            return Err(PasswordError::Ended);
        }
        let user = self.parts.store.read(move |tx| Ok::<_, PasswordError>(users::by_id(tx, id)?)).await?;
        let user = user.ok_or(PasswordError::Ended)?;
        let kept = self.judged(&user, password).await?.ok_or(PasswordError::Unavailable)?;
        let link = format!("{}/forgot", self.origin());
        let change = move |tx: &mut Tx<'_>| {
            users::lock(tx, id)?;
            if who.ended(tx)?.is_some() {
                return Err(PasswordError::Ended);
            }
            replace(tx, &user, &kept, Some(session), &link)?;
            Ok(account_log::note_by(tx, &who, "password.change", "")?)
        };
        self.parts.store.write(change).await
    }

    /// The hash of a password that is good enough for its owner; none when the server is shutting down.
    async fn judged(
        &self,
        user: &UserView,
        password: &Secret<String>,
    ) -> Result<Option<String>, PasswordFault> {
        let local = user.address.split('@').next().unwrap_or_default();
        passwords::judge(password, &[&user.first_name, &user.last_name, local, &user.address])?;
        let mut salt = [0; 16];
        self.parts.ambient.random.fill(&mut salt);
        Ok(self.parts.passwords.hash(password, salt).await)
    }
}

/// The user who signs in with an address, or is the only one reached there.
fn whose(tx: &mut Tx<'_>, key: &str) -> Result<Option<UserView>, StoreError> {
    let by_identifier = users::by_identifier(tx, key)?;
    let sql = "SELECT user_id FROM users WHERE recovery_key = $1 AND deleted_at IS NULL LIMIT 2";
    let reached: Vec<UserId> = tx.query(sql, &[&key], |row| row.get(0))?;
    let user = match (by_identifier, reached.as_slice()) {
        (Some(user), _) => Some(user),
        (None, [user]) => Some(*user),
        (None, _) => None,
    };
    users::by_id(tx, user.unwrap_or_else(|| domain::Id::from_bytes([0; 16])))
}

/// Mails a link where it was asked for, and to the recovery address; never where other people read it.
fn mail_link(
    tx: &mut Tx<'_>,
    user: &UserView,
    asked: &EmailAddress,
    link: &str,
    origin: &Origin,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "SELECT count(*) FROM password_resets WHERE user_id = $1 AND expires_at > $2";
    if tx.load(sql, &[&user.id, &now], |row| row.get::<i64>(0))? > AT_ONCE {
        return mail_nobody(tx, &asked.key(), link);
    }
    let sql = "SELECT recovery_address FROM users WHERE user_id = $1";
    let recovery: Option<String> = tx.load(sql, &[&user.id], |row| row.get(0))?;
    let recovery = recovery.and_then(|address| address.parse::<EmailAddress>().ok());
    let recovery = recovery.filter(|address| address.key() != asked.key());
    for address in [asked].into_iter().chain(&recovery) {
        if !users::is_shared(tx, &address.key(), Some(user.id))? {
            mails::send(tx, MailTemplate::PasswordReset, user.language, address, &[("link", link)])?;
        }
    }
    account_log::note(tx, user.id, origin, "password.forgot", "")
}

/// Does for an address of nobody what is done for one of somebody, and takes it back.
fn mail_nobody(tx: &mut Tx<'_>, key: &str, link: &str) -> Result<(), StoreError> {
    let now = tx.now();
    let payload = serde_json::json!({ "to": key, "language": Language::En.code(), "link": link });
    let id = store::jobs::enqueue(tx, NOBODY_JOB, link, &payload.to_string(), now)?;
    tx.execute("DELETE FROM jobs WHERE job_id = $1", &[&id]).map(drop)
}

/// The user whose password a link replaces.
fn user_of(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<Option<UserView>, StoreError> {
    let now = tx.now();
    let sql = "SELECT user_id FROM password_resets WHERE token_hash = $1 AND expires_at > $2";
    let user: Option<UserId> = tx.find(sql, &[&hash, &now], |row| row.get(0))?.flatten();
    match user {
        Some(user) => users::by_id(tx, user),
        None => Ok(None),
    }
}

/// Puts a password in the place of another: links and sessions end, no browser skips the second factor, and the owner is
/// told.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    user: &UserView,
    password_hash: &str,
    except: Option<domain::SessionId>,
    link: &str,
) -> Result<(), StoreError> {
    tx.execute("UPDATE users SET password_hash = $2 WHERE user_id = $1", &[&user.id, &password_hash])?;
    tx.execute("DELETE FROM password_resets WHERE user_id = $1", &[&user.id])?;
    sessions::end_all(tx, user.id, except)?;
    browsers::remember_none(tx, user.id)?;
    for address in users::reached_at(tx, user.id)? {
        mails::send(tx, MailTemplate::PasswordChanged, user.language, &address, &[("link", link)])?;
    }
    Ok(())
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
