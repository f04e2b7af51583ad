//! Signing in: with password and second factor, or with a device password.

use std::net::IpAddr;
use std::time::Duration;

use bus::{Holder, Protocol};
use domain::{EmailAddress, Secret, Timestamp, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Origin, Parts, Way};
use crate::identity::{Identity, Unavailable};
use crate::sessions::{self, NewSession, Stage};
use crate::{devices, grants, totp, users};

/// What signing in with a password gave.
#[derive(Debug)]
pub enum SignIn {
    /// The second factor is still owed; this token may give it.
    SecondFactorNeeded(NewSession),
    /// Signed in.
    Complete(NewSession),
}

/// Why somebody was not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Not the right ones. Which of them is not said.
    #[error("the address or the password is wrong")]
    Wrong,
    /// Too many failures: later again.
    #[error("too many failed attempts, wait {} seconds", .0.as_secs().max(1))]
    Throttled(Duration),
    /// The first step is too long ago.
    #[error("the sign-in took too long")]
    Expired,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "signing in failed");
        Self::Unavailable
    }
}

impl From<Unavailable> for SignInError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// The account that a sign-in is about.
struct Account {
    user: UserId,
    password_hash: String,
    has_second_factor: bool,
}

impl Identity {
    /// Signs in with a password.
    pub async fn sign_in(
        &self,
        identifier: &str,
        password: &Secret<String>,
        origin: &Origin,
    ) -> Result<SignIn, SignInError> {
        // What is not an address is nobody's, and takes as long.
        let key = identifier.trim().parse::<EmailAddress>().map(|address| address.key()).unwrap_or_default();
        self.check_throttle(&key, origin.ip)?;
        let account = self.account(key.clone()).await?;
        let kept = account.as_ref().map(|account| account.password_hash.as_str());
        let right = self.parts.passwords.matches(password, kept).await;
        let Some(account) = account.filter(|_| right) else {
            self.parts.throttle.failed(&key, origin.ip, self.now());
            return Err(SignInError::Wrong);
        };
        let stage = if account.has_second_factor { Stage::Password } else { Stage::Full };
        let origin_kept = origin.clone();
        let begin = move |tx: &mut Tx<'_>| sessions::begin(tx, account.user, stage, &origin_kept);
        let session = self.parts.store.write(begin).await?;
        self.parts.throttle.succeeded(&key, origin.ip);
        Ok(match stage {
            Stage::Password => SignIn::SecondFactorNeeded(session),
            Stage::Full => SignIn::Complete(session),
        })
    }

    async fn account(&self, key: String) -> Result<Option<Account>, SignInError> {
        let read = move |tx: &mut Tx<'_>| {
            let sql = "SELECT u.user_id, u.password_hash, u.totp_secret FROM login_identifiers l \
                       JOIN users u ON u.user_id = l.user_id WHERE l.address_key = $1";
            tx.find(sql, &[&key], |row| {
                Ok(Account {
                    user: row.get(0)?,
                    password_hash: row.get(1)?,
                    has_second_factor: row.get::<Option<Vec<u8>>>(2)?.is_some(),
                })
            })
        };
        Ok(self.parts.store.read(read).await?)
    }

    /// Gives the second factor: a code of the authenticator app, or a recovery code. The session has a new token then.
    pub async fn second_factor(
        &self,
        token: &Secret<String>,
        code: &str,
        origin: &Origin,
    ) -> Result<NewSession, SignInError> {
        let token = token.reveal().clone();
        let owing = self.parts.store.read(move |tx| sessions::owing(tx, &token)).await?;
        let (session, user) = owing.ok_or(SignInError::Expired)?;
        let account = format!("second factor of {user}");
        self.check_throttle(&account, origin.ip)?;
        let code = code.trim().to_owned();
        let take = move |tx: &mut Tx<'_>| -> Result<Option<NewSession>, StoreError> {
            let sql = "SELECT totp_secret FROM users WHERE user_id = $1";
            let secret: Option<Vec<u8>> = tx.load(sql, &[&user], |row| row.get(0))?;
            let Some(secret) = secret else { return Ok(None) };
            let taken = totp::take(tx, user, &secret, &code)? || totp::take_recovery_code(tx, user, &code)?;
            if taken { sessions::complete(tx, session).map(Some) } else { Ok(None) }
        };
        let Some(session) = self.parts.store.write(take).await? else {
            self.parts.throttle.failed(&account, origin.ip, self.now());
            return Err(SignInError::Wrong);
        };
        self.parts.throttle.succeeded(&account, origin.ip);
        Ok(session)
    }

    /// Proves again that the person is there (A7).
    pub async fn confirm(&self, actor: &Actor, password: &Secret<String>) -> Result<Confirmed, SignInError> {
        let (Way::Browser(session), Some(ip)) = (*actor.way(), actor.ip()) else {
            return Err(SignInError::Wrong);
        };
        let key = format!("proof of {}", actor.user());
        self.check_throttle(&key, ip)?;
        let user = actor.user();
        let read = move |tx: &mut Tx<'_>| -> Result<Option<String>, StoreError> {
            tx.find("SELECT password_hash FROM users WHERE user_id = $1", &[&user], |row| row.get(0))
        };
        let kept = self.parts.store.read(read).await?;
        if !self.parts.passwords.matches(password, kept.as_deref()).await {
            self.parts.throttle.failed(&key, ip, self.now());
            return Err(SignInError::Wrong);
        }
        let prove = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            let now = tx.now();
            tx.execute("UPDATE sessions SET proved_at = $2 WHERE session_id = $1", &[&session, &now])?;
            Ok(())
        };
        self.parts.store.write(prove).await?;
        self.parts.throttle.succeeded(&key, ip);
        Ok(Confirmed::of(actor))
    }

    /// Signs a mail program in, with an address and one of its device passwords.
    pub async fn sign_in_device(
        &self,
        address: &EmailAddress,
        secret: &Secret<String>,
        protocol: Protocol,
        ip: IpAddr,
    ) -> Result<Actor, SignInError> {
        let key = address.key();
        let throttled = format!("device of {key}");
        self.check_throttle(&throttled, ip)?;
        let given = secret.reveal().clone();
        let read = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            let Some(found) = devices::find(tx, &key, &given)? else { return Ok(None) };
            if grants::rights(tx, found.user, found.mailbox)?.is_none() {
                return Ok(None);
            }
            Ok(users::by_id(tx, found.user)?.map(|user| (found, user)))
        };
        let Some((found, user)) = self.parts.store.read(read).await? else {
            self.parts.throttle.failed(&throttled, ip, self.now());
            return Err(SignInError::Wrong);
        };
        self.parts.throttle.succeeded(&throttled, ip);
        let device = found.device;
        if found.noted_at.is_none_or(|at| self.now().since(at) >= devices::NOTED_EVERY) {
            let touch = move |tx: &mut Tx<'_>| devices::touch(tx, device, protocol, ip);
            self.parts.store.write(touch).await?;
        }
        let lease = self.parts.bus.lease(Holder {
            user: user.id,
            mailbox: Some(found.mailbox),
            session: None,
            device: Some(device),
            protocol,
            from: ip,
        });
        let name = user.name();
        Ok(Actor::new(Parts {
            user: user.id,
            name,
            address: user.address,
            language: user.language,
            time_zone: user.time_zone,
            ip: Some(ip),
            way: Way::Device { device, mailbox: found.mailbox },
            lease: Some(lease),
        }))
    }

    pub(crate) fn check_throttle(&self, account: &str, ip: IpAddr) -> Result<(), SignInError> {
        match self.parts.throttle.wait(account, ip, self.now()) {
            Some(wait) => Err(SignInError::Throttled(wait)),
            None => Ok(()),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.ambient.clock.now()
    }
}
