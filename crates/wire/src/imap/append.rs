//! Messages that are handed in: `APPEND` and `REPLACE` (RFC 9051 §6.3.12, RFC 3502, RFC 4469, RFC 6855 §4, RFC 8508).

use bytes::Bytes;
use domain::Timestamp;

use super::date::parse_date_time;
use super::flag::{Flag, flag_list};
use super::scan::{Fault, Scanner};

/// How many messages one `APPEND` may hand in: they are filed in one transaction, which everybody else waits for.
const MESSAGES_LIMIT: usize = 100;
/// Of how many pieces a message may be put together.
const PIECES_LIMIT: usize = 100;

/// A message that is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// Flags to set.
    pub flags: Vec<Flag>,
    /// When the message was received, if the client says so.
    pub received_at: Option<Timestamp>,
    /// The message itself.
    pub content: HandedContent,
}

/// The bytes of a message that is handed in, or where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedContent {
    /// All of it. None takes the command back (RFC 3502 §6.3.11).
    Whole(Bytes),
    /// It is put together of these, in their order (RFC 4469 §3).
    Pieces(Vec<Piece>),
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Text(Bytes),
    /// What this URL names on the server.
    Url(String),
}

impl Handed {
    /// Reads the messages of `APPEND`; one at least.
    pub(super) fn parse_all(scanner: &mut Scanner<'_>) -> Result<Vec<Self>, Fault> {
        scanner.space()?;
        let mut messages = vec![Self::parse(scanner)?];
        while scanner.more() {
            if messages.len() == MESSAGES_LIMIT {
                return Err(Fault::Syntax("too many messages at once"));
            }
            messages.push(Self::parse(scanner)?);
        }
        Ok(messages)
    }

    /// Reads one message with its flags and date.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        let mut flags = Vec::new();
        if scanner.peek() == Some(b'(') {
            flags = flag_list(scanner)?;
            scanner.space()?;
        }
        let mut received_at = None;
        if scanner.peek() == Some(b'"') {
            let text = scanner.string()?;
            let text = std::str::from_utf8(&text).map_err(|_| Fault::Syntax("a date was expected"))?;
            received_at = Some(parse_date_time(text)?);
            scanner.space()?;
        }
        Ok(Self { flags, received_at, content: content(scanner)? })
    }
}

fn content(scanner: &mut Scanner<'_>) -> Result<HandedContent, Fault> {
    if matches!(scanner.peek(), Some(b'{' | b'~')) {
        return scanner.literal().map(HandedContent::Whole);
    }
    match scanner.word()?.as_str() {
        "UTF8" => {
            scanner.space()?;
            scanner.expect(b'(', "a list was expected")?;
            let bytes = scanner.literal()?;
            scanner.expect(b')', "a list does not end")?;
            Ok(HandedContent::Whole(bytes))
        }
        "CATENATE" => {
            scanner.space()?;
            let pieces = scanner.list(piece)?;
            if pieces.is_empty() || pieces.len() > PIECES_LIMIT {
                return Err(Fault::Syntax("a message is put together of 1 to 100 pieces"));
            }
            Ok(HandedContent::Pieces(pieces))
        }
        _ => Err(Fault::Syntax("a message was expected")),
    }
}

fn piece(scanner: &mut Scanner<'_>) -> Result<Piece, Fault> {
    match scanner.word()?.as_str() {
        "TEXT" => {
            scanner.space()?;
            scanner.literal().map(Piece::Text)
        }
        "URL" => {
            scanner.space()?;
            scanner.text().map(Piece::Url)
        }
        _ => Err(Fault::Syntax("TEXT or URL was expected")),
    }
}
