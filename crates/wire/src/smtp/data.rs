//! The content of a mail on its way: dot-stuffing and its end (RFC 5321 §4.5.2).
//!
//! **Invariant:** content ends only at CRLF.CRLF. Whoever ends it at anything else can be made to see a second mail in
//! the first (SMTP smuggling); therefore a CR or LF alone anywhere refuses the whole mail, after its true end.

use super::reply::Reply;

/// Takes the content as it comes after DATA.
#[derive(Debug)]
pub struct DataReceiver {
    content: Vec<u8>,
    /// How much of it stood there before.
    start: usize,
    limit: usize,
    state: State,
    fault: Option<DataFault>,
}

/// How far the content has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many bytes of the input were taken: what follows is the next command.
    pub consumed: usize,
    /// Whether the end has come.
    pub done: bool,
}

/// Why the content is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DataFault {
    /// The end did not come.
    #[error("the end of the message is missing")]
    Unfinished,
    /// An LF without a CR before it.
    #[error("the message has a line feed without a carriage return")]
    BareLineFeed,
    /// A CR without an LF after it.
    #[error("the message has a carriage return without a line feed")]
    BareCarriageReturn,
    /// More than what is taken.
    #[error("the message is larger than {limit} bytes")]
    TooLarge {
        /// What is taken, in bytes.
        limit: usize,
    },
    /// There is no room to hold it now.
    #[error("there is no room for the message now: try again later")]
    NoRoom,
}

impl DataFault {
    /// The reply for it. Without an end the connection is lost, and nobody hears it.
    pub fn reply(self) -> Reply {
        let (code, enhanced) = match self {
            Self::Unfinished => (451, "4.4.2"),
            Self::BareLineFeed | Self::BareCarriageReturn => (554, "5.6.11"),
            Self::TooLarge { .. } => (552, "5.3.4"),
            Self::NoRoom => (452, "4.3.1"),
        };
        Reply::new(code, enhanced, &self.to_string())
    }
}

/// What came last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// CRLF, or nothing yet.
    LineStart,
    /// A dot at the start of a line.
    Dot,
    /// A CR after such a dot.
    DotCr,
    /// Something within a line.
    Text,
    /// A CR within a line or at its start.
    Cr,
    /// CRLF.CRLF.
    Done,
}

impl DataReceiver {
    /// Takes up to `limit` bytes of content; beyond that it reads on to the end and keeps nothing.
    pub const fn new(limit: usize) -> Self {
        Self::after(Vec::new(), limit)
    }

    /// The same after `start`, which this server writes before the content and which does not count: so that it need not
    /// be put there later, with a copy of everything.
    pub const fn after(start: Vec<u8>, limit: usize) -> Self {
        Self { start: start.len(), content: start, limit, state: State::LineStart, fault: None }
    }

    /// How much memory the content holds, in bytes.
    pub const fn held(&self) -> usize {
        self.content.capacity()
    }

    /// Takes what arrived, up to the end of the content.
    pub fn receive(&mut self, input: &[u8]) -> Progress {
        let mut at = 0;
        while self.state != State::Done {
            let Some(byte) = input.get(at).copied() else { break };
            if self.state == State::Text {
                let run = text_run(input.get(at..).unwrap_or_default());
                if !run.is_empty() {
                    self.keep(run);
                    at += run.len();
                    continue;
                }
            }
            self.step(byte);
            at += 1;
        }
        Progress { consumed: at, done: self.state == State::Done }
    }

    /// The content, with CRLF at the end of each line, or why it is refused.
    pub fn finish(self) -> Result<Vec<u8>, DataFault> {
        match (self.state, self.fault) {
            (State::Done, None) => Ok(self.content),
            (State::Done, Some(fault)) => Err(fault),
            (State::LineStart | State::Dot | State::DotCr | State::Text | State::Cr, _) => {
                Err(DataFault::Unfinished)
            }
        }
    }

    fn step(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Done, _) => State::Done,
            (State::LineStart, b'.') => State::Dot,
            (State::Dot, b'\r') => State::DotCr,
            (State::DotCr, b'\n') => State::Done,
            (State::Cr, b'\n') => {
                self.keep(b"\r\n");
                State::LineStart
            }
            (State::Cr | State::DotCr, _) => {
                self.refuse(DataFault::BareCarriageReturn);
                if byte == b'\r' { State::Cr } else { State::Text }
            }
            (State::LineStart | State::Text, b'\r') => State::Cr,
            // An LF alone does not begin a line: else a dot after it could seem to end the content.
            (State::LineStart | State::Text | State::Dot, b'\n') => {
                self.refuse(DataFault::BareLineFeed);
                State::Text
            }
            (State::LineStart | State::Text | State::Dot, byte) => {
                self.keep(&[byte]);
                State::Text
            }
        };
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        if self.content.len() - self.start + bytes.len() > self.limit {
            return self.refuse(DataFault::TooLarge { limit: self.limit });
        }
        self.content.extend_from_slice(bytes);
    }

    /// Reads on to the end and keeps nothing. The first fault stays, and what was kept goes.
    pub fn refuse(&mut self, fault: DataFault) {
        self.fault.get_or_insert(fault);
        self.content = Vec::new();
    }
}

/// What comes before the next CR or LF.
fn text_run(input: &[u8]) -> &[u8] {
    let end = input.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(input.len());
    input.get(..end).unwrap_or_default()
}

/// The content as it is sent after DATA, without the final dot: dots at line starts are doubled, each CR or LF alone
/// becomes CRLF, and the last line has an end.
pub fn stuff(content: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(content.len() + content.len() / 64 + 2);
    let mut rest = content;
    while !rest.is_empty() {
        let line = text_run(rest);
        if line.first() == Some(&b'.') {
            output.push(b'.');
        }
        output.extend_from_slice(line);
        output.extend_from_slice(b"\r\n");
        rest = rest.get(line.len()..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
    }
    output
}
