//! The fields of a header as they stand, for those who hash them (RFC 6376 §3.4).
//!
//! **Invariant:** every byte of the header is in exactly one field, and nothing is decoded or changed.

use std::borrow::Cow;

/// A field with its folded lines and the end of its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    whole: &'a [u8],
}

impl<'a> Field<'a> {
    /// All of it.
    pub(crate) const fn whole(&self) -> &'a [u8] {
        self.whole
    }

    /// What stands before the colon, without white space at its end; nothing in a line that is no field.
    pub(crate) fn name(&self) -> &'a [u8] {
        let colon = self.whole.iter().position(|byte| *byte == b':');
        colon.and_then(|at| self.whole.get(..at)).unwrap_or_default().trim_ascii_end()
    }

    /// What stands behind the colon, with the end of the line.
    pub(crate) fn value(&self) -> &'a [u8] {
        let colon = self.whole.iter().position(|byte| *byte == b':');
        colon.and_then(|at| self.whole.get(at + 1..)).unwrap_or_default()
    }

    /// The value as text.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.value())
    }

    /// Whether it has this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name.as_bytes())
    }
}

/// Where the body begins: behind the empty line, or at the end if there is none.
pub(crate) fn body_start(message: &[u8]) -> usize {
    if message.starts_with(b"\r\n") {
        return 2;
    }
    let found = message.windows(4).position(|four| four == b"\r\n\r\n");
    found.map_or(message.len(), |at| at + 4)
}

/// The fields of a message, in their order.
pub(crate) fn fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let header = message.get(..body_start(message)).unwrap_or(message);
    let mut rest = header.strip_suffix(b"\r\n\r\n").map_or(header, |kept| {
        // The end of the last field belongs to it.
        header.get(..kept.len() + 2).unwrap_or(header)
    });
    std::iter::from_fn(move || {
        if rest.is_empty() || rest == b"\r\n" {
            return None;
        }
        let (whole, left) = rest.split_at(field_length(rest));
        rest = left;
        Some(Field { whole })
    })
}

/// How far the first field reaches: over every line that begins with white space.
fn field_length(rest: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let line = rest.get(at..).unwrap_or_default();
        let length = line.iter().position(|byte| *byte == b'\n').map_or(line.len(), |end| end + 1);
        at += length;
        if length == 0 || !matches!(rest.get(at), Some(b' ' | b'\t')) {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_header_is_in_one_field() {
        let message = b"A: b\r\n c\r\nNot a field\r\nD : \r\n\te\r\n\r\nF: body\r\n";
        let all: Vec<_> = fields(message).collect();
        let names: Vec<_> =
            all.iter().map(|field| String::from_utf8_lossy(field.name()).into_owned()).collect();
        assert_eq!(names, ["A", "", "D"]);
        assert_eq!((all[0].value(), all[2].value()), (&b" b\r\n c\r\n"[..], &b" \r\n\te\r\n"[..]));
        let whole: Vec<u8> = all.iter().flat_map(|field| field.whole()).copied().collect();
        assert_eq!([&whole[..], b"\r\n"].concat(), message[..body_start(message)]);
    }

    #[test]
    fn a_header_may_lack_its_body_or_its_fields() {
        assert_eq!(fields(b"A: b").count(), 1);
        assert_eq!(fields(b"A: b\r\n").count(), 1);
        assert_eq!((fields(b"\r\nA: b\r\n\r\n").count(), body_start(b"\r\nA: b\r\n\r\n")), (0, 2));
        assert_eq!((fields(b"").count(), body_start(b"")), (0, 0));
    }
}
