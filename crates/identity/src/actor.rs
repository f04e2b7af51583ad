//! Who acts, which way they came, and the proof that they are there.

use std::net::IpAddr;
use std::sync::Arc;

use bus::{EndReason, Lease};
use domain::{DeviceId, Language, MailboxId, PictureId, SessionId, UserId};
use store::{StoreError, Tx};

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The address of the network.
    pub ip: IpAddr,
    /// What the browser calls itself; cut to a sensible length where it is kept.
    pub browser: String,
}

/// Which way an actor came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Signed in with a browser.
    Browser(SessionId),
    /// Signed in with a device password, which opens one mailbox.
    Device {
        /// The device password.
        device: DeviceId,
        /// The mailbox that it opens.
        mailbox: MailboxId,
    },
    /// Signed in with a device password for all addresses: opens each mailbox whose access allows mail programs.
    AllAddresses {
        /// The device password.
        device: DeviceId,
    },
    /// The command line of whoever runs the server: manages, and reads no mail.
    Operator,
    /// Work that the user began, and that goes on without them: it manages what they may manage, and reads no mail.
    Task,
}

/// Somebody who acts. Only signing in makes one.
///
/// ```compile_fail
/// let forged = identity::Actor { parts: todo!() };
/// ```
///
/// ```compile_fail
/// let forged = identity::Actor::new(todo!());
/// ```
#[derive(Clone)]
pub struct Actor {
    parts: Arc<Parts>,
}

pub(crate) struct Parts {
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) language: Language,
    pub(crate) time_zone: String,
    pub(crate) ip: Option<IpAddr>,
    pub(crate) way: Way,
    pub(crate) lease: Option<Lease>,
    pub(crate) known: Known,
}

/// What a session's pages show without asking for it each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) notice: Option<String>,
    pub(crate) picture: Option<PictureId>,
    pub(crate) has_passkeys: bool,
    pub(crate) owes_factor: bool,
}

impl Actor {
    pub(crate) fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    /// Which user.
    pub fn user(&self) -> UserId {
        self.parts.user
    }

    /// Their name.
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// The address that they sign in with.
    pub fn address(&self) -> &str {
        &self.parts.address
    }

    /// The language that they chose.
    pub fn language(&self) -> Language {
        self.parts.language
    }

    /// The IANA name of their time zone.
    pub fn time_zone(&self) -> &str {
        &self.parts.time_zone
    }

    /// Where they come from; none for the operator.
    pub fn ip(&self) -> Option<IpAddr> {
        self.parts.ip
    }

    /// Which way they came.
    pub fn way(&self) -> &Way {
        &self.parts.way
    }

    /// Ends with the session or the device password; none for the operator.
    pub fn lease(&self) -> Option<&Lease> {
        self.parts.lease.as_ref()
    }

    /// Their picture.
    pub fn picture(&self) -> Option<PictureId> {
        self.parts.known.picture
    }

    /// What somebody changed elsewhere about how this user signs in, as the account's log calls it; none when nothing, or
    /// when it was put away.
    pub fn notice(&self) -> Option<&str> {
        self.parts.known.notice.as_deref()
    }

    /// Whether an organization of the user asks its members for a second factor, and the user has none.
    pub fn owes_second_factor(&self) -> bool {
        self.parts.known.owes_factor
    }

    /// Whether the user had a passkey when the page was asked for.
    pub fn has_passkeys(&self) -> bool {
        self.parts.known.has_passkeys
    }

    /// Why the actor can act no more, asked in this transaction: the session or device password is gone.
    pub fn ended(&self, tx: &mut Tx<'_>) -> Result<Option<EndReason>, StoreError> {
        if let Some(reason) = self.parts.lease.as_ref().and_then(Lease::is_ended) {
            return Ok(Some(reason));
        }
        match self.parts.way {
            Way::Operator => Ok(None),
            Way::AllAddresses { device } => crate::account_devices::ended(tx, device),
            Way::Task => {
                let sql = "SELECT 1 FROM users WHERE user_id = $1 AND deleted_at IS NULL";
                let there = tx.find(sql, &[&self.parts.user], |_| Ok(()))?;
                Ok(there.is_none().then_some(EndReason::SessionEnded))
            }
            Way::Browser(session) => {
                let now = tx.now();
                let sql =
                    "SELECT 1 FROM sessions WHERE session_id = $1 AND stage = 'full' AND expires_at > $2";
                let there = tx.find(sql, &[&session, &now], |_| Ok(()))?;
                Ok(there.is_none().then_some(EndReason::SessionEnded))
            }
            Way::Device { device, .. } => {
                let sql = "SELECT 1 FROM devices WHERE device_id = $1";
                let there = tx.find(sql, &[&device], |_| Ok(()))?;
                Ok(there.is_none().then_some(EndReason::DeviceRevoked))
            }
        }
    }
}

/// The proof that the person who signed in is the one who acts now (A7). Only re-authentication makes one.
///
/// ```compile_fail
/// let forged = identity::Confirmed { user: todo!() };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    user: UserId,
    way: Way,
}

impl Confirmed {
    pub(crate) fn of(actor: &Actor) -> Self {
        Self { user: actor.user(), way: *actor.way() }
    }

    /// Whether it is the proof of this actor, as they came: every verb that takes one asks.
    pub fn belongs_to(&self, actor: &Actor) -> bool {
        self.user == actor.user() && self.way == *actor.way()
    }

    /// Whose proof it is.
    pub fn user(&self) -> UserId {
        self.user
    }
}
