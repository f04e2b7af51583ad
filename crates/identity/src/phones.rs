//! The phone numbers of a user (A9).
//!
//! **Invariant:** whoever has numbers has one primary number, and it is one of them: it stands in their account's row,
//! where everything finds it that reaches people by SMS.

use domain::{PhoneLabel, PhoneNumber, TextFault, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Way};
use crate::identity::{Identity, Unavailable};
use crate::{account_log, users};

/// How many numbers a user may have: those that a card has room for.
pub const PHONES: usize = 5;

/// One of a user's phone numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneView {
    /// In E.164 form.
    pub number: String,
    /// Where it reaches them.
    pub label: PhoneLabel,
    /// Whether it is the one for SMS.
    pub is_primary: bool,
}

/// Why a phone number was not added, changed or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// It is none.
    #[error("the phone number {0}")]
    Number(TextFault),
    /// The user has it already.
    #[error("the number is there already")]
    Exists,
    /// The user has as many as there can be.
    #[error("a user cannot have more than {PHONES} numbers")]
    TooMany,
    /// The user has no such number, or not any more.
    #[error("there is no such number")]
    NotFound,
    /// Only a browser that is still signed in changes them.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for PhoneError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a phone number could not be written");
        Self::Unavailable
    }
}

impl Identity {
    /// The actor's phone numbers, the primary one first.
    pub async fn phones(&self, actor: &Actor) -> Result<Vec<PhoneView>, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(of(tx, user)?)).await
    }

    /// Adds a number; the first is the primary one.
    pub async fn add_phone(&self, actor: &Actor, typed: &str, label: PhoneLabel) -> Result<(), PhoneError> {
        let number: PhoneNumber = typed.parse().map_err(PhoneError::Number)?;
        let add = move |tx: &mut Tx<'_>, who: &Actor| {
            let known = of(tx, who.user())?;
            if known.iter().any(|own| own.number == number.as_str()) {
                return Err(PhoneError::Exists);
            }
            if known.len() >= PHONES {
                return Err(PhoneError::TooMany);
            }
            insert(tx, who.user(), number.as_str(), label)?;
            if known.is_empty() {
                set_primary(tx, who.user(), Some(number.as_str()))?;
            }
            Ok(account_log::note_by(tx, who, "phone.add", number.as_str())?)
        };
        self.change_phones(actor, add).await
    }

    /// Gives one of the numbers `of` another label, or puts another number in its place.
    pub async fn change_phone(
        &self,
        actor: &Actor,
        old: &str,
        typed: &str,
        label: PhoneLabel,
    ) -> Result<(), PhoneError> {
        let number: PhoneNumber = typed.parse().map_err(PhoneError::Number)?;
        let old = old.to_owned();
        let change = move |tx: &mut Tx<'_>, who: &Actor| {
            let known = of(tx, who.user())?;
            let before = find(&known, &old)?;
            if number.as_str() != old && known.iter().any(|own| own.number == number.as_str()) {
                return Err(PhoneError::Exists);
            }
            let sql = "UPDATE phones SET number = $3, label = $4 WHERE user_id = $1 AND number = $2";
            tx.execute(sql, &[&who.user(), &old, &number.as_str(), &label.name()])?;
            if before.is_primary {
                set_primary(tx, who.user(), Some(number.as_str()))?;
            }
            Ok(account_log::note_by(tx, who, "phone.change", number.as_str())?)
        };
        self.change_phones(actor, change).await
    }

    /// Makes a number the primary one.
    pub async fn set_primary_phone(&self, actor: &Actor, number: &str) -> Result<(), PhoneError> {
        let number = number.to_owned();
        let make = move |tx: &mut Tx<'_>, who: &Actor| {
            find(&of(tx, who.user())?, &number)?;
            set_primary(tx, who.user(), Some(&number))?;
            Ok(account_log::note_by(tx, who, "phone.primary", &number)?)
        };
        self.change_phones(actor, make).await
    }

    /// Removes a number. When it was the primary one, the oldest of the others is from now on.
    pub async fn remove_phone(&self, actor: &Actor, number: &str) -> Result<(), PhoneError> {
        let number = number.to_owned();
        let remove = move |tx: &mut Tx<'_>, who: &Actor| {
            let known = of(tx, who.user())?;
            let gone = find(&known, &number)?;
            tx.execute("DELETE FROM phones WHERE user_id = $1 AND number = $2", &[&who.user(), &number])?;
            if gone.is_primary {
                let next = known.iter().find(|own| !own.is_primary);
                set_primary(tx, who.user(), next.map(|own| own.number.as_str()))?;
            }
            Ok(account_log::note_by(tx, who, "phone.remove", &number)?)
        };
        self.change_phones(actor, remove).await
    }

    /// Runs a change of the actor's numbers while nobody else changes them.
    async fn change_phones<F>(&self, actor: &Actor, change: F) -> Result<(), PhoneError>
    where
        F: Fn(&mut Tx<'_>, &Actor) -> Result<(), PhoneError> + Send + Sync + 'static,
    {
        let who = actor.clone();
        let checked = move |tx: &mut Tx<'_>| {
            users::lock(tx, who.user())?;
            if !matches!(who.way(), Way::Browser(_)) || who.ended(tx)?.is_some() {
                return Err(PhoneError::Ended);
            }
            change(tx, &who)
        };
        self.parts.store.write(checked).await
    }
}

fn find<'a>(known: &'a [PhoneView], number: &str) -> Result<&'a PhoneView, PhoneError> {
    known.iter().find(|own| own.number == number).ok_or(PhoneError::NotFound)
}

/// The numbers of a user, the primary one first, and then the oldest.
pub(crate) fn of(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<PhoneView>, StoreError> {
    let sql = "SELECT p.number, p.label, CASE WHEN u.phone = p.number THEN 1 ELSE 0 END AS first FROM phones p \
               JOIN users u ON u.user_id = p.user_id WHERE p.user_id = $1 \
               ORDER BY first DESC, p.created_at, p.number";
    tx.query(sql, &[&user], |row| {
        let label = PhoneLabel::named(row.text(1)?).unwrap_or(PhoneLabel::Other);
        Ok(PhoneView { number: row.get(0)?, label, is_primary: row.get::<i64>(2)? == 1 })
    })
}

/// Writes a number of a user.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    user: UserId,
    number: &str,
    label: PhoneLabel,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO phones (user_id, number, label, created_at) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[&user, &number, &label.name(), &now]).map(drop)
}

fn set_primary(tx: &mut Tx<'_>, user: UserId, number: Option<&str>) -> Result<(), StoreError> {
    tx.execute("UPDATE users SET phone = $2 WHERE user_id = $1", &[&user, &number]).map(drop)
}
