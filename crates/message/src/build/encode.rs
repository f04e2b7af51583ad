//! Text in the letters that a header and a body may have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How long a line is without its end, in characters (RFC 2045 §6.7 and §6.8, RFC 5322 §2.1.1).
const LINE: usize = 76;
/// How long a line of a header is before it is folded, in characters, its name included.
const HEADER_LINE: usize = 70;
/// How many bytes go into an encoded word: with what stands around it and before it, a line holds them (RFC 2047 §2).
const WORD_BYTES: usize = 39;
/// How many encoded characters go into a piece of a parameter.
const PIECE_CHARACTERS: usize = 54;

/// Text of a header, folded, with the space before it.
pub(super) fn words(text: &str) -> String {
    let is_plain = |word: &str| word.len() <= HEADER_LINE && word.bytes().all(|byte| byte.is_ascii_graphic());
    if text.contains("=?") || !text.split(' ').all(is_plain) {
        return format!(" {}", encoded_words(text));
    }
    let mut folded = String::with_capacity(text.len() + 16);
    // The name of the field stands before the first line.
    let mut length = "Subject:".len();
    for word in text.split(' ') {
        if length + word.len() > HEADER_LINE && length > "Subject:".len() {
            folded.push_str("\r\n");
            length = 0;
        }
        folded.push(' ');
        folded.push_str(word);
        length += 1 + word.len();
    }
    folded
}

/// A name before an address (RFC 5322 §3.2.5).
pub(super) fn phrase(name: &str) -> String {
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&'*+-/=?^_`{|}~".contains(&byte);
    if !name.is_ascii() || name.contains("=?") {
        return encoded_words(name);
    }
    if name.bytes().all(is_atom) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Text as encoded words (RFC 2047), none of which ends inside of a character.
fn encoded_words(text: &str) -> String {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, behind) =
            rest.split_at_checked(rest.floor_char_boundary(WORD_BYTES)).unwrap_or((rest, ""));
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        rest = behind;
    }
    words.join("\r\n ")
}

/// A parameter behind a field, on lines of its own; in pieces of UTF-8 if it must be (RFC 2231).
pub(super) fn parameter(name: &str, value: &str) -> String {
    let is_plain = |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && !matches!(byte, b'"' | b'\\');
    if value.len() <= PIECE_CHARACTERS && value.bytes().all(is_plain) && !value.contains("=?") {
        return format!(";\r\n {name}=\"{value}\"");
    }
    let mut pieces = vec![String::new()];
    for character in value.chars() {
        let encoded = percent_encoded(character);
        match pieces.last_mut().filter(|piece| piece.len() + encoded.len() <= PIECE_CHARACTERS) {
            Some(piece) => piece.push_str(&encoded),
            None => pieces.push(encoded),
        }
    }
    if let [whole] = pieces.as_slice() {
        return format!(";\r\n {name}*=utf-8''{whole}");
    }
    let piece = |(at, piece): (usize, &String)| {
        let charset = if at == 0 { "utf-8''" } else { "" };
        format!(";\r\n {name}*{at}*={charset}{piece}")
    };
    pieces.iter().enumerate().map(piece).collect()
}

fn percent_encoded(character: char) -> String {
    if character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_') {
        return character.to_string();
    }
    let mut bytes = [0; 4];
    character.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Whether text can stand as it is: in ASCII, in lines that no program breaks or marks, with nothing at their ends.
pub(super) fn is_short_ascii(text: &str) -> bool {
    text.is_ascii()
        && text
            .lines()
            .all(|line| line.len() <= LINE && !line.starts_with("From ") && !line.ends_with([' ', '\t']))
}

/// Text in lines as quoted-printable (RFC 2045 §6.7).
pub(super) fn quoted_printable(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 4);
    for line in text.lines() {
        push_quoted(&mut encoded, line.as_bytes());
        encoded.push_str("\r\n");
    }
    encoded
}

fn push_quoted(encoded: &mut String, line: &[u8]) {
    let mut length = 0;
    for (at, byte) in line.iter().enumerate() {
        let is_last = at + 1 == line.len();
        // Some programs mark a line that begins with "From ".
        let is_from = at == 0 && line.starts_with(b"From ");
        let is_plain = match byte {
            b' ' | b'\t' => !is_last,
            byte => byte.is_ascii_graphic() && *byte != b'=' && !is_from,
        };
        let written = if is_plain { 1 } else { 3 };
        if length + written > LINE - 1 {
            encoded.push_str("=\r\n");
            length = 0;
        }
        if is_plain {
            encoded.push(char::from(*byte))
        } else {
            encoded.push_str(&format!("={byte:02X}"))
        }
        length += written;
    }
}

/// Bytes as lines of base64 (RFC 2045 §6.8).
pub(super) fn base64_lines(bytes: &[u8]) -> String {
    let mut lines = String::with_capacity(bytes.len() / 57 * 78 + 80);
    for line in bytes.chunks(LINE / 4 * 3) {
        STANDARD.encode_string(line, &mut lines);
        lines.push_str("\r\n");
    }
    lines
}
