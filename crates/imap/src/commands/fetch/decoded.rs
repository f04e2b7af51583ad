//! Parts without their transfer encoding: what `BINARY` tells (RFC 9051 §6.4.5, RFC 3516 §4.2).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use wire::imap::{Code, FetchItem, Section, SectionText};

use super::parts::Parts;
use super::value;
use crate::answer::Refusal;

/// Base64 as mail has it: the padding may be missing, and what is left over is not worth a refusal (RFC 2045 §6.8).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The parts of a message that somebody wants decoded, each once.
pub(super) struct Decoded<'a>(Vec<(&'a [u32], Option<Bytes>)>);

impl<'a> Decoded<'a> {
    /// Decodes what `items` ask for. An encoding that is not known ends the command (RFC 3516 §4.3).
    pub(super) fn of(parts: &Parts, items: &'a [FetchItem]) -> Result<Self, Refusal> {
        let mut decoded: Vec<(&[u32], Option<Bytes>)> = Vec::new();
        for item in items {
            if let FetchItem::Binary { part, .. } | FetchItem::BinarySize(part) = item
                && !decoded.iter().any(|(known, _)| known == part)
            {
                decoded.push((part, decode(parts, part)?));
            }
        }
        Ok(Self(decoded))
    }

    /// A part; nothing when there is no such one.
    pub(super) fn part(&self, part: &[u32]) -> Option<Bytes> {
        self.0.iter().find(|(known, _)| *known == part).and_then(|(_, bytes)| bytes.clone())
    }
}

fn decode(parts: &Parts, part: &[u32]) -> Result<Option<Bytes>, Refusal> {
    let section = |text| Section { part: part.to_vec(), text };
    let Some(bytes) = parts.section(&section(SectionText::All)) else { return Ok(None) };
    // The message itself, and a part that holds parts, are not encoded (RFC 2045 §6.4).
    let Some(header) = parts.section(&section(SectionText::Mime)).filter(|_| parts.is_leaf(part)) else {
        return Ok(Some(bytes));
    };
    let said = value::field(&header, "Content-Transfer-Encoding").unwrap_or_default();
    let encoding = value::word(&said).unwrap_or_default().to_ascii_lowercase();
    match encoding.as_str() {
        "" | "7bit" | "8bit" | "binary" => Ok(Some(bytes)),
        "base64" => Ok(Some(from_base64(&bytes))),
        "quoted-printable" => Ok(Some(from_quoted_printable(&bytes))),
        _ => Err(Refusal::no(Code::UNKNOWN_CTE, "A part is encoded in an unknown way.")),
    }
}

/// What is no letter of base64 is passed over; what follows the padding is of no part (RFC 2045 §6.8).
fn from_base64(bytes: &[u8]) -> Bytes {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let end = bytes.iter().position(|byte| *byte == b'=').unwrap_or(bytes.len());
    let mut letters: Vec<u8> = bytes[..end].iter().copied().filter(is_letter).collect();
    if letters.len() % 4 == 1 {
        // Six bits are no byte.
        letters.pop();
    }
    BASE64.decode(letters).map_or_else(|_| Bytes::new(), Bytes::from)
}

/// RFC 2045 §6.7. An escape that is none stays as it is.
fn from_quoted_printable(bytes: &[u8]) -> Bytes {
    let mut plain = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let ends = [b"\r\n".as_slice(), b"\n"];
        let end = ends.into_iter().find(|end| line.ends_with(end)).unwrap_or_default();
        match text.strip_suffix(b"=") {
            // The line goes on.
            Some(text) => unescape(text, &mut plain),
            None => {
                unescape(text, &mut plain);
                plain.extend_from_slice(end);
            }
        }
    }
    Bytes::from(plain)
}

fn unescape(text: &[u8], plain: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let escaped = text.get(at + 1..at + 3).filter(|_| *byte == b'=').and_then(hex);
        plain.push(escaped.unwrap_or(*byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_through_line_ends_and_without_padding() {
        for text in ["AAEC\r\n/w==", "AAEC/w", "AA EC /w==\r\nAAAA", "AAEC/w=="] {
            assert_eq!(from_base64(text.as_bytes()).as_ref(), [0, 1, 2, 255], "{text}");
        }
        assert_eq!(from_base64(b"A").as_ref(), b"");
    }

    #[test]
    fn quoted_printable_joins_lines_and_keeps_what_is_none() {
        let plain = from_quoted_printable(b"Gr=C3=BC=\r\n=c3=9fe  \r\n50=% =+1\n=");
        assert_eq!(plain.as_ref(), "Grüße\r\n50=% =+1\n".as_bytes());
    }

    #[test]
    fn a_part_is_decoded_and_what_holds_parts_is_not() {
        let message = "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            --b\r\nContent-Transfer-Encoding: BASE64\r\n\r\nAAEC\r\n--b\r\n\
            Content-Transfer-Encoding: x-uuencode\r\n\r\nx\r\n--b--\r\n";
        let parts = Parts::whole(Bytes::from_static(message.as_bytes()));
        assert_eq!(decode(&parts, &[1]).unwrap().unwrap().as_ref(), [0, 1, 2]);
        assert_eq!(decode(&parts, &[]).unwrap().unwrap(), message);
        assert!(decode(&parts, &[3]).unwrap().is_none());
        assert!(matches!(decode(&parts, &[2]), Err(Refusal::No(Some(code), _)) if code == Code::UNKNOWN_CTE));
    }
}
