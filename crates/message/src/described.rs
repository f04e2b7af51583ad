//! What the header of a part says of it: its type, its name, how it is meant.
//!
//! Read here and not by the parser, which decodes a name that is split inside of a character wrongly.

use crate::content::{Transfer, hex, text};
use crate::header::{decoded, raw_all};
use crate::name::media_type;

/// How many parameters of a field are read: no honest field has more.
const PARAMETERS: usize = 200;

/// What the header of a part says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Described {
    /// Its media type; None without a Content-Type, and when that is none.
    pub(crate) media_type: Option<String>,
    /// The charset of its text.
    pub(crate) charset: Option<String>,
    /// Its file name as it was given: not safe to use.
    pub(crate) name: Option<String>,
    /// Whether it is to be downloaded and not shown (RFC 2183 §2.2).
    pub(crate) is_attached: bool,
    /// The id by which HTML shows it (RFC 2392), without brackets.
    pub(crate) content_id: Option<String>,
    /// How its bytes are encoded.
    pub(crate) transfer: Transfer,
}

impl Described {
    /// Reads the header of a part.
    pub(crate) fn read(header: &[u8]) -> Self {
        let (kind, kind_parameters) = field(header, "Content-Type");
        let (disposition, disposition_parameters) = field(header, "Content-Disposition");
        let id = raw_all(header, "Content-ID").into_iter().next();
        let id = id.map(|id| id.trim().trim_start_matches('<').trim_end_matches('>').to_owned());
        let transfer = raw_all(header, "Content-Transfer-Encoding").into_iter().next();
        let name =
            parameter(&disposition_parameters, "filename").or_else(|| parameter(&kind_parameters, "name"));
        Self {
            media_type: media_type(&kind),
            charset: parameter(&kind_parameters, "charset"),
            name: name.filter(|name| !name.trim().is_empty()),
            is_attached: disposition.eq_ignore_ascii_case("attachment"),
            content_id: id.filter(|id| !id.is_empty()),
            transfer: transfer.map(|name| Transfer::named(&name)).unwrap_or_default(),
        }
    }
}

/// The value of a field and its parameters, each as it stands.
fn field(header: &[u8], name: &str) -> (String, Vec<(String, String)>) {
    let value = raw_all(header, name).into_iter().next().unwrap_or_default();
    let (main, parameters) = value.split_once(';').unwrap_or((&value, ""));
    (main.split('(').next().unwrap_or_default().trim().to_owned(), parameters_of(parameters))
}

/// The parameters behind the value (RFC 2045 §5.1), their names in lower case.
fn parameters_of(text: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = text;
    while parameters.len() < PARAMETERS {
        rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == ';');
        let Some((name, behind)) = rest.split_once('=') else { break };
        // A piece without a value is none.
        let name = name.rsplit(';').next().unwrap_or(name).trim().to_ascii_lowercase();
        let (value, behind) = value_of(behind.trim_start());
        parameters.push((name, value));
        rest = behind;
    }
    parameters
}

/// A value and what stands behind it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, behind) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), behind);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let behind = quoted.get(at + 1..).unwrap_or_default();
                return (value, behind.split_once(';').map_or("", |(_, behind)| behind));
            }
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            character => value.push(character),
        }
    }
    (value, "")
}

/// A parameter as people read it: from its pieces (RFC 2231 §3), or else with encoded words (RFC 2047), which are not
/// allowed there and which everybody sends.
fn parameter(parameters: &[(String, String)], name: &str) -> Option<String> {
    if let Some(value) = joined(parameters, name) {
        return Some(value);
    }
    parameters.iter().find(|(found, _)| found == name).map(|(_, value)| decoded(value))
}

/// The pieces of a parameter, joined as bytes before they are decoded: a character may be split between two (RFC 2231 §4.1).
fn joined(parameters: &[(String, String)], name: &str) -> Option<String> {
    let mut pieces: Vec<(u32, bool, &str)> = parameters
        .iter()
        .filter_map(|(found, value)| Some((piece(found, name)?, value.as_str())))
        .map(|((number, is_encoded), value)| (number, is_encoded, value))
        .collect();
    pieces.sort_by_key(|(number, _, _)| *number);
    let (_, is_encoded, first) = *pieces.first()?;
    let (charset, first) = if is_encoded { charset_of(first) } else { (None, first) };
    let mut bytes = Vec::new();
    push_piece(&mut bytes, first, is_encoded);
    for (_, is_encoded, value) in pieces.into_iter().skip(1) {
        push_piece(&mut bytes, value, is_encoded);
    }
    let value = text(&bytes, charset);
    // Some programs cut encoded words into pieces.
    Some(if is_encoded { value } else { decoded(&value) })
}

/// The number of a piece `name*1` and whether it is encoded (`name*1*`); `name*` alone is the first.
fn piece(found: &str, name: &str) -> Option<(u32, bool)> {
    let rest = found.strip_prefix(name)?.strip_prefix('*')?;
    if rest.is_empty() {
        return Some((0, true));
    }
    let number = rest.strip_suffix('*');
    Some((number.unwrap_or(rest).parse().ok()?, number.is_some()))
}

/// The charset before the first piece, `charset'language'value`.
fn charset_of(first: &str) -> (Option<&str>, &str) {
    let mut fields = first.splitn(3, '\'');
    match (fields.next(), fields.next(), fields.next()) {
        (Some(charset), Some(_), Some(value)) => (Some(charset), value),
        _ => (None, first),
    }
}

fn push_piece(bytes: &mut Vec<u8>, value: &str, is_encoded: bool) {
    if is_encoded { bytes.extend(percent_decoded(value)) } else { bytes.extend_from_slice(value.as_bytes()) }
}

/// The bytes that a text with `%41` stands for; a `%` that means nothing stays.
pub(crate) fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let escaped = if *first == b'%' { behind.split_at_checked(2) } else { None };
        let (byte, behind) = match escaped.and_then(|(digits, behind)| Some((hex(digits)?, behind))) {
            Some(unescaped) => unescaped,
            None => (*first, behind),
        };
        bytes.push(byte);
        rest = behind;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(header: &str) -> Option<String> {
        Described::read(header.as_bytes()).name
    }

    #[test]
    fn a_part_is_described() {
        let described = Described::read(
            b"Content-Type: Text/HTML (a comment); x; charset=\"ISO-8859-1\";\r\n\tname=a.html\r\n\
              Content-ID: <a@b>\r\nContent-Transfer-Encoding: BASE64\r\nContent-Disposition: ATTACHMENT\r\n\r\n",
        );
        assert_eq!(described.media_type.as_deref(), Some("text/html"));
        assert_eq!(described.charset.as_deref(), Some("ISO-8859-1"));
        assert_eq!(described.name.as_deref(), Some("a.html"));
        assert_eq!(described.content_id.as_deref(), Some("a@b"));
        assert_eq!(described.transfer, Transfer::Base64);
        assert!(described.is_attached);
        assert_eq!(Described::read(b""), Described::default());
    }

    #[test]
    fn a_name_split_inside_of_a_character_is_whole() {
        let header = "Content-Disposition: attachment;\r\n filename*1*=%A9sum%C3;\r\n filename*0*=utf-8''r%C3;\r\n \
                      filename*2*=%A9;\r\n filename*3=\".pdf\"\r\n";
        assert_eq!(name(header).as_deref(), Some("résumé.pdf"));
    }

    #[test]
    fn names_come_in_many_ways() {
        for (value, expected) in [
            ("filename=a.txt", "a.txt"),
            ("filename=\"a; b \\\"c\\\".txt\"; x=y", "a; b \"c\".txt"),
            ("filename*=UTF-8'de'gr%C3%BC%C3%9Fe.txt; filename=plain.txt", "grüße.txt"),
            ("filename*=ISO-8859-1''gr%FC%DFe.txt", "grüße.txt"),
            ("filename=\"=?utf-8?Q?gr=C3=BC=C3=9Fe.txt?=\"", "grüße.txt"),
            ("filename*0=\"=?utf-8?Q?gr=C3=BC\"; filename*1=\"=C3=9Fe.txt?=\"", "grüße.txt"),
            ("filename*=%zz", "%zz"),
            ("filename=grüße.txt", "grüße.txt"),
            ("filename=\"open", "open"),
        ] {
            let header = format!("Content-Disposition: attachment; {value}\r\n");
            assert_eq!(name(&header).as_deref(), Some(expected), "{value}");
        }
        assert_eq!(name("Content-Disposition: attachment; filename=\" \"\r\n"), None);
        assert_eq!(name("Content-Disposition: attachment; ;;=;a;b\r\n"), None);
    }
}
