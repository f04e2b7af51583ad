//! The parts of a message, and where in its bytes they stand (RFC 2046 §5.1, RFC 5322 §2.1).
//!
//! **Invariant:** the bytes are read once, from the first to the last; whatever they are, no byte of a part lies outside
//! of the part around it.

use std::ops::Range;

use super::value::{Valued, field, is_token};

/// How deep parts are looked into: as deep as a client can name one.
const DEPTH: usize = 64;
/// How many parts a message has at most; what comes behind the last is left out.
const PARTS: usize = 5_000;

/// A message, or a part of one.
#[derive(Debug)]
pub(super) struct Part {
    /// Its header, with the empty line.
    pub(super) header: Range<usize>,
    /// What follows the header.
    pub(super) body: Range<usize>,
    /// Its type: what its header says, or what holds where it says nothing.
    pub(super) kind: String,
    pub(super) subtype: String,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) inner: Inner,
}

/// What a part holds.
#[derive(Debug)]
pub(super) enum Inner {
    /// No parts.
    Nothing,
    /// Parts; never none.
    Parts(Vec<Part>),
    /// A message.
    Message(Box<Part>),
}

impl Inner {
    fn end(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Parts(parts) => parts.last().map_or(0, |part| part.body.end),
            Self::Message(message) => message.body.end,
        }
    }
}

/// Reads a message.
pub(super) fn read(bytes: &[u8]) -> Part {
    let mut reader = Reader { bytes, at: 0, boundaries: Vec::new(), stopped: None, parts: 0 };
    reader.entity(0, Kind::TEXT)
}

/// A type and subtype that hold where a part says nothing.
#[derive(Clone, Copy)]
struct Kind(&'static str, &'static str);

impl Kind {
    const TEXT: Self = Self("text", "plain");
    /// Within `multipart/digest` (RFC 2046 §5.1.5).
    const MESSAGE: Self = Self("message", "rfc822");
    /// What is nested too deeply is not looked into.
    const OPAQUE: Self = Self("application", "octet-stream");
}

/// A line that ends a part.
#[derive(Clone, Copy)]
struct Delimiter {
    /// Of which multipart, counted from the outside.
    level: usize,
    /// Whether it is the last one of it.
    is_last: bool,
    /// Where the line stands.
    start: usize,
    end: usize,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The boundaries of the multiparts around this place.
    boundaries: Vec<String>,
    /// The line at which the reader stands still, until the multipart that it belongs to goes on.
    stopped: Option<Delimiter>,
    parts: usize,
}

impl Reader<'_> {
    fn entity(&mut self, depth: usize, fallback: Kind) -> Part {
        self.parts += 1;
        let header = self.header();
        let said = Valued::parse(&field(self.slice(&header), "Content-Type").unwrap_or_default());
        let (kind, subtype) = kind_of(&said.value).unwrap_or((fallback.0, fallback.1));
        let (mut kind, mut subtype) = (kind.to_ascii_lowercase(), subtype.to_ascii_lowercase());
        let inner = match (kind.as_str(), subtype.as_str()) {
            ("multipart", _) | ("message", "rfc822") if depth >= DEPTH => {
                (kind, subtype) = (Kind::OPAQUE.0.to_owned(), Kind::OPAQUE.1.to_owned());
                self.skip();
                Inner::Nothing
            }
            ("multipart", sort) => {
                let fallback = if sort == "digest" { Kind::MESSAGE } else { Kind::TEXT };
                Inner::Parts(self.parts(depth, said.parameter("boundary").unwrap_or_default(), fallback))
            }
            ("message", "rfc822") => Inner::Message(Box::new(self.entity(depth + 1, Kind::TEXT))),
            _ => {
                self.skip();
                Inner::Nothing
            }
        };
        // A header that ends right before a delimiter has taken the line end that would belong to that.
        let body = header.end..self.end_of_body(header.end).max(inner.end());
        let parameters = parameters(&kind, said);
        Part { header, body, kind, subtype, parameters, inner }
    }

    /// Reads a header, which ends behind the empty line, or where the part does.
    fn header(&mut self) -> Range<usize> {
        let start = self.at;
        while self.stopped.is_none() && self.at < self.bytes.len() {
            let line = self.line();
            self.stopped = self.delimiter(&line);
            if self.stopped.is_none() {
                self.at = line.end;
            }
            if matches!(self.slice(&line), b"\r\n" | b"\n") {
                break;
            }
        }
        start..self.end_of_body(start)
    }

    /// Reads the parts of a multipart.
    fn parts(&mut self, depth: usize, boundary: &str, fallback: Kind) -> Vec<Part> {
        let level = self.boundaries.len();
        let mut parts = Vec::new();
        if !boundary.trim_end().is_empty() {
            self.boundaries.push(boundary.trim_end().to_owned());
        }
        self.skip();
        while let Some(delimiter) = self.stopped.filter(|delimiter| delimiter.level == level) {
            (self.at, self.stopped) = (delimiter.end, None);
            if delimiter.is_last || self.parts >= PARTS {
                self.boundaries.truncate(level);
                self.skip();
                break;
            }
            parts.push(self.entity(depth + 1, fallback));
        }
        self.boundaries.truncate(level);
        if parts.is_empty() {
            parts.push(self.nothing());
        }
        parts
    }

    /// The part of a multipart that has none: an empty text, as its structure needs one.
    fn nothing(&self) -> Part {
        let end = self.end_of_body(self.at);
        let Kind(kind, subtype) = Kind::TEXT;
        Part {
            header: end..end,
            body: end..end,
            kind: kind.to_owned(),
            subtype: subtype.to_owned(),
            parameters: parameters(kind, Valued::default()),
            inner: Inner::Nothing,
        }
    }

    /// Goes on to the next line that ends a part, or to the end.
    fn skip(&mut self) {
        while self.stopped.is_none() && self.at < self.bytes.len() {
            let line = self.line();
            self.stopped = self.delimiter(&line);
            if self.stopped.is_none() {
                self.at = line.end;
            }
        }
    }

    /// The line at this place, with its end.
    fn line(&self) -> Range<usize> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        self.at..self.at + length
    }

    fn delimiter(&self, line: &Range<usize>) -> Option<Delimiter> {
        let text = self.slice(line).strip_prefix(b"--")?.trim_ascii_end();
        let is = |boundary: &String| {
            let rest = text.strip_prefix(boundary.as_bytes())?;
            match rest {
                b"" => Some(false),
                b"--" => Some(true),
                _ => None,
            }
        };
        let (level, is_last) = self
            .boundaries
            .iter()
            .enumerate()
            .rev()
            .find_map(|(level, boundary)| is(boundary).map(|is_last| (level, is_last)))?;
        Some(Delimiter { level, is_last, start: line.start, end: line.end })
    }

    /// Where the body ends that starts at `start`: the line end before a delimiter belongs to that (RFC 2046 §5.1.1).
    fn end_of_body(&self, start: usize) -> usize {
        let Some(delimiter) = self.stopped else { return self.at.max(start) };
        let body = self.slice(&(start..delimiter.start));
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        start + body.strip_suffix(b"\r").unwrap_or(body).len()
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

/// The type and subtype of a value of `Content-Type`.
fn kind_of(value: &str) -> Option<(&str, &str)> {
    let (kind, subtype) = value.split_once('/')?;
    let (kind, subtype) = (kind.trim(), subtype.trim());
    (is_token(kind) && is_token(subtype)).then_some((kind, subtype))
}

/// The parameters of a type; of a text that says nothing, the default (RFC 2045 §5.2).
fn parameters(kind: &str, said: Valued) -> Vec<(String, String)> {
    if said.value.is_empty() && kind == Kind::TEXT.0 {
        return vec![("charset".to_owned(), "us-ascii".to_owned())];
    }
    said.parameters
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The types of the parts, with what their bodies hold.
    fn drawn(bytes: &[u8], part: &Part) -> String {
        let inner = match &part.inner {
            Inner::Nothing => String::from_utf8_lossy(&bytes[part.body.clone()]).into_owned(),
            Inner::Parts(parts) => parts.iter().map(|part| drawn(bytes, part)).collect::<Vec<_>>().join(" "),
            Inner::Message(message) => drawn(bytes, message),
        };
        format!("{}[{inner}]", part.subtype)
    }

    fn draw(text: &str) -> String {
        let bytes = text.replace('\n', "\r\n").into_bytes();
        drawn(&bytes, &read(&bytes))
    }

    #[test]
    fn the_line_end_before_a_boundary_belongs_to_it() {
        let text = "Content-Type: multipart/mixed; boundary=\"a b\"\n\npreamble\n--a b  \n\none\n\n--a b\n\
                    Content-Type: text/html\n\ntwo\n--a b--\nepilogue\n";
        assert_eq!(draw(text), "mixed[plain[one\r\n] html[two]]");
    }

    #[test]
    fn parts_and_messages_lie_in_one_another() {
        let text = "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=oi\n\n\
                    --oi\n\n1\n--oi--\n--o\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: multipart/digest;\n \
                    boundary=d\n\n--d\n\nSubject: y\n\nY\n--d--\n\n--o--\n";
        assert_eq!(draw(text), "mixed[alternative[plain[1]] rfc822[digest[rfc822[plain[Y]]]]]");
    }

    #[test]
    fn an_outer_boundary_ends_what_was_never_closed() {
        let text = "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n\
                    --i\n\none\n--o\n\ntwo";
        assert_eq!(draw(text), "mixed[mixed[plain[one]] plain[two]]");
        let text = "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/html\n--o--\n";
        assert_eq!(draw(text), "mixed[html[]]");
    }

    #[test]
    fn a_type_that_is_none_is_a_text() {
        for header in ["", "Content-Type: text\n", "Content-Type: a b/c\n", "Content-Type: \n"] {
            assert_eq!(draw(&format!("{header}\nbody")), "plain[body]", "{header:?}");
        }
        assert_eq!(draw(""), "plain[]");
        assert_eq!(draw("Content-Type: multipart/mixed\n\nno boundary"), "mixed[plain[]]");
        assert_eq!(draw("Content-Type: multipart/mixed; boundary=x\n\nnone of it"), "mixed[plain[]]");
    }

    #[test]
    fn neither_depth_nor_number_is_without_end() {
        let deep = "Content-Type: message/rfc822\n\n".repeat(10_000);
        assert_eq!(draw(&deep).matches("rfc822[").count(), DEPTH);
        let many = format!("Content-Type: multipart/mixed; boundary=x\n\n{}", "--x\n\n".repeat(PARTS * 2));
        assert_eq!(draw(&many).matches("plain[").count(), PARTS - 1);
    }

    fn check(part: &Part) -> Result<(), TestCaseError> {
        prop_assert_eq!(part.header.end, part.body.start);
        prop_assert!(part.body.start <= part.body.end);
        let within = |inner: &Part| {
            let whole = inner.header.start..inner.body.end;
            prop_assert!(
                whole.is_empty() || (part.body.start <= whole.start && whole.end <= part.body.end),
                "{:?} in {:?}",
                whole,
                part
            );
            check(inner)
        };
        match &part.inner {
            Inner::Nothing => Ok(()),
            Inner::Parts(parts) => parts.iter().try_for_each(within),
            Inner::Message(message) => within(message),
        }
    }

    proptest! {
        #[test]
        fn no_byte_of_a_part_lies_outside_of_the_part_around_it(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("Content-Type: multipart/mixed; boundary=a\r\n"),
                    Just("Content-Type: multipart/digest; boundary=b\n"),
                    Just("Content-Type: message/rfc822\r\n"),
                    Just("\r\n"), Just("\n"), Just("--a\r\n"), Just("--b\n"), Just("--a--\r\n"),
                    Just("--b--"), Just("x"), Just("\r"),
                ],
                0..40,
            )
        ) {
            let bytes = pieces.concat().into_bytes();
            check(&read(&bytes))?;
        }
    }
}
