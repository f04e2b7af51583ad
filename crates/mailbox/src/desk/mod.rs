//! Desks: from where organizations, mail services and addresses are managed. They never see mail.
//!
//! **Invariant:** every act of a desk asks again, inside its transaction, whether the actor's role still allows it, and
//! is written into the activity log there. What gives or takes access takes a proof that the person is there
//! ([`identity::Confirmed`]).

mod address;
mod address_list;
mod aliases;
mod asked_factor;
mod bin;
mod bulk;
mod checking;
mod create;
mod devices;
mod domain_alias;
mod domain_removal;
mod domains;
mod explain;
mod first_users;
mod generic;
mod importing;
mod limits;
mod logo;
mod members;
mod operator;
mod organization;
mod outgoing;
mod places;
mod proof;
mod record;
mod release;
mod review;
mod service;
mod service_settings;
mod share_many;
mod sharing;
mod teams;
mod transfer;

use bus::EndReason;
use domain::role::Verb;
use domain::{MailServiceId, MailboxId, OrganizationId, Permission, Role, ServiceRight, Standing};
use identity::{Actor, Way};
use store::{StoreError, Tx};

use crate::{MailError, OpenError};

pub use address::{AddReason, AddressDesk, AddressDetails, DisplayNameError, RemovalReport};
#[cfg(test)]
pub(crate) use address_list::statement as list_statement;
pub use address_list::{AddressFilter, AddressOrder, AddressRow, AddressesPage, Having, ListedAfter};
pub use aliases::{AliasError, AliasView};
pub use asked_factor::{AskedFactor, AskedFactorError};
pub use bin::{BinRow, Binned, Deletion};
pub use bulk::{BULK_ADDRESSES, BulkAct, Selection};
pub use create::{CreateAddressError, For};
pub use devices::AddDeviceError;
pub use domain_alias::DomainAliasError;
pub use domain_removal::RemoveDomainError;
pub use domains::{AddDomainError, DomainView, ProofRecord, RecordPurpose, RecordState};
pub use explain::{AddressState, Because, Explanation, Holds, Loss, Rest, SourceView};
pub use first_users::{Account, CreateForError, FIRST_USERS, FirstUser, LineFault, Whom};
pub use importing::{
    Column, FaultKind, IMPORT_BYTES, IMPORT_FAULTS, IMPORT_LINES, ImportAct, ImportOutcome, ImportState,
    ImportStep, ImportView, LineFault as ImportFault, Notice as ImportNotice, SheetError, TASK_JOB,
};
pub use limits::{LimitsError, Passwords};
pub use logo::LogoError;
pub use members::{MemberError, RemovedMember, UserDetails};
pub use operator::{DomainRow, TrustError, trust_domain};
pub use organization::{CreateServiceError, OrganizationDesk, ServiceView};
pub use places::{NewUser, PlaceError, TextError};
pub(crate) use proof::check_proof;
pub use record::{DeleteOrganizationError, POSTAL_ADDRESS_LIMIT, Record, RecordError, Remains};
pub use review::{AfterAccess, Kept, REMOVED_AT_ONCE, Reviewed};
pub use service::ServiceDesk;
pub use share_many::{ADDRESSES_LISTED, SHARED_AT_ONCE, ShareManyError};
pub use sharing::{CANDIDATES, Candidate, ShareError};
pub use teams::{Inside, TeamDetails, TeamError};
pub use transfer::{Offer, Offered, TransferError};

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

/// Where a mail service is: whose it was when its desk was opened.
#[derive(Debug, Clone, Copy)]
struct Place {
    organization: OrganizationId,
    service: MailServiceId,
}

/// Whether the actor may do something with a mail service, asked in this transaction. A service that has moved to
/// another organization since is not found: its pages are to be opened anew.
fn check_service(tx: &mut Tx<'_>, actor: &Actor, place: Place, verb: Verb) -> Result<Standing, DeskError> {
    let standing = check_standing(tx, actor, place.organization, Some(place.service), verb)?;
    let is_here = organization_of_service(tx, place.service)? == place.organization;
    is_here.then_some(standing).ok_or(DeskError::NotFound)
}

/// The same for a transaction that changes the mail service. The row of the organization is locked first, as it is by
/// whoever takes a role or a right away, or moves the service: what is read afterwards holds until the end.
fn check_service_to_write(tx: &mut Tx<'_>, actor: &Actor, place: Place) -> Result<(), DeskError> {
    identity::members::lock(tx, place.organization)?;
    check_service(tx, actor, place, Verb::ManageMail).map(drop)
}

/// [`check_verb`] for a transaction that writes: the row of the organization is locked first.
fn check_verb_to_write(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    verb: Verb,
) -> Result<(), DeskError> {
    identity::members::lock(tx, organization)?;
    check_verb(tx, actor, organization, verb)
}

/// Whether what the actor is in an organization allows something there, asked in this transaction. What a right on one
/// mail service allows, it allows here if they have it on any.
fn check_verb(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    verb: Verb,
) -> Result<(), DeskError> {
    check_standing(tx, actor, organization, None, verb).map(drop)
}

fn check_standing(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    service: Option<MailServiceId>,
    verb: Verb,
) -> Result<Standing, DeskError> {
    if let Some(reason) = actor.ended(tx)? {
        return Err(DeskError::Ended(reason));
    }
    match actor.way() {
        Way::Operator => Ok(Standing::of(Role::Owner)),
        Way::Device { .. } | Way::AllAddresses { .. } => Err(DeskError::NotFound),
        Way::Browser(_) | Way::Task => {
            match identity::rights::standing(tx, actor.user(), organization, service)? {
                Some(standing) if standing.may(verb) => Ok(standing),
                Some(_) | None => Err(DeskError::NotFound),
            }
        }
    }
}

/// What a standing allows with a mail service that it allows to look at.
fn right(standing: Standing) -> ServiceRight {
    if standing.may(Verb::ManageMail) { ServiceRight::Manage } else { ServiceRight::Consult }
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
