//! Searching a folder as IMAP does (RFC 9051 §6.4.4).
//!
//! Flags, dates and sizes come from rows. Words in texts come from the full-text index, which knows whole words and
//! beginnings of words, not any piece of a word (`docs/standards.md` names this); subjects, names and addresses are
//! compared letter by letter. In a large folder only those messages are looked at that the index lets through. Other
//! header fields are read from the messages that everything else lets through.

mod key;
mod narrow;

use std::collections::HashSet;

use domain::{FolderId, MailboxId, Timestamp};
use store::search::{LastWord, SearchField, SearchQuery, SearchTerm};
use store::{Row, StoreError, ToValue, Tx};

pub(crate) use key::holds;
pub use key::{SearchKey, Span};

use self::key::Facts;
use self::narrow::Conditions;
use crate::folder::{FolderView, existing};
use crate::handle::Mailbox;
use crate::{Act, MailError, Uid};

/// How many messages a word may match in a mailbox before the rest, the oldest, is passed over.
const MATCHES: usize = 1_000_000;
/// A folder with fewer messages is gone through: that takes no longer than asking the index.
const SMALL: u32 = 1_000;
/// How many messages that the index lets through are read at a time.
const AT_ONCE: usize = 100;

impl Mailbox {
    /// The messages of a folder that match, by UID.
    pub async fn search(&self, folder: FolderId, key: SearchKey) -> Result<Vec<Uid>, MailError> {
        self.search_by(folder, key, SMALL).await
    }

    /// The same, where the index is asked from so many messages on.
    pub(crate) async fn search_by(
        &self,
        folder: FolderId,
        key: SearchKey,
        small: u32,
    ) -> Result<Vec<Uid>, MailError> {
        let (mailbox, asked) = (self.id(), key.clone());
        let work = move |tx: &mut Tx<'_>| {
            let view = existing(tx, mailbox, folder)?;
            Ok(candidates(tx, mailbox, &view, &asked, small)?)
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
    folder: &FolderView,
    key: &SearchKey,
    small: u32,
) -> Result<Vec<(Uid, Answer)>, StoreError> {
    let texts = key
        .texts()
        .into_iter()
        .map(|(field, text)| Ok((text.to_owned(), field, rows_with(tx, mailbox, field, text)?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let rows = if folder.total < small { None } else { narrow::rows(tx, mailbox, key, &texts)? };
    let now = tx.now();
    let answer = |row: &Row<'_>| {
        let facts = facts(row, &texts, now)?;
        Ok(match key.matches(&facts, None) {
            Some(true) => Some((facts.entry.uid, Answer::Yes)),
            Some(false) => None,
            None => Some((facts.entry.uid, Answer::AskHeader(Box::new(facts)))),
        })
    };
    let answers = match rows {
        Some(rows) if small == 0 || rows.len() <= folder.total as usize => {
            of_rows(tx, mailbox, folder.id, key, &rows, answer)?
        }
        Some(_) | None => of_folder(tx, mailbox, folder.id, key, answer)?,
    };
    Ok(answers.into_iter().flatten().collect())
}

const OF_PLACE: &str = "SELECT p.uid, p.flags, p.keywords, p.modseq, p.received_at, p.saved_at, p.message_id";
const OF_MESSAGE: &str = "m.search_row, m.size, m.sent_at, m.header_id, m.subject, m.from_name, m.from_address, \
                          m.recipients, m.thread_id";

/// What `answer` makes of the messages of a folder, by UID.
fn of_folder<T>(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    key: &SearchKey,
    answer: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let joined = if key.needs_message() {
        format!(
            "{OF_MESSAGE} FROM placements p JOIN messages m ON m.mailbox_id = p.mailbox_id \
             AND m.message_id = p.message_id"
        )
    } else {
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM placements p".to_owned()
    };
    let (first, last) = key.bounds();
    let Conditions { sql: conditions, values } = Conditions::of(key);
    let sql = format!(
        "{OF_PLACE}, {joined} WHERE p.mailbox_id = $1 AND p.folder_id = $2 AND p.uid BETWEEN $3 AND $4{conditions} \
         ORDER BY p.uid"
    );
    let mut params: Vec<&dyn ToValue> = vec![&mailbox, &folder, &first, &last];
    params.extend(values.iter().map(AsRef::as_ref));
    tx.query(&sql, &params, answer)
}

/// What `answer` makes of the messages of a folder with these numbers in the index, by UID.
fn of_rows<T>(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    key: &SearchKey,
    rows: &[i64],
    mut answer: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let (first, last) = key.bounds();
    let places: Vec<String> = (5..5 + AT_ONCE).map(|place| format!("${place}")).collect();
    // Crossed, so that SQLite begins with the messages.
    let sql = format!(
        "{OF_PLACE}, {OF_MESSAGE} FROM messages m CROSS JOIN placements p WHERE m.mailbox_id = $1 \
         AND m.search_row IN ({}) AND p.mailbox_id = $1 AND p.message_id = m.message_id AND p.folder_id = $2 \
         AND p.uid BETWEEN $3 AND $4",
        places.join(", ")
    );
    let mut found: Vec<(Uid, T)> = Vec::new();
    for chunk in rows.chunks(AT_ONCE) {
        let mut params: Vec<&dyn ToValue> = vec![&mailbox, &folder, &first, &last];
        // The last of them fills what is left: one statement serves any number.
        let filler = chunk.last().into_iter().cycle();
        params.extend(chunk.iter().chain(filler).take(AT_ONCE).map(|row| row as &dyn ToValue));
        found.extend(tx.query(&sql, &params, |row| Ok((row.get(0)?, answer(row)?)))?);
    }
    found.sort_unstable_by_key(|(uid, _)| *uid);
    Ok(found.into_iter().map(|(_, answer)| answer).collect())
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
        from: party(
            &row.get::<Option<String>>(12)?.unwrap_or_default(),
            &row.get::<Option<String>>(13)?.unwrap_or_default(),
        ),
        recipients: crate::list::recipients(row, 14)?,
        thread: row.get(15)?,
        texts: found,
    })
}

/// Somebody as they are looked for.
pub(crate) fn party(name: &str, address: &str) -> String {
    format!("{name} <{address}>")
}
