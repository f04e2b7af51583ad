//! What a status says to the program that reads it (RFC 9051 §7.1).

use super::flag::Flag;
use super::sequence::write_numbers;

/// A response code (RFC 9051 §7.1, RFC 7162 §3, RFC 4315 §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// One that needs no arguments, by its name.
    Plain(&'static str),
    /// `CAPABILITY` with the words.
    Capability(String),
    /// `APPENDUID`
    AppendUid {
        /// Of the folder.
        uid_validity: u32,
        /// Of the messages, in the order in which they were handed in.
        uids: Vec<u32>,
    },
    /// `BADURL` (RFC 4469 §4): the URL that names nothing here.
    BadUrl(String),
    /// `METADATA LONGENTRIES` (RFC 5464 §4.2.1): the size of the largest value that was left out.
    MetadataLongEntries(u64),
    /// `METADATA MAXSIZE` (RFC 5464 §4.3): the largest value that is taken, in bytes.
    MetadataMaxSize(u64),
    /// `MAILBOXID` (RFC 8474 §4)
    MailboxId(String),
    /// `COPYUID`; both lists in the same order.
    CopyUid {
        /// Of the destination.
        uid_validity: u32,
        /// What was copied.
        from: Vec<u32>,
        /// What came of it.
        to: Vec<u32>,
    },
    /// `HIGHESTMODSEQ`
    HighestModSeq(u64),
    /// `MODIFIED`: the messages that were left alone.
    Modified(Vec<u32>),
    /// `PERMANENTFLAGS`
    PermanentFlags(Vec<Flag>),
    /// `UNSEEN`: the first message that is not read, by place.
    Unseen(u32),
    /// `UIDNEXT`
    UidNext(u32),
    /// `UIDVALIDITY`
    UidValidity(u32),
}

impl Code {
    /// `ALREADYEXISTS`
    pub const ALREADY_EXISTS: Self = Self::Plain("ALREADYEXISTS");
    /// `AUTHENTICATIONFAILED`
    pub const AUTHENTICATION_FAILED: Self = Self::Plain("AUTHENTICATIONFAILED");
    /// `BADEVENT` (RFC 5465 §3.1), and what can be told.
    pub const BAD_EVENT: Self =
        Self::Plain("BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)");
    /// `BADCHARSET`, and the ones that are known.
    pub const BAD_CHARSET: Self = Self::Plain("BADCHARSET (US-ASCII UTF-8)");
    /// `CANNOT`
    pub const CANNOT: Self = Self::Plain("CANNOT");
    /// `CLIENTBUG`
    pub const CLIENT_BUG: Self = Self::Plain("CLIENTBUG");
    /// `CLOSED`
    pub const CLOSED: Self = Self::Plain("CLOSED");
    /// `EXPUNGEISSUED`
    pub const EXPUNGE_ISSUED: Self = Self::Plain("EXPUNGEISSUED");
    /// `HASCHILDREN`
    pub const HAS_CHILDREN: Self = Self::Plain("HASCHILDREN");
    /// `LIMIT`
    pub const LIMIT: Self = Self::Plain("LIMIT");
    /// `NOMODSEQ`
    pub const NO_MOD_SEQ: Self = Self::Plain("NOMODSEQ");
    /// `NONEXISTENT`
    pub const NON_EXISTENT: Self = Self::Plain("NONEXISTENT");
    /// `PERMANENTFLAGS` without any.
    pub const NO_PERMANENT_FLAGS: Self = Self::Plain("PERMANENTFLAGS ()");
    /// `NOPERM`
    pub const NO_PERM: Self = Self::Plain("NOPERM");
    /// `OVERQUOTA`
    pub const OVER_QUOTA: Self = Self::Plain("OVERQUOTA");
    /// `PRIVACYREQUIRED`
    pub const PRIVACY_REQUIRED: Self = Self::Plain("PRIVACYREQUIRED");
    /// `READ-ONLY`
    pub const READ_ONLY: Self = Self::Plain("READ-ONLY");
    /// `READ-WRITE`
    pub const READ_WRITE: Self = Self::Plain("READ-WRITE");
    /// `SERVERBUG`
    pub const SERVER_BUG: Self = Self::Plain("SERVERBUG");
    /// `TOOBIG` (RFC 4469)
    pub const TOO_BIG: Self = Self::Plain("TOOBIG");
    /// `TRYCREATE`
    pub const TRY_CREATE: Self = Self::Plain("TRYCREATE");
    /// `UNAVAILABLE`
    pub const UNAVAILABLE: Self = Self::Plain("UNAVAILABLE");
    /// `METADATA TOOMANY` (RFC 5464 §4.3)
    pub const METADATA_TOO_MANY: Self = Self::Plain("METADATA TOOMANY");
    /// `UNKNOWN-CTE` (RFC 3516)
    pub const UNKNOWN_CTE: Self = Self::Plain("UNKNOWN-CTE");
    /// `NOTSAVED` (RFC 5182)
    pub const NOT_SAVED: Self = Self::Plain("NOTSAVED");
    /// `COMPRESSIONACTIVE` (RFC 4978)
    pub const COMPRESSION_ACTIVE: Self = Self::Plain("COMPRESSIONACTIVE");
    /// `USEATTR` (RFC 6154)
    pub const USE_ATTR: Self = Self::Plain("USEATTR");

    /// As it stands between the brackets.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Plain(name) => (*name).to_owned(),
            Self::Capability(words) => format!("CAPABILITY {words}"),
            Self::AppendUid { uid_validity, uids } => {
                format!("APPENDUID {uid_validity} {}", write_numbers(uids.iter().copied()))
            }
            Self::BadUrl(url) => format!("BADURL {}", quoted(url)),
            Self::MetadataLongEntries(size) => format!("METADATA LONGENTRIES {size}"),
            Self::MetadataMaxSize(size) => format!("METADATA MAXSIZE {size}"),
            Self::MailboxId(id) => format!("MAILBOXID ({id})"),
            Self::CopyUid { uid_validity, from, to } => {
                let set = |numbers: &Vec<u32>| write_numbers(numbers.iter().copied());
                format!("COPYUID {uid_validity} {} {}", set(from), set(to))
            }
            Self::HighestModSeq(value) => format!("HIGHESTMODSEQ {value}"),
            Self::Modified(numbers) => format!("MODIFIED {}", write_numbers(numbers.iter().copied())),
            Self::PermanentFlags(flags) => {
                let names: Vec<_> = flags.iter().map(Flag::name).chain(["\\*".to_owned()]).collect();
                format!("PERMANENTFLAGS ({})", names.join(" "))
            }
            Self::Unseen(place) => format!("UNSEEN {place}"),
            Self::UidNext(uid) => format!("UIDNEXT {uid}"),
            Self::UidValidity(value) => format!("UIDVALIDITY {value}"),
        }
    }
}

/// A quoted string; what cannot stand in one is left out.
fn quoted(text: &str) -> String {
    let plain = text.chars().filter(|sign| matches!(sign, ' '..='~'));
    let escaped = plain.flat_map(|sign| matches!(sign, '"' | '\\').then_some('\\').into_iter().chain([sign]));
    format!("\"{}\"", escaped.collect::<String>())
}
