//! The addresses that a user signs in with, and the one where they are reached when that fails (A5, I8).
//!
//! **Invariant:** an address signs in, or recovers, only once a code mailed to it was given by its user, who has just
//! proved to be there; one that other people can open never does.

use std::time::Duration;

use domain::{AddressError, EmailAddress, Id, MailboxId, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};
use subtle::ConstantTimeEq;

use crate::actor::{Actor, Confirmed, Origin, Way};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::sign_in::SignInError;
use crate::throttle::Tried;
use crate::{account_log, address_counts, grants, users};

/// How many addresses a user signs in with: more than anybody has, and few enough to list.
const MOST: usize = 10;
/// How long a code counts.
const COUNTS_FOR: Duration = domain::duration::days(1);
/// How often a code may be given wrongly.
const CODE_ATTEMPTS: i64 = 5;

/// What an address is to be proven for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in with.
    SignIn,
    /// To be reached at when the password is forgotten.
    Recovery,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Recovery => "recovery",
        }
    }
}

/// An address that a user signs in with.
#[derive(Debug, Clone)]
pub struct IdentifierView {
    /// The address.
    pub address: String,
    /// Whether it is the one that the account goes by.
    pub is_primary: bool,
    /// Since when.
    pub confirmed_at: Timestamp,
}

/// The addresses of an account.
#[derive(Debug, Clone, Default)]
pub struct Identifiers {
    /// Those that sign in, the primary one first.
    pub all: Vec<IdentifierView>,
    /// The one that was released, while no other signs in.
    pub released: Option<String>,
    /// The one whose code is still to be given.
    pub waiting: Option<String>,
    /// The recovery address.
    pub recovery: Option<String>,
    /// The recovery address whose code is still to be given.
    pub recovery_waiting: Option<String>,
}

/// Whose address was released.
#[derive(Debug, Clone)]
pub struct Released {
    /// Who signed in with it.
    pub user: UserId,
    /// Their name.
    pub name: String,
}

/// Why an address was not added, changed or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// It is not one.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Other people open its mailbox.
    #[error("other people open this mailbox")]
    Shared,
    /// The user has it already.
    #[error("the address is the user's already")]
    Own,
    /// The user has as many as there can be.
    #[error("a user signs in with {MOST} addresses at most")]
    TooMany,
    /// The code is wrong.
    #[error("the code is wrong")]
    Code,
    /// The code was wrong too often, or is too old, or none was mailed.
    #[error("the code does not count any more")]
    CodeSpent,
    /// The last one, or the primary one, cannot be removed.
    #[error("the primary address cannot be removed")]
    Primary,
    /// The user has no such address.
    #[error("the user has no such address")]
    NotFound,
    /// Too many codes: later again.
    #[error("too many codes")]
    Throttled(Duration),
    /// Only a browser that is still signed in does this.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for IdentifierError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the addresses of an account could not be read or written");
        Self::Unavailable
    }
}

impl From<SignInError> for IdentifierError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Throttled(wait) => Self::Throttled(wait),
            SignInError::Wrong => Self::Code,
            SignInError::Expired => Self::Ended,
            SignInError::Unavailable => Self::Unavailable,
        }
    }
}

impl Identity {
    /// The addresses of the actor's account.
    pub async fn identifiers(&self, actor: &Actor) -> Result<Identifiers, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(of(tx, user)?)).await
    }

    /// Mails a code to an address that the actor wants to add. Where somebody else signs in with it, or others open it,
    /// no code fits, and only who reads mail there is told so; or the actor, who opens it as well.
    pub async fn prove_address(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        purpose: Purpose,
        address: &str,
        origin: &Origin,
    ) -> Result<(), IdentifierError> {
        let address: EmailAddress = address.trim().parse()?;
        let throttled = format!("codes of {}", actor.user());
        self.attempt_once(Tried::Mail, &throttled, origin.ip)?;
        let (who, proof, link) = (actor.clone(), *proof, format!("{}/sign-in", self.origin()));
        let prove = move |tx: &mut Tx<'_>| {
            check(tx, &who, &proof)?;
            let user = who.user();
            let is_shared = users::is_shared(tx, &address.key(), Some(user))?;
            if is_shared && opens(tx, user, &address)? {
                return Err(IdentifierError::Shared);
            }
            has_room(tx, user, purpose, &address)?;
            if let Some(wait) = address_counts::mail(tx, &address.key())? {
                return Err(IdentifierError::Throttled(wait));
            }
            let owner = users::by_identifier(tx, &address.key())?;
            let is_anothers = owner.is_some_and(|owner| owner != user);
            let code = format!("{:06}", u64::from_be_bytes(tx.random::<8>()) % 1_000_000);
            let kept = (!is_anothers && !is_shared).then(|| code_hash(user, purpose, &code));
            let (now, shown) = (tx.now(), address.to_string());
            forget_proof(tx, user, purpose)?;
            let sql = "INSERT INTO address_proofs (user_id, purpose, address, code_hash, expires_at) \
                       VALUES ($1, $2, $3, $4, $5)";
            tx.execute(sql, &[&user, &purpose.name(), &shown, &kept, &now.plus(COUNTS_FOR)])?;
            if is_anothers {
                let values = [("link", link.as_str())];
                return Ok(mails::send(tx, MailTemplate::AccountExists, who.language(), &address, &values)?);
            }
            if is_shared {
                return Ok(mails::send(tx, MailTemplate::AddressShared, who.language(), &address, &[])?);
            }
            let values = [("code", code.as_str())];
            Ok(mails::send(tx, MailTemplate::AddressCode, who.language(), &address, &values)?)
        };
        self.parts.store.write(prove).await
    }

    /// Takes the code that was mailed: the address counts from now on.
    pub async fn confirm_address(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        purpose: Purpose,
        code: &str,
    ) -> Result<(), IdentifierError> {
        let (who, proof, page) = (actor.clone(), *proof, self.account_page());
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        // A wrong code is counted, so the transaction succeeds and says what came of it.
        let confirm = move |tx: &mut Tx<'_>| -> Result<Result<(), IdentifierError>, IdentifierError> {
            check(tx, &who, &proof)?;
            let address = match take_code(tx, who.user(), purpose, &code)? {
                Ok(address) => address,
                Err(error) => return Ok(Err(error)),
            };
            // Others may have been let in meanwhile. The code has proved that the actor reads its mail.
            if users::is_shared(tx, &address.key(), Some(who.user()))? {
                return Err(IdentifierError::Shared);
            }
            has_room(tx, who.user(), purpose, &address)?;
            match purpose {
                Purpose::SignIn => add(tx, &who, &address, &page)?,
                Purpose::Recovery => set_recovery(tx, &who, Some(&address))?,
            }
            forget_proof(tx, who.user(), purpose)?;
            Ok(Ok(()))
        };
        self.parts.store.write(confirm).await?
    }

    /// Makes one of the actor's addresses the one that the account goes by.
    pub async fn set_primary_identifier(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        address: &str,
    ) -> Result<(), IdentifierError> {
        let (who, proof) = (actor.clone(), *proof);
        let address: EmailAddress = address.parse().map_err(|_| IdentifierError::NotFound)?;
        let set = move |tx: &mut Tx<'_>| {
            check(tx, &who, &proof)?;
            let (user, key) = (who.user(), address.key());
            if users::by_identifier(tx, &key)? != Some(user) {
                return Err(IdentifierError::NotFound);
            }
            make_primary(tx, user, &key)?;
            Ok(account_log::note_by(tx, &who, "identifier.primary", &address.to_string())?)
        };
        self.parts.store.write(set).await
    }

    /// Removes one of the actor's addresses, but not the primary one.
    pub async fn remove_identifier(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        address: &str,
    ) -> Result<(), IdentifierError> {
        let (who, proof, page) = (actor.clone(), *proof, self.account_page());
        let address: EmailAddress = address.parse().map_err(|_| IdentifierError::NotFound)?;
        let remove = move |tx: &mut Tx<'_>| {
            check(tx, &who, &proof)?;
            let all = of(tx, who.user())?.all;
            let is_it = |known: &&IdentifierView| {
                known.address.parse().is_ok_and(|known: EmailAddress| known.key() == address.key())
            };
            let known = all.iter().find(is_it).ok_or(IdentifierError::NotFound)?;
            if known.is_primary {
                return Err(IdentifierError::Primary);
            }
            tx.execute("DELETE FROM login_identifiers WHERE address_key = $1", &[&address.key()])?;
            tell(tx, &who, MailTemplate::IdentifierReleased, &address, &page)?;
            Ok(account_log::note_by(tx, &who, "identifier.remove", &known.address)?)
        };
        self.parts.store.write(remove).await
    }

    /// The actor is reached at no recovery address any more.
    pub async fn remove_recovery(&self, actor: &Actor, proof: &Confirmed) -> Result<(), IdentifierError> {
        let (who, proof) = (actor.clone(), *proof);
        let remove = move |tx: &mut Tx<'_>| {
            check(tx, &who, &proof)?;
            forget_proof(tx, who.user(), Purpose::Recovery)?;
            Ok(set_recovery(tx, &who, None)?)
        };
        self.parts.store.write(remove).await
    }

    /// Takes an address from whoever signs in with it, so that it can be shared (I8): they are told, and choose another
    /// at their next sign-in if they have none left. The caller has checked the right and the proof, and writes the
    /// organization's log. None when nobody signs in with it.
    pub fn release_identifier(
        &self,
        tx: &mut Tx<'_>,
        by: &Actor,
        address: &EmailAddress,
    ) -> Result<Option<Released>, StoreError> {
        let Some(user) = users::by_identifier(tx, &address.key())? else { return Ok(None) };
        let Some(view) = users::by_id(tx, user)? else { return Ok(None) };
        let page = self.account_page();
        let reached = users::reached_at(tx, user)?;
        tx.execute("DELETE FROM login_identifiers WHERE address_key = $1", &[&address.key()])?;
        // Whoever reads its mail from now on finds nothing there that opens the account.
        tx.execute("DELETE FROM password_resets WHERE user_id = $1", &[&user])?;
        let sql = "UPDATE users SET recovery_address = NULL, recovery_key = NULL WHERE user_id = $1 \
                   AND recovery_key = $2";
        tx.execute(sql, &[&user, &address.key()])?;
        match of(tx, user)?.all.into_iter().next() {
            Some(next) if !next.is_primary => {
                let key = next.address.parse().map(|address: EmailAddress| address.key()).unwrap_or_default();
                make_primary(tx, user, &key)?;
            }
            Some(_) => {}
            None => {
                keep_released(tx, user, address)?;
                crate::people::put_in_order(tx, user)?;
            }
        }
        let shown = address.to_string();
        let values = [("address", shown.as_str()), ("link", &page)];
        let others = reached.into_iter().filter(|known| known.key() != address.key());
        for to in others.chain([address.clone()]) {
            mails::send(tx, MailTemplate::IdentifierReleased, view.language, &to, &values)?;
        }
        account_log::note_of(tx, user, by, "identifier.release", &shown)?;
        Ok(Some(Released { user, name: view.name() }))
    }
}

/// The addresses of an account.
pub(crate) fn of(tx: &mut Tx<'_>, user: UserId) -> Result<Identifiers, StoreError> {
    let sql = "SELECT address, is_primary, confirmed_at FROM login_identifiers WHERE user_id = $1 \
               ORDER BY is_primary DESC, confirmed_at, address_key";
    let all = tx.query(sql, &[&user], |row| {
        Ok(IdentifierView { address: row.get(0)?, is_primary: row.get(1)?, confirmed_at: row.get(2)? })
    })?;
    let sql = "SELECT address FROM released_identifiers WHERE user_id = $1";
    let released = tx.find(sql, &[&user], |row| row.get(0))?;
    let sql = "SELECT recovery_address FROM users WHERE user_id = $1";
    let recovery = tx.load(sql, &[&user], |row| row.get(0))?;
    let mut waiting = |purpose: Purpose| {
        let now = tx.now();
        let sql =
            "SELECT address FROM address_proofs WHERE user_id = $1 AND purpose = $2 AND expires_at > $3";
        tx.find(sql, &[&user, &purpose.name(), &now], |row| row.get(0))
    };
    let (recovery_waiting, waiting) = (waiting(Purpose::Recovery)?, waiting(Purpose::SignIn)?);
    Ok(Identifiers { all, released, waiting, recovery, recovery_waiting })
}

/// Only a browser that is still signed in, whose user has just proved to be there.
fn check(tx: &mut Tx<'_>, actor: &Actor, proof: &Confirmed) -> Result<(), IdentifierError> {
    let is_own = matches!(actor.way(), Way::Browser(_)) && proof.belongs_to(actor);
    users::lock(tx, actor.user())?;
    if !is_own || actor.ended(tx)?.is_some() { Err(IdentifierError::Ended) } else { Ok(()) }
}

/// Whether the user opens the mailbox of an address here.
fn opens(tx: &mut Tx<'_>, user: UserId, address: &EmailAddress) -> Result<bool, StoreError> {
    let sql = "SELECT mailbox_id FROM addresses WHERE address_key = $1";
    match tx.find(sql, &[&address.key()], |row| row.get::<MailboxId>(0))? {
        Some(mailbox) => Ok(grants::rights(tx, user, mailbox)?.is_some()),
        None => Ok(false),
    }
}

/// Whether the user may have an address beside those they have.
fn has_room(
    tx: &mut Tx<'_>,
    user: UserId,
    purpose: Purpose,
    address: &EmailAddress,
) -> Result<(), IdentifierError> {
    match purpose {
        Purpose::Recovery => Ok(()),
        Purpose::SignIn if users::by_identifier(tx, &address.key())? == Some(user) => {
            Err(IdentifierError::Own)
        }
        Purpose::SignIn if of(tx, user)?.all.len() >= MOST => Err(IdentifierError::TooMany),
        Purpose::SignIn => Ok(()),
    }
}

/// The address whose code this is; a wrong one is counted.
fn take_code(
    tx: &mut Tx<'_>,
    user: UserId,
    purpose: Purpose,
    code: &str,
) -> Result<Result<EmailAddress, IdentifierError>, StoreError> {
    let now = tx.now();
    let sql = "SELECT address, code_hash, attempts FROM address_proofs WHERE user_id = $1 AND purpose = $2 \
               AND expires_at > $3";
    let found = tx.find(sql, &[&user, &purpose.name(), &now], |row| {
        Ok((row.get::<String>(0)?, row.get::<Option<[u8; 32]>>(1)?, row.get::<i64>(2)?))
    })?;
    let Some((address, kept, _)) = found.filter(|found| found.2 < CODE_ATTEMPTS) else {
        return Ok(Err(IdentifierError::CodeSpent));
    };
    let key = address.parse().map(|address: EmailAddress| address.key()).unwrap_or_default();
    // A new code does not begin a new count.
    if address_counts::codes_are_spent(tx, user.bytes(), &key)? {
        return Ok(Err(IdentifierError::CodeSpent));
    }
    let is_right = kept.is_some_and(|kept| kept.ct_eq(&code_hash(user, purpose, code)).into());
    if !is_right {
        let sql = "UPDATE address_proofs SET attempts = attempts + 1 WHERE user_id = $1 AND purpose = $2";
        tx.execute(sql, &[&user, &purpose.name()])?;
        address_counts::wrong_code(tx, user.bytes(), &key)?;
        return Ok(Err(IdentifierError::Code));
    }
    Ok(address.parse().map_err(IdentifierError::Address))
}

/// Adds an address, and tells where the user is known so far.
fn add(tx: &mut Tx<'_>, actor: &Actor, address: &EmailAddress, page: &str) -> Result<(), IdentifierError> {
    let (user, key, now) = (actor.user(), address.key(), tx.now());
    // Somebody else took it meanwhile.
    if users::by_identifier(tx, &key)?.is_some() {
        return Err(IdentifierError::CodeSpent);
    }
    tell(tx, actor, MailTemplate::IdentifierAdded, address, page)?;
    let is_first = of(tx, user)?.all.is_empty();
    tx.execute(
        "INSERT INTO login_identifiers (address_key, user_id, address, is_primary, confirmed_at) \
         VALUES ($1, $2, $3, $4, $5)",
        &[&key, &user, &address.to_string(), &is_first, &now],
    )?;
    tx.execute("DELETE FROM released_identifiers WHERE user_id = $1", &[&user])?;
    Ok(account_log::note_by(tx, actor, "identifier.add", &address.to_string())?)
}

fn set_recovery(tx: &mut Tx<'_>, actor: &Actor, address: Option<&EmailAddress>) -> Result<(), StoreError> {
    let (shown, key) = (address.map(EmailAddress::to_string), address.map(EmailAddress::key));
    let sql = "UPDATE users SET recovery_address = $2, recovery_key = $3 WHERE user_id = $1";
    tx.execute(sql, &[&actor.user(), &shown, &key])?;
    account_log::note_by(tx, actor, "recovery.set", &shown.unwrap_or_default())
}

fn make_primary(tx: &mut Tx<'_>, user: UserId, key: &str) -> Result<(), StoreError> {
    tx.execute("UPDATE login_identifiers SET is_primary = 0 WHERE user_id = $1", &[&user])?;
    tx.execute("UPDATE login_identifiers SET is_primary = 1 WHERE address_key = $1", &[&key])?;
    crate::people::put_in_order(tx, user)
}

/// The address lets its user in until they chose another.
fn keep_released(tx: &mut Tx<'_>, user: UserId, address: &EmailAddress) -> Result<(), StoreError> {
    let (key, now) = (address.key(), tx.now());
    let sql = "DELETE FROM released_identifiers WHERE user_id = $1 OR address_key = $2";
    tx.execute(sql, &[&user, &key])?;
    let sql = "INSERT INTO released_identifiers (address_key, user_id, address, released_at) \
               VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[&key, &user, &address.to_string(), &now]).map(drop)
}

fn forget_proof(tx: &mut Tx<'_>, user: UserId, purpose: Purpose) -> Result<(), StoreError> {
    let sql = "DELETE FROM address_proofs WHERE user_id = $1 AND purpose = $2";
    tx.execute(sql, &[&user, &purpose.name()]).map(drop)
}

/// Tells the user, where they are known, what happened to an address.
fn tell(
    tx: &mut Tx<'_>,
    actor: &Actor,
    template: MailTemplate,
    address: &EmailAddress,
    page: &str,
) -> Result<(), StoreError> {
    let shown = address.to_string();
    for to in users::reached_at(tx, actor.user())? {
        let values = [("address", shown.as_str()), ("link", page)];
        mails::send(tx, template, actor.language(), &to, &values)?;
    }
    Ok(())
}

fn code_hash(user: UserId, purpose: Purpose, code: &str) -> [u8; 32] {
    let seed = Sha256::new().chain_update(domain::Id::bytes(&user)).chain_update(purpose.name());
    seed.chain_update(code.as_bytes()).finalize().into()
}
