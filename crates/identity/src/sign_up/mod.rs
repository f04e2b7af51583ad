//! Signing up (A1), step by step: an address proven by a code, names and a password, a phone number and the terms, a
//! second factor.
//!
//! **Invariant:** until the last step nothing exists but the sign-up itself; whoever has its token may go on with it,
//! and what they learn of others' accounts is nothing.

mod complete;
mod steps;

use domain::{EmailAddress, Id, InvitationId, Timestamp};
use sha2::{Digest, Sha256};
use store::{Row, StoreError, Tx};

use crate::identity::{Identity, Unavailable};
use crate::invitations::{self, InvitationError};
use crate::passwords::PasswordFault;
use crate::sign_in::SignInError;
use crate::totp::{self, TotpOffer};
use crate::users;

pub use complete::{Landing, Welcome};

/// How long a sign-up may take.
const LASTS: std::time::Duration = domain::duration::days(1);
/// The version of the terms that people accept.
pub const TERMS_VERSION: &str = "2026-11";

/// What comes next in a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpStep {
    /// The address to sign in with.
    Address,
    /// The code that was mailed there.
    Code,
    /// Names and password.
    Names,
    /// Phone number and terms.
    Phone,
    /// The second factor.
    SecondFactor,
}

/// A sign-up, as its page shows it.
#[derive(Debug, Clone)]
pub struct SignUpView {
    /// What comes next.
    pub step: SignUpStep,
    /// The address given, or empty.
    pub address: String,
    /// Whether it follows an invitation.
    pub is_invited: bool,
    /// What an authenticator app needs, at that step.
    pub offer: Option<TotpOffer>,
}

/// What is wrong with names and password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameFaults {
    /// Of the first name.
    pub first_name: Option<domain::TextFault>,
    /// Of the last name.
    pub last_name: Option<domain::TextFault>,
    /// Of the password.
    pub password: Option<PasswordFault>,
}

/// Why a sign-up does not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignUpError {
    /// There is no such sign-up, or its time is over.
    #[error("there is no such sign-up")]
    Unknown,
    /// Another step comes next.
    #[error("another step comes next")]
    OutOfOrder,
    /// The address is not one.
    #[error(transparent)]
    Address(#[from] domain::AddressError),
    /// Several people open the mailbox of this address: nobody can sign in with it (I8).
    #[error("several people open this mailbox")]
    AddressIsShared,
    /// The code is wrong.
    #[error("the code is wrong")]
    Code,
    /// The code was wrong too often, or is too old: a new one is needed.
    #[error("the code does not count any more")]
    CodeSpent,
    /// Names or password have faults.
    #[error("the names or the password have faults")]
    Names(NameFaults),
    /// The phone number has a fault.
    #[error("the phone number {0}")]
    Phone(domain::TextFault),
    /// The terms were not accepted.
    #[error("the terms were not accepted")]
    Terms,
    /// Too many attempts: later again.
    #[error("too many attempts")]
    Throttled(std::time::Duration),
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for SignUpError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a sign-up failed");
        Self::Unavailable
    }
}

impl From<SignInError> for SignUpError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Throttled(wait) => Self::Throttled(wait),
            SignInError::Wrong => Self::Code,
            SignInError::Expired => Self::Unknown,
            SignInError::Unavailable => Self::Unavailable,
        }
    }
}

/// Where a sign-up came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// The link that a new server prints.
    First,
    /// An invitation.
    Invitation(InvitationId),
}

/// A sign-up as it is kept.
struct SignUp {
    hash: [u8; 32],
    from: Beginning,
    address: Option<String>,
    code_hash: Option<[u8; 32]>,
    code_attempts: i64,
    confirmed_at: Option<Timestamp>,
    first_name: Option<String>,
    last_name: Option<String>,
    password_hash: Option<String>,
    phone: Option<String>,
    terms: Option<(String, Timestamp)>,
    totp_secret: Option<Vec<u8>>,
}

impl SignUp {
    fn step(&self) -> SignUpStep {
        if self.address.is_none() {
            SignUpStep::Address
        } else if self.confirmed_at.is_none() {
            SignUpStep::Code
        } else if self.password_hash.is_none() {
            SignUpStep::Names
        } else if self.totp_secret.is_none() {
            SignUpStep::Phone
        } else {
            SignUpStep::SecondFactor
        }
    }

    fn expect(&self, step: SignUpStep) -> Result<(), SignUpError> {
        if self.step() == step { Ok(()) } else { Err(SignUpError::OutOfOrder) }
    }

    /// Who asks for codes and gives them: whoever has the invitation, however often they begin.
    fn asker(&self) -> Vec<u8> {
        match self.from {
            Beginning::First => self.hash.to_vec(),
            Beginning::Invitation(invitation) => invitation.bytes().to_vec(),
        }
    }

    /// The key of the address given; empty while there is none.
    fn address_key(&self) -> String {
        let address = self.address.as_deref().unwrap_or_default().parse();
        address.map(|address: EmailAddress| address.key()).unwrap_or_default()
    }

    /// What an authenticator app needs.
    fn offer(&self) -> Option<TotpOffer> {
        let (secret, address) = (self.totp_secret.as_deref()?, self.address.as_deref()?);
        totp::offer(secret, address)
    }
}

impl Identity {
    /// The path of the page where the first account is made; none when there is a user already. Older links end.
    pub async fn first_link(&self) -> Result<Option<String>, Unavailable> {
        let make = |tx: &mut Tx<'_>| -> Result<Option<String>, StoreError> {
            tx.execute("DELETE FROM sign_ups WHERE origin = 'first'", &[])?;
            if users::any(tx)? {
                return Ok(None);
            }
            let token = begin(tx, Beginning::First)?;
            Ok(Some(format!("/sign-up/{token}")))
        };
        Ok(self.parts.store.write(make).await?)
    }

    /// Begins the sign-up of somebody invited; the path of its page.
    pub async fn begin_invited_sign_up(&self, invitation: &str) -> Result<String, InvitationError> {
        let token = invitation.to_owned();
        let make = move |tx: &mut Tx<'_>| {
            let invitation = invitations::find(tx, &token)??;
            let token = begin(tx, Beginning::Invitation(invitation.id))?;
            Ok::<_, InvitationError>(format!("/sign-up/{token}"))
        };
        self.parts.store.write(make).await
    }

    /// Where a sign-up stands. Changes nothing.
    pub async fn sign_up(&self, token: &str) -> Result<SignUpView, SignUpError> {
        let hash = hash(token);
        let read = move |tx: &mut Tx<'_>| {
            let sign_up = load(tx, hash)?;
            Ok::<_, SignUpError>(SignUpView {
                step: sign_up.step(),
                is_invited: sign_up.from != Beginning::First,
                offer: sign_up.offer(),
                address: sign_up.address.unwrap_or_default(),
            })
        };
        self.parts.store.read(read).await
    }
}

/// Begins a sign-up; its token.
fn begin(tx: &mut Tx<'_>, from: Beginning) -> Result<String, StoreError> {
    let now = tx.now();
    tx.execute("DELETE FROM sign_ups WHERE expires_at <= $1", &[&now])?;
    let token = crate::sessions::new_token(tx);
    let (origin, invitation) = match from {
        Beginning::First => ("first", None),
        Beginning::Invitation(id) => ("invitation", Some(id)),
    };
    tx.execute(
        "INSERT INTO sign_ups (token_hash, origin, invitation_id, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)",
        &[&hash(&token), &origin, &invitation, &now, &now.plus(LASTS)],
    )?;
    Ok(token)
}

/// The sign-up of that token, if it still may go on.
fn load(tx: &mut Tx<'_>, hash: [u8; 32]) -> Result<SignUp, SignUpError> {
    let now = tx.now();
    let sql = format!(
        "SELECT origin, invitation_id, address, code_hash, code_attempts, confirmed_at, first_name, last_name, \
         password_hash, phone, terms_version, terms_accepted_at, totp_secret FROM sign_ups \
         WHERE token_hash = $1 AND expires_at > $2{}",
        tx.for_update()
    );
    let found = tx.find(&sql, &[&hash, &now], |row| read(hash, row))?.ok_or(SignUpError::Unknown)?;
    if found.from == Beginning::First && users::any(tx)? {
        return Err(SignUpError::Unknown);
    }
    Ok(found)
}

fn read(hash: [u8; 32], row: &Row<'_>) -> Result<SignUp, StoreError> {
    let invitation: Option<InvitationId> = row.get(1)?;
    let version: Option<String> = row.get(10)?;
    let accepted: Option<Timestamp> = row.get(11)?;
    Ok(SignUp {
        hash,
        from: match (row.text(0)?, invitation) {
            ("first", _) => Beginning::First,
            (_, Some(invitation)) => Beginning::Invitation(invitation),
            (origin, None) => return Err(StoreError::Corrupt(format!("the origin {origin:?} of a sign-up"))),
        },
        address: row.get(2)?,
        code_hash: row.get(3)?,
        code_attempts: row.get(4)?,
        confirmed_at: row.get(5)?,
        first_name: row.get(6)?,
        last_name: row.get(7)?,
        password_hash: row.get(8)?,
        phone: row.get(9)?,
        terms: version.zip(accepted),
        totp_secret: row.get(12)?,
    })
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
