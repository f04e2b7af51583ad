//! The items of `FETCH`: what each needs to know, and how it is told (RFC 9051 §7.5.2, RFC 8474 §5, RFC 8514, RFC 8970).

use bytes::Bytes;
use mailbox::Fetched;
use wire::imap::{FetchItem, Line, SectionText, format_date_time};

use super::decoded::Decoded;
use super::parts::Parts;
use super::{Found, section};
use crate::{marks, object_id};

/// Whether an item needs more than the marks of a message.
pub(super) const fn needs_row(item: &FetchItem) -> bool {
    !matches!(item, FetchItem::Flags | FetchItem::Uid | FetchItem::ModSeq)
}

/// Whether an item needs the message itself.
const fn needs_content(item: &FetchItem) -> bool {
    needs_row(item)
        && !matches!(
            item,
            FetchItem::InternalDate
                | FetchItem::Size
                | FetchItem::EmailId
                | FetchItem::ThreadId
                | FetchItem::SaveDate
                | FetchItem::Preview
        )
}

/// Whether an item needs no more of the message than its header.
fn needs_header_only(item: &FetchItem) -> bool {
    match item {
        FetchItem::Envelope | FetchItem::Rfc822Header => true,
        FetchItem::Section { section, .. } => {
            section.part.is_empty()
                && matches!(
                    section.text,
                    SectionText::Header | SectionText::HeaderFields(_) | SectionText::HeaderFieldsNot(_)
                )
        }
        FetchItem::Body
        | FetchItem::BodyStructure
        | FetchItem::Rfc822
        | FetchItem::Rfc822Text
        | FetchItem::Binary { .. }
        | FetchItem::BinarySize(_)
        | FetchItem::InternalDate
        | FetchItem::Size
        | FetchItem::Flags
        | FetchItem::Uid
        | FetchItem::ModSeq
        | FetchItem::EmailId
        | FetchItem::ThreadId
        | FetchItem::SaveDate
        | FetchItem::Preview => false,
    }
}

/// How much of a message is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing: all is in its row.
    Row,
    /// Its header.
    Header,
    /// All of it.
    Whole,
}

/// How much of a message these items need.
pub(super) fn need(items: &[FetchItem]) -> Need {
    let mut reading = items.iter().filter(|item| needs_content(item)).peekable();
    if reading.peek().is_none() {
        Need::Row
    } else if reading.all(needs_header_only) {
        Need::Header
    } else {
        Need::Whole
    }
}

/// Whether an item needs to know of the parts of a message.
pub(super) fn needs_structure(item: &FetchItem) -> bool {
    match item {
        FetchItem::Body | FetchItem::BodyStructure => true,
        FetchItem::Section { section, .. } => !section.part.is_empty(),
        FetchItem::Binary { part, .. } | FetchItem::BinarySize(part) => !part.is_empty(),
        FetchItem::Envelope
        | FetchItem::Flags
        | FetchItem::InternalDate
        | FetchItem::Size
        | FetchItem::Uid
        | FetchItem::ModSeq
        | FetchItem::EmailId
        | FetchItem::ThreadId
        | FetchItem::SaveDate
        | FetchItem::Preview
        | FetchItem::Rfc822
        | FetchItem::Rfc822Header
        | FetchItem::Rfc822Text => false,
    }
}

/// Tells one item of a message.
pub(super) fn write(
    line: &mut Line<'_>,
    item: &FetchItem,
    message: &Found,
    parts: &Parts,
    decoded: &Decoded,
) {
    match item {
        FetchItem::Uid => {
            line.word("UID");
            line.number(u64::from(message.entry.uid.0));
        }
        FetchItem::Flags => {
            line.word("FLAGS");
            line.flags(&marks::of(&message.entry));
        }
        FetchItem::ModSeq => {
            line.word("MODSEQ");
            write_in_parentheses(line, &message.entry.modseq.to_string());
        }
        FetchItem::Envelope => {
            line.word("ENVELOPE");
            parts.envelope().write(line);
        }
        FetchItem::Body => {
            line.word("BODY");
            parts.body().write_body(line);
        }
        FetchItem::BodyStructure => {
            line.word("BODYSTRUCTURE");
            parts.body().write_structure(line);
        }
        FetchItem::Rfc822 => write_bytes(line, "RFC822", parts.content()),
        FetchItem::Rfc822Header => write_bytes(line, "RFC822.HEADER", parts.header()),
        FetchItem::Rfc822Text => write_bytes(line, "RFC822.TEXT", parts.text()),
        FetchItem::Section { section, partial, .. } => {
            line.section(section, partial.map(|partial| partial.start));
            match parts.section(section) {
                Some(bytes) => line.literal(section::cut(bytes, *partial)),
                None => line.word("NIL"),
            }
        }
        FetchItem::Binary { part, partial, .. } => {
            line.binary(part, partial.map(|partial| partial.start));
            match decoded.part(part) {
                Some(bytes) => line.literal8(section::cut(bytes, *partial)),
                None => line.word("NIL"),
            }
        }
        FetchItem::BinarySize(part) => {
            line.binary_size(part);
            line.number(decoded.part(part).map_or(0, |bytes| bytes.len() as u64));
        }
        FetchItem::InternalDate
        | FetchItem::Size
        | FetchItem::EmailId
        | FetchItem::ThreadId
        | FetchItem::SaveDate
        | FetchItem::Preview => {
            if let Some(row) = &message.rest {
                write_of_row(line, item, row);
            }
        }
    }
}

/// Tells what stands in the row of a message.
fn write_of_row(line: &mut Line<'_>, item: &FetchItem, row: &Fetched) {
    if *item == FetchItem::InternalDate {
        line.word("INTERNALDATE");
        line.string(format_date_time(row.received_at).as_bytes());
    } else if *item == FetchItem::SaveDate {
        line.word("SAVEDATE");
        line.string(format_date_time(row.saved_at).as_bytes());
    } else if *item == FetchItem::Size {
        line.word("RFC822.SIZE");
        line.number(row.size);
    } else if *item == FetchItem::EmailId {
        line.word("EMAILID");
        write_in_parentheses(line, &object_id::email(row.message));
    } else if *item == FetchItem::ThreadId {
        line.word("THREADID");
        write_in_parentheses(line, &object_id::thread(row.thread));
    } else {
        line.word("PREVIEW");
        line.string(shortened(&row.preview).as_bytes());
    }
}

/// The beginning of a preview that may be told (RFC 8970 §3.2).
fn shortened(preview: &str) -> &str {
    const CHARACTERS: usize = 256;
    preview.char_indices().nth(CHARACTERS).map_or(preview, |(end, _)| &preview[..end])
}

fn write_in_parentheses(line: &mut Line<'_>, word: &str) {
    line.open();
    line.word(word);
    line.close();
}

fn write_bytes(line: &mut Line<'_>, name: &str, bytes: Bytes) {
    line.word(name);
    line.literal(bytes);
}
