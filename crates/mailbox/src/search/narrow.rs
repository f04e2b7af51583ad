//! Which messages a search needs to look at: those that the indexes know of, instead of the whole folder.
//!
//! **Invariant:** what is left out does not match.

use domain::MailboxId;
use store::search::LetterField;
use store::{StoreError, ToValue, Tx};

use super::key::whole_id;
use super::{SearchKey, Span, TextField, TextRows};
use crate::flags::Flags;

/// Above so many messages, looking at each by itself costs more than going through the folder.
pub(super) const ROWS: usize = 20_000;

/// The rows of the messages that can match, rising; nothing where the indexes do not leave few enough.
pub(super) fn rows(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    key: &SearchKey,
    texts: &[TextRows],
) -> Result<Option<Vec<i64>>, StoreError> {
    let letters = |tx: &mut Tx<'_>, field, text: &str| {
        let rows = store::search::find_letters(tx, mailbox, field, text, ROWS + 1)?;
        Ok(rows.filter(|rows| rows.len() <= ROWS))
    };
    match key {
        SearchKey::And(keys) => {
            let mut least: Option<Vec<i64>> = None;
            for key in keys {
                let rows = rows(tx, mailbox, key, texts)?;
                least = match (least, rows) {
                    (Some(one), Some(other)) => Some(in_both(&one, &other)),
                    (one, other) => one.or(other),
                };
            }
            Ok(least)
        }
        SearchKey::Or(one, other) => {
            let Some(mut all) = rows(tx, mailbox, one, texts)? else { return Ok(None) };
            let Some(other) = rows(tx, mailbox, other, texts)? else { return Ok(None) };
            all.extend(other);
            all.sort_unstable();
            all.dedup();
            Ok(Some(all))
        }
        SearchKey::Subject(text) => letters(tx, LetterField::Subject, text),
        SearchKey::From(text) => letters(tx, LetterField::From, text),
        SearchKey::To(text) => letters(tx, LetterField::To, text),
        SearchKey::Cc(text) => letters(tx, LetterField::Cc, text),
        SearchKey::Header(name, text) if name.eq_ignore_ascii_case("message-id") => match whole_id(text) {
            Some(id) => letters(tx, LetterField::HeaderId, id),
            None => Ok(None),
        },
        SearchKey::Body(text) => Ok(with_words(texts, TextField::Body, text)),
        SearchKey::Text(text) => Ok(with_words(texts, TextField::Any, text)),
        SearchKey::Message(id) => {
            let sql = "SELECT search_row FROM messages WHERE mailbox_id = $1 AND message_id = $2";
            tx.query(sql, &[&mailbox, id], |row| row.get(0)).map(Some)
        }
        SearchKey::Thread(id) => {
            let sql = "SELECT search_row FROM messages WHERE mailbox_id = $1 AND thread_id = $2 \
                       ORDER BY search_row LIMIT $3";
            let rows = tx.query(sql, &[&mailbox, id, &(ROWS + 1)], |row| row.get(0))?;
            Ok(Some(rows).filter(|rows| rows.len() <= ROWS))
        }
        SearchKey::All
        | SearchKey::Not(_)
        | SearchKey::Has(_)
        | SearchKey::Keyword(_)
        | SearchKey::Uids(_)
        | SearchKey::Received(_)
        | SearchKey::Sent(_)
        | SearchKey::Saved(_)
        | SearchKey::Older(_)
        | SearchKey::Younger(_)
        | SearchKey::Larger(_)
        | SearchKey::Smaller(_)
        | SearchKey::ModSeq(_)
        | SearchKey::Header(..) => Ok(None),
    }
}

fn with_words(texts: &[TextRows], field: TextField, text: &str) -> Option<Vec<i64>> {
    let (_, _, found) = texts.iter().find(|(known, of, _)| *of == field && known == text)?;
    let mut rows = (found.len() <= ROWS).then(|| found.iter().copied().collect::<Vec<_>>())?;
    rows.sort_unstable();
    Some(rows)
}

fn in_both(one: &[i64], other: &[i64]) -> Vec<i64> {
    one.iter().copied().filter(|row| other.binary_search(row).is_ok()).collect()
}

/// What the database is asked of the places of messages beside the folder: `AND …` for each, and the values.
#[derive(Default)]
pub(super) struct Conditions {
    pub(super) sql: String,
    pub(super) values: Vec<Box<dyn ToValue>>,
}

impl Conditions {
    /// Those that everything meets that a key is true of.
    pub(super) fn of(key: &SearchKey) -> Self {
        let mut conditions = Self::default();
        conditions.add(key);
        conditions
    }

    fn add(&mut self, key: &SearchKey) {
        if let SearchKey::And(keys) = key {
            keys.iter().for_each(|key| self.add(key));
        } else if let SearchKey::Has(flags) = key {
            let bits = flags.bits();
            self.sql.push_str(&format!(" AND (p.flags & {bits}) = {bits}"));
        } else if let SearchKey::Not(key) = key {
            self.add_not(key);
        } else if let SearchKey::Keyword(_) = key {
            self.sql.push_str(" AND p.keywords <> ''");
        } else if let SearchKey::Received(span) = key {
            self.add_span("p.received_at", *span);
        } else if let SearchKey::Saved(span) = key {
            self.add_span("p.saved_at", *span);
        } else if let SearchKey::ModSeq(since) = key {
            self.compare("p.modseq >=", Box::new(*since));
        }
    }

    fn add_not(&mut self, key: &SearchKey) {
        let SearchKey::Has(flags) = key else { return };
        if *flags == Flags::SEEN {
            // As the index of unread messages has it.
            self.sql.push_str(" AND (p.flags & 1) = 0");
        } else {
            let bits = flags.bits();
            self.sql.push_str(&format!(" AND (p.flags & {bits}) <> {bits}"));
        }
    }

    fn add_span(&mut self, column: &str, span: Span) {
        if let Some(from) = span.from {
            self.compare(&format!("{column} >="), Box::new(from));
        }
        if let Some(until) = span.until {
            self.compare(&format!("{column} <"), Box::new(until));
        }
    }

    fn compare(&mut self, column: &str, value: Box<dyn ToValue>) {
        self.values.push(value);
        // Behind the mailbox, the folder, and the first and last UID.
        self.sql.push_str(&format!(" AND {column} ${}", self.values.len() + 4));
    }
}
