//! Cutting what arrives into commands (RFC 9051 §2.2, §4.3; RFC 7888 for literals that do not wait).

use bytes::{Buf as _, Bytes, BytesMut};

use super::arguments;
use super::command::{Tag, Tagged};
use super::name::Encoding;
use super::scan::Fault;

/// How large a command may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// All of it but its literals, in bytes (RFC 9051 §4 asks for 8,192 at least).
    pub line: usize,
    /// Its literals together, in bytes.
    pub literal: u64,
    /// Its literals together if it is `APPEND` or `REPLACE`, in bytes.
    pub message: u64,
}

impl Limits {
    /// Before somebody has signed in: room for a name and a password.
    pub const STRANGER: Self = Self { line: 8 * 1024, literal: 4 * 1024, message: 4 * 1024 };

    /// For a user, where a message may have `message` bytes.
    pub const fn user(message: u64) -> Self {
        Self { line: 64 * 1024, literal: 64 * 1024, message }
    }
}

/// A command larger than this in bytes takes the buffer with it: else a connection that waits would go on occupying
/// what its largest message did.
const KEPT_BUFFER: usize = 16 * 1024;
/// How much of an unasked-for literal is thrown away before the connection is given up.
const SWALLOW_LIMIT: u64 = 64 * 1024 * 1024;

/// Whether a client waits for leave before it sends a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronizing {
    /// `{n}`: it waits for a continuation request.
    Yes,
    /// `{n+}`: it is already sending.
    No,
}

/// What is to be done next.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// More bytes are needed.
    NeedMore,
    /// A literal of `size` bytes is needed. It is told once; ask for it if the client waits.
    NeedLiteral {
        /// In bytes.
        size: u64,
        /// Whether the client waits to be asked.
        synchronizing: Synchronizing,
    },
    /// A command.
    Command(Tagged),
    /// Something that is no command. After a fatal fault nothing more can be read.
    Bad {
        /// How the client calls it, if that was understood.
        tag: Option<Tag>,
        /// What is wrong.
        fault: Fault,
    },
}

/// What is to be done next, where a single line is awaited.
#[derive(Debug, PartialEq, Eq)]
pub enum LineStep {
    /// More bytes are needed.
    NeedMore,
    /// A line, without its end.
    Line(Bytes),
    /// It is longer than what is taken: nothing more can be read.
    TooLong,
}

/// What has arrived on a connection and is not yet understood.
#[derive(Debug)]
pub struct Commands {
    buffer: BytesMut,
    limits: Limits,
    encoding: Encoding,
    /// Where in the buffer the current line of the command starts.
    line_start: usize,
    /// Up to where the current line was searched for its end.
    searched: usize,
    /// How many bytes of the command stand in literals.
    literals: u64,
    /// How many bytes are still to be thrown away, and whose command they were.
    refused: Option<Refused>,
}

#[derive(Debug)]
struct Refused {
    skip: u64,
    tag: Option<Tag>,
    fault: Fault,
}

impl Commands {
    /// Nothing has arrived yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            buffer: BytesMut::new(),
            limits,
            encoding: Encoding::default(),
            line_start: 0,
            searched: 0,
            literals: 0,
            refused: None,
        }
    }

    /// Changes how large commands may be.
    pub const fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Changes how mailbox names are written.
    pub const fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// Takes what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// How many bytes it occupies.
    pub fn occupied(&self) -> usize {
        self.buffer.capacity()
    }

    /// Whether something has arrived that is not yet understood. After `STARTTLS` nothing may (RFC 9051 §6.2.1).
    pub fn has_pending(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Looks what there is. Call it again after each answer but [`Step::NeedMore`].
    pub fn step(&mut self) -> Step {
        loop {
            if let Some(step) = self.swallow() {
                return step;
            }
            let Some(end) = self.line_end() else {
                return self.await_line();
            };
            if end - self.line_start + self.outside_literals() > self.limits.line {
                return Step::Bad { tag: self.tag(), fault: Fault::LineTooLong };
            }
            match announced(&self.buffer[self.line_start..end]) {
                None => return self.command(end),
                Some((size, synchronizing)) => {
                    if let Some(step) = self.literal(end + 1, size, synchronizing) {
                        return step;
                    }
                }
            }
        }
    }

    /// Looks whether there is a line, where one is awaited instead of a command.
    pub fn line(&mut self) -> LineStep {
        match self.line_end() {
            Some(end) if end <= self.limits.line => {
                let line = self.take_line(end);
                self.restart();
                LineStep::Line(line)
            }
            None if self.buffer.len() <= self.limits.line => LineStep::NeedMore,
            Some(_) | None => LineStep::TooLong,
        }
    }

    /// The place of the line feed that ends the current line.
    fn line_end(&mut self) -> Option<usize> {
        let from = self.searched.max(self.line_start);
        let rest = self.buffer.get(from..)?;
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(offset) => Some(from + offset),
            None => {
                self.searched = self.buffer.len();
                None
            }
        }
    }

    fn outside_literals(&self) -> usize {
        let literals = usize::try_from(self.literals).unwrap_or(usize::MAX);
        self.line_start.saturating_sub(literals)
    }

    fn await_line(&self) -> Step {
        let line = self.buffer.len().saturating_sub(self.line_start);
        if line + self.outside_literals() > self.limits.line {
            return Step::Bad { tag: self.tag(), fault: Fault::LineTooLong };
        }
        Step::NeedMore
    }

    /// A literal was announced, and would begin at `start`.
    fn literal(&mut self, start: usize, size: u64, synchronizing: Synchronizing) -> Option<Step> {
        let limit = if self.hands_in() { self.limits.message } else { self.limits.literal };
        let total = self.literals.saturating_add(size);
        if total > limit {
            return self.refuse(start, size, synchronizing, limit);
        }
        self.literals = total;
        // Within the limit, which fits in memory.
        let size_here = usize::try_from(size).unwrap_or(usize::MAX);
        self.line_start = start.saturating_add(size_here);
        self.searched = self.line_start;
        // Told also when it is there already: a client that did not wait reads a request that it expects.
        Some(Step::NeedLiteral { size, synchronizing })
    }

    fn refuse(&mut self, start: usize, size: u64, synchronizing: Synchronizing, limit: u64) -> Option<Step> {
        let tag = self.tag();
        let fault = Fault::LiteralTooLarge { limit };
        self.buffer.advance(start);
        self.restart();
        match synchronizing {
            // The client waits, and gives the command up when it is refused.
            Synchronizing::Yes => Some(Step::Bad { tag, fault }),
            Synchronizing::No if size <= SWALLOW_LIMIT => {
                self.refused = Some(Refused { skip: size, tag, fault });
                None
            }
            Synchronizing::No => Some(Step::Bad { tag, fault: Fault::Unswallowable }),
        }
    }

    /// Throws away what belongs to a refused command: its literal, and the rest of its lines.
    fn swallow(&mut self) -> Option<Step> {
        loop {
            let refused = self.refused.as_mut()?;
            let there = usize::try_from(refused.skip).unwrap_or(usize::MAX).min(self.buffer.len());
            self.buffer.advance(there);
            // A usize fits in a u64.
            refused.skip -= there as u64;
            self.searched = 0;
            if self.refused.as_ref().is_some_and(|refused| refused.skip > 0) {
                return Some(Step::NeedMore);
            }
            let Some(end) = self.line_end() else {
                return Some(self.await_line());
            };
            let next = announced(&self.buffer[..end]);
            self.buffer.advance(end + 1);
            self.restart();
            let mut refused = self.refused.take()?;
            match next {
                Some((size, Synchronizing::No)) if size <= SWALLOW_LIMIT => {
                    refused.skip = size;
                    self.refused = Some(refused);
                }
                Some((_, Synchronizing::No)) => {
                    return Some(Step::Bad { tag: refused.tag, fault: Fault::Unswallowable });
                }
                Some((_, Synchronizing::Yes)) | None => {
                    return Some(Step::Bad { tag: refused.tag, fault: refused.fault });
                }
            }
        }
    }

    fn command(&mut self, end: usize) -> Step {
        let bytes = self.take_line(end);
        self.restart();
        match arguments::parse(&bytes, self.encoding) {
            Ok(tagged) => Step::Command(tagged),
            Err(wrong) => Step::Bad { tag: wrong.tag, fault: wrong.fault },
        }
    }

    /// Takes everything before the line feed at `end`, without the carriage return.
    fn take_line(&mut self, end: usize) -> Bytes {
        let mut line = self.buffer.split_to(end).freeze();
        self.buffer.advance(1);
        if line.len() > KEPT_BUFFER {
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
        if line.last() == Some(&b'\r') {
            line.truncate(line.len() - 1);
        }
        line
    }

    const fn restart(&mut self) {
        self.line_start = 0;
        self.searched = 0;
        self.literals = 0;
    }

    fn words(&self) -> impl Iterator<Item = &[u8]> {
        // A tag and a command are short; more of the first line need not be looked at.
        let start = &self.buffer[..self.buffer.len().min(128)];
        start.split(|byte| matches!(byte, b' ' | b'\r' | b'\n'))
    }

    fn tag(&self) -> Option<Tag> {
        self.words().next().and_then(|word| std::str::from_utf8(word).ok()).and_then(Tag::new)
    }

    /// Whether the command hands in a message.
    fn hands_in(&self) -> bool {
        let mut words = self.words().skip(1).skip_while(|word| word.eq_ignore_ascii_case(b"UID"));
        let word = words.next().unwrap_or_default();
        [b"APPEND".as_slice(), b"REPLACE"].iter().any(|known| known.eq_ignore_ascii_case(word))
    }
}

/// The literal that a line announces at its end, if it does: `{n}`, `{n+}`, `~{n}`.
fn announced(line: &[u8]) -> Option<(u64, Synchronizing)> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_suffix(b"}")?;
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    let size = line.get(open + 1..)?;
    let (size, synchronizing) = match size.strip_suffix(b"+") {
        Some(size) => (size, Synchronizing::No),
        None => (size, Synchronizing::Yes),
    };
    if size.is_empty() || !size.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // What is too large for a number is too large for everything.
    let size = std::str::from_utf8(size).ok()?.parse().unwrap_or(u64::MAX);
    Some((size, synchronizing))
}
