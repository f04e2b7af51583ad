//! Search in SQLite: a contentless FTS5 table.
//!
//! FTS5 writes a segment of its index at each savepoint, and merges segments for ever after. The writes that share a
//! commit each have a savepoint; so what they change here is carried out once, behind the last of them.

use std::fmt::Write;

use domain::MailboxId;

use super::{LastWord, SearchDocument, SearchField, SearchQuery, hidden_words, letters, mailbox_word};
use crate::{ConstraintKind, StoreError, Tx};

/// A change of the index that waits for the end of its transaction.
#[derive(Debug)]
pub(crate) enum SearchChange {
    /// A document comes.
    Add {
        /// Its number.
        row: i64,
        /// The words that nobody types.
        hidden: String,
        /// See [`SearchDocument`].
        subject: String,
        /// See [`SearchDocument`].
        people: String,
        /// See [`SearchDocument`].
        body: String,
    },
    /// The document with this number goes.
    Remove(i64),
}

impl SearchChange {
    /// How much memory it holds, in bytes, about.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Add { hidden, subject, people, body, .. } => {
                hidden.len() + subject.len() + people.len() + body.len()
            }
            Self::Remove(_) => 0,
        }
    }

    /// Carries it out.
    pub(crate) fn write(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        match self {
            Self::Add { row, hidden, subject, people, body } => tx.execute(
                "INSERT INTO search (rowid, mailbox, subject, people, body) VALUES ($1, $2, $3, $4, $5)",
                &[row, hidden, subject, people, body],
            ),
            Self::Remove(row) => tx.execute("DELETE FROM search WHERE rowid = $1", &[row]),
        }
        .map(drop)
    }

    fn adds(&self, number: i64) -> bool {
        matches!(self, Self::Add { row, .. } if *row == number)
    }
}

pub(super) fn new_row(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.load("UPDATE search_counter SET last = last + 1 RETURNING last", &[], |row| row.get(0))
}

pub(super) fn index(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    row: i64,
    document: &SearchDocument<'_>,
) -> Result<(), StoreError> {
    // FTS5 trusts whoever writes a contentless table: a number given twice would mix two documents.
    let is_kept = tx.find("SELECT 1 FROM search_docsize WHERE id = $1", &[&row], |_| Ok(()))?.is_some();
    if is_kept || tx.search_changes().iter().any(|change| change.adds(row)) {
        return Err(StoreError::Constraint {
            kind: ConstraintKind::Unique,
            name: Some("search.search_row".to_owned()),
        });
    }
    tx.change_search(SearchChange::Add {
        row,
        hidden: hidden_words(mailbox, document),
        subject: document.subject.to_owned(),
        people: document.people.to_owned(),
        body: document.body.to_owned(),
    })
}

pub(super) fn remove(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    tx.change_search(SearchChange::Remove(row))
}

pub(super) fn find(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    query: &SearchQuery,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    tx.query(
        "SELECT rowid FROM search WHERE search MATCH $1 ORDER BY rowid DESC LIMIT $2",
        &[&match_text(mailbox, query), &limit],
        |row| row.get(0),
    )
}

/// The rows that have all these hidden words, or the word `long`.
pub(super) fn find_names(
    tx: &mut Tx<'_>,
    asked: &[String],
    long: &str,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    let query = format!("({}) OR mailbox:{long}", letters::joined(asked, "mailbox:", " AND "));
    tx.query("SELECT rowid FROM search WHERE search MATCH $1 LIMIT $2", &[&query, &limit], |row| row.get(0))
}

/// The query in FTS5's language; words have neither quotes nor anything else that it would read.
fn match_text(mailbox: MailboxId, query: &SearchQuery) -> String {
    let mut text = format!("mailbox:{}", mailbox_word(mailbox));
    for (term, words) in query.phrases() {
        let columns = match term.field {
            SearchField::Any => "{subject people body}",
            SearchField::Subject => "subject",
            SearchField::People => "people",
            SearchField::Body => "body",
        };
        let star = match term.last_word {
            LastWord::Whole => "",
            LastWord::Prefix => " *",
        };
        // Writing to a String cannot fail.
        let _ = write!(text, " AND {columns}:\"{}\"{star}", words.join(" "));
    }
    text
}
