//! Annotations: `GETMETADATA` and `SETMETADATA` (RFC 5464).

use bytes::Bytes;

use super::name::MailboxName;
use super::scan::{Fault, Scanner};

/// How many entries one command may name: more than a program keeps.
const ENTRIES_LIMIT: usize = 64;
/// How long the name of an entry may be, in bytes.
const NAME_LIMIT: usize = 256;

/// A command about annotations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataCommand {
    /// `GETMETADATA`
    Get {
        /// The folder; an empty name is the server.
        name: MailboxName,
        /// What is told beside the entries themselves.
        depth: Depth,
        /// Values larger than this, in bytes, are left out.
        max_size: Option<u64>,
        /// Which entries; never none.
        entries: Vec<EntryName>,
    },
    /// `SETMETADATA`
    Set {
        /// The folder; an empty name is the server.
        name: MailboxName,
        /// What each entry shall be; none takes it away.
        entries: Vec<(EntryName, Option<Bytes>)>,
    },
}

/// Which entries below one are told with it (RFC 5464 §4.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None.
    Zero,
    /// Those directly below.
    One,
    /// All.
    Infinity,
}

/// Who sees an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// `/private`: only who wrote it.
    Private,
    /// `/shared`: everybody with access.
    Shared,
}

/// The name of an entry, in lower case (RFC 5464 §3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryName {
    /// Who sees it.
    pub visibility: Visibility,
    /// The rest, beginning with a slash.
    pub path: String,
}

impl EntryName {
    /// Reads `/private/…` or `/shared/…`.
    ///
    /// # Errors
    /// When it is not the name of an entry.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        const WRONG: Fault = Fault::Syntax("this cannot be the name of an entry");
        let text = text.to_ascii_lowercase();
        let (visibility, path) = match (text.strip_prefix("/private"), text.strip_prefix("/shared")) {
            (Some(path), _) => (Visibility::Private, path),
            (None, Some(path)) => (Visibility::Shared, path),
            (None, None) => return Err(WRONG),
        };
        let is_plain = |byte: u8| matches!(byte, b'!'..=b'~') && !matches!(byte, b'*' | b'%');
        let is_good = path.is_empty()
            || (path.starts_with('/')
                && !path.ends_with('/')
                && !path.contains("//")
                && path.bytes().all(is_plain));
        if !is_good || path.len() > NAME_LIMIT {
            return Err(WRONG);
        }
        Ok(Self { visibility, path: path.to_owned() })
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let start = match self.visibility {
            Visibility::Private => "/private",
            Visibility::Shared => "/shared",
        };
        format!("{start}{}", self.path)
    }
}

impl MetadataCommand {
    /// Reads the arguments of a command by its name; none when it is not about annotations.
    pub(super) fn parse(scanner: &mut Scanner<'_>, word: &str) -> Result<Option<Self>, Fault> {
        Ok(Some(match word {
            "GETMETADATA" => get(scanner)?,
            "SETMETADATA" => set(scanner)?,
            _ => return Ok(None),
        }))
    }
}

fn get(scanner: &mut Scanner<'_>) -> Result<MetadataCommand, Fault> {
    scanner.space()?;
    let (mut depth, mut max_size) = (Depth::Zero, None);
    if scanner.peek() == Some(b'(') {
        scanner.list(|scanner| {
            let word = scanner.word()?;
            scanner.space()?;
            match word.as_str() {
                "MAXSIZE" => max_size = Some(scanner.number64()?),
                "DEPTH" => depth = parse_depth(scanner)?,
                _ => return Err(Fault::Syntax("an unknown GETMETADATA option")),
            }
            Ok(())
        })?;
        scanner.space()?;
    }
    let name = scanner.mailbox()?;
    scanner.space()?;
    let entries = if scanner.peek() == Some(b'(') { scanner.list(entry)? } else { vec![entry(scanner)?] };
    check_number(entries.len())?;
    Ok(MetadataCommand::Get { name, depth, max_size, entries })
}

fn parse_depth(scanner: &mut Scanner<'_>) -> Result<Depth, Fault> {
    match scanner.word()?.as_str() {
        "0" => Ok(Depth::Zero),
        "1" => Ok(Depth::One),
        "INFINITY" => Ok(Depth::Infinity),
        _ => Err(Fault::Syntax("an unknown depth")),
    }
}

fn set(scanner: &mut Scanner<'_>) -> Result<MetadataCommand, Fault> {
    scanner.space()?;
    let name = scanner.mailbox()?;
    scanner.space()?;
    let entries = scanner.list(|scanner| {
        let entry = entry(scanner)?;
        scanner.space()?;
        Ok((entry, scanner.nstring()?))
    })?;
    check_number(entries.len())?;
    // Only what lies below can have a value.
    if entries.iter().any(|(entry, _)| entry.path.is_empty()) {
        return Err(Fault::Syntax("this cannot be the name of an entry"));
    }
    Ok(MetadataCommand::Set { name, entries })
}

fn entry(scanner: &mut Scanner<'_>) -> Result<EntryName, Fault> {
    EntryName::parse(&scanner.text()?)
}

fn check_number(count: usize) -> Result<(), Fault> {
    if count == 0 || count > ENTRIES_LIMIT {
        return Err(Fault::Syntax("between 1 and 64 entries are taken"));
    }
    Ok(())
}
