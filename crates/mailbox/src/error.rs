//! Why an act on a mailbox was not done.

use bus::EndReason;
use domain::Permission;
use store::{BlobFault, StoreError};

/// What a name or number did not lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// No such folder.
    Folder,
    /// No such message.
    Message,
    /// No such device password.
    Device,
}

/// Why an act on an open mailbox was not done.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The access lacks a permission.
    #[error("this access does not have the permission “{0}”")]
    MayNot(Permission),
    /// The access, the session or the device password is no more.
    #[error("the access has ended")]
    Ended(EndReason),
    /// There is no such thing (any more).
    #[error("there is no such {}", match .0 { Missing::Folder => "folder", Missing::Message => "message", Missing::Device => "device" })]
    NotFound(Missing),
    /// There is such a folder already.
    #[error("there is a folder of this name already")]
    Exists,
    /// The folder is one that every mailbox has.
    #[error("this folder cannot be changed")]
    Fixed,
    /// The folder holds other folders.
    #[error("the folder holds other folders")]
    HasChildren,
    /// The name cannot be a folder's.
    #[error("this cannot be the name of a folder")]
    BadName,
    /// There would be more than the limit of that name allows.
    #[error("there cannot be more {0}")]
    TooMany(&'static str),
    /// The message is larger than the server takes.
    #[error("the message is larger than {0} bytes")]
    TooLarge(u64),
    /// The mailbox is full.
    #[error("the mailbox is full")]
    OverQuota,
    /// The disk is full: later it may work.
    #[error("the disk is full")]
    DiskFull,
    /// The database or the blob store cannot be reached: later it may work.
    #[error("the storage is unavailable")]
    Unavailable,
    /// A fault of the server; its log has the cause.
    #[error("an internal fault")]
    Internal,
}

impl From<StoreError> for MailError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::DiskFull,
            StoreError::Busy | StoreError::Unavailable(_) => Self::Unavailable,
            StoreError::Constraint { .. }
            | StoreError::Absent
            | StoreError::Corrupt(_)
            | StoreError::Internal(_) => {
                tracing::error!(%error, "a transaction of a mailbox failed");
                Self::Internal
            }
        }
    }
}

impl From<BlobFault> for MailError {
    fn from(fault: BlobFault) -> Self {
        match fault {
            BlobFault::Full => Self::DiskFull,
            BlobFault::Store(error) => error.into(),
            BlobFault::Unavailable(_) => {
                tracing::warn!(%fault, "the blob store failed");
                Self::Unavailable
            }
            BlobFault::Missing(_) | BlobFault::Damaged(_) => {
                tracing::error!(%fault, "a message cannot be read");
                Self::Internal
            }
        }
    }
}

/// Why a mailbox, or a desk, was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none, or none for this actor: the answer is the same.
    #[error("not found")]
    NotFound,
    /// The session or device password has just ended.
    #[error("the access has ended")]
    Ended(EndReason),
    /// The database cannot be reached: later it may work.
    #[error("the storage is unavailable")]
    Unavailable,
    /// A fault of the server; its log has the cause.
    #[error("an internal fault")]
    Internal,
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        if error.is_temporary() {
            return Self::Unavailable;
        }
        tracing::error!(%error, "opening failed");
        Self::Internal
    }
}
