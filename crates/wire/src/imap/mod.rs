//! IMAP as values and bytes (RFC 3501, RFC 9051 and the extensions that `docs/standards.md` lists).
//!
//! [`Commands`] turns what arrives on a connection into [`Tagged`] commands, asking for literals as it goes;
//! [`Writer`] turns answers into bytes. Neither reads nor writes a socket, and neither knows a mailbox.
//!
//! **Invariant:** nothing that arrives can panic, recurse deeper than [`NESTING_LIMIT`], or occupy more memory than
//! [`Limits`] allow. What [`Writer`] writes is what a client parses back: no value can end a line or a string early.

mod account;
mod append;
mod arguments;
mod code;
mod command;
mod commands;
mod date;
mod fetch;
mod flag;
mod list;
mod metadata;
mod name;
mod notify;
mod scan;
mod search;
mod select;
mod sequence;
mod sort;
mod status_item;
mod structure;
mod url;
mod write;

pub use account::{AclCommand, QuotaCommand};
pub use append::{Handed, HandedContent, Piece};
pub use code::Code;
pub use command::{By, Command, Tag, Tagged};
pub use commands::{Commands, Limits, LineStep, Step, Synchronizing};
pub use date::{Date, date_of, format_date_time, parse_date_time};
pub use fetch::{FetchItem, FetchRequest, Partial, Peek, Section, SectionText};
pub use flag::{Flag, StoreMode, StoreRequest, Told};
pub use list::{ListRequest, ListReturn, ListSelection, matches};
pub use metadata::{Depth, EntryName, MetadataCommand, Visibility};
pub use name::{Encoding, MailboxName, NameFault};
pub use notify::{EventGroup, MailboxFilter, NotifyEvent, NotifyRequest};
pub use scan::{Fault, NESTING_LIMIT};
pub use search::{SearchKey, SearchRequest, SearchReturn};
pub use select::{Parameter, Remembered, SelectMode};
pub use sequence::{Bound, SequenceSet, write_numbers};
pub use sort::{Order, SortCriterion, SortKey, SortRequest, ThreadAlgorithm};
pub use status_item::StatusItem;
pub use structure::{Address, Basics, Body, Disposition, Envelope, Leaf, Multipart};
pub use url::MessageUrl;
pub use write::{Line, Status, Writer};

#[cfg(test)]
mod tests;
