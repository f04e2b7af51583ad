//! Answers as bytes (RFC 9051 §7).

use std::fmt::Write as _;

use bytes::{BufMut as _, Bytes, BytesMut};

use super::code::Code;
use super::command::Tag;
use super::fetch::{Section, SectionText};
use super::flag::Flag;
use super::name::{Encoding, MailboxName};
use super::scan::is_astring_char;

/// Up to which length a string is quoted: longer ones are literals, which need no escaping.
const QUOTED_LIMIT: usize = 1024;
/// From which length a literal is handed on without copying it.
const SHARED_FROM: usize = 16 * 1024;

/// How a command ended, or what a greeting says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was done.
    Ok,
    /// It was understood, and not done.
    No,
    /// It was not understood.
    Bad,
    /// The connection ends.
    Bye,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::Bye => "BYE",
        }
    }
}

/// Collects answers until they are sent.
#[derive(Debug, Default)]
pub struct Writer {
    ready: Vec<Bytes>,
    ready_length: usize,
    tail: BytesMut,
    /// How names are written.
    encoding: Encoding,
}

impl Writer {
    /// Nothing is said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes how mailbox names are written.
    pub const fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.ready_length + self.tail.len()
    }

    /// Whether none wait.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes what waits, in order.
    pub fn take(&mut self) -> Vec<Bytes> {
        self.seal();
        self.ready_length = 0;
        std::mem::take(&mut self.ready)
    }

    /// `tag OK [CODE] text`
    pub fn tagged(&mut self, tag: &Tag, status: Status, code: Option<&Code>, text: &str) {
        self.status(tag.as_str(), status, code, text);
    }

    /// `* OK [CODE] text`
    pub fn untagged(&mut self, status: Status, code: Option<&Code>, text: &str) {
        self.status("*", status, code, text);
    }

    fn status(&mut self, tag: &str, status: Status, code: Option<&Code>, text: &str) {
        self.line_after(tag, |line| {
            line.word(status.word());
            if let Some(code) = code {
                line.word(&format!("[{}]", code.text()));
            }
            line.word(if text.is_empty() { "." } else { text });
        });
    }

    /// `+ text`: asks for more. `text` may be empty, or base64 of a challenge.
    pub fn continuation(&mut self, text: &str) {
        self.line_after("+", |line| line.word(text));
    }

    /// `* …`
    pub fn line(&mut self, fill: impl FnOnce(&mut Line<'_>)) {
        self.line_after("*", fill);
    }

    fn line_after(&mut self, start: &str, fill: impl FnOnce(&mut Line<'_>)) {
        let mut line = Line { writer: self, joined: true };
        line.word(start);
        fill(&mut line);
        self.tail.put_slice(b"\r\n");
    }

    fn seal(&mut self) {
        if !self.tail.is_empty() {
            self.ready_length += self.tail.len();
            self.ready.push(self.tail.split().freeze());
        }
    }
}

/// One line of an answer, being written. Spaces between values come by themselves.
pub struct Line<'a> {
    writer: &'a mut Writer,
    /// The next value follows without a space.
    joined: bool,
}

impl Line<'_> {
    /// A word of the protocol. Line ends in it become spaces.
    pub fn word(&mut self, text: &str) {
        self.space();
        self.raw(text);
    }

    /// A number.
    pub fn number(&mut self, number: u64) {
        self.space();
        // Writing to a buffer that grows cannot fail.
        let _ = write!(self.writer.tail, "{number}");
    }

    /// `(`
    pub fn open(&mut self) {
        self.space();
        self.writer.tail.put_u8(b'(');
        self.joined = true;
    }

    /// `)`
    pub fn close(&mut self) {
        self.writer.tail.put_u8(b')');
        self.joined = false;
    }

    /// The next value follows without a space.
    pub const fn join(&mut self) {
        self.joined = true;
    }

    /// The next value follows after a space.
    pub const fn separate(&mut self) {
        self.joined = false;
    }

    /// A string: quoted where it can be, otherwise a literal.
    pub fn string(&mut self, bytes: &[u8]) {
        let quotable = bytes.len() <= QUOTED_LIMIT && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
        if quotable {
            self.quoted(bytes);
        } else {
            self.literal(Bytes::copy_from_slice(bytes));
        }
    }

    /// A string, or `NIL` for none.
    pub fn nstring(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text.as_bytes()),
            None => self.word("NIL"),
        }
    }

    /// An atom where it can be one, otherwise a string.
    pub fn astring(&mut self, text: &str) {
        let plain = !text.is_empty() && text.bytes().all(is_astring_char);
        if plain && !text.eq_ignore_ascii_case("NIL") {
            self.word(text);
        } else {
            self.string(text.as_bytes());
        }
    }

    /// The name of a mailbox.
    pub fn mailbox(&mut self, name: &MailboxName) {
        let encoding = self.writer.encoding;
        let text = name.encode(encoding);
        if encoding == Encoding::Utf8 && !text.is_ascii() && text.len() <= QUOTED_LIMIT {
            // RFC 9051 §9, `UTF8-2` and following: quoted strings may hold UTF-8 then.
            self.quoted(text.as_bytes());
        } else {
            self.astring(&text);
        }
    }

    /// A literal.
    pub fn literal(&mut self, bytes: Bytes) {
        self.space();
        let _ = write!(self.writer.tail, "{{{}}}\r\n", bytes.len());
        if bytes.len() < SHARED_FROM {
            self.writer.tail.put_slice(&bytes);
        } else {
            self.writer.seal();
            self.writer.ready_length += bytes.len();
            self.writer.ready.push(bytes);
        }
    }

    /// A literal that may hold zero bytes (RFC 9051 §9, `literal8`); one without them is a plain one.
    pub fn literal8(&mut self, bytes: Bytes) {
        if bytes.contains(&0) {
            self.word("~");
            self.join();
        }
        self.literal(bytes);
    }

    /// `BINARY[…]`, with the place where it starts `BINARY[…]<n>`.
    pub fn binary(&mut self, part: &[u32], start: Option<u32>) {
        self.word("BINARY");
        self.part_in_brackets(part);
        if let Some(start) = start {
            self.raw(&format!("<{start}>"));
        }
    }

    /// `BINARY.SIZE[…]`
    pub fn binary_size(&mut self, part: &[u32]) {
        self.word("BINARY.SIZE");
        self.part_in_brackets(part);
    }

    fn part_in_brackets(&mut self, part: &[u32]) {
        let numbers: Vec<_> = part.iter().map(u32::to_string).collect();
        self.raw(&format!("[{}]", numbers.join(".")));
    }

    /// Flags in parentheses.
    pub fn flags<'f>(&mut self, flags: impl IntoIterator<Item = &'f Flag>) {
        self.open();
        flags.into_iter().for_each(|flag| self.word(&flag.name()));
        self.close();
    }

    /// `BODY[…]` or, with the place where it starts, `BODY[…]<n>`.
    pub fn section(&mut self, section: &Section, start: Option<u32>) {
        self.word("BODY[");
        let part: Vec<_> = section.part.iter().map(u32::to_string).collect();
        self.raw(&part.join("."));
        let (word, fields) = match &section.text {
            SectionText::All => ("", None),
            SectionText::Header => ("HEADER", None),
            SectionText::HeaderFields(fields) => ("HEADER.FIELDS", Some(fields)),
            SectionText::HeaderFieldsNot(fields) => ("HEADER.FIELDS.NOT", Some(fields)),
            SectionText::Text => ("TEXT", None),
            SectionText::Mime => ("MIME", None),
        };
        if !part.is_empty() && !word.is_empty() {
            self.raw(".");
        }
        self.raw(word);
        if let Some(fields) = fields {
            self.open();
            fields.iter().for_each(|field| self.astring(field));
            self.close();
        }
        self.raw("]");
        if let Some(start) = start {
            self.raw(&format!("<{start}>"));
        }
    }

    fn quoted(&mut self, bytes: &[u8]) {
        self.space();
        self.writer.tail.put_u8(b'"');
        for byte in bytes {
            if matches!(byte, b'"' | b'\\') {
                self.writer.tail.put_u8(b'\\');
            }
            self.writer.tail.put_u8(*byte);
        }
        self.writer.tail.put_u8(b'"');
    }

    /// Writes without a space before it; line ends become spaces, so that nothing ends a line early.
    fn raw(&mut self, text: &str) {
        for byte in text.bytes() {
            self.writer.tail.put_u8(if matches!(byte, b'\r' | b'\n' | 0) { b' ' } else { byte });
        }
        self.joined = false;
    }

    fn space(&mut self) {
        if !self.joined {
            self.writer.tail.put_u8(b' ');
        }
        self.joined = false;
    }
}
