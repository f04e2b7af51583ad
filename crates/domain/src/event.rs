//! What is told after a commit. An event says that something changed; what it is now is read from the database.

use crate::{DeviceId, FolderId, GrantId, MailboxId, OrganizationId, SessionId, UserId};

/// What changed in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Change {
    /// Messages of a folder came, went or changed their flags: pull from the last known ModSeq.
    Messages {
        /// The folder.
        folder: FolderId,
        /// Whether something new arrived (for notices on screen).
        arrived: bool,
    },
    /// Folders were made, renamed or deleted, or settings changed.
    Folders,
    /// Too much happened to be told one by one: read everything again.
    Overflow,
}

/// What a committed transaction tells the rest of the server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Event {
    /// Something changed in a mailbox.
    Mailbox {
        /// The mailbox.
        mailbox: MailboxId,
        /// What.
        change: Change,
    },
    /// A user's accesses to a mailbox were added or changed: their list of addresses, and rights, are to be read again.
    AccessChanged {
        /// The user.
        user: UserId,
        /// The mailbox.
        mailbox: MailboxId,
    },
    /// A user has no access to the mailbox any more: all that they have open there ends.
    AccessEnded {
        /// The user.
        user: UserId,
        /// The mailbox.
        mailbox: MailboxId,
        /// The last access, if one ended it.
        grant: Option<GrantId>,
    },
    /// A device password was revoked: what was opened with it ends.
    DeviceEnded {
        /// The device.
        device: DeviceId,
    },
    /// A web session was ended.
    SessionEnded {
        /// The session.
        session: SessionId,
    },
    /// Something that the Manager shows changed in an organization (accesses, invitations, addresses).
    Organization {
        /// The organization.
        organization: OrganizationId,
    },
    /// Jobs of that kind are due.
    JobsDue {
        /// The kind of job.
        kind: String,
    },
    /// Mail was accepted for sending.
    QueueDue,
    /// Events of other nodes may have been missed: everything is to be read again, and what is open asked whether it
    /// still may be.
    Resync,
}

/// Takes the events of a transaction once it is durable.
pub trait Publish: Send + Sync {
    /// Tells `events`, in the order in which they were made. Must not block.
    fn publish(&self, events: &[Event]);
}
