//! The ids of messages, conversations and folders, as clients see them (RFC 8474 §4, §7): a letter that says what it is
//! of, and the id.

use domain::{FolderId, MessageId};

/// The id of a message.
pub(crate) fn email(message: MessageId) -> String {
    format!("M{message}")
}

/// The id of a conversation.
pub(crate) fn thread(thread: MessageId) -> String {
    format!("T{thread}")
}

/// The id of a folder.
pub(crate) fn folder(folder: FolderId) -> String {
    format!("F{folder}")
}

/// The message that an id of a client is of.
pub(crate) fn parse_email(id: &str) -> Option<MessageId> {
    id.strip_prefix('M')?.parse().ok()
}

/// The conversation that an id of a client is of.
pub(crate) fn parse_thread(id: &str) -> Option<MessageId> {
    id.strip_prefix('T')?.parse().ok()
}
