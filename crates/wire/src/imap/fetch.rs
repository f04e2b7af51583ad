//! What `FETCH` asks for (RFC 9051 §6.4.5, RFC 3501 §6.4.5, RFC 7162 §3.1.4 and §3.2.6, RFC 8474 §5, RFC 8514,
//! RFC 8970).

use super::scan::{Fault, Scanner};

/// How many items one `FETCH` may ask for: each is computed for every message.
const ITEMS_LIMIT: usize = 64;
/// How deep a part may lie: as deep as messages are parsed.
const PART_DEPTH_LIMIT: usize = 64;
/// How many header fields may be named.
const FIELDS_LIMIT: usize = 256;

/// What to tell of each message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// The items, macros resolved.
    pub items: Vec<FetchItem>,
    /// Only messages that changed since.
    pub changed_since: Option<u64>,
    /// Also which messages are gone since then.
    pub vanished: bool,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchItem {
    /// `FLAGS`
    Flags,
    /// `INTERNALDATE`
    InternalDate,
    /// `RFC822.SIZE`
    Size,
    /// `ENVELOPE`
    Envelope,
    /// `BODY` without a section
    Body,
    /// `BODYSTRUCTURE`
    BodyStructure,
    /// `UID`
    Uid,
    /// `MODSEQ`
    ModSeq,
    /// `RFC822` (RFC 3501)
    Rfc822,
    /// `RFC822.HEADER` (RFC 3501)
    Rfc822Header,
    /// `RFC822.TEXT` (RFC 3501)
    Rfc822Text,
    /// `BODY[…]` and `BODY.PEEK[…]`
    Section {
        /// Which part.
        section: Section,
        /// Which bytes of it.
        partial: Option<Partial>,
        /// Whether reading it leaves `\Seen` alone.
        peek: Peek,
    },
    /// `BINARY[…]` and `BINARY.PEEK[…]`: a part, decoded (RFC 9051 §6.4.5, RFC 3516).
    Binary {
        /// The part's numbers from the outside in; none for the message itself.
        part: Vec<u32>,
        /// Which bytes of it.
        partial: Option<Partial>,
        /// Whether reading it leaves `\Seen` alone.
        peek: Peek,
    },
    /// `BINARY.SIZE[…]`: how large a part is when it is decoded.
    BinarySize(Vec<u32>),
    /// `EMAILID` (RFC 8474)
    EmailId,
    /// `THREADID` (RFC 8474)
    ThreadId,
    /// `SAVEDATE` (RFC 8514)
    SaveDate,
    /// `PREVIEW` (RFC 8970); it is there before anybody asks, so `LAZY` changes nothing.
    Preview,
}

impl FetchItem {
    /// Whether telling it marks the message as read.
    pub const fn marks_seen(&self) -> bool {
        match self {
            Self::Rfc822
            | Self::Rfc822Text
            | Self::Section { peek: Peek::No, .. }
            | Self::Binary { peek: Peek::No, .. } => true,
            Self::Section { peek: Peek::Yes, .. }
            | Self::Binary { peek: Peek::Yes, .. }
            | Self::BinarySize(_)
            | Self::EmailId
            | Self::ThreadId
            | Self::SaveDate
            | Self::Preview
            | Self::Flags
            | Self::InternalDate
            | Self::Size
            | Self::Envelope
            | Self::Body
            | Self::BodyStructure
            | Self::Uid
            | Self::ModSeq
            | Self::Rfc822Header => false,
        }
    }
}

/// Whether reading leaves `\Seen` alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peek {
    /// It does.
    Yes,
    /// It sets it.
    No,
}

/// A stretch of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    /// Where it starts.
    pub start: u32,
    /// How long it is at most.
    pub length: u32,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The part's numbers from the outside in; none for the message itself.
    pub part: Vec<u32>,
    /// What of it.
    pub text: SectionText,
}

/// What of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionText {
    /// Everything; of a numbered part, its body.
    All,
    /// `HEADER`
    Header,
    /// `HEADER.FIELDS`
    HeaderFields(Vec<String>),
    /// `HEADER.FIELDS.NOT`
    HeaderFieldsNot(Vec<String>),
    /// `TEXT`
    Text,
    /// `MIME`
    Mime,
}

impl FetchRequest {
    /// Reads what follows the set.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        let mut items = Vec::new();
        if scanner.peek() == Some(b'(') {
            scanner.list(|scanner| parse_item(scanner, &mut items))?;
        } else {
            parse_item(scanner, &mut items)?;
        }
        if items.is_empty() || items.len() > ITEMS_LIMIT {
            return Err(Fault::Syntax("between 1 and 64 items are told"));
        }
        let (changed_since, vanished) =
            if scanner.more() { parse_modifiers(scanner)? } else { (None, false) };
        if changed_since.is_some() && !items.contains(&FetchItem::ModSeq) {
            // RFC 7162 §3.1.4.1: CHANGEDSINCE tells MODSEQ unasked.
            items.push(FetchItem::ModSeq);
        }
        Ok(Self { items, changed_since, vanished })
    }
}

/// `(CHANGEDSINCE n)` and `(CHANGEDSINCE n VANISHED)`.
fn parse_modifiers(scanner: &mut Scanner<'_>) -> Result<(Option<u64>, bool), Fault> {
    let (mut changed_since, mut vanished) = (None, false);
    scanner.list(|scanner| {
        match scanner.word()?.as_str() {
            "CHANGEDSINCE" if changed_since.is_none() => {
                scanner.space()?;
                changed_since = Some(scanner.number64()?);
            }
            "VANISHED" => vanished = true,
            _ => return Err(Fault::Syntax("an unknown FETCH modifier")),
        }
        Ok(())
    })?;
    // RFC 7162 §3.2.6: VANISHED says since when only with CHANGEDSINCE.
    if changed_since.is_none() {
        return Err(Fault::Syntax("CHANGEDSINCE is missing"));
    }
    Ok((changed_since, vanished))
}

/// Reads one item; a macro is several.
pub(super) fn parse_item(scanner: &mut Scanner<'_>, items: &mut Vec<FetchItem>) -> Result<(), Fault> {
    let word = scanner.while_of(|byte| byte.is_ascii_alphanumeric() || byte == b'.').to_ascii_uppercase();
    match word.as_slice() {
        b"ALL" => items.extend(fast().into_iter().chain([FetchItem::Envelope])),
        b"FAST" => items.extend(fast()),
        b"FULL" => items.extend(fast().into_iter().chain([FetchItem::Envelope, FetchItem::Body])),
        b"FLAGS" => items.push(FetchItem::Flags),
        b"INTERNALDATE" => items.push(FetchItem::InternalDate),
        b"RFC822.SIZE" => items.push(FetchItem::Size),
        b"ENVELOPE" => items.push(FetchItem::Envelope),
        b"BODYSTRUCTURE" => items.push(FetchItem::BodyStructure),
        b"UID" => items.push(FetchItem::Uid),
        b"MODSEQ" => items.push(FetchItem::ModSeq),
        b"RFC822" => items.push(FetchItem::Rfc822),
        b"RFC822.HEADER" => items.push(FetchItem::Rfc822Header),
        b"RFC822.TEXT" => items.push(FetchItem::Rfc822Text),
        b"BODY" if scanner.peek() != Some(b'[') => items.push(FetchItem::Body),
        b"BODY" => items.push(parse_section(scanner, Peek::No)?),
        b"BODY.PEEK" => items.push(parse_section(scanner, Peek::Yes)?),
        b"BINARY" => items.push(parse_binary(scanner, Peek::No)?),
        b"BINARY.PEEK" => items.push(parse_binary(scanner, Peek::Yes)?),
        b"BINARY.SIZE" => items.push(FetchItem::BinarySize(part_in_brackets(scanner)?)),
        b"EMAILID" => items.push(FetchItem::EmailId),
        b"THREADID" => items.push(FetchItem::ThreadId),
        b"SAVEDATE" => items.push(FetchItem::SaveDate),
        b"PREVIEW" => items.push(parse_preview(scanner)?),
        _ => return Err(Fault::Syntax("an unknown FETCH item")),
    }
    Ok(())
}

fn fast() -> [FetchItem; 3] {
    [FetchItem::Flags, FetchItem::InternalDate, FetchItem::Size]
}

fn parse_section(scanner: &mut Scanner<'_>, peek: Peek) -> Result<FetchItem, Fault> {
    scanner.expect(b'[', "a section was expected")?;
    let section = section_spec(scanner)?;
    scanner.expect(b']', "a section does not end")?;
    Ok(FetchItem::Section { section, partial: parse_partial(scanner)?, peek })
}

fn parse_binary(scanner: &mut Scanner<'_>, peek: Peek) -> Result<FetchItem, Fault> {
    let part = part_in_brackets(scanner)?;
    Ok(FetchItem::Binary { part, partial: parse_partial(scanner)?, peek })
}

fn part_in_brackets(scanner: &mut Scanner<'_>) -> Result<Vec<u32>, Fault> {
    scanner.expect(b'[', "a section was expected")?;
    let section = section_spec(scanner)?;
    scanner.expect(b']', "a section does not end")?;
    match section.text {
        SectionText::All => Ok(section.part),
        SectionText::Header
        | SectionText::HeaderFields(_)
        | SectionText::HeaderFieldsNot(_)
        | SectionText::Text
        | SectionText::Mime => Err(Fault::Syntax("only a part can be decoded")),
    }
}

/// `PREVIEW`, and `PREVIEW (LAZY)`. What else stands in parentheses belongs to the command.
fn parse_preview(scanner: &mut Scanner<'_>) -> Result<FetchItem, Fault> {
    if scanner.ahead(b" (LAZY") {
        scanner.more();
        for word in scanner.list(Scanner::word)? {
            if word != "LAZY" {
                return Err(Fault::Syntax("an unknown PREVIEW modifier"));
            }
        }
    }
    Ok(FetchItem::Preview)
}

fn parse_partial(scanner: &mut Scanner<'_>) -> Result<Option<Partial>, Fault> {
    let mut partial = None;
    if scanner.take(b'<') {
        let start = scanner.number()?;
        scanner.expect(b'.', "the length of a partial is missing")?;
        let length = scanner.number()?;
        scanner.expect(b'>', "a partial does not end")?;
        if length == 0 {
            return Err(Fault::Syntax("the length of a partial is never 0"));
        }
        partial = Some(Partial { start, length });
    }
    Ok(partial)
}

/// Reads what stands between the brackets.
pub(super) fn section_spec(scanner: &mut Scanner<'_>) -> Result<Section, Fault> {
    let mut part = Vec::new();
    while scanner.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        let number = scanner.number()?;
        if number == 0 || part.len() == PART_DEPTH_LIMIT {
            return Err(Fault::Syntax("this cannot be the number of a part"));
        }
        part.push(number);
        if !scanner.take(b'.') {
            return Ok(Section { part, text: SectionText::All });
        }
    }
    let word = scanner.while_of(|byte| byte.is_ascii_alphabetic() || byte == b'.').to_ascii_uppercase();
    let text = match word.as_slice() {
        b"" if part.is_empty() => SectionText::All,
        b"HEADER" => SectionText::Header,
        b"HEADER.FIELDS" => SectionText::HeaderFields(field_names(scanner)?),
        b"HEADER.FIELDS.NOT" => SectionText::HeaderFieldsNot(field_names(scanner)?),
        b"TEXT" => SectionText::Text,
        b"MIME" if !part.is_empty() => SectionText::Mime,
        _ => return Err(Fault::Syntax("an unknown section")),
    };
    Ok(Section { part, text })
}

fn field_names(scanner: &mut Scanner<'_>) -> Result<Vec<String>, Fault> {
    scanner.space()?;
    let names = scanner.list(Scanner::text)?;
    if names.is_empty() || names.len() > FIELDS_LIMIT {
        return Err(Fault::Syntax("between 1 and 256 header fields are told"));
    }
    // RFC 5322 §3.6.8: what else there is cannot be the name of a field.
    let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    if names.iter().all(is_name) { Ok(names) } else { Err(Fault::Syntax("this cannot be a header field")) }
}
