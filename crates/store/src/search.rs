//! Full-text search: FTS5 on SQLite, tsvector on PostgreSQL, written in the transaction of the message.
//!
//! On SQLite a change of the index waits for the end of its transaction; on both a document is found once that is kept.
//!
//! Words are what lies between anything that is neither letter nor digit; case and accents do not count. Each mailbox
//! is itself a word of its documents, so that a search meets only the lists of one mailbox. Beside the words there are
//! stretches of letters of the short fields, so that any piece of these is found fast.
//!
//! **Invariant:** what somebody typed is never read as the language of a query.

mod letters;
mod sqlite;
mod tsvector;
mod words;

use domain::MailboxId;

pub use letters::{LetterField, find as find_letters};
pub(crate) use sqlite::SearchChange;

use crate::{Dialect, StoreError, Tx};

/// How much of a body is indexed, in bytes: what a person wrote is shorter, and a tsvector holds a megabyte at most.
pub const INDEXED_BODY_BYTES: usize = 256 * 1024;
/// How many terms a query may have: nobody types more, and each costs a list.
const TERMS: usize = 32;

/// What is indexed of a message.
#[derive(Debug, Clone, Copy)]
pub struct SearchDocument<'a> {
    /// The subject.
    pub subject: &'a str,
    /// Names and addresses of sender and recipients.
    pub people: &'a str,
    /// The text. Only the first [`INDEXED_BODY_BYTES`] count.
    pub body: &'a str,
    /// What is looked into letter by letter, with [`find_letters`].
    pub letters: &'a [(LetterField, &'a str)],
}

/// Where a term is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchField {
    /// Anywhere.
    Any,
    /// In the subject.
    Subject,
    /// In names and addresses.
    People,
    /// In the text.
    Body,
}

/// Whether the last word of a term is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastWord {
    /// It is a whole word.
    Whole,
    /// It may go on: somebody is still typing.
    Prefix,
}

/// Words that stand next to one another.
#[derive(Debug, Clone)]
pub struct SearchTerm {
    /// Where.
    pub field: SearchField,
    /// As typed; several words are a phrase.
    pub text: String,
    /// Whether its last word is whole.
    pub last_word: LastWord,
}

/// Terms that must all be found.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// The terms. Those without any word are passed over; the first 32 count.
    pub terms: Vec<SearchTerm>,
}

impl SearchQuery {
    /// The query of a search box: every word of `typed`, anywhere, each possibly only begun; what stands between
    /// double quotes is a phrase.
    pub fn typed(typed: &str) -> Self {
        let mut terms = Vec::new();
        for (index, piece) in typed.split('"').enumerate() {
            let mut add = |text: &str, last_word| {
                terms.push(SearchTerm { field: SearchField::Any, text: text.to_owned(), last_word });
            };
            if index % 2 == 1 {
                add(piece, LastWord::Whole);
            } else {
                piece.split_whitespace().for_each(|word| add(word, LastWord::Prefix));
            }
        }
        Self { terms }
    }

    /// The terms that have words, as lists of words.
    fn phrases(&self) -> impl Iterator<Item = (&SearchTerm, Vec<String>)> {
        let phrases = self.terms.iter().map(|term| (term, words::words(&term.text).collect::<Vec<_>>()));
        phrases.filter(|(_, words)| !words.is_empty()).take(TERMS)
    }
}

/// A number for the document of a new message, larger than those before: `messages.search_row`.
pub fn new_row(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    match tx.dialect() {
        Dialect::Sqlite => sqlite::new_row(tx),
        Dialect::Postgres => tx.load("SELECT nextval('search_rows')", &[], |row| row.get(0)),
    }
}

/// Adds a document. `row` comes from [`new_row`].
pub fn index(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    row: i64,
    document: &SearchDocument<'_>,
) -> Result<(), StoreError> {
    let body = words::beginning(document.body, INDEXED_BODY_BYTES);
    let document = SearchDocument { body, ..*document };
    match tx.dialect() {
        Dialect::Sqlite => sqlite::index(tx, mailbox, row, &document),
        Dialect::Postgres => tsvector::index(tx, mailbox, row, &document),
    }
}

/// Removes a document; nothing happens when it is not there.
pub fn remove(tx: &mut Tx<'_>, mailbox: MailboxId, row: i64) -> Result<(), StoreError> {
    match tx.dialect() {
        Dialect::Sqlite => sqlite::remove(tx, row),
        Dialect::Postgres => tsvector::remove(tx, mailbox, row),
    }
}

/// The rows of a mailbox that match, newest first, `limit` at most. A query without any word matches nothing.
pub fn find(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    query: &SearchQuery,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    if query.phrases().next().is_none() {
        return Ok(Vec::new());
    }
    match tx.dialect() {
        Dialect::Sqlite => sqlite::find(tx, mailbox, query, limit),
        Dialect::Postgres => tsvector::find(tx, mailbox, query, limit),
    }
}

/// The words of a document that nobody types: that of its mailbox, and those of its fields letter by letter.
fn hidden_words(mailbox: MailboxId, document: &SearchDocument<'_>) -> String {
    format!("{}{}", mailbox_word(mailbox), letters::words(mailbox, document.letters))
}

/// The word that stands for a mailbox in its documents.
fn mailbox_word(mailbox: MailboxId) -> String {
    use domain::Id;
    format!("mailbox{}", crate::blobs::hex(mailbox.bytes()))
}
