//! Flags, and the arguments of `STORE` (RFC 9051 §2.3.2, §6.4.6; RFC 7162 §3.1.3).

use super::scan::{Fault, Scanner};

/// How many flags a command may name: more than a message can have.
const FLAGS_LIMIT: usize = 128;

/// A flag or keyword (RFC 9051 §2.3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// `\Seen`
    Seen,
    /// `\Answered`
    Answered,
    /// `\Flagged`
    Flagged,
    /// `\Deleted`
    Deleted,
    /// `\Draft`
    Draft,
    /// `\Recent`: not kept here.
    Recent,
    /// A keyword, such as `$Forwarded`.
    Keyword(String),
    /// Another system flag, without its backslash.
    Unknown(String),
}

impl Flag {
    /// The flag of this name, where `\` marks a system flag.
    pub fn named(name: &str) -> Self {
        let Some(system) = name.strip_prefix('\\') else {
            return Self::Keyword(name.to_owned());
        };
        let known = [Self::Seen, Self::Answered, Self::Flagged, Self::Deleted, Self::Draft, Self::Recent];
        let found = known.into_iter().find(|flag| flag.name().eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| Self::Unknown(system.to_owned()))
    }

    /// Its name, with the backslash of a system flag.
    pub fn name(&self) -> String {
        match self {
            Self::Seen => "\\Seen".to_owned(),
            Self::Answered => "\\Answered".to_owned(),
            Self::Flagged => "\\Flagged".to_owned(),
            Self::Deleted => "\\Deleted".to_owned(),
            Self::Draft => "\\Draft".to_owned(),
            Self::Recent => "\\Recent".to_owned(),
            Self::Keyword(word) => word.clone(),
            Self::Unknown(word) => format!("\\{word}"),
        }
    }
}

/// What `STORE` does with the flags that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreMode {
    /// `FLAGS`
    Replace,
    /// `+FLAGS`
    Add,
    /// `-FLAGS`
    Remove,
}

/// Whether `STORE` tells the flags that result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// By untagged `FETCH`.
    Yes,
    /// `.SILENT`
    Silent,
}

/// The arguments of `STORE` after the set (RFC 9051 §6.4.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRequest {
    /// What to do with the flags that are there.
    pub mode: StoreMode,
    /// Whether to tell the result.
    pub told: Told,
    /// The flags.
    pub flags: Vec<Flag>,
    /// Only messages that have not changed since (RFC 7162 §3.1.3).
    pub unchanged_since: Option<u64>,
}

impl StoreRequest {
    /// Reads what follows the set.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        scanner.space()?;
        let mut unchanged_since = None;
        if scanner.peek() == Some(b'(') {
            scanner.list(|scanner| {
                if scanner.word()? != "UNCHANGEDSINCE" {
                    return Err(Fault::Syntax("an unknown STORE modifier"));
                }
                scanner.space()?;
                unchanged_since = Some(scanner.number64()?);
                Ok(())
            })?;
            scanner.space()?;
        }
        let (mode, told) = match scanner.word()?.as_str() {
            "FLAGS" => (StoreMode::Replace, Told::Yes),
            "FLAGS.SILENT" => (StoreMode::Replace, Told::Silent),
            "+FLAGS" => (StoreMode::Add, Told::Yes),
            "+FLAGS.SILENT" => (StoreMode::Add, Told::Silent),
            "-FLAGS" => (StoreMode::Remove, Told::Yes),
            "-FLAGS.SILENT" => (StoreMode::Remove, Told::Silent),
            _ => return Err(Fault::Syntax("FLAGS was expected")),
        };
        scanner.space()?;
        let flags = if scanner.peek() == Some(b'(') {
            flag_list(scanner)?
        } else {
            let mut flags = vec![flag(scanner)?];
            while scanner.more() {
                flags.push(flag(scanner)?);
            }
            flags
        };
        Ok(Self { mode, told, flags, unchanged_since })
    }
}

/// Flags in parentheses.
pub(super) fn flag_list(scanner: &mut Scanner<'_>) -> Result<Vec<Flag>, Fault> {
    let flags = scanner.list(flag)?;
    if flags.len() > FLAGS_LIMIT {
        return Err(Fault::Syntax("too many flags"));
    }
    Ok(flags)
}

/// One flag.
pub(super) fn flag(scanner: &mut Scanner<'_>) -> Result<Flag, Fault> {
    let system = scanner.take(b'\\');
    let word = scanner.atom()?;
    Ok(if system { Flag::named(&format!("\\{word}")) } else { Flag::named(word) })
}
