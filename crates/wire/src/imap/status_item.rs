//! What `STATUS` tells.

use super::scan::{Fault, Scanner};

/// What `STATUS` tells (RFC 9051 §6.3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusItem {
    /// How many messages there are.
    Messages,
    /// The UID that the next message gets at least.
    UidNext,
    /// The UIDVALIDITY.
    UidValidity,
    /// How many are not `\Seen`.
    Unseen,
    /// How many are `\Deleted`.
    Deleted,
    /// Their sizes together, in bytes (RFC 8438).
    Size,
    /// How many are `\Recent`: always none here.
    Recent,
    /// When something last changed (RFC 7162 §3.1.7).
    HighestModSeq,
    /// The size of those that are `\Deleted` together, in bytes (RFC 9208 §4.1.4).
    DeletedStorage,
    /// The id of the folder (RFC 8474 §4.3).
    MailboxId,
    /// The largest message that is taken, in bytes (RFC 7889 §4).
    AppendLimit,
}

impl StatusItem {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Messages,
        Self::UidNext,
        Self::UidValidity,
        Self::Unseen,
        Self::Deleted,
        Self::Size,
        Self::Recent,
        Self::HighestModSeq,
        Self::DeletedStorage,
        Self::MailboxId,
        Self::AppendLimit,
    ];

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Messages => "MESSAGES",
            Self::UidNext => "UIDNEXT",
            Self::UidValidity => "UIDVALIDITY",
            Self::Unseen => "UNSEEN",
            Self::Deleted => "DELETED",
            Self::Size => "SIZE",
            Self::Recent => "RECENT",
            Self::HighestModSeq => "HIGHESTMODSEQ",
            Self::DeletedStorage => "DELETED-STORAGE",
            Self::MailboxId => "MAILBOXID",
            Self::AppendLimit => "APPENDLIMIT",
        }
    }
}

/// The items of `STATUS`, in parentheses; each once.
pub(super) fn status_items(scanner: &mut Scanner<'_>) -> Result<Vec<StatusItem>, Fault> {
    let mut items = Vec::new();
    for word in scanner.list(Scanner::word)? {
        let item = StatusItem::ALL.into_iter().find(|item| item.name() == word);
        let item = item.ok_or(Fault::Syntax("an unknown status item"))?;
        if !items.contains(&item) {
            items.push(item);
        }
    }
    if items.is_empty() {
        return Err(Fault::Syntax("a status item is missing"));
    }
    Ok(items)
}
