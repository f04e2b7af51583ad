//! `SELECT` and its options (RFC 9051 §6.3.2, RFC 4466 §2.1, RFC 7162 §3.1.8 and §3.2.5).

use super::scan::{Fault, Scanner};
use super::sequence::SequenceSet;

/// Whether a folder is opened for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectMode {
    /// `SELECT`.
    ReadWrite,
    /// `EXAMINE`.
    ReadOnly,
}

/// An option in parentheses (RFC 4466 §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    /// `CONDSTORE` (RFC 7162 §3.1.8).
    Condstore,
    /// `QRESYNC` (RFC 7162 §3.2.5): what the client remembers.
    Qresync(Remembered),
    /// Another one, in upper case.
    Unknown(String),
}

/// What a client remembers of a folder, so that it is told only what it missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The UIDVALIDITY: when it is another one now, the rest counts for nothing.
    pub uid_validity: u32,
    /// Up to which change it knows.
    pub mod_seq: u64,
    /// The UIDs that it knows; none is all of them.
    pub known: Option<SequenceSet>,
}

impl Parameter {
    /// Reads one option.
    pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Self, Fault> {
        Ok(match scanner.word()?.as_str() {
            "CONDSTORE" => Self::Condstore,
            "QRESYNC" => {
                scanner.space()?;
                Self::Qresync(remembered(scanner)?)
            }
            word => Self::Unknown(word.to_owned()),
        })
    }
}

/// `(uidvalidity mod-sequence [known-uids] [(known-sequence-set known-uid-set)])`. The last pair helps servers that
/// forget what was expunged; this one does not, so it is read and left.
fn remembered(scanner: &mut Scanner<'_>) -> Result<Remembered, Fault> {
    scanner.expect(b'(', "what is remembered is missing")?;
    let uid_validity = scanner.number()?;
    scanner.space()?;
    let mod_seq = scanner.number64()?;
    let mut known = None;
    if scanner.more() && scanner.peek() != Some(b'(') {
        known = Some(scanner.set()?);
        scanner.more();
    }
    if scanner.take(b'(') {
        scanner.set()?;
        scanner.space()?;
        scanner.set()?;
        scanner.expect(b')', "a list does not end")?;
    }
    scanner.expect(b')', "a list does not end")?;
    if uid_validity == 0 || known.as_ref().is_some_and(SequenceSet::is_saved) {
        return Err(Fault::Syntax("this cannot be remembered"));
    }
    Ok(Remembered { uid_validity, mod_seq, known })
}
