//! The bytes of a part as they were attached, and its text in whatever charset.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

use crate::parse::guarded;

/// How a part is encoded (RFC 2045 §6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Transfer {
    /// As it is: `7bit`, `8bit`, `binary`, and what nobody knows.
    #[default]
    Identity,
    /// `base64`
    Base64,
    /// `quoted-printable`
    QuotedPrintable,
}

impl Transfer {
    /// The encoding that a Content-Transfer-Encoding names.
    pub(crate) fn named(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            _ => Self::Identity,
        }
    }

    /// The bytes that were encoded. Faults are passed over: half a picture is better than none.
    pub(crate) fn decode(self, raw: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Identity => Cow::Borrowed(raw),
            Self::Base64 => Cow::Owned(base64(raw)),
            Self::QuotedPrintable => Cow::Owned(quoted_printable(raw)),
        }
    }
}

/// Base64 (RFC 2045 §6.8): what is not of the alphabet is passed over, and padding ends a group.
fn base64(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len() / 4 * 3 + 3);
    let mut group = 0_u32;
    let mut held = 0;
    for byte in raw {
        let Some(value) = base64_value(*byte) else {
            if *byte == b'=' {
                end_group(&mut bytes, group, held);
                (group, held) = (0, 0);
            }
            continue;
        };
        group = group << 6 | u32::from(value);
        held += 1;
        if held == 4 {
            end_group(&mut bytes, group, held);
            (group, held) = (0, 0);
        }
    }
    end_group(&mut bytes, group, held);
    bytes
}

fn base64_value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Adds the whole bytes of a group of `held` characters.
fn end_group(bytes: &mut Vec<u8>, group: u32, held: usize) {
    let [_, one, two, three] = (group << (6 * 4_usize.saturating_sub(held))).to_be_bytes();
    bytes.extend_from_slice([one, two, three].get(..(held * 6) / 8).unwrap_or_default());
}

/// Quoted-printable (RFC 2045 §6.7): an `=` that means nothing stays.
fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let (text, end) = match line {
            [text @ .., b'\r', b'\n'] => (text, &b"\r\n"[..]),
            [text @ .., b'\n'] => (text, &b"\n"[..]),
            text => (text, &b""[..]),
        };
        // White space at the end of a line was added on the way.
        let text = text.trim_ascii_end();
        match text.strip_suffix(b"=") {
            Some(soft) => push_unescaped(&mut bytes, soft),
            None => {
                push_unescaped(&mut bytes, text);
                bytes.extend_from_slice(end);
            }
        }
    }
    bytes
}

fn push_unescaped(bytes: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some((first, behind)) = rest.split_first() {
        let escaped = if *first == b'=' { behind.split_at_checked(2) } else { None };
        match escaped.and_then(|(digits, behind)| Some((hex(digits)?, behind))) {
            Some((byte, behind)) => {
                bytes.push(byte);
                rest = behind;
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
}

/// The byte that two hexadecimal digits stand for.
pub(crate) fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Bytes as text. Without a charset, and with one that nobody knows, it is UTF-8 if it can be, else Windows-1252, which is
/// what programs mean that name none; and some that name UTF-8 have never heard of it.
pub(crate) fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let charset = charset.unwrap_or_default().trim().to_ascii_lowercase();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if matches!(charset.as_str(), "utf-8" | "utf8") {
        let text = String::from_utf8_lossy(bytes);
        if text.chars().any(|character| !character.is_ascii() && character != char::REPLACEMENT_CHARACTER) {
            return text.into_owned();
        }
    }
    let is_named = !matches!(charset.as_str(), "" | "us-ascii" | "ascii" | "utf-8" | "utf8");
    let decoder = if is_named { charset_decoder(charset.as_bytes()) } else { None };
    match (decoder, std::str::from_utf8(bytes)) {
        (None, Ok(text)) => text.to_owned(),
        (decoder, _) => {
            let decoder = decoder.or_else(|| charset_decoder(b"windows-1252"));
            let decoded = decoder.and_then(|decoder| guarded(|| decoder(bytes)));
            decoded.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn base64_of(text: &str) -> Vec<u8> {
        Transfer::named(" BASE64 ").decode(text.as_bytes()).into_owned()
    }

    fn quoted_of(text: &str) -> Vec<u8> {
        Transfer::named("Quoted-Printable").decode(text.as_bytes()).into_owned()
    }

    #[test]
    fn base64_is_read_with_its_faults() {
        assert_eq!(base64_of("aGVs\r\nbG8="), b"hello");
        assert_eq!(base64_of("aGVsbG8"), b"hello");
        assert_eq!(base64_of("aGVsbG8=aGVsbG8="), b"hellohello");
        assert_eq!(base64_of("aG!V sbG8= \r\n"), b"hello");
        assert_eq!(base64_of("a"), b"");
    }

    #[test]
    fn quoted_printable_is_read_with_its_faults() {
        assert_eq!(quoted_of("a=C3=A4 \r\nb=\r\nc=3d= \nd"), "aä\r\nbc=d".as_bytes());
        assert_eq!(quoted_of("a=b=Z1=4"), b"a=b=Z1=4");
    }

    #[test]
    fn text_is_read_in_its_charset_or_in_the_likeliest() {
        assert_eq!(text(b"\xEF\xBB\xBFa\xC3\xA4", None), "aä");
        assert_eq!(text(b"a\xE4", None), "aä");
        assert_eq!(text(b"a\xE4", Some("US-ASCII")), "aä");
        assert_eq!(text(b"a\xE4", Some("ISO-8859-1")), "aä");
        assert_eq!(text(b"a\xE4", Some("no-such-charset")), "aä");
        assert_eq!(text(b"a\xE4", Some("utf-8")), "aä");
        assert_eq!(text(b"\xC3\xA4\xE4", Some("utf-8")), "ä\u{FFFD}");
        assert_eq!(text(b"\x1B$B$\"\x1B(B", Some("iso-2022-jp")), "あ");
        assert_eq!(text(b"\xC4\xE3", Some("gb2312")), "你");
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..200), name in "[a-z0-9-]{0,12}") {
            text(&bytes, Some(&name));
            quoted_printable(&bytes);
            let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes);
            prop_assert_eq!(base64_of(&encoded), bytes);
        }

        #[test]
        fn any_charset_takes_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            for charset in ["utf-7", "utf-16", "utf-16le", "iso-2022-jp", "big5", "gb18030", "euc-kr", "hz-gb-2312"] {
                text(&bytes, Some(charset));
            }
        }
    }
}
