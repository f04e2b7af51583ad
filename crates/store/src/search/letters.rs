//! Fields that are looked into letter by letter: every stretch of three letters is a word of the index, under a name
//! that belongs to its mailbox and its field.
//!
//! A name is a hash, and a long field is left out: so what is found here is looked at before it counts. What is not found
//! here does not hold the text.

use std::fmt::Write;

use domain::{Id, MailboxId};

use crate::{Dialect, StoreError, Tx};

/// How many stretches of one message are indexed: what is longer is looked at whenever its field is asked for.
const STRETCHES: usize = 2_000;
/// How many stretches of a text are asked for: these leave few messages that do not hold the rest.
const ASKED: usize = 16;
/// How long a stretch is, in letters.
const LETTERS: usize = 3;

/// Which field of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LetterField {
    /// The subject.
    Subject,
    /// The sender's name and address.
    From,
    /// The name and address of somebody in To.
    To,
    /// The name and address of somebody in Cc.
    Cc,
    /// The Message-ID, which is found whole only.
    HeaderId,
}

impl LetterField {
    const fn number(self) -> u8 {
        match self {
            Self::Subject => 1,
            Self::From => 2,
            Self::To => 3,
            Self::Cc => 4,
            Self::HeaderId => 5,
        }
    }
}

/// The words of these fields, with spaces before each.
pub(super) fn words(mailbox: MailboxId, fields: &[(LetterField, &str)]) -> String {
    let mut names: Vec<u64> = Vec::new();
    for (field, text) in fields {
        let of_field = Namer::new(mailbox, *field);
        let letters: Vec<char> = text.to_lowercase().chars().collect();
        let stretches = stretches(*field, &letters);
        if names.len() + stretches.len() > STRETCHES {
            names.push(of_field.long());
        } else {
            names.extend(stretches.iter().map(|stretch| of_field.name(stretch)));
        }
    }
    names.sort_unstable();
    names.dedup();
    let mut words = String::with_capacity(names.len() * (WORD_LETTERS + 1));
    for name in names {
        words.push(' ');
        words.push_str(&word(name));
    }
    words
}

/// The rows whose field may hold a text, rising, `limit` at most; nothing where the index cannot tell.
pub fn find(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    field: LetterField,
    text: &str,
    limit: usize,
) -> Result<Option<Vec<i64>>, StoreError> {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let stretches = stretches(field, &letters);
    if stretches.is_empty() {
        return Ok(None);
    }
    let of_field = Namer::new(mailbox, field);
    let asked = stretches.iter().take(ASKED).map(|stretch| word(of_field.name(stretch))).collect::<Vec<_>>();
    let long = word(of_field.long());
    let mut rows = match tx.dialect() {
        Dialect::Sqlite => super::sqlite::find_names(tx, &asked, &long, limit)?,
        Dialect::Postgres => super::tsvector::find_names(tx, mailbox, &asked, &long, limit)?,
    };
    // What was indexed before there were stretches may hold anything.
    let older = "SELECT m.search_row FROM messages m WHERE m.mailbox_id = $1 \
                 AND m.search_row < (SELECT from_row FROM search_letters) LIMIT $2";
    rows.extend(tx.query(older, &[&mailbox, &limit], |row| row.get::<i64>(0))?);
    rows.sort_unstable();
    rows.truncate(limit);
    Ok(Some(rows))
}

/// What is indexed of some letters, and what is asked for.
fn stretches(field: LetterField, letters: &[char]) -> Vec<&[char]> {
    if field == LetterField::HeaderId {
        return if letters.is_empty() { Vec::new() } else { vec![letters] };
    }
    // Two letters of a script such as Chinese are a word already.
    let pairs = letters.windows(2).filter(|pair| pair.iter().any(|letter| !letter.is_ascii()));
    if letters.len() == 2 {
        return pairs.collect();
    }
    letters.windows(LETTERS).chain(pairs).collect()
}

/// Names stretches of one field of one mailbox (FNV-1a: names that fall together cost a look, and nothing else).
struct Namer(u64);

impl Namer {
    fn new(mailbox: MailboxId, field: LetterField) -> Self {
        let start = mailbox.bytes().iter().fold(BASIS, |hash, byte| step(hash, u64::from(*byte)));
        Self(step(start, u64::from(field.number())))
    }

    fn name(&self, stretch: &[char]) -> u64 {
        stretch.iter().fold(self.0, |hash, letter| step(hash, u64::from(u32::from(*letter)) + 1))
    }

    /// The name that a field has which is too long.
    fn long(&self) -> u64 {
        step(self.0, 0)
    }
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;
const WORD_LETTERS: usize = 7;

const fn step(hash: u64, piece: u64) -> u64 {
    (hash ^ piece).wrapping_mul(PRIME)
}

/// A name as a word of the index: seven letters and digits.
fn word(name: u64) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mixed = name ^ (name >> 32);
    let digits = (0..WORD_LETTERS).filter_map(|place| DIGITS.get((mixed >> (5 * place)) as usize & 31));
    digits.map(|digit| char::from(*digit)).collect()
}

/// `a AND b`, each with something before it.
pub(super) fn joined(words: &[String], before: &str, between: &str) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}{before}{word}", if index == 0 { "" } else { between });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stretch_of_a_text_is_among_those_of_a_text_that_holds_it() {
        let mailbox = MailboxId::from_bytes([7; 16]);
        let whole = words(mailbox, &[(LetterField::Subject, "Grüße aus 日本: Invoice No 4711")]);
        for piece in ["GRÜSSE", "grüß", "日本", "ße a", "voice no", "4711"] {
            let piece_words = words(mailbox, &[(LetterField::Subject, piece)]);
            let is_there = piece_words.split_whitespace().all(|word| whole.contains(word));
            assert_eq!(is_there, piece != "GRÜSSE", "{piece}");
        }
        assert_ne!(
            words(mailbox, &[(LetterField::From, "voice")]),
            words(mailbox, &[(LetterField::To, "voice")])
        );
    }

    #[test]
    fn a_field_beyond_the_limit_has_one_word() {
        let mailbox = MailboxId::from_bytes([7; 16]);
        let long: String =
            ('a'..='z').flat_map(|one| ('a'..='z').map(move |two| format!("{one}{two}-"))).collect();
        let all = words(mailbox, &[(LetterField::To, &long.repeat(2)), (LetterField::Cc, "abc")]);
        assert_eq!(all.split_whitespace().count(), 2);
    }
}
