//! Search in PostgreSQL: tsvectors made here word by word, so that both databases find the same.

use std::collections::BTreeMap;
use std::fmt::Write;

use domain::MailboxId;

use super::words::words;
use super::{LastWord, SearchDocument, SearchField, SearchQuery, hidden_words, letters, mailbox_word};
use crate::{StoreError, Tx};

/// The highest position that a tsvector knows.
const LAST_POSITION: usize = 16_383;
/// How many positions of one word a tsvector keeps.
const POSITIONS: usize = 255;
/// Positions left free between fields, so that no phrase reaches from one into the next.
const GAP: usize = 2;

pub(super) fn index(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    row: i64,
    document: &SearchDocument<'_>,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO search (mailbox_id, search_row, document) VALUES ($1, $2, CAST($3 AS tsvector))",
        &[&mailbox, &row, &vector(mailbox, document)],
    )?;
    Ok(())
}

pub(super) fn remove(tx: &mut Tx<'_>, mailbox: MailboxId, row: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM search WHERE mailbox_id = $1 AND search_row = $2", &[&mailbox, &row]).map(drop)
}

pub(super) fn find(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    query: &SearchQuery,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    tx.query(
        "SELECT search_row FROM search WHERE document @@ CAST($1 AS tsquery) AND mailbox_id = $2 \
         ORDER BY search_row DESC LIMIT $3",
        &[&query_text(mailbox, query), &mailbox, &limit],
        |row| row.get(0),
    )
}

/// The document as PostgreSQL reads a tsvector: `'word':1A,5C`. Subject is A, people B, the text C.
fn vector(mailbox: MailboxId, document: &SearchDocument<'_>) -> String {
    let mut places: BTreeMap<String, Vec<(usize, char)>> = BTreeMap::new();
    let mut position = 1;
    for (text, weight) in [(document.subject, 'A'), (document.people, 'B'), (document.body, 'C')] {
        for word in words(text) {
            let of_word = places.entry(word).or_default();
            if of_word.len() < POSITIONS {
                of_word.push((position.min(LAST_POSITION), weight));
            }
            position += 1;
        }
        position += GAP;
    }
    // With a place of the weight that nobody asks for: a word without places would be found by its beginning.
    let mut vector = String::new();
    for word in hidden_words(mailbox, document).split(' ') {
        let _ = write!(vector, " '{word}':1D");
    }
    for (word, places) in places {
        let _ = write!(vector, " '{word}'");
        for (index, (position, weight)) in places.iter().enumerate() {
            let _ = write!(vector, "{}{position}{weight}", if index == 0 { ':' } else { ',' });
        }
    }
    vector
}

/// The rows that have all these hidden words, or the word `long`.
pub(super) fn find_names(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    asked: &[String],
    long: &str,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    let query = format!("({}) | {long}", letters::joined(asked, "", " & "));
    tx.query(
        "SELECT search_row FROM search WHERE document @@ CAST($1 AS tsquery) AND mailbox_id = $2 LIMIT $3",
        &[&query, &mailbox, &limit],
        |row| row.get(0),
    )
}

/// The query as PostgreSQL reads a tsquery; words have neither quotes nor anything else that it would read.
fn query_text(mailbox: MailboxId, query: &SearchQuery) -> String {
    let mut text = format!("'{}'", mailbox_word(mailbox));
    for (term, words) in query.phrases() {
        let weights = match term.field {
            SearchField::Any => "ABC",
            SearchField::Subject => "A",
            SearchField::People => "B",
            SearchField::Body => "C",
        };
        text.push_str(" & (");
        for (index, word) in words.iter().enumerate() {
            let next_to = if index == 0 { "" } else { " <-> " };
            let last = index + 1 == words.len();
            let star = if last && term.last_word == LastWord::Prefix { "*" } else { "" };
            let _ = write!(text, "{next_to}'{word}':{star}{weights}");
        }
        text.push(')');
    }
    text
}
