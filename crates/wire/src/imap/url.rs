//! URLs of messages on this server, as `CATENATE` names them (RFC 4469 §3, RFC 5092 §11).

use bytes::Bytes;

use super::fetch::{Section, section_spec};
use super::name::{Encoding, MailboxName};
use super::scan::Scanner;

/// How long a URL may be, in bytes: a name of a mailbox with every byte escaped, and numbers.
const LENGTH_LIMIT: usize = 4096;

/// A message, or a part of one, by the name of its folder and its UID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageUrl {
    /// The folder; none is the selected one.
    pub folder: Option<MailboxName>,
    /// The UIDVALIDITY that the folder must have, if one is named.
    pub uid_validity: Option<u32>,
    /// Which message.
    pub uid: u32,
    /// Which part of it; none is all.
    pub section: Option<Section>,
    /// Which bytes: where they start, and how many; without a number, up to the end.
    pub partial: Option<(u32, Option<u32>)>,
}

impl MessageUrl {
    /// Reads `/folder;UIDVALIDITY=n/;UID=n/;SECTION=…/;PARTIAL=n.n` or, of the selected folder, `;UID=n…`. Nothing when
    /// it is something else, such as the URL of another server.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LENGTH_LIMIT {
            return None;
        }
        // `;UID=` stands behind the slash that ends the name of the folder, or alone.
        let start = find(text, ";UID=")?;
        let (folder, message) = (text.get(..start)?, text.get(start..)?);
        let (folder, uid_validity) = parse_folder(folder)?;
        let mut pieces = message.split('/').filter(|piece| !piece.is_empty());
        let uid = number(value(pieces.next()?, "UID")?)?;
        let mut url = Self { folder, uid_validity, uid, section: None, partial: None };
        for piece in pieces {
            if let Some(section) = value(piece, "SECTION").filter(|_| url.partial.is_none()) {
                url.section = Some(parse_section(section)?);
            } else {
                url.partial = Some(parse_partial(value(piece, "PARTIAL")?)?);
            }
        }
        Some(url)
    }
}

fn parse_folder(text: &str) -> Option<(Option<MailboxName>, Option<u32>)> {
    if text.is_empty() || text == "/" {
        return Some((None, None));
    }
    let text = text.strip_prefix('/')?.strip_suffix('/')?;
    let (name, uid_validity) = match find(text, ";UIDVALIDITY=") {
        Some(at) => (text.get(..at)?, Some(number(value(text.get(at..)?, "UIDVALIDITY")?)?)),
        None => (text, None),
    };
    // A second slash would be the host of another server.
    if name.is_empty() || name.starts_with('/') {
        return None;
    }
    // RFC 5092 §3: names are escaped UTF-8.
    let name = MailboxName::decode(&unescaped(name)?, Encoding::Utf8).ok()?;
    Some((Some(name), uid_validity))
}

fn parse_section(text: &str) -> Option<Section> {
    let bytes = Bytes::from(unescaped(text)?);
    let mut scanner = Scanner::new(&bytes, Encoding::Utf8);
    let section = section_spec(&mut scanner).ok()?;
    scanner.end().ok()?;
    Some(section)
}

fn parse_partial(text: &str) -> Option<(u32, Option<u32>)> {
    match text.split_once('.') {
        Some((start, length)) => Some((start.parse().ok()?, Some(number(length)?))),
        None => Some((text.parse().ok()?, None)),
    }
}

/// Where `piece` stands in `text`, in any case.
fn find(text: &str, piece: &str) -> Option<usize> {
    text.as_bytes().windows(piece.len()).position(|window| window.eq_ignore_ascii_case(piece.as_bytes()))
}

/// The value of `;NAME=value`.
fn value<'a>(piece: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = piece.strip_prefix(';')?.split_once('=')?;
    found.eq_ignore_ascii_case(name).then_some(value)
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number > 0)
}

/// Resolves `%xx`.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            plain.push(*first);
            continue;
        }
        let digits = rest.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        plain.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = rest.get(2..)?;
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::super::fetch::SectionText;
    use super::*;

    #[test]
    fn a_url_names_a_part_of_a_message() {
        let url =
            MessageUrl::parse("/Entw%C3%BCrfe%2Fa;UIDVALIDITY=385/;uid=20/;section=1.2.MIME/;partial=5.7");
        let section = Section { part: vec![1, 2], text: SectionText::Mime };
        let expected = MessageUrl {
            folder: Some(MailboxName::new("Entwürfe/a")),
            uid_validity: Some(385),
            uid: 20,
            section: Some(section),
            partial: Some((5, Some(7))),
        };
        assert_eq!(url, Some(expected));
        let whole = MessageUrl::parse("/INBOX/;UID=1").unwrap();
        assert_eq!((whole.folder, whole.section), (Some(MailboxName::new("INBOX")), None));
        assert_eq!(MessageUrl::parse(";UID=4/;PARTIAL=9").unwrap().partial, Some((9, None)));
    }

    #[test]
    fn what_is_no_url_of_this_server_is_none() {
        for text in [
            "",
            "/INBOX",
            "imap://other.example/INBOX/;UID=1",
            "//other.example/INBOX/;UID=1",
            "/INBOX/;UID=0",
            "/INBOX/;UID=x",
            "/INBOX/;UID=1/;SECTION=9x",
            "/INBOX/;UID=1/;EXPIRE=1",
            "/%FF/;UID=1",
            "/%C3/%/;UID=1",
            "/é;UID=1",
        ] {
            assert_eq!(MessageUrl::parse(text), None, "{text}");
        }
    }
}
