//! Commands as values (RFC 9051 §6).

use domain::Secret;

use super::account::{AclCommand, QuotaCommand};
use super::append::Handed;
use super::fetch::FetchRequest;
use super::flag::StoreRequest;
use super::list::ListRequest;
use super::metadata::MetadataCommand;
use super::name::MailboxName;
use super::notify::NotifyRequest;
use super::search::{SearchKey, SearchRequest};
use super::select::{Parameter, SelectMode};
use super::sequence::{Bound, SequenceSet};
use super::sort::{SortRequest, ThreadAlgorithm};
use super::status_item::StatusItem;

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
        /// The messages; never none.
        messages: Vec<Handed>,
    },
    /// `REPLACE` (RFC 8508)
    Replace {
        /// How the old message is numbered.
        by: By,
        /// Which it is.
        old: Bound,
        /// Where the new one goes to.
        name: MailboxName,
        /// The new one.
        message: Handed,
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
    /// `SORT`
    Sort {
        /// How the answer numbers messages.
        by: By,
        /// What to look for, and in which order to tell it.
        request: SortRequest,
    },
    /// `THREAD`
    Thread {
        /// How the answer numbers messages.
        by: By,
        /// How conversations are found.
        algorithm: ThreadAlgorithm,
        /// What must be true of a message.
        key: SearchKey,
    },
    /// `GETQUOTA` and the like.
    Quota(QuotaCommand),
    /// `MYRIGHTS` and the like.
    Acl(AclCommand),
    /// `GETMETADATA` and `SETMETADATA`.
    Metadata(MetadataCommand),
    /// `NOTIFY`
    Notify(NotifyRequest),
    /// `COMPRESS` (RFC 4978) with the mechanism, in upper case.
    Compress(String),
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
