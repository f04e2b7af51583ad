//! Commands as values (RFC 9051 §6).

use bytes::Bytes;
use domain::{Secret, Timestamp};

use super::fetch::FetchRequest;
use super::list::ListRequest;
use super::name::MailboxName;
use super::search::SearchRequest;
use super::sequence::SequenceSet;

/// What a client calls a command by; the answer carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag that is `text`: `ASTRING-CHAR` without `+`, at most 64 bytes.
    pub fn new(text: &str) -> Option<Self> {
        const LIMIT: usize = 64;
        let fits = !text.is_empty() && text.len() <= LIMIT;
        let plain = text.bytes().all(|byte| super::scan::is_astring_char(byte) && byte != b'+');
        (fits && plain).then(|| Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A command with its tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    /// The tag.
    pub tag: Tag,
    /// The command.
    pub command: Command,
}

/// How messages are numbered in a command and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By place in the folder.
    Sequence,
    /// By UID (RFC 9051 §6.4.9).
    Uid,
}

/// Whether a folder is opened for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectMode {
    /// `SELECT`.
    ReadWrite,
    /// `EXAMINE`.
    ReadOnly,
}

/// An option in parentheses that has no value here (RFC 4466 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// `CONDSTORE` (RFC 7162 §3.1.8).
    Condstore,
    /// Another one, in upper case.
    Unknown(String),
}

/// A flag or keyword (RFC 9051 §2.3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// `\Seen`
    Seen,
    /// `\Answered`
    Answered,
    /// `\Flagged`
    Flagged,
    /// `\Deleted`
    Deleted,
    /// `\Draft`
    Draft,
    /// `\Recent`: not kept here.
    Recent,
    /// A keyword, such as `$Forwarded`.
    Keyword(String),
    /// Another system flag, without its backslash.
    Unknown(String),
}

impl Flag {
    /// The flag of this name, where `\` marks a system flag.
    pub fn named(name: &str) -> Self {
        let Some(system) = name.strip_prefix('\\') else {
            return Self::Keyword(name.to_owned());
        };
        let known = [Self::Seen, Self::Answered, Self::Flagged, Self::Deleted, Self::Draft, Self::Recent];
        let found = known.into_iter().find(|flag| flag.name().eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| Self::Unknown(system.to_owned()))
    }

    /// Its name, with the backslash of a system flag.
    pub fn name(&self) -> String {
        match self {
            Self::Seen => "\\Seen".to_owned(),
            Self::Answered => "\\Answered".to_owned(),
            Self::Flagged => "\\Flagged".to_owned(),
            Self::Deleted => "\\Deleted".to_owned(),
            Self::Draft => "\\Draft".to_owned(),
            Self::Recent => "\\Recent".to_owned(),
            Self::Keyword(word) => word.clone(),
            Self::Unknown(word) => format!("\\{word}"),
        }
    }
}

/// What `STORE` does with the flags that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreMode {
    /// `FLAGS`
    Replace,
    /// `+FLAGS`
    Add,
    /// `-FLAGS`
    Remove,
}

/// Whether `STORE` tells the flags that result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// By untagged `FETCH`.
    Yes,
    /// `.SILENT`
    Silent,
}

/// The arguments of `STORE` after the set (RFC 9051 §6.4.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRequest {
    /// What to do with the flags that are there.
    pub mode: StoreMode,
    /// Whether to tell the result.
    pub told: Told,
    /// The flags.
    pub flags: Vec<Flag>,
    /// Only messages that have not changed since (RFC 7162 §3.1.3).
    pub unchanged_since: Option<u64>,
}

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
}

impl StatusItem {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Messages,
        Self::UidNext,
        Self::UidValidity,
        Self::Unseen,
        Self::Deleted,
        Self::Size,
        Self::Recent,
        Self::HighestModSeq,
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
        }
    }
}

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `CAPABILITY`
    Capability,
    /// `NOOP`
    Noop,
    /// `LOGOUT`
    Logout,
    /// `STARTTLS`
    StartTls,
    /// `AUTHENTICATE`; `initial` is the first response, still in base64 (RFC 4959).
    Authenticate {
        /// The mechanism, in upper case.
        mechanism: String,
        /// The first response.
        initial: Option<Secret<String>>,
    },
    /// `LOGIN`
    Login {
        /// Who.
        user: String,
        /// The password.
        password: Secret<String>,
    },
    /// `ID` (RFC 2971); what the client says of itself.
    Id(Vec<(String, Option<String>)>),
    /// `ENABLE` (RFC 9051 §6.3.1); the words in upper case.
    Enable(Vec<String>),
    /// `SELECT` and `EXAMINE`
    Select {
        /// The folder.
        name: MailboxName,
        /// For reading only, or for writing as well.
        mode: SelectMode,
        /// Options.
        parameters: Vec<Parameter>,
    },
    /// `CREATE`; `special_use` as in RFC 6154 §3, with backslashes.
    Create {
        /// The folder to be.
        name: MailboxName,
        /// What it is for.
        special_use: Vec<String>,
    },
    /// `DELETE`
    Delete(MailboxName),
    /// `RENAME`
    Rename {
        /// What it is called.
        from: MailboxName,
        /// What it shall be called.
        to: MailboxName,
    },
    /// `SUBSCRIBE`
    Subscribe(MailboxName),
    /// `UNSUBSCRIBE`
    Unsubscribe(MailboxName),
    /// `LIST`
    List(ListRequest),
    /// `LSUB` (RFC 3501 §6.3.9)
    Lsub {
        /// What the pattern is relative to.
        reference: String,
        /// The pattern.
        pattern: String,
    },
    /// `NAMESPACE`
    Namespace,
    /// `STATUS`
    Status {
        /// The folder.
        name: MailboxName,
        /// What to tell.
        items: Vec<StatusItem>,
    },
    /// `APPEND`
    Append {
        /// The folder.
        name: MailboxName,
        /// Flags to set.
        flags: Vec<Flag>,
        /// When the message was received, if the client says so.
        received_at: Option<Timestamp>,
        /// The message.
        message: Bytes,
    },
    /// `IDLE`
    Idle,
    /// `CHECK` (RFC 3501 §6.4.1)
    Check,
    /// `CLOSE`
    Close,
    /// `UNSELECT`
    Unselect,
    /// `EXPUNGE`, and `UID EXPUNGE` (RFC 4315 §2.1) with its set.
    Expunge(Option<SequenceSet>),
    /// `SEARCH`
    Search {
        /// How the answer numbers messages.
        by: By,
        /// What to look for.
        request: SearchRequest,
    },
    /// `FETCH`
    Fetch {
        /// How the messages are numbered.
        by: By,
        /// Which.
        set: SequenceSet,
        /// What of them.
        request: FetchRequest,
    },
    /// `STORE`
    Store {
        /// How the messages are numbered.
        by: By,
        /// Which.
        set: SequenceSet,
        /// What to do.
        request: StoreRequest,
    },
    /// `COPY`
    Copy {
        /// How the messages are numbered.
        by: By,
        /// Which.
        set: SequenceSet,
        /// Where to.
        to: MailboxName,
    },
    /// `MOVE` (RFC 6851)
    Move {
        /// How the messages are numbered.
        by: By,
        /// Which.
        set: SequenceSet,
        /// Where to.
        to: MailboxName,
    },
}
