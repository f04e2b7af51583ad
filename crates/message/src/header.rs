//! The header, field by field, as it stands in the bytes.
//!
//! **Invariant:** nothing here changes the body, and a field that is not asked for stays byte for byte.

use domain::{EmailAddress, Timestamp};
use jiff::tz::TimeZone;
use mail_parser::HeaderName;

use crate::parse::parse;

/// How many fields are read: a message with more is an attack on whoever reads them all.
const FIELDS: usize = 2_000;
/// How much of a field's value is decoded, in bytes.
const VALUE_BYTES: usize = 64 * 1024;

/// Where the header ends: behind the empty line, or at the end if there is none.
pub fn end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(line) = line_at(bytes, at) {
        at += line.len();
        if line == b"\r\n" || line == b"\n" {
            break;
        }
    }
    at
}

/// The line that starts at `at`, with its end.
fn line_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
    rest.get(..length)
}

/// A field as it stands, with its folded lines and its end.
struct Field<'a> {
    name: &'a [u8],
    whole: &'a [u8],
}

impl Field<'_> {
    /// The value, unfolded and not decoded.
    fn value(&self) -> String {
        let value = self.whole.get(self.name.len()..).unwrap_or_default();
        let colon = value.iter().position(|byte| *byte == b':').map_or(0, |at| at + 1);
        let value = value.get(colon..).unwrap_or_default();
        let value = value.get(..value.len().min(VALUE_BYTES)).unwrap_or(value);
        let text = String::from_utf8_lossy(value);
        text.replace(['\r', '\n'], "").trim().to_owned()
    }
}

/// The fields of a header, in their order.
fn fields(bytes: &[u8]) -> Vec<Field<'_>> {
    let header = bytes.get(..end(bytes)).unwrap_or(bytes);
    let mut fields = Vec::new();
    let mut at = 0;
    while fields.len() < FIELDS {
        let start = at;
        let Some(first) = line_at(header, at) else { break };
        if first == b"\r\n" || first == b"\n" {
            break;
        }
        at += first.len();
        // A line that begins with white space goes on with the field before it.
        while let Some(line) =
            line_at(header, at).filter(|line| line.starts_with(b" ") || line.starts_with(b"\t"))
        {
            at += line.len();
        }
        let name = first.split(|byte| *byte == b':').next().unwrap_or_default();
        fields.push(Field { name, whole: header.get(start..at).unwrap_or_default() });
    }
    fields
}

/// The values of each field of a name, unfolded and as they stand: encoded words stay encoded.
pub fn raw_all(bytes: &[u8], name: &str) -> Vec<String> {
    let wanted = |field: &Field<'_>| field.name.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
    fields(bytes).into_iter().filter(wanted).map(|field| field.value()).collect()
}

/// The values of each field of a name, as people read them.
pub fn all(bytes: &[u8], name: &str) -> Vec<String> {
    raw_all(bytes, name).into_iter().map(|value| decoded(&value)).collect()
}

/// A value with its encoded words (RFC 2047) as text.
pub(crate) fn decoded(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let field = format!("Subject: {value}\r\n\r\n");
    let subject = parse(field.as_bytes()).and_then(|message| message.subject().map(str::to_owned));
    subject.unwrap_or_else(|| value.to_owned())
}

/// The addresses of the From fields, in their order. One that is no address makes the answer empty: nobody can say whose
/// mail it is.
pub fn from_addresses(bytes: &[u8]) -> Vec<EmailAddress> {
    let header = bytes.get(..end(bytes)).unwrap_or(bytes);
    let Some(message) = parse(header) else { return Vec::new() };
    let mut addresses = Vec::new();
    for value in message.header_values(HeaderName::From) {
        let Some(parties) = value.as_address() else { return Vec::new() };
        for party in parties.iter() {
            match party.address().map(str::parse) {
                Some(Ok(address)) => addresses.push(address),
                Some(Err(_)) | None => return Vec::new(),
            }
        }
    }
    addresses
}

/// A message ready to be sent: with the fields that it must have (RFC 5322 §3.6), without those that nobody may see, and
/// with CRLF at each line end.
pub fn complete(content: &[u8], now: Timestamp, message_id: &str) -> Vec<u8> {
    let header_end = end(content);
    let body = content.get(header_end..).unwrap_or_default();
    let has = |name: &str| !raw_all(content, name).is_empty();
    let mut whole = Vec::with_capacity(content.len() + 200);
    for field in fields(content) {
        if !field.name.trim_ascii().eq_ignore_ascii_case(b"bcc") {
            push_with_crlf(&mut whole, field.whole);
        }
    }
    if !whole.is_empty() && !whole.ends_with(b"\r\n") {
        whole.extend_from_slice(b"\r\n");
    }
    if !has("date") {
        whole.extend_from_slice(format!("Date: {}\r\n", date(now)).as_bytes());
    }
    if !has("message-id") {
        whole.extend_from_slice(format!("Message-ID: <{message_id}>\r\n").as_bytes());
    }
    whole.extend_from_slice(b"\r\n");
    push_with_crlf(&mut whole, body);
    whole
}

/// Adds bytes with CRLF at each line end.
fn push_with_crlf(whole: &mut Vec<u8>, bytes: &[u8]) {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                whole.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                whole.extend_from_slice(b"\r\n");
            }
            None => whole.extend_from_slice(line),
        }
    }
}

/// A date as a header says it (RFC 5322 §3.3), in UTC.
pub fn date(at: Timestamp) -> String {
    let zoned =
        jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default().to_zoned_datetime(TimeZone::UTC);
    jiff::fmt::rfc2822::to_string(&zoned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] =
        b"From: =?utf-8?Q?J=C3=B6rg?= <jorg@example.test>\nBcc: secret@example.test,\n other@example.test\n\
        Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nX-One: a\n\tb\n\nBody\nBcc: stays\n";
    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    #[test]
    fn values_are_unfolded_and_decoded() {
        assert_eq!(all(MAIL, "subject"), ["Grüße"]);
        assert_eq!(raw_all(MAIL, "SUBJECT"), ["=?utf-8?Q?Gr=C3=BC=C3=9Fe?="]);
        assert_eq!(all(MAIL, "x-one"), ["a\tb"]);
        assert!(all(MAIL, "missing").is_empty());
    }

    #[test]
    fn from_tells_each_address() {
        let from = from_addresses(MAIL);
        assert_eq!(from.iter().map(ToString::to_string).collect::<Vec<_>>(), ["jorg@example.test"]);
        let two = from_addresses(b"From: a@x.test\r\nFrom: b@x.test\r\n\r\n");
        assert_eq!(two.len(), 2, "a second field is not overlooked");
        assert!(from_addresses(b"From: nobody\r\n\r\n").is_empty());
        assert!(from_addresses(b"Subject: a\r\n\r\nFrom: b@x.test\r\n").is_empty());
    }

    #[test]
    fn what_is_sent_has_no_bcc_and_what_it_must_have() {
        let complete = String::from_utf8(complete(MAIL, NOW, "1@mx.test")).unwrap();
        assert!(!complete.contains("secret@") && !complete.contains("other@"), "{complete}");
        assert!(complete.contains("Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n"), "{complete}");
        assert!(complete.contains("Message-ID: <1@mx.test>\r\n\r\nBody\r\nBcc: stays\r\n"), "{complete}");
        assert!(!complete.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn what_is_complete_stays_as_it_is() {
        let whole =
            b"Date: Mon, 21 Sep 2026 14:13:20 +0000\r\nMessage-ID: <x@y>\r\nFrom: a@x.test\r\n\r\n\r\nBody";
        assert_eq!(complete(whole, NOW, "1@mx.test"), whole);
    }

    #[test]
    fn a_header_ends_at_the_empty_line_or_with_the_bytes() {
        assert_eq!(end(b"A: b\r\n\r\nbody"), 8);
        assert_eq!(end(b"A: b\n\nbody"), 6);
        assert_eq!(end(b"A: b"), 4);
        assert_eq!(end(b""), 0);
    }
}
