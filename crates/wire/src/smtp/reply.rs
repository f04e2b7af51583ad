//! Replies, written and read (RFC 5321 §4.2, RFC 2034, RFC 3463).

use std::fmt;

/// Longest text of a reply line that is written, so that the line stays within 512 bytes (RFC 5321 §4.5.3.1.5).
const TEXT_LIMIT: usize = 490;
/// Longest reply line that is read: more than RFC 5321 §4.5.3.1.5 allows, as some explain themselves at length.
const LINE_LIMIT: usize = 4096;
/// How many lines a reply read may have: EHLO answers have some twenty.
const LINES_LIMIT: usize = 128;

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits (RFC 5321 §4.2.1).
    pub code: u16,
    /// The finer code, when there is one.
    pub enhanced: Option<Enhanced>,
    /// The text, line by line, without codes. At least one.
    pub lines: Vec<String>,
}

/// An enhanced status code: class, subject, detail (RFC 3463 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enhanced(pub u8, pub u16, pub u16);

/// What the first digit says (RFC 5321 §4.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// 2: done.
    Completed,
    /// 3: more is wanted.
    Intermediate,
    /// 4: not now.
    Transient,
    /// 5: not ever.
    Permanent,
    /// Something that SMTP does not have.
    Unknown,
}

impl Reply {
    /// A reply; `enhanced` is like `5.1.1`, or empty for none. Each line of `text` makes one.
    pub fn new(code: u16, enhanced: &str, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        Self::with_lines(code, enhanced, lines)
    }

    /// A reply of these lines, as EHLO has.
    pub fn with_lines(code: u16, enhanced: &str, mut lines: Vec<String>) -> Self {
        if lines.is_empty() {
            lines.push(String::new());
        }
        Self { code, enhanced: Enhanced::parse(enhanced), lines }
    }

    /// Writes it. Control characters become spaces and overlong lines end early.
    pub fn write(&self, output: &mut Vec<u8>) {
        let last = self.lines.len().saturating_sub(1);
        let enhanced = self.enhanced.map(|enhanced| format!("{enhanced} ")).unwrap_or_default();
        for (at, line) in self.lines.iter().enumerate() {
            let separator = if at == last { ' ' } else { '-' };
            output.extend_from_slice(format!("{:03}{separator}{enhanced}", self.code).as_bytes());
            output.extend_from_slice(within(line, TEXT_LIMIT).replace(char::is_control, " ").as_bytes());
            output.extend_from_slice(b"\r\n");
        }
    }

    /// What it says at its coarsest.
    pub const fn class(&self) -> Class {
        match self.code {
            200..=299 => Class::Completed,
            300..=399 => Class::Intermediate,
            400..=499 => Class::Transient,
            500..=599 => Class::Permanent,
            _ => Class::Unknown,
        }
    }

    /// Whether what was asked for is done.
    pub fn is_positive(&self) -> bool {
        self.class() == Class::Completed
    }

    /// Reads one whole reply, all its lines with their ends.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReplyFault> {
        let mut reader = ReplyReader::default();
        reader.push(bytes);
        let reply = reader.next_reply()?.ok_or(ReplyFault::Malformed)?;
        if reader.is_empty() { Ok(reply) } else { Err(ReplyFault::Malformed) }
    }
}

/// The longest start of `text` within `limit` bytes.
fn within(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let end = (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// One line for people and logs: `550 5.1.1 text`.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        self.lines.iter().filter(|line| !line.is_empty()).try_for_each(|line| write!(f, " {line}"))
    }
}

impl Enhanced {
    /// Reads `5.1.1`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let digits =
            |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if parts.next().is_some() || !matches!(class, "2" | "4" | "5") || !digits(subject) || !digits(detail)
        {
            return None;
        }
        Some(Self(class.parse().ok()?, subject.parse().ok()?, detail.parse().ok()?))
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Why what a server sent is no reply. Nothing more can be read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyFault {
    /// It does not follow the grammar.
    #[error("the server's reply makes no sense")]
    Malformed,
    /// A line longer than what is taken.
    #[error("a line of the server's reply is too long")]
    LineTooLong,
    /// More lines than what is taken.
    #[error("the server's reply has too many lines")]
    TooManyLines,
}

/// Puts replies together from what arrives.
#[derive(Debug, Default)]
pub struct ReplyReader {
    buffer: Vec<u8>,
    begun: Option<Reply>,
}

impl ReplyReader {
    /// Takes what arrived. Read replies until there is none before pushing more, so that little is held.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether nothing is held. When TLS begins, whatever is held came in the clear: the connection is then to be
    /// given up (RFC 3207 §6).
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty() && self.begun.is_none()
    }

    /// The next whole reply, or none until more arrives.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, ReplyFault> {
        while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
            if end > LINE_LIMIT {
                return Err(ReplyFault::LineTooLong);
            }
            let line: Vec<u8> = self.buffer.drain(..=end).collect();
            let (last, line) = ReplyLine::parse(&line)?;
            let reply = match self.begun.take() {
                None => Reply { code: line.code, enhanced: line.enhanced, lines: vec![line.text] },
                Some(mut reply) if reply.code == line.code => {
                    if reply.lines.len() >= LINES_LIMIT {
                        return Err(ReplyFault::TooManyLines);
                    }
                    reply.lines.push(line.text);
                    reply
                }
                Some(_) => return Err(ReplyFault::Malformed),
            };
            if last {
                return Ok(Some(reply));
            }
            self.begun = Some(reply);
        }
        if self.buffer.len() > LINE_LIMIT { Err(ReplyFault::LineTooLong) } else { Ok(None) }
    }
}

struct ReplyLine {
    code: u16,
    enhanced: Option<Enhanced>,
    text: String,
}

impl ReplyLine {
    /// Reads a line, and tells whether it is the last. What is not UTF-8 is replaced, as it is only for people.
    fn parse(line: &[u8]) -> Result<(bool, Self), ReplyFault> {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let (code, rest) = line.split_at_checked(3).ok_or(ReplyFault::Malformed)?;
        if !code.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(code.as_bytes(), [b'2'..=b'5', ..]) {
            return Err(ReplyFault::Malformed);
        }
        let last = match rest.bytes().next() {
            None | Some(b' ') => true,
            Some(b'-') => false,
            Some(_) => return Err(ReplyFault::Malformed),
        };
        let text = rest.get(1..).unwrap_or_default();
        let (enhanced, text) = match text.split_once(' ').unwrap_or((text, "")) {
            (first, after) if code.starts_with(first.get(..1).unwrap_or("-")) => match Enhanced::parse(first)
            {
                Some(enhanced) => (Some(enhanced), after),
                None => (None, text),
            },
            _ => (None, text),
        };
        let code = code.parse().map_err(|_| ReplyFault::Malformed)?;
        Ok((last, Self { code, enhanced, text: text.to_owned() }))
    }
}
