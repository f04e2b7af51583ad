//! What this server can do, said only where it is true (RFC 9051 §6.1.1), and what it is (RFC 2971).

use wire::imap::Writer;
use wire::sasl::Binding;

/// Whether what is said can be overheard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// The connection is encrypted.
    Tls,
    /// It is not, and never leaves this machine.
    Loopback,
    /// It is not: nobody signs in.
    None,
}

/// What is true in every state.
const ALWAYS: &str = "IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE";
/// What is true once somebody has signed in, and told before so that clients need not ask twice.
const MAIL: &str = "IDLE NAMESPACE UIDPLUS MOVE SPECIAL-USE CREATE-SPECIAL-USE LIST-EXTENDED LIST-STATUS \
                    LIST-MYRIGHTS STATUS=SIZE ESEARCH SEARCHRES UNSELECT CONDSTORE QRESYNC CHILDREN BINARY \
                    MULTIAPPEND CATENATE REPLACE UTF8=ACCEPT OBJECTID SAVEDATE PREVIEW WITHIN SORT ESORT \
                    THREAD=ORDEREDSUBJECT THREAD=REFERENCES QUOTA QUOTA=RES-STORAGE ACL RIGHTS=texk METADATA";

/// The words of `CAPABILITY` for a stranger, whose signing in can be bound by that.
pub(crate) fn of_stranger(privacy: Privacy, binding: Binding) -> String {
    let sign_in = match (privacy, binding) {
        (Privacy::Tls, Binding::Exporter(_)) => "AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=PLAIN",
        (Privacy::Tls, Binding::None) => "AUTH=SCRAM-SHA-256 AUTH=PLAIN",
        (Privacy::Loopback, _) => "STARTTLS AUTH=SCRAM-SHA-256 AUTH=PLAIN",
        (Privacy::None, _) => "STARTTLS LOGINDISABLED",
    };
    format!("{ALWAYS} {MAIL} NOTIFY {sign_in}")
}

/// Whether a connection can be compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// It can (RFC 4978).
    Possible,
    /// It is.
    Active,
}

/// Of what a user can be told while it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Of every folder (RFC 5465).
    OfEverything,
    /// Of the selected one: there are several mailboxes.
    OfSelected,
}

/// The words of `CAPABILITY` for a user, where a message may have `message_limit` bytes (RFC 7889 §3).
pub(crate) fn of_user(message_limit: u64, compression: Compression, news: News) -> String {
    let compress = match compression {
        Compression::Possible => " COMPRESS=DEFLATE",
        Compression::Active => "",
    };
    let notify = match news {
        News::OfEverything => " NOTIFY",
        News::OfSelected => "",
    };
    format!("{ALWAYS} {MAIL}{notify} APPENDLIMIT={message_limit}{compress}")
}

/// `ID`: the name and nothing that helps an attacker.
pub(crate) fn write_id(out: &mut Writer) {
    out.line(|line| {
        line.word("ID");
        line.open();
        line.string(b"name");
        line.string(b"Postroom");
        line.close();
    });
}
