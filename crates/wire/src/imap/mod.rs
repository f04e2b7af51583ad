//! IMAP as values and bytes (RFC 3501, RFC 9051 and the extensions that `docs/standards.md` lists).
//!
//! [`Commands`] turns what arrives on a connection into [`Tagged`] commands, asking for literals as it goes;
//! [`Writer`] turns answers into bytes. Neither reads nor writes a socket, and neither knows a mailbox.
//!
//! **Invariant:** nothing that arrives can panic, recurse deeper than [`NESTING_LIMIT`], or occupy more memory than
//! [`Limits`] allow. What [`Writer`] writes is what a client parses back: no value can end a line or a string early.

mod arguments;
mod command;
mod commands;
mod date;
mod fetch;
mod list;
mod name;
mod scan;
mod search;
mod sequence;
mod structure;
mod write;

pub use command::{
    By, Command, Flag, Parameter, SelectMode, StatusItem, StoreMode, StoreRequest, Tag, Tagged, Told,
};
pub use commands::{Commands, Limits, LineStep, Step, Synchronizing};
pub use date::{Date, date_of, format_date_time, parse_date_time};
pub use fetch::{FetchItem, FetchRequest, Partial, Peek, Section, SectionText};
pub use list::{ListRequest, ListReturn, ListSelection, matches};
pub use name::{Encoding, MailboxName, NameFault};
pub use scan::{Fault, NESTING_LIMIT};
pub use search::{SearchKey, SearchRequest, SearchReturn};
pub use sequence::{Bound, SequenceSet, write_numbers};
pub use structure::{Address, Basics, Body, Disposition, Envelope, Leaf, Multipart};
pub use write::{Code, Line, Status, Writer};

#[cfg(test)]
mod tests;
