//! How an attempt ended for one recipient.

use std::fmt;

/// How much of a peer's text is kept.
const TEXT_CHARACTERS: usize = 500;

/// A reply, of a peer or of ourselves, as it goes into the row, the log and the bounce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The enhanced status code (RFC 3463), as `5.1.1`.
    pub status: String,
    /// The words, one line, with the peer's three-digit code before them where a peer said them.
    pub text: String,
    /// The host that said them; none when we did.
    pub peer: Option<String>,
}

impl Reply {
    /// A reply from its parts; line ends and control characters become spaces.
    pub fn new(status: &str, text: &str) -> Self {
        let text = text.chars().map(|character| if character.is_control() { ' ' } else { character });
        Self { status: status.to_owned(), text: text.take(TEXT_CHARACTERS).collect(), peer: None }
    }

    /// The same as said by the host `peer`.
    #[must_use]
    pub fn by(self, peer: &str) -> Self {
        Self { peer: Some(peer.to_owned()), ..self }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}

/// How an attempt ended for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A mailbox here has it.
    Delivered(Reply),
    /// The next server has it, and will not report what becomes of it.
    Relayed(Reply),
    /// The next server has it, and reports itself (RFC 3461 §5.2).
    HandedOver(Reply),
    /// It may go better later.
    Deferred(Reply),
    /// It never will.
    Refused(Reply),
}

impl Outcome {
    /// The same end for each of `count` recipients.
    pub(crate) fn for_all(self, count: usize) -> Vec<Self> {
        vec![self; count]
    }

    pub(crate) fn deferred(status: &str, text: &str) -> Self {
        Self::Deferred(Reply::new(status, text))
    }

    pub(crate) fn refused(status: &str, text: &str) -> Self {
        Self::Refused(Reply::new(status, text))
    }

    /// What was said.
    pub fn reply(&self) -> &Reply {
        match self {
            Self::Delivered(reply)
            | Self::Relayed(reply)
            | Self::HandedOver(reply)
            | Self::Deferred(reply)
            | Self::Refused(reply) => reply,
        }
    }
}
