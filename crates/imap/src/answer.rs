//! How a command ends, and the one table from the errors of the mailbox to the words of IMAP.

use bus::EndReason;
use mailbox::{MailError, Missing, OpenError};
use wire::imap::Code;

/// A command was done: the rest of its tagged `OK`.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<Code>,
    pub(crate) text: &'static str,
    /// Something is gone: who synchronises by UID is told up to which change it knows the folder now.
    pub(crate) expunged: bool,
}

impl Done {
    /// With words for the client's log.
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { code: None, text, expunged: false }
    }

    /// With something for the client's program.
    pub(crate) const fn with(code: Code, text: &'static str) -> Self {
        Self { code: Some(code), text, expunged: false }
    }

    /// With something for the client's program, if there is anything.
    pub(crate) const fn maybe(code: Option<Code>, text: &'static str) -> Self {
        Self { code, text, expunged: false }
    }

    /// After messages went from the selected folder.
    pub(crate) const fn expunged(text: &'static str) -> Self {
        Self { code: None, text, expunged: true }
    }
}

/// A command was not done.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It was understood: `NO`.
    No(Option<Code>, String),
    /// It was not understood, or does not belong here: `BAD`.
    Bad(&'static str),
    /// The access has ended: `NO`, then `BYE`.
    Ended(EndReason),
    /// The client is gone, or does not read: there is nobody to answer.
    Gone,
}

impl Refusal {
    /// `NO` with a code.
    pub(crate) fn no(code: Code, text: impl Into<String>) -> Self {
        Self::No(Some(code), text.into())
    }

    /// The refusal when the folder that a message shall go to is not there (RFC 9051 §6.3.12, §6.4.7).
    pub(crate) fn try_create() -> Self {
        Self::no(Code::TRY_CREATE, "There is no such folder.")
    }
}

impl From<MailError> for Refusal {
    fn from(error: MailError) -> Self {
        let code = match error {
            MailError::Ended(reason) => return Self::Ended(reason),
            MailError::MayNot(_) => Code::NO_PERM,
            MailError::NotFound(Missing::Folder | Missing::Device) => Code::NON_EXISTENT,
            MailError::NotFound(Missing::Message) => Code::EXPUNGE_ISSUED,
            MailError::Exists => Code::ALREADY_EXISTS,
            MailError::Fixed | MailError::BadName => Code::CANNOT,
            MailError::HasChildren => Code::HAS_CHILDREN,
            MailError::TooMany(_) => Code::LIMIT,
            MailError::TooLarge(_) => Code::TOO_BIG,
            MailError::OverQuota => Code::OVER_QUOTA,
            MailError::DiskFull | MailError::Unavailable => Code::UNAVAILABLE,
            MailError::Internal => Code::SERVER_BUG,
        };
        Self::no(code, sentence(&error.to_string()))
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        match error {
            // As a wrong password: whoever may not open it learns nothing.
            OpenError::NotFound => wrong_credentials(),
            OpenError::Ended(reason) => Self::Ended(reason),
            OpenError::Unavailable => Self::no(Code::UNAVAILABLE, "The storage is unavailable."),
            OpenError::Internal => Self::no(Code::SERVER_BUG, "An internal fault."),
        }
    }
}

/// The one answer to a wrong address or password.
pub(crate) fn wrong_credentials() -> Refusal {
    Refusal::no(Code::AUTHENTICATION_FAILED, "The address or the device password is wrong.")
}

/// What `BYE` says when an access has ended.
pub(crate) const fn farewell(reason: EndReason) -> &'static str {
    match reason {
        EndReason::AccessRemoved => "The access to this mailbox was removed.",
        EndReason::DeviceRevoked => "This device password was revoked.",
        EndReason::SessionEnded => "This session was ended.",
    }
}

/// The words of an error as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
