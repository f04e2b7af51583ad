//! How a user is called, reached and spoken to (A9).

use domain::{Language, PersonName, PhoneNumber, TextFault};
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
    /// The phone number; empty for none.
    pub phone: String,
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
    /// Of the phone number.
    pub phone: Option<TextFault>,
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
    phone: Option<PhoneNumber>,
}

impl Profile {
    fn checked(&self) -> Result<Checked, ProfileFaults> {
        let phone = self.phone.trim();
        let phone = if phone.is_empty() { Ok(None) } else { phone.parse::<PhoneNumber>().map(Some) };
        match (self.first_name.parse(), self.last_name.parse(), phone) {
            (Ok(first_name), Ok(last_name), Ok(phone)) => Ok(Checked { first_name, last_name, phone }),
            (first, last, phone) => {
                Err(ProfileFaults { first_name: first.err(), last_name: last.err(), phone: phone.err() })
            }
        }
    }
}

impl Identity {
    /// What the actor says of themselves.
    pub async fn profile(&self, actor: &Actor) -> Result<Profile, Unavailable> {
        let user = actor.user();
        let read = move |tx: &mut Tx<'_>| {
            let sql =
                "SELECT first_name, last_name, phone, language, time_zone FROM users WHERE user_id = $1";
            Ok(tx.load(sql, &[&user], |row| {
                Ok(Profile {
                    first_name: row.get(0)?,
                    last_name: row.get(1)?,
                    phone: row.get::<Option<String>>(2)?.unwrap_or_default(),
                    language: users::language(row.text(3)?),
                    time_zone: row.get(4)?,
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
            let phone = checked.phone.as_ref().map(PhoneNumber::as_str);
            let sql = "UPDATE users SET first_name = $2, last_name = $3, phone = $4, language = $5, time_zone = $6 \
                       WHERE user_id = $1";
            let (first, last) = (checked.first_name.as_str(), checked.last_name.as_str());
            tx.execute(sql, &[&who.user(), &first, &last, &phone, &language.code(), &zone])?;
            crate::people::put_in_order(tx, who.user())?;
            Ok(account_log::note_by(tx, &who, "profile.change", "")?)
        };
        self.parts.store.write(set).await
    }
}
