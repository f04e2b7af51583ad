//! The door, and the mail behind it: folders, messages, flags, changes, search, delivery, sending, and the desks from
//! which addresses are managed.
//!
//! [`Access`] answers one question: may this actor, coming this way, open this mailbox? The [`Mailbox`] that it gives
//! asks again inside each of its transactions. [`Delivery`] and [`SendAs`] are narrower doors; the desks manage and
//! never see mail.
//!
//! **Invariant:** nobody reaches mail but through a handle of this crate, and a handle whose access has ended does
//! nothing any more.

mod access;
mod act;
mod annotations;
mod authentication;
mod content;
mod delivery;
pub mod desk;
mod devices;
mod error;
mod filing;
mod flagging;
mod flags;
mod folder;
mod handing;
mod handle;
mod header;
mod index;
mod list;
mod moving;
mod number;
mod ordering;
mod quota;
mod search;
mod sending;
mod variants;

pub use access::{Access, AddressView, MailSettings};
pub use act::Act;
pub use annotations::{NOTE_BYTES, Note, NoteOf};
pub use authentication::BroughtBy;
pub use content::{Appended, NewMessage};
pub use delivery::{Delivery, DeliveryError, IncomingMail, RecipientError};
pub use error::{MailError, Missing, OpenError};
pub use flagging::FlagsSet;
pub use flags::{FlagChange, FlagMode, Flags, Keywords};
pub use folder::{FolderName, FolderView, INBOX, SpecialUse, Subscription};
pub use handle::Mailbox;
pub use index::{Entry, Fetched, FolderChanges, FolderIndex};
pub use list::{ListedMessage, Recipient};
pub use mailauth::{
    Boxed, DkimResult, DkimVerdict, DmarcPolicy, DmarcResult, DmarcVerdict, Dns, DnsFault, Family,
    SpfIdentity, SpfResult, SpfVerdict, Verdicts,
};
pub use moving::Copied;
pub use number::{ModSeq, Uid, UidSet, UidValidity};
pub use ordering::{ORDERED_AT_ONCE, Ordered};
pub use quota::{Deleted, Quota};
pub use search::{SearchKey, Span};
pub use sending::{
    Outgoing, RECIPIENTS, RECIPIENTS_PER_DAY, SendAs, SendError, SentCopy, SubmitError, Submitted,
};

#[cfg(test)]
mod tests;
