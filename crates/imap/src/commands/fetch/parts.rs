//! A message, as far as `FETCH` looks into it: the whole, its parts, and what of them a section names
//! (RFC 9051 §6.4.5.1).

use std::ops::Range;
use std::sync::OnceLock;

use bytes::Bytes;
use message::header;
use wire::imap::{Body, Envelope, Section, SectionText};

use super::section::{Fields, fields};
use super::structure;
use super::tree::{self, Inner, Part};

/// Above this size a message is read away from the runtime's threads, in bytes: below, the switch costs more.
const READ_IN_PLACE: usize = 64 * 1024;

/// A message and its parts, which are found when they are needed.
pub(super) struct Parts {
    content: Bytes,
    tree: OnceLock<Part>,
}

impl Parts {
    /// A message whose parts nobody has asked for.
    pub(super) const fn whole(content: Bytes) -> Self {
        Self { content, tree: OnceLock::new() }
    }

    /// A message whose parts will be asked for.
    pub(super) async fn of(content: Bytes) -> Self {
        let parts = Self::whole(content);
        if parts.content.len() > READ_IN_PLACE {
            let bytes = parts.content.clone();
            // When the runtime is shutting down, they are found in place.
            if let Ok(tree) = tokio::task::spawn_blocking(move || tree::read(&bytes)).await {
                parts.tree.get_or_init(|| tree);
            }
        }
        parts
    }

    /// The whole message.
    pub(super) fn content(&self) -> Bytes {
        self.content.clone()
    }

    /// Its header, with the empty line.
    pub(super) fn header(&self) -> Bytes {
        self.content.slice(..header::end(&self.content))
    }

    /// What follows the header.
    pub(super) fn text(&self) -> Bytes {
        self.content.slice(header::end(&self.content)..)
    }

    /// What its header says.
    pub(super) fn envelope(&self) -> Envelope {
        structure::envelope(&self.header())
    }

    /// How it is made up.
    pub(super) fn body(&self) -> Body {
        structure::body(&self.content, self.tree())
    }

    /// Whether a part is there and holds neither parts nor a message.
    pub(super) fn is_leaf(&self, part: &[u32]) -> bool {
        self.find(part).is_some_and(|part| matches!(part.inner, Inner::Nothing))
    }

    fn find(&self, part: &[u32]) -> Option<&Part> {
        let (first, rest) = part.split_first()?;
        rest.iter().try_fold(part_of_message(self.tree(), *first)?, |part, number| part_of(part, *number))
    }

    /// What a section names; nothing when there is no such part.
    pub(super) fn section(&self, section: &Section) -> Option<Bytes> {
        if section.part.is_empty() {
            return Some(match &section.text {
                SectionText::All => self.content(),
                SectionText::Header => self.header(),
                SectionText::Text => self.text(),
                SectionText::HeaderFields(names) => fields(&self.header(), Fields::Named(names)),
                SectionText::HeaderFieldsNot(names) => fields(&self.header(), Fields::Others(names)),
                // The grammar knows it of parts only.
                SectionText::Mime => return None,
            });
        }
        let part = self.find(&section.part)?;
        match &section.text {
            SectionText::All => Some(self.slice(&part.body)),
            SectionText::Mime => Some(self.slice(&part.header)),
            // Only a message in the message has a header of its own.
            SectionText::Header => message_of(part).map(|message| self.slice(&message.header)),
            SectionText::Text => message_of(part).map(|message| self.slice(&message.body)),
            SectionText::HeaderFields(names) => {
                message_of(part).map(|message| fields(&self.slice(&message.header), Fields::Named(names)))
            }
            SectionText::HeaderFieldsNot(names) => {
                message_of(part).map(|message| fields(&self.slice(&message.header), Fields::Others(names)))
            }
        }
    }

    fn tree(&self) -> &Part {
        self.tree.get_or_init(|| tree::read(&self.content))
    }

    fn slice(&self, range: &Range<usize>) -> Bytes {
        let end = range.end.min(self.content.len());
        self.content.slice(range.start.min(end)..end)
    }
}

/// A part of a message by its number: a message that is no multipart is its own part 1.
fn part_of_message(message: &Part, number: u32) -> Option<&Part> {
    match &message.inner {
        Inner::Parts(parts) => numbered(parts, number),
        Inner::Message(_) | Inner::Nothing => (number == 1).then_some(message),
    }
}

/// A part of a part by its number.
fn part_of(part: &Part, number: u32) -> Option<&Part> {
    match &part.inner {
        Inner::Parts(parts) => numbered(parts, number),
        Inner::Message(message) => part_of_message(message, number),
        Inner::Nothing => None,
    }
}

fn numbered(parts: &[Part], number: u32) -> Option<&Part> {
    parts.get(usize::try_from(number).ok()?.checked_sub(1)?)
}

fn message_of(part: &Part) -> Option<&Part> {
    match &part.inner {
        Inner::Message(message) => Some(message),
        Inner::Parts(_) | Inner::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "Subject: outer\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n\
        --o\r\nX: 1\r\n\r\none\r\n\
        --o\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n\
        --i\r\n\r\ntext\r\n--i\r\nContent-Type: text/html\r\n\r\nhtml\r\n--i--\r\n\
        --o\r\nContent-Type: message/rfc822\r\n\r\nSubject: plain\r\n\r\nwords\r\n--o--\r\n";

    fn section(part: &[u32], text: SectionText) -> Option<String> {
        let parts = Parts::whole(Bytes::from_static(MESSAGE.as_bytes()));
        let bytes = parts.section(&Section { part: part.to_vec(), text })?;
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn all(part: &[u32]) -> Option<String> {
        section(part, SectionText::All)
    }

    #[test]
    fn the_message_itself_has_a_header_and_a_text() {
        let header = section(&[], SectionText::Header).unwrap();
        assert!(header.starts_with("Subject: outer\r\n") && header.ends_with("boundary=o\r\n\r\n"));
        let text = section(&[], SectionText::Text).unwrap();
        assert_eq!(format!("{header}{text}"), all(&[]).unwrap());
        let named = SectionText::HeaderFields(vec!["subject".to_owned()]);
        assert_eq!(section(&[], named), Some("Subject: outer\r\n\r\n".to_owned()));
        assert_eq!(section(&[], SectionText::Mime), None);
    }

    #[test]
    fn parts_are_counted_from_the_outside_in() {
        assert_eq!(all(&[1]).as_deref(), Some("one"));
        assert_eq!(section(&[1], SectionText::Mime).as_deref(), Some("X: 1\r\n\r\n"));
        assert!(all(&[2]).unwrap().starts_with("Subject: inner\r\n"));
        assert_eq!(all(&[2, 1]).as_deref(), Some("text"));
        assert_eq!(all(&[2, 2]).as_deref(), Some("html"));
        assert_eq!(all(&[3, 1]).as_deref(), Some("words"));
        for absent in [&[4][..], &[1, 1], &[2, 3], &[3, 2], &[3, 1, 1], &[2, 1, 1]] {
            assert_eq!(all(absent), None, "{absent:?}");
        }
    }

    #[test]
    fn only_a_message_in_the_message_has_a_header() {
        assert_eq!(section(&[3], SectionText::Header).as_deref(), Some("Subject: plain\r\n\r\n"));
        assert_eq!(section(&[3], SectionText::Text).as_deref(), Some("words"));
        let others = SectionText::HeaderFieldsNot(vec!["Subject".to_owned()]);
        assert_eq!(section(&[3], others).as_deref(), Some("\r\n"));
        assert_eq!(section(&[1], SectionText::Header), None);
        assert_eq!(section(&[2, 1], SectionText::Text), None);
    }

    #[test]
    fn a_message_without_parts_is_its_own_part_one() {
        let parts = Parts::whole(Bytes::from_static(b"Subject: x\r\n\r\nwords"));
        let section = |part: &[u32], text| parts.section(&Section { part: part.to_vec(), text });
        assert_eq!(section(&[1], SectionText::All), Some(Bytes::from_static(b"words")));
        assert_eq!(section(&[1], SectionText::Mime), Some(Bytes::from_static(b"Subject: x\r\n\r\n")));
        assert_eq!(section(&[2], SectionText::All), None);
        assert_eq!(section(&[1, 1], SectionText::All), None);
    }

    #[tokio::test]
    async fn a_large_message_is_read_as_a_small_one() {
        let large = format!("{MESSAGE}{}", "epilogue\r\n".repeat(READ_IN_PLACE / 8));
        let parts = Parts::of(Bytes::from(large)).await;
        let found = parts.section(&Section { part: vec![2, 2], text: SectionText::All });
        assert_eq!(found, Some(Bytes::from_static(b"html")));
    }
}
