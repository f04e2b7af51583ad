//! Names of mailboxes: modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 where the client asked for it (RFC 9051 §5.1).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Modified base64: `,` for `/`, no padding (RFC 3501 §5.1.3). Left-over bits are not worth a refusal.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// How long a name may be on the wire, in bytes: more than any name a folder can have.
pub(crate) const NAME_LIMIT: usize = 1024;

/// How names are written on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Modified UTF-7, as every client knows it. UTF-8 that arrives nevertheless is taken as what it is.
    #[default]
    ModifiedUtf7,
    /// UTF-8, after `ENABLE`.
    Utf8,
}

/// Why bytes are not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mailbox name")]
pub struct NameFault;

/// The name of a mailbox in Unicode. `INBOX` is written so, whatever the case it came in (RFC 9051 §5.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailboxName(String);

impl MailboxName {
    /// The name that is `text`.
    pub fn new(text: &str) -> Self {
        if text.eq_ignore_ascii_case("INBOX") {
            return Self("INBOX".to_owned());
        }
        Self(text.to_owned())
    }

    /// Reads a name as it stands on the wire.
    ///
    /// # Errors
    /// When it is not UTF-8, holds a control character, or is longer than a kilobyte.
    pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<Self, NameFault> {
        decode(bytes, encoding).map(|text| Self::new(&text))
    }

    /// The name as it is to be written.
    pub fn encode(&self, encoding: Encoding) -> String {
        match encoding {
            Encoding::Utf8 => self.0.clone(),
            Encoding::ModifiedUtf7 => to_utf7(&self.0),
        }
    }

    /// The name in Unicode.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Decodes a name or a pattern of names.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Result<String, NameFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| NameFault)?;
    if text.len() > NAME_LIMIT || text.chars().any(char::is_control) {
        return Err(NameFault);
    }
    let plain = match encoding {
        Encoding::Utf8 => None,
        Encoding::ModifiedUtf7 if text.is_ascii() => from_utf7(text),
        Encoding::ModifiedUtf7 => None,
    };
    // A name with a stray `&` comes from a client that does not encode: it means what it says.
    let plain = plain.unwrap_or_else(|| text.to_owned());
    if plain.chars().any(char::is_control) { Err(NameFault) } else { Ok(plain) }
}

fn from_utf7(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (shifted, after) = after.split_once('-')?;
        if shifted.is_empty() {
            plain.push('&');
        } else {
            let bytes = BASE64.decode(shifted).ok()?;
            let pairs = bytes.chunks_exact(2);
            if !pairs.remainder().is_empty() {
                return None;
            }
            let units = pairs.map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            for unit in char::decode_utf16(units) {
                plain.push(unit.ok()?);
            }
        }
        rest = after;
    }
    plain.push_str(rest);
    Some(plain)
}

fn to_utf7(plain: &str) -> String {
    let mut text = String::with_capacity(plain.len());
    let mut shifted: Vec<u8> = Vec::new();
    for character in plain.chars() {
        if matches!(character, ' '..='~') {
            unshift(&mut text, &mut shifted);
            text.push(character);
            if character == '&' {
                text.push('-');
            }
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                shifted.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    unshift(&mut text, &mut shifted);
    text
}

fn unshift(text: &mut String, shifted: &mut Vec<u8>) {
    if !shifted.is_empty() {
        text.push('&');
        BASE64.encode_string(&*shifted, text);
        text.push('-');
        shifted.clear();
    }
}
