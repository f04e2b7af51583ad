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
mod addresses;
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
mod forgetting;
mod forwarding;
mod handing;
mod handle;
mod header;
mod index;
mod kind;
mod list;
mod moving;
mod number;
mod ordering;
mod quota;
mod redirections;
mod removed;
mod restoring;
mod search;
mod sending;
mod setting;
mod variants;
mod verify;

pub use access::{Access, MailSettings};
pub use act::Act;
pub use addresses::AddressView;
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
pub use kind::AddressKind;
pub use list::{ListedMessage, Recipient};
pub use mailauth::{
    Boxed, DkimResult, DkimVerdict, DmarcPolicy, DmarcResult, DmarcVerdict, Dns, DnsFault, Family,
    SpfIdentity, SpfResult, SpfVerdict, Verdicts,
};
pub use message::{Picture, Signature, signature_picture};
pub use moving::Copied;
pub use number::{ModSeq, Uid, UidSet, UidValidity};
pub use ordering::{ORDERED_AT_ONCE, Ordered};
pub use quota::{Deleted, Quota};
pub use redirections::{
    Agreed, KeptCopy, REDIRECTION_TARGETS, RedirectionError, RedirectionLinkError, RedirectionOffer,
    RedirectionState, RedirectionView, Redirections,
};
pub use restoring::{RemovedMessage, RemovedPage, RemovedPlace, Restored};
pub use search::{SearchKey, Span};
pub use sending::{
    Outgoing, RECIPIENTS, RECIPIENTS_PER_DAY, SendAs, SendError, SentCopy, SubmitError, Submitted,
};
pub use verify::{Finding, Looked, Topic, VerifyError, Weight};

pub use setting::{
    AddressSettings, AutoReplies, AutoReply, AutoReplyError, AutoReplyFault, AutoReplyView, BlockedMail,
    ChosenSignature, Day, EVERY_DAYS, FilledSignature, FolderUse, FolderUseError, HistoryLine, HistoryPage,
    Lack, ListedSender, NewAutoReply, NewSignature, NoPattern, SIGNATURE_FIELDS, SavedSignature, SenderError,
    SenderList, SenderPattern, SenderStanding, SettingsError, SignatureError, SignatureFault, SignatureOf,
    SignatureView, TimeZoneError, Weekdays, Writing,
};

#[cfg(test)]
mod tests;
