//! Desks: from where organizations, mail services and addresses are managed. They never see mail.
//!
//! **Invariant:** every act of a desk asks again, inside its transaction, whether the actor's role still allows it, and
//! is written into the activity log there. What gives or takes access takes a proof that the person is there
//! ([`identity::Confirmed`]).

mod address;
mod aliases;
mod bin;
mod checking;
mod create;
mod devices;
mod domains;
mod first_users;
mod members;
mod operator;
mod organization;
mod places;
mod release;
mod service;
mod sharing;
mod teams;

use bus::EndReason;
use domain::role::Verb;
use domain::{MailServiceId, MailboxId, OrganizationId, Permission};
use identity::{Actor, Way};
use store::{StoreError, Tx};

use crate::{MailError, OpenError};

pub use address::{AddReason, AddressDesk, AddressDetails, DisplayNameError, RemovalReport};
pub use aliases::{AliasError, AliasView};
pub use bin::{BinRow, Binned, Deletion};
pub use create::{CreateAddressError, For};
pub use devices::AddDeviceError;
pub use domains::{AddDomainError, DomainView, ProofRecord, RecordPurpose, RecordState};
pub use first_users::{Account, CreateForError, FIRST_USERS, FirstUser, LineFault, Whom};
pub use members::{MemberError, RemovedMember, UserDetails};
pub use operator::{DomainRow, TrustError, trust_domain};
pub use organization::{CreateServiceError, OrganizationDesk, ServiceView};
pub use places::PlaceError;
pub use service::{AddressRow, ServiceDesk};
pub use sharing::{Candidate, ShareError};
pub use teams::{Inside, TeamDetails, TeamError};

/// Why an act at a desk was not done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no such thing, or not for this actor any more.
    #[error("not found")]
    NotFound,
    /// The session has ended.
    #[error("the access has ended")]
    Ended(EndReason),
    /// The disk is full, or the database cannot be reached: later it may work.
    #[error("the storage is unavailable")]
    Unavailable,
    /// A fault of the server; its log has the cause.
    #[error("an internal fault")]
    Internal,
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        if error.is_temporary() {
            return Self::Unavailable;
        }
        tracing::error!(%error, "a transaction of a desk failed");
        Self::Internal
    }
}

impl From<MailError> for DeskError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::NotFound(_) => Self::NotFound,
            MailError::Ended(reason) => Self::Ended(reason),
            MailError::DiskFull | MailError::Unavailable => Self::Unavailable,
            MailError::MayNot(_)
            | MailError::Exists
            | MailError::Fixed
            | MailError::HasChildren
            | MailError::BadName
            | MailError::TooMany(_)
            | MailError::TooLarge(_)
            | MailError::OverQuota
            | MailError::Internal => Self::Internal,
        }
    }
}

impl From<DeskError> for OpenError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotFound => Self::NotFound,
            DeskError::Ended(reason) => Self::Ended(reason),
            DeskError::Unavailable => Self::Unavailable,
            DeskError::Internal => Self::Internal,
        }
    }
}

/// Whether the actor may manage the mail of an organization, asked in this transaction.
fn check(tx: &mut Tx<'_>, actor: &Actor, organization: OrganizationId) -> Result<(), DeskError> {
    check_verb(tx, actor, organization, Verb::ManageMail)
}

/// The same for a transaction that writes. The row of the organization is locked first, as it is by whoever takes a role
/// away: what is read of the role afterwards holds until the end of the transaction.
fn check_to_write(tx: &mut Tx<'_>, actor: &Actor, organization: OrganizationId) -> Result<(), DeskError> {
    check_verb_to_write(tx, actor, organization, Verb::ManageMail)
}

/// [`check_to_write`] for any verb.
fn check_verb_to_write(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    verb: Verb,
) -> Result<(), DeskError> {
    let lock = format!("SELECT 1 FROM organizations WHERE organization_id = $1{}", tx.for_update());
    tx.find(&lock, &[&organization], |_| Ok(()))?;
    check_verb(tx, actor, organization, verb)
}

/// Whether the actor's role in an organization allows something, asked in this transaction.
fn check_verb(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    verb: Verb,
) -> Result<(), DeskError> {
    if let Some(reason) = actor.ended(tx)? {
        return Err(DeskError::Ended(reason));
    }
    match actor.way() {
        Way::Operator => Ok(()),
        Way::Device { .. } => Err(DeskError::NotFound),
        Way::Browser(_) => match identity::organizations::role_of(tx, actor.user(), organization)? {
            Some(role) if role.may(verb) => Ok(()),
            Some(_) | None => Err(DeskError::NotFound),
        },
    }
}

/// The organization of a mail service.
fn organization_of_service(tx: &mut Tx<'_>, service: MailServiceId) -> Result<OrganizationId, DeskError> {
    let sql = "SELECT organization_id FROM mail_services WHERE mail_service_id = $1";
    tx.find(sql, &[&service], |row| row.get(0))?.ok_or(DeskError::NotFound)
}

/// The mail service and organization of a mailbox.
fn place_of_mailbox(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
) -> Result<(MailServiceId, OrganizationId), DeskError> {
    let sql = "SELECT s.mail_service_id, s.organization_id FROM mailboxes b JOIN mail_services s \
               ON s.mail_service_id = b.mail_service_id WHERE b.mailbox_id = $1 AND b.state <> 'destroying'";
    tx.find(sql, &[&mailbox], |row| Ok((row.get(0)?, row.get(1)?)))?.ok_or(DeskError::NotFound)
}

/// A permission and which way its switch goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch {
    /// Which.
    pub permission: Permission,
    /// Whether it goes on.
    pub on: bool,
}
