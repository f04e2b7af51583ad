//! What keys have to sign: random, kept on the server until the first answer, or for five minutes.

use std::time::Duration;

use domain::Timestamp;
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use super::PasskeyError;
use crate::actor::Origin;
use crate::throttle::network;

/// How long an answer may take: somebody may have to look for the key.
pub(super) const WAITS: Duration = domain::duration::minutes(5);
/// How many challenges of one network wait at a time: a large office signs in at nine.
const OF_A_NETWORK: i64 = 500;
/// How long a challenge is, in bytes.
const BYTES: usize = 32;

/// The browser session that asks: an answer counts in it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedBy {
    hash: [u8; 32],
}

impl AskedBy {
    /// The browser of that session's token, or of a visit's.
    pub fn token(token: &str) -> Self {
        Self { hash: Sha256::digest(token.as_bytes()).into() }
    }
}

/// What an answer is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A new key.
    Add,
    /// Signing in with a key alone.
    SignIn,
    /// The step after the password.
    SecondStep,
    /// The proof of presence.
    Proof,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SignIn => "sign-in",
            Self::SecondStep => "second-step",
            Self::Proof => "proof",
        }
    }
}

/// Makes a challenge; the one before it counts no more.
pub(super) fn ask(
    tx: &mut Tx<'_>,
    by: AskedBy,
    purpose: Purpose,
    origin: &Origin,
) -> Result<[u8; BYTES], PasskeyError> {
    let (now, network) = (tx.now(), network(origin.ip));
    let sql = "SELECT count(*) FROM passkey_challenges WHERE network = $1 AND expires_at > $2";
    if tx.load(sql, &[&network, &now], |row| row.get::<i64>(0))? >= OF_A_NETWORK {
        return Err(PasskeyError::Busy);
    }
    let challenge: [u8; BYTES] = tx.random();
    let sql = "INSERT INTO passkey_challenges (browser_hash, purpose, challenge, network, expires_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (browser_hash, purpose) DO UPDATE SET \
               challenge = excluded.challenge, network = excluded.network, expires_at = excluded.expires_at";
    tx.execute(sql, &[&by.hash, &purpose.name(), &challenge, &network, &now.plus(WAITS)])?;
    Ok(challenge)
}

/// Takes the challenge of a browser, once; none when there is none, or it is too old.
pub(super) fn take(
    tx: &mut Tx<'_>,
    by: AskedBy,
    purpose: Purpose,
) -> Result<Option<[u8; BYTES]>, StoreError> {
    let sql = "DELETE FROM passkey_challenges WHERE browser_hash = $1 AND purpose = $2 \
               RETURNING challenge, expires_at";
    let taken = tx.find(sql, &[&by.hash, &purpose.name()], |row| {
        Ok((row.get::<[u8; BYTES]>(0)?, row.get::<Timestamp>(1)?))
    })?;
    let now = tx.now();
    Ok(taken.filter(|(_, expires_at)| *expires_at > now).map(|(challenge, _)| challenge))
}

/// Takes those away whose time is over.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM passkey_challenges WHERE expires_at <= $1", &[&now]).map(drop)
}
