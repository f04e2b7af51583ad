//! Searching a folder as IMAP does (RFC 9051 §6.4.4).
//!
//! Flags, dates and sizes come from rows. Words in texts come from the full-text index, which knows whole words and
//! beginnings of words, not any piece of a word (`docs/standards.md` names this); subjects, names and addresses are
//! compared letter by letter. Other header fields are read from the messages that everything else lets through.

mod key;

use std::collections::HashSet;

use domain::{FolderId, MailboxId, Timestamp};
use store::search::{LastWord, SearchField, SearchQuery, SearchTerm};
use store::{Row, StoreError, Tx};

pub(crate) use key::holds;
pub use key::{SearchKey, Span};

use self::key::Facts;
use crate::folder::existing;
use crate::handle::Mailbox;
use crate::{Act, MailError, Uid};

/// How many messages a word may match in a mailbox before the rest, the oldest, is passed over.
const MATCHES: usize = 1_000_000;

impl Mailbox {
    /// The messages of a folder that match, by UID.
    pub async fn search(&self, folder: FolderId, key: SearchKey) -> Result<Vec<Uid>, MailError> {
        let (mailbox, asked) = (self.id(), key.clone());
        let work = move |tx: &mut Tx<'_>| {
            existing(tx, mailbox, folder)?;
            Ok(candidates(tx, mailbox, folder, &asked)?)
        };
        let candidates = self.read(Act::Look, work).await?;
        let mut found = Vec::with_capacity(candidates.len());
        for (uid, answer) in candidates {
            match answer {
                Answer::Yes => found.push(uid),
                Answer::AskHeader(facts) => {
                    let content = match self.content(folder, uid).await {
                        Ok(content) => content,
                        Err(MailError::NotFound(_)) => continue,
                        Err(error) => return Err(error),
                    };
                    if key.matches(&facts, Some(&content)) == Some(true) {
                        found.push(uid);
                    }
                }
            }
        }
        Ok(found)
    }
}

enum Answer {
    Yes,
    AskHeader(Box<Facts>),
}

fn candidates(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    key: &SearchKey,
) -> Result<Vec<(Uid, Answer)>, StoreError> {
    let texts = key
        .texts()
        .into_iter()
        .map(|(field, text)| Ok((text.to_owned(), field, rows_with(tx, mailbox, field, text)?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let joined = if key.needs_message() {
        "m.search_row, m.size, m.sent_at, m.header_id, m.subject, m.from_name, m.from_address, m.recipients, \
         m.thread_id FROM placements p JOIN messages m ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id"
    } else {
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM placements p"
    };
    let (first, last) = key.bounds();
    let sql = format!(
        "SELECT p.uid, p.flags, p.keywords, p.modseq, p.received_at, p.saved_at, p.message_id, {joined} \
         WHERE p.mailbox_id = $1 AND p.folder_id = $2 AND p.uid BETWEEN $3 AND $4 ORDER BY p.uid"
    );
    let now = tx.now();
    let answers = tx.query(&sql, &[&mailbox, &folder, &first, &last], |row| {
        let facts = facts(row, &texts, now)?;
        Ok(match key.matches(&facts, None) {
            Some(true) => Some((facts.entry.uid, Answer::Yes)),
            Some(false) => None,
            None => Some((facts.entry.uid, Answer::AskHeader(Box::new(facts)))),
        })
    })?;
    Ok(answers.into_iter().flatten().collect())
}

type TextRows = (String, TextField, HashSet<i64>);

/// Where a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextField {
    Any,
    Body,
}

fn rows_with(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    field: TextField,
    text: &str,
) -> Result<HashSet<i64>, StoreError> {
    let field = match field {
        TextField::Any => SearchField::Any,
        TextField::Body => SearchField::Body,
    };
    let term = SearchTerm { field, text: text.to_owned(), last_word: LastWord::Prefix };
    let rows = store::search::find(tx, mailbox, &SearchQuery { terms: vec![term] }, MATCHES)?;
    Ok(rows.into_iter().collect())
}

fn facts(row: &Row<'_>, texts: &[TextRows], now: Timestamp) -> Result<Facts, StoreError> {
    let search_row: Option<i64> = row.get(7)?;
    let found = texts
        .iter()
        .filter(|(_, _, rows)| search_row.is_some_and(|row| rows.contains(&row)))
        .map(|(text, field, _)| (*field, text.clone()))
        .collect();
    Ok(Facts {
        entry: crate::index::entry(row)?,
        now,
        received_at: row.get(4)?,
        saved_at: row.get(5)?,
        message: row.get(6)?,
        size: row.get::<Option<u64>>(8)?.unwrap_or(0),
        sent_at: row.get(9)?,
        header_id: row.get::<Option<String>>(10)?.unwrap_or_default(),
        subject: row.get::<Option<String>>(11)?.unwrap_or_default(),
        from: format!(
            "{} <{}>",
            row.get::<Option<String>>(12)?.unwrap_or_default(),
            row.get::<Option<String>>(13)?.unwrap_or_default()
        ),
        recipients: crate::list::recipients(row, 14)?,
        thread: row.get(15)?,
        texts: found,
    })
}
