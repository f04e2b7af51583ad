//! What is hashed of a message: its header fields and its body in a form that survives the way (RFC 6376 §3.4).

use aws_lc_rs::digest::{Context, SHA256};

use crate::fields::Field;

/// How much may change on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Canonical {
    /// Nothing.
    Simple,
    /// White space and the case of names.
    Relaxed,
}

impl Canonical {
    /// The form of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("simple") {
            Some(Self::Simple)
        } else if name.eq_ignore_ascii_case("relaxed") {
            Some(Self::Relaxed)
        } else {
            None
        }
    }

    /// Adds a field with its line end (RFC 6376 §3.4.1 and §3.4.2).
    pub(super) fn push_field(self, out: &mut Vec<u8>, field: &Field<'_>) {
        match self {
            Self::Simple => {
                out.extend_from_slice(field.whole());
                if !field.whole().ends_with(b"\r\n") {
                    out.extend_from_slice(b"\r\n");
                }
            }
            Self::Relaxed => push_relaxed(out, field.name(), field.value()),
        }
    }
}

/// A name and a value in the relaxed form.
pub(super) fn push_relaxed(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend(name.iter().map(u8::to_ascii_lowercase));
    out.push(b':');
    let mut words =
        value.split(|byte| is_blank(*byte) || matches!(byte, b'\r' | b'\n')).filter(|word| !word.is_empty());
    if let Some(first) = words.next() {
        out.extend_from_slice(first);
    }
    for word in words {
        out.push(b' ');
        out.extend_from_slice(word);
    }
    out.extend_from_slice(b"\r\n");
}

/// The hash of a body, and how long it is in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodyHash {
    pub(crate) sha256: Vec<u8>,
    pub(crate) length: u64,
}

/// Hashes a body (RFC 6376 §3.4.3 and §3.4.4).
pub(crate) fn hash_body(form: Canonical, body: &[u8]) -> BodyHash {
    let mut hash = Hashing { context: Context::new(&SHA256), length: 0, empty_lines: 0 };
    let mut rest = body;
    let mut line = Vec::new();
    while !rest.is_empty() {
        let (text, left) = split_line(rest);
        rest = left;
        match form {
            Canonical::Simple => hash.line(text),
            Canonical::Relaxed => {
                line.clear();
                relax_line(&mut line, text);
                hash.line(&line);
            }
        }
    }
    // To the simple form, an empty body is an empty line.
    if form == Canonical::Simple && hash.length == 0 {
        hash.update(b"\r\n");
    }
    BodyHash { length: hash.length, sha256: hash.context.finish().as_ref().to_vec() }
}

/// A hash in the making. Empty lines wait: at the end of the body they do not count.
struct Hashing {
    context: Context,
    length: u64,
    empty_lines: usize,
}

impl Hashing {
    fn line(&mut self, text: &[u8]) {
        if text.is_empty() {
            self.empty_lines += 1;
            return;
        }
        for _ in 0..std::mem::take(&mut self.empty_lines) {
            self.update(b"\r\n");
        }
        self.update(text);
        self.update(b"\r\n");
    }

    fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.context.update(bytes);
    }
}

/// The first line without its end, and what follows.
fn split_line(body: &[u8]) -> (&[u8], &[u8]) {
    let mut from = 0;
    while let Some(found) = body.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let at = from + found;
        if let Some(text) = body.get(..at).and_then(|line| line.strip_suffix(b"\r")) {
            return (text, body.get(at + 1..).unwrap_or_default());
        }
        from = at + 1;
    }
    (body, &[])
}

/// A line with one space for each run of white space, and none at its end.
fn relax_line(out: &mut Vec<u8>, line: &[u8]) {
    let kept = line.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
    let mut was_blank = false;
    for byte in line.get(..kept).unwrap_or_default() {
        let blank = is_blank(*byte);
        if !blank {
            out.push(*byte);
        } else if !was_blank {
            out.push(b' ');
        }
        was_blank = blank;
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::fields;

    fn is_hash_of(form: Canonical, body: &str, canonical: &str) {
        let hash = hash_body(form, body.as_bytes());
        let wanted = aws_lc_rs::digest::digest(&SHA256, canonical.as_bytes());
        assert_eq!(hash.sha256, wanted.as_ref(), "{body:?} is not {canonical:?}");
        assert_eq!(hash.length, canonical.len() as u64, "{body:?}");
    }

    /// The example of RFC 6376 §3.4.5, and the ends that programs get wrong.
    #[test]
    fn a_body_is_hashed_in_the_relaxed_form() {
        is_hash_of(Canonical::Relaxed, " C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n");
        is_hash_of(Canonical::Relaxed, "", "");
        is_hash_of(Canonical::Relaxed, "\r\n\r\n", "");
        is_hash_of(Canonical::Relaxed, "x\r\n \t\r\n \r\n", "x\r\n");
        is_hash_of(Canonical::Relaxed, " \t \r\n\t\r\n", "");
        is_hash_of(Canonical::Relaxed, "x\r\n \t\r\n\r\ny", "x\r\n\r\n\r\ny\r\n");
        is_hash_of(Canonical::Relaxed, "x\r\n ", "x\r\n");
        is_hash_of(Canonical::Relaxed, "a\tb\nc\rd \r\n", "a b\nc\rd\r\n");
    }

    #[test]
    fn a_body_is_hashed_in_the_simple_form() {
        is_hash_of(Canonical::Simple, " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n");
        is_hash_of(Canonical::Simple, "", "\r\n");
        is_hash_of(Canonical::Simple, "\r\n\r\n", "\r\n");
        is_hash_of(Canonical::Simple, "x\r\n \r\n", "x\r\n \r\n");
        is_hash_of(Canonical::Simple, "x", "x\r\n");
    }

    #[test]
    fn fields_are_written_in_both_forms() {
        let message = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n";
        let written = |form: Canonical| {
            let mut out = Vec::new();
            fields(message).for_each(|field| form.push_field(&mut out, &field));
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(Canonical::Relaxed), "a:X\r\nb:Y Z\r\n");
        assert_eq!(written(Canonical::Simple), "A: X\r\nB : Y\t\r\n\tZ  \r\n");
    }
}
