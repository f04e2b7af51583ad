//! Search in SQLite: a contentless FTS5 table.

use std::fmt::Write;

use domain::MailboxId;

use super::{LastWord, SearchDocument, SearchField, SearchQuery, mailbox_word};
use crate::{ConstraintKind, StoreError, Tx};

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
    if tx.find("SELECT 1 FROM search_docsize WHERE id = $1", &[&row], |_| Ok(()))?.is_some() {
        return Err(StoreError::Constraint {
            kind: ConstraintKind::Unique,
            name: Some("search.search_row".to_owned()),
        });
    }
    tx.execute(
        "INSERT INTO search (rowid, mailbox, subject, people, body) VALUES ($1, $2, $3, $4, $5)",
        &[&row, &mailbox_word(mailbox), &document.subject, &document.people, &document.body],
    )?;
    Ok(())
}

pub(super) fn remove(tx: &mut Tx<'_>, row: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM search WHERE rowid = $1", &[&row]).map(drop)
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
