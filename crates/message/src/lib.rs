//! What a mail is: parsed, described, shown safely, built.
//!
//! **Invariant:** whatever the bytes are, nothing here panics, and nothing is larger than a limit says.

mod body;
mod build;
mod content;
mod described;
pub mod header;
mod html;
mod name;
mod parse;
mod recipients;
mod reply;
mod summary;
mod view;

pub use build::{Draft, NewAttachment, build};
pub use html::SafeHtml;
pub use recipients::{RecipientsFault, parse_recipients};
pub use reply::{forward_subject, quoted, reply_subject};
pub use summary::{Party, Recipient, RecipientKind, Summary, summarize};
pub use view::{Attachment, Part, View, part, view};
