//! Passkeys and security keys (A2, A3, A7), as WebAuthn has them.
//!
//! **Invariant:** a key counts for the user who added it and for this server's origin; a challenge is random, waits on
//! the server for five minutes, for one browser session and one purpose, and is gone with its first answer.

mod add;
mod answer;
mod cbor;
mod challenges;
mod key;
mod list;
mod questions;
mod uses;

use domain::{PasskeyId, Timestamp};
use store::StoreError;

use crate::identity::Unavailable;

pub use challenges::AskedBy;
pub(crate) use challenges::sweep;
pub use list::SecondStepWays;
pub(crate) use list::{has_any, of};

/// A passkey in a list.
#[derive(Debug, Clone)]
pub struct PasskeyView {
    /// Which.
    pub id: PasskeyId,
    /// Its name.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// Why something about passkeys was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// Browsers have no passkeys for the address of this server.
    #[error("the origin of this server is not one for passkeys")]
    NotHere,
    /// The name is empty, too long, or not to be read.
    #[error("the name is no name")]
    Name(domain::TextFault),
    /// The challenge was used, or is too old.
    #[error("the question is too old")]
    Expired,
    /// What the browser sent is no answer to it.
    #[error("the key was not accepted")]
    Refused,
    /// The key is somebody's already.
    #[error("the key was added before")]
    Known,
    /// There are as many as there may be.
    #[error("there are too many passkeys")]
    TooMany,
    /// Too many ask from there.
    #[error("too many ask at once")]
    Busy,
    /// There is no such passkey of the actor's.
    #[error("there is no such passkey")]
    NotFound,
    /// It is the last second factor, and an organization of that name asks for one.
    #[error("an organization asks for a second factor")]
    Needed(String),
    /// Only a browser that is still signed in does this.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for PasskeyError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a passkey could not be read or written");
        Self::Unavailable
    }
}

impl From<Unavailable> for PasskeyError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}
