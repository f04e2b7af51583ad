//! What became of a mail, recipient by recipient.

use std::fmt;

use domain::EmailAddress;

use super::reply::{Class, Reply};

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// One for each recipient, in the order they were given.
    pub recipients: Vec<RecipientOutcome>,
    /// Who tells the sender what becomes of it after this server.
    pub reporting: Reporting,
}

/// Who tells the sender what becomes of a mail after the server that took it (RFC 3461 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reporting {
    /// That server: it offers DSN, and heard what is wanted.
    Theirs,
    /// That server does not know what is wanted.
    Ours,
}

/// What became of it for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientOutcome {
    /// Whose.
    pub recipient: EmailAddress,
    /// What became of it.
    pub result: Outcome,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it, and said this.
    Delivered(Reply),
    /// It is worth trying again.
    Temporary(Cause),
    /// It will never be taken.
    Permanent(Cause),
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The server said so.
    Reply(Reply),
    /// It is seen on this side.
    Obstacle(Obstacle),
}

/// What stood in the way, as seen on this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The connection was lost before the server said whether it took the mail.
    #[error("the connection was lost")]
    Lost,
    /// The server offers no encryption, or refuses it, where it is required; or it failed.
    #[error("the server does not encrypt")]
    NoEncryption,
    /// Signing in is wanted and the server offers no way to.
    #[error("the server offers no known way to sign in")]
    NoSignIn,
    /// An address beyond ASCII, and the server does not take those (RFC 6531 §3.2).
    #[error("the server does not take addresses with such characters")]
    NoUtf8,
    /// The mail is larger than the server says it takes (RFC 1870 §6.1).
    #[error("the message is larger than the server takes")]
    TooLarge,
    /// The server answered something that does not belong there.
    #[error("the server answered something unexpected")]
    Unexpected,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply(reply) => reply.fmt(f),
            Self::Obstacle(obstacle) => obstacle.fmt(f),
        }
    }
}

impl Outcome {
    /// What a refusing reply means. A positive one where a refusal was due makes no sense.
    pub(super) fn refused(reply: Reply) -> Self {
        match reply.class() {
            Class::Permanent => Self::Permanent(Cause::Reply(reply)),
            Class::Transient => Self::Temporary(Cause::Reply(reply)),
            Class::Completed | Class::Intermediate | Class::Unknown => {
                Self::Temporary(Cause::Obstacle(Obstacle::Unexpected))
            }
        }
    }
}
