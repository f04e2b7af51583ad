//! Signing in with a password, and proving again to be there.

use std::time::Duration;

use domain::{EmailAddress, Id, Secret, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Origin, Way};
use crate::browsers::{self, BrowserMark};
use crate::identity::{Identity, Unavailable};
use crate::sessions::{self, NewSession, Owes, Stage};
use crate::throttle::{Place, Tried};
use crate::{devices, grants, users};

/// What signing in with a password gave.
#[derive(Debug)]
pub enum SignIn {
    /// The second factor is still owed; this token may give it.
    SecondFactorNeeded(NewSession),
    /// Signed in.
    Complete(NewSession),
    /// Not signed in: the address is a mailbox, and the password one of its device passwords (A4). Said to nobody who
    /// does not know that password.
    MailboxPassword,
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

/// What a sign-in is about.
struct Attempt {
    account: Option<Account>,
    /// Where it is counted.
    place: Place,
    /// Whether the address is a mailbox, and the password opens it to a mail program (A4).
    opens_mailbox: bool,
}

/// The account that a sign-in is about.
pub(crate) struct Account {
    pub(crate) user: UserId,
    pub(crate) password_hash: String,
}

impl Identity {
    /// Signs in with a password, from a browser that is not known.
    pub async fn sign_in(
        &self,
        identifier: &str,
        password: &Secret<String>,
        origin: &Origin,
    ) -> Result<SignIn, SignInError> {
        self.sign_in_marked(identifier, password, origin, &BrowserMark::none()).await
    }

    /// Signs in with a password, from a browser that may be known.
    pub async fn sign_in_marked(
        &self,
        identifier: &str,
        password: &Secret<String>,
        origin: &Origin,
        mark: &BrowserMark,
    ) -> Result<SignIn, SignInError> {
        // What is not an address is nobody's, and takes as long.
        let key = identifier.trim().parse::<EmailAddress>().map(|address| address.key()).unwrap_or_default();
        let attempt = self.attempt(key.clone(), password, origin, mark).await?;
        // An empty name would count for the whole network.
        let (place, counted) = (attempt.place, if key.is_empty() { "no address" } else { key.as_str() });
        self.attempt_once(Tried::Password, counted, place)?;
        let kept = attempt.account.as_ref().map(|account| account.password_hash.as_str());
        let right = self.parts.passwords.matches(password, kept).await;
        let Some(account) = attempt.account.filter(|_| right) else {
            return if attempt.opens_mailbox { Ok(SignIn::MailboxPassword) } else { Err(SignInError::Wrong) };
        };
        let session = self.begin_session(account, origin, mark).await?;
        self.parts.throttle.succeeded(Tried::Password, counted, place);
        Ok(session)
    }

    pub(crate) async fn begin_session(
        &self,
        judged: Account,
        origin: &Origin,
        mark: &BrowserMark,
    ) -> Result<SignIn, SignInError> {
        let (origin, mark, page) = (origin.clone(), mark.clone(), self.account_page());
        let begin = move |tx: &mut Tx<'_>| {
            let user = judged.user;
            let stage = stage(tx, &judged, &mark)?.ok_or(SignInError::Wrong)?;
            let session = sessions::begin(tx, user, stage, &origin)?;
            Ok(match stage {
                Stage::Password => SignIn::SecondFactorNeeded(session),
                Stage::Full => SignIn::Complete(arrived(tx, user, session, &origin, &mark, &page)?),
            })
        };
        self.parts.store.write(begin).await
    }

    /// Looks everything up at once, whether there is an account or not.
    async fn attempt(
        &self,
        key: String,
        secret: &Secret<String>,
        origin: &Origin,
        mark: &BrowserMark,
    ) -> Result<Attempt, SignInError> {
        let (secret, ip, mark) = (secret.clone(), origin.ip, mark.hash());
        let read = move |tx: &mut Tx<'_>| {
            let account = account(tx, &key)?;
            let user = account.as_ref().map_or_else(|| UserId::from_bytes([0; 16]), |account| account.user);
            let known = browsers::find(tx, user, mark)?;
            let device = devices::find(tx, &key, secret.reveal())?;
            let opens_mailbox = match device {
                Some(found) => grants::rights(tx, found.user, found.mailbox)?.is_some(),
                None => false,
            };
            let place = if known.is_some() { Place::Browser(mark) } else { Place::Network(ip) };
            Ok::<_, SignInError>(Attempt { account, place, opens_mailbox })
        };
        self.parts.store.read(read).await
    }

    /// Proves again that the person is there (A7).
    pub async fn confirm(&self, actor: &Actor, password: &Secret<String>) -> Result<Confirmed, SignInError> {
        let Way::Browser(session) = *actor.way() else { return Err(SignInError::Wrong) };
        let key = format!("proof of {}", actor.user());
        // Counted by session: whoever has one is no stranger of the network.
        let place = Place::Browser(Sha256::digest(session.bytes()).into());
        self.attempt_once(Tried::Password, &key, place)?;
        let user = actor.user();
        let read = move |tx: &mut Tx<'_>| -> Result<Option<String>, StoreError> {
            tx.find("SELECT password_hash FROM users WHERE user_id = $1", &[&user], |row| row.get(0))
        };
        let kept = self.parts.store.read(read).await?;
        if !self.parts.passwords.matches(password, kept.as_deref()).await {
            return Err(SignInError::Wrong);
        }
        let prove = move |tx: &mut Tx<'_>| -> Result<bool, StoreError> {
            let now = tx.now();
            // The session may have ended, and the password changed, while it was compared.
            let sql = "UPDATE sessions SET proved_at = $2 WHERE session_id = $1 AND stage = 'full' AND EXISTS \
                       (SELECT 1 FROM users WHERE user_id = $3 AND password_hash = $4)";
            Ok(tx.execute(sql, &[&session, &now, &user, &kept])? == 1)
        };
        if !self.parts.store.write(prove).await? {
            return Err(SignInError::Expired);
        }
        self.parts.throttle.succeeded(Tried::Password, &key, place);
        Ok(Confirmed::of(actor))
    }

    /// Counts an attempt before it is judged; whoever succeeds is forgotten.
    pub(crate) fn attempt_once(
        &self,
        tried: Tried,
        account: &str,
        from: impl Into<Place>,
    ) -> Result<(), SignInError> {
        self.parts.throttle.attempt(tried, account, from, self.now()).map_err(SignInError::Throttled)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.ambient.clock.now()
    }

    /// Where one's own account is looked after.
    pub(crate) fn account_page(&self) -> String {
        format!("{}/account", self.origin())
    }
}

/// The account that an address signs in to; one whose address was released lets its user in to choose another.
fn account(tx: &mut Tx<'_>, key: &str) -> Result<Option<Account>, StoreError> {
    let user = users::by_identifier(tx, key)?;
    let sql = "SELECT user_id FROM released_identifiers WHERE address_key = $1";
    let released: Option<UserId> = tx.find(sql, &[&key], |row| row.get(0))?;
    let user = user.or(released).unwrap_or_else(|| UserId::from_bytes([0; 16]));
    let sql = "SELECT user_id, password_hash FROM users WHERE user_id = $1 AND deleted_at IS NULL";
    tx.find(sql, &[&user], |row| Ok(Account { user: row.get(0)?, password_hash: row.get(1)? }))
}

/// How far somebody is with the right password; none when it is another one by now. Comparing takes a while, so that
/// the password, and who owes a second factor, is asked once more in the transaction that begins the session.
fn stage(tx: &mut Tx<'_>, judged: &Account, mark: &BrowserMark) -> Result<Option<Stage>, StoreError> {
    let sql = format!(
        "SELECT password_hash, totp_secret FROM users WHERE user_id = $1 AND deleted_at IS NULL{}",
        tx.for_update()
    );
    let row = |row: &store::Row<'_>| {
        Ok((row.text(0)? == judged.password_hash, row.get::<Option<Vec<u8>>>(1)?.is_some()))
    };
    let Some((true, has_app)) = tx.find(&sql, &[&judged.user], row)? else { return Ok(None) };
    let has_second_factor = has_app || crate::passkeys::has_any(tx, judged.user)?;
    let known = browsers::find(tx, judged.user, mark.hash())?;
    let until = known.and_then(|known| known.remembered_until);
    let is_remembered = until.is_some_and(|until| until > tx.now());
    Ok(Some(if has_second_factor && !is_remembered { Stage::Password } else { Stage::Full }))
}

/// Somebody has signed in to the end: what their browser keeps, and what they owe.
pub(crate) fn arrived(
    tx: &mut Tx<'_>,
    user: UserId,
    session: NewSession,
    origin: &Origin,
    mark: &BrowserMark,
    account_page: &str,
) -> Result<NewSession, StoreError> {
    let mark = browsers::arrive(tx, user, origin, mark, account_page)?;
    let sql = "SELECT 1 FROM login_identifiers WHERE user_id = $1 LIMIT 1";
    let has_address = tx.find(sql, &[&user], |_| Ok(()))?.is_some();
    Ok(NewSession { mark, owes: if has_address { Owes::Nothing } else { Owes::Address }, ..session })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::testing::identity;

    const PASSWORD: &str = "correct horse battery staple 42";

    #[tokio::test]
    async fn a_wrong_password_costs_the_same_work_whether_there_is_an_account_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, _clock) = testkit::clock::ambient(1);
        let (identity, _store, _bus) = identity(&ambient, folder.path()).await;
        let address = "anna@home.example".parse().unwrap();
        let password = Secret::new(PASSWORD.to_owned());
        identity.add_user(&Identity::operator(), address, "Anna Muster", &password).await.unwrap();
        let origin = Origin { ip: Ipv4Addr::LOCALHOST.into(), browser: String::new() };
        let mut costs = Vec::new();
        for who in ["anna@home.example", "nobody@home.example", "no address"] {
            for mark in [BrowserMark::none(), BrowserMark::of("a mark of nobody's".to_owned())] {
                let before = identity.parts.passwords.computed();
                let wrong = Secret::new("wrong".to_owned());
                let refused = identity.sign_in_marked(who, &wrong, &origin, &mark).await;
                assert!(matches!(refused, Err(SignInError::Wrong)), "{refused:?}");
                costs.push(identity.parts.passwords.computed() - before);
            }
        }
        assert_eq!(costs, [1; 6]);
    }

    #[tokio::test]
    async fn a_stranger_elsewhere_does_not_keep_the_owner_out() {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, _clock) = testkit::clock::ambient(1);
        let (identity, _store, _bus) = identity(&ambient, folder.path()).await;
        let address = "anna@home.example";
        let password = Secret::new(PASSWORD.to_owned());
        let operator = Identity::operator();
        identity.add_user(&operator, address.parse().unwrap(), "Anna Muster", &password).await.unwrap();
        let from = |ip: [u8; 4]| Origin { ip: Ipv4Addr::from(ip).into(), browser: String::new() };
        let wrong = Secret::new("wrong".to_owned());
        for network in 0..20 {
            for _ in 0..7 {
                let _refused = identity.sign_in(address, &wrong, &from([198, 51, network, 1])).await;
            }
        }
        let there = identity.sign_in(address, &password, &from([198, 51, 3, 9])).await;
        assert!(matches!(there, Err(SignInError::Throttled(_))), "{there:?}");
        let owner = identity.sign_in(address, &password, &from([192, 0, 2, 1])).await;
        assert!(matches!(owner, Ok(SignIn::Complete(_))), "{owner:?}");
    }
}
