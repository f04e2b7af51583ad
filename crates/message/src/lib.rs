//! What a mail is: parsed, described, shown safely, built.
//!
//! **Invariant:** whatever the bytes are, nothing here panics, and nothing is larger than a limit says.

mod automatic;
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
mod signature;
mod summary;
mod view;

pub use automatic::{Answerable, Silence, answerable, automatic_subject};
pub use build::{Draft, NewAttachment, Picture, RichText, build};
pub use html::SafeHtml;
pub use recipients::{RecipientsFault, parse_recipients};
pub use reply::{forward_subject, quoted, reply_subject};
pub use signature::{
    SIGNATURE_HTML_BYTES, SIGNATURE_PICTURE_BYTES, Signature, signature_html, signature_picture,
    signature_text,
};
pub use summary::{Party, Recipient, RecipientKind, Summary, summarize};
pub use view::{Attachment, Part, View, part, view};
