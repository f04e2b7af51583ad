//! How a user is called and spoken to (A9).

use domain::{Language, PersonName, TextFault};
use store::{StoreError, Tx};

use crate::account_log;
use crate::actor::{Actor, Way};
use crate::identity::{Identity, Unavailable};
use crate::users;

/// How long the name of a time zone may be, in bytes: IANA's longest has 32.
const ZONE_BYTES: usize = 64;

/// What a user says of themselves.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The language of pages and mails.
    pub language: Language,
    /// The IANA name of the time zone.
    pub time_zone: String,
}

/// What is wrong with a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProfileFaults {
    /// Of the first name.
    pub first_name: Option<TextFault>,
    /// Of the last name.
    pub last_name: Option<TextFault>,
}

/// Why a profile was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// It has faults.
    #[error("the profile has faults")]
    Faults(ProfileFaults),
    /// Only a browser that is still signed in changes it.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for ProfileError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a profile could not be written");
        Self::Unavailable
    }
}

/// A profile without faults.
struct Checked {
    first_name: PersonName,
    last_name: PersonName,
}

impl Profile {
    fn checked(&self) -> Result<Checked, ProfileFaults> {
        match (self.first_name.parse(), self.last_name.parse()) {
            (Ok(first_name), Ok(last_name)) => Ok(Checked { first_name, last_name }),
            (first, last) => Err(ProfileFaults { first_name: first.err(), last_name: last.err() }),
        }
    }
}

impl Identity {
    /// What the actor says of themselves.
    pub async fn profile(&self, actor: &Actor) -> Result<Profile, Unavailable> {
        let user = actor.user();
        let read = move |tx: &mut Tx<'_>| {
            let sql = "SELECT first_name, last_name, language, time_zone FROM users WHERE user_id = $1";
            Ok(tx.load(sql, &[&user], |row| {
                Ok(Profile {
                    first_name: row.get(0)?,
                    last_name: row.get(1)?,
                    language: users::language(row.text(2)?),
                    time_zone: row.get(3)?,
                })
            })?)
        };
        self.parts.store.read(read).await
    }

    /// Keeps what the actor says of themselves. The time zone is one that the caller knows.
    pub async fn set_profile(&self, actor: &Actor, profile: &Profile) -> Result<(), ProfileError> {
        let checked = profile.checked().map_err(ProfileError::Faults)?;
        let (who, language) = (actor.clone(), profile.language);
        let zone: String =
            profile.time_zone.chars().filter(char::is_ascii_graphic).take(ZONE_BYTES).collect();
        let set = move |tx: &mut Tx<'_>| {
            if !matches!(who.way(), Way::Browser(_)) || who.ended(tx)?.is_some() {
                return Err(ProfileError::Ended);
            }
            let sql = "UPDATE users SET first_name = $2, last_name = $3, language = $4, time_zone = $5 WHERE user_id = $1";
            let (first, last) = (checked.first_name.as_str(), checked.last_name.as_str());
            tx.execute(sql, &[&who.user(), &first, &last, &language.code(), &zone])?;
            crate::people::put_in_order(tx, who.user())?;
            Ok(account_log::note_by(tx, &who, "profile.change", "")?)
        };
        self.parts.store.write(set).await
    }
}
