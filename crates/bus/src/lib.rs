//! The bus: events after commit, bounded subscriptions, and leases on what is open.
//!
//! The store hands every committed transaction's events to [`Bus`]. Sessions that watch a mailbox, a user or an
//! organization are told *that* something changed and read *what* from the database; what is open through an access,
//! a device password or a web session holds a [`Lease`], and learns within microseconds that it has ended.
//!
//! **Invariant:** publishing never blocks and never grows without bound: a subscriber that does not read gets its
//! backlog folded into one overflow. A lease that was taken *before* the access was read from the database cannot miss
//! its end; the order is therefore always lease first, look-up second.

mod due;
mod lease;
mod topic;

use std::sync::Arc;

use domain::{Change, Event, MailboxId, OrganizationId, Publish, UserId};

pub use due::Due;
pub use lease::{EndReason, Holder, Lease, Live, Protocol};

use due::Alarms;
use lease::Book;
use topic::{Fold, Subscription, Topic};

/// Where committed events go, and where everything that is open subscribes. Cheap to clone.
#[derive(Clone, Default)]
pub struct Bus {
    parts: Arc<Parts>,
}

#[derive(Default)]
struct Parts {
    mailboxes: Arc<Topic<MailboxId, Change>>,
    users: Arc<Topic<UserId, UserEvent>>,
    organizations: Arc<Topic<OrganizationId, Touched>>,
    leases: Arc<Book>,
    alarms: Alarms,
}

impl Bus {
    /// A bus that nobody listens to yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The changes of a mailbox from now on.
    pub fn watch_mailbox(&self, mailbox: MailboxId) -> Changes {
        Changes(Topic::subscribe(&self.parts.mailboxes, mailbox))
    }

    /// What happens to a user's accesses from now on.
    pub fn watch_user(&self, user: UserId) -> UserEvents {
        UserEvents(Topic::subscribe(&self.parts.users, user))
    }

    /// Tells when something changed that the Manager shows of an organization.
    pub fn watch_organization(&self, organization: OrganizationId) -> OrganizationEvents {
        OrganizationEvents(Topic::subscribe(&self.parts.organizations, organization))
    }

    /// Wakes a worker when work of that kind may be due: a kind of job, or [`QUEUE`].
    pub fn due(&self, kind: &str) -> Due {
        self.parts.alarms.due(kind)
    }

    /// Enters something open into the book. Take it *before* the access is read from the database.
    pub fn lease(&self, holder: Holder) -> Lease {
        Book::enter(&self.parts.leases, holder)
    }

    /// What a user has open in a mailbox on this node now.
    pub fn live(&self, user: UserId, mailbox: MailboxId) -> Vec<Live> {
        self.parts.leases.live(user, mailbox)
    }

    /// What is open on this node now.
    pub fn open(&self) -> Vec<Holder> {
        self.parts.leases.open()
    }

    /// Wakes whoever asks the database whether what is open still may be, when an end may have been missed.
    pub fn missed(&self) -> Due {
        self.parts.alarms.due(MISSED)
    }

    fn tell(&self, event: &Event) {
        match event {
            Event::Mailbox { mailbox, change } => self.parts.mailboxes.tell(mailbox, *change),
            Event::AccessChanged { user, mailbox } => {
                self.parts.users.tell(user, UserEvent::Access { mailbox: *mailbox })
            }
            Event::AccessEnded { user, mailbox, grant: _ } => {
                self.parts.leases.end_access(*user, *mailbox);
                self.parts.users.tell(user, UserEvent::AccessEnded { mailbox: *mailbox });
            }
            Event::DeviceEnded { device } => self.parts.leases.end_device(*device),
            Event::SessionEnded { session } => self.parts.leases.end_session(*session),
            Event::Organization { organization } => self.parts.organizations.tell(organization, Touched),
            Event::JobsDue { kind } => self.parts.alarms.ring(kind),
            Event::QueueDue => self.parts.alarms.ring(QUEUE),
            Event::Resync => {
                self.parts.mailboxes.overflow();
                self.parts.users.overflow();
                self.parts.organizations.overflow();
                self.parts.alarms.ring_all();
            }
        }
    }
}

/// The alarm of whoever asks again what is open.
const MISSED: &str = "missed";
/// The kind under which the outbound queue's workers wait in [`Bus::due`].
pub const QUEUE: &str = "queue";

impl Publish for Bus {
    fn publish(&self, events: &[Event]) {
        for event in events {
            self.tell(event);
        }
    }
}

/// The changes of one mailbox, in order.
pub struct Changes(Subscription<MailboxId, Change>);

impl Changes {
    /// The next change; waits for one.
    pub async fn next(&mut self) -> Change {
        self.0.next().await
    }
}

/// What happens to the accesses of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserEvent {
    /// An access was given or changed.
    Access {
        /// To which mailbox.
        mailbox: MailboxId,
    },
    /// An access ended.
    AccessEnded {
        /// To which mailbox.
        mailbox: MailboxId,
    },
    /// Too much happened to be told one by one: read everything again.
    Overflow,
}

/// The events of one user, in order.
pub struct UserEvents(Subscription<UserId, UserEvent>);

impl UserEvents {
    /// The next event; waits for one.
    pub async fn next(&mut self) -> UserEvent {
        self.0.next().await
    }
}

/// Tells that something of an organization changed.
pub struct OrganizationEvents(Subscription<OrganizationId, Touched>);

impl OrganizationEvents {
    /// Waits until something changed since the last call.
    pub async fn next(&mut self) {
        self.0.next().await;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Touched;

impl Fold for Touched {
    fn fold(self, _newer: Self) -> Option<Self> {
        Some(Self)
    }
    fn overflow() -> Self {
        Self
    }
}

impl Fold for UserEvent {
    fn fold(self, newer: Self) -> Option<Self> {
        (self == newer).then_some(self)
    }
    fn overflow() -> Self {
        Self::Overflow
    }
}

impl Fold for Change {
    fn fold(self, newer: Self) -> Option<Self> {
        match (self, newer) {
            (Self::Messages { folder, arrived }, Self::Messages { folder: same, arrived: also })
                if folder == same =>
            {
                Some(Self::Messages { folder, arrived: arrived || also })
            }
            (Self::Overflow, Self::Messages { .. } | Self::Folders | Self::Overflow) => Some(Self::Overflow),
            (Self::Folders, Self::Folders) => Some(Self::Folders),
            (Self::Messages { .. }, Self::Messages { .. } | Self::Folders | Self::Overflow)
            | (Self::Folders, Self::Messages { .. } | Self::Overflow) => None,
        }
    }
    fn overflow() -> Self {
        Self::Overflow
    }
}

#[cfg(test)]
mod tests;
