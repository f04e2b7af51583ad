//! Stretches of a message: chosen fields of a header, partial ranges (RFC 9051 §6.4.5.1).

use bytes::{Bytes, BytesMut};
use wire::imap::Partial;

/// The line that starts at `at`, with its end.
fn line_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
    rest.get(..length).unwrap_or_default()
}

/// Which fields of a header are wanted.
#[derive(Clone, Copy)]
pub(super) enum Fields<'a> {
    /// Those of these names.
    Named(&'a [String]),
    /// All but those.
    Others(&'a [String]),
}

impl Fields<'_> {
    fn wants(self, name: &[u8]) -> bool {
        let is_in = |names: &[String]| names.iter().any(|one| one.as_bytes().eq_ignore_ascii_case(name));
        match self {
            Self::Named(names) => is_in(names),
            Self::Others(names) => !is_in(names),
        }
    }
}

/// The wanted fields of a header, as they stand there, and the empty line.
pub(super) fn fields(header: &[u8], wanted: Fields<'_>) -> Bytes {
    let mut chosen = BytesMut::new();
    let (mut at, mut keeps) = (0, false);
    while at < header.len() {
        let line = line_at(header, at);
        at += line.len();
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        // A line that starts with white space goes on with the field before it.
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            keeps = wanted.wants(name.trim_ascii());
        }
        if keeps {
            chosen.extend_from_slice(line);
        }
    }
    chosen.extend_from_slice(b"\r\n");
    chosen.freeze()
}

/// The stretch of `bytes` that is asked for; nothing of it beyond its end.
pub(super) fn cut(bytes: Bytes, partial: Option<Partial>) -> Bytes {
    let Some(partial) = partial else { return bytes };
    let start = (partial.start as usize).min(bytes.len());
    let end = start.saturating_add(partial.length as usize).min(bytes.len());
    bytes.slice(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"Subject: one\r\nTo: a,\r\n b\r\nX: y\r\n\r\nbody\r\n\r\n";

    #[test]
    fn fields_are_chosen_with_their_folded_lines() {
        let names = ["TO".to_owned()];
        assert_eq!(fields(MESSAGE, Fields::Named(&names)), "To: a,\r\n b\r\n\r\n");
        assert_eq!(fields(MESSAGE, Fields::Others(&names)), "Subject: one\r\nX: y\r\n\r\n");
    }

    #[test]
    fn a_partial_ends_where_the_bytes_end() {
        let bytes = Bytes::from_static(b"abcdef");
        let cut = |start, length| cut(bytes.clone(), Some(Partial { start, length }));
        assert_eq!(cut(2, 3), "cde");
        assert_eq!(cut(4, 100), "ef");
        assert_eq!(cut(9, u32::MAX), "");
    }
}
