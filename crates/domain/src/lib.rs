//! The nouns and rules of Postroom.
//!
//! Everything here is a value or a pure function: who somebody is, what an address is, which rights add up to what.
//!
//! **Invariant:** nothing in this crate reads a clock, draws a random number, opens a file or awaits. A value that
//! exists is valid: each type with a rule has private fields and one fallible constructor.

pub mod address;
pub mod ambient;
pub mod event;
pub mod grant;
pub mod ids;
pub mod invitation;
pub mod language;
pub mod notice;
pub mod permission;
pub mod person;
pub mod picture;
pub mod report;
pub mod role;
pub mod secret;
pub mod time;

pub use address::{AddressError, DomainName, EmailAddress};
pub use ambient::{Ambient, Clock, Random};
pub use event::{Change, Event, Publish};
pub use ids::{
    AccountEntryId, AutoReplyId, DeviceId, DomainId, FolderId, GrantId, Id, ImportId, InvitationId, JobId,
    KnownBrowserId, MailServiceId, MailboxId, MessageId, OrganizationId, PasskeyId, PictureId, RedirectionId,
    SessionId, SignatureId, SubmissionId, TeamId, UserId,
};
pub use language::Language;
pub use notice::{Notice, Notices};
pub use permission::{Permission, Permissions, Right, Rights};
pub use person::{PersonName, PhoneLabel, PhoneNumber, TextFault};
pub use picture::{PICTURE_BYTES, PictureFault, PictureKind};
pub use report::{EnvelopeId, Notify, OriginalRecipient, Recipient, ReportWishes, Returned};
pub use role::{Billing, Role, ServiceRight, Standing};
pub use secret::Secret;
pub use time::{Timestamp, duration};
