//! Restoring what was deleted (S17): the list of removed messages, by time, and the way back into their folders.
//!
//! **Invariant:** a message is restored once, whoever asks and how often; with its flags, under a new UID, and only where
//! the quota has room for it.

use std::collections::HashMap;

use domain::{FolderId, Id as _, MailboxId, MessageId, Timestamp};
use jiff::tz::TimeZone;
use message::Summary;
use serde_json::json;
use store::{Row, StoreError, Tx};

use crate::filing::{self, Filing};
use crate::flags::{Flags, Keywords};
use crate::folder::{self, SpecialUse};
use crate::handle::Mailbox;
use crate::removed::KEPT_FOR;
use crate::setting::SettingsError;
use crate::{Act, MailError, ModSeq, content};

/// How many removed messages a page shows.
const PAGE: usize = 100;
/// How many are looked at to fill a page with those that have the words.
const SCANNED: usize = 5_000;
/// How many are restored in one transaction: their texts go into the search index in it.
const PIECE: usize = 50;
/// How many one request restores; whoever wants more asks again.
const AT_ONCE: usize = 1_000;

/// A message that can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedMessage {
    /// Which.
    pub message: MessageId,
    /// What it is about.
    pub subject: String,
    /// The name of who wrote it; may be empty.
    pub from_name: String,
    /// The address of who wrote it.
    pub from_address: String,
    /// The folder that it goes back to, its whole path as it was.
    pub folder: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// When it was removed.
    pub removed_at: Timestamp,
    /// The name of who removed it; empty when that account is no more.
    pub removed_by: String,
    /// With which device; empty: the Mail app.
    pub removed_with: String,
    /// Its size in bytes.
    pub size: u64,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemovedPlace {
    /// When the message there was removed.
    pub removed_at: Timestamp,
    /// Which message.
    pub message: MessageId,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedPage {
    /// The last removed first.
    pub messages: Vec<RemovedMessage>,
    /// Behind which place the next page begins; none: it is the last.
    pub next: Option<RemovedPlace>,
}

/// What a restoration did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Restored {
    /// How many messages are back.
    pub count: usize,
    /// Whether the others had no room in the mailbox.
    pub is_full: bool,
    /// Whether there are more than one request restores.
    pub has_more: bool,
}

impl Mailbox {
    /// The messages that can be restored, with these words in subject or sender, behind a place in the list.
    pub async fn removed(&self, words: &str, behind: Option<RemovedPlace>) -> Result<RemovedPage, MailError> {
        let (mailbox, words) = (self.id(), words.trim().to_lowercase());
        self.read(Act::Restore, move |tx| Ok(page(tx, mailbox, &words, behind)?)).await
    }

    /// Restores messages into the folders that they came from. Those that are not there (any more) are passed over.
    pub async fn restore(&self, messages: &[MessageId]) -> Result<Restored, MailError> {
        let mut all = Restored { has_more: messages.len() > AT_ONCE, ..Restored::default() };
        for piece in messages.iter().take(AT_ONCE).copied().collect::<Vec<_>>().chunks(PIECE) {
            let one = self.restore_piece(piece.to_vec()).await?;
            all.count += one.count;
            all.is_full |= one.is_full;
            if all.is_full {
                break;
            }
        }
        Ok(all)
    }

    /// Restores what was removed on the day of that moment, in the time zone of whoever acts.
    pub async fn restore_day(&self, moment: Timestamp) -> Result<Restored, MailError> {
        let (mailbox, (first, end)) = (self.id(), day_around(moment, self.actor().time_zone()));
        let found = self.read(Act::Restore, move |tx| {
            let from = first.max(tx.now().minus(KEPT_FOR));
            let sql = "SELECT message_id FROM removed_messages WHERE mailbox_id = $1 AND removed_at >= $2 \
                       AND removed_at < $3 ORDER BY removed_at, message_id LIMIT $4";
            Ok(tx.query(sql, &[&mailbox, &from, &end, &(AT_ONCE + 1)], |row| row.get::<MessageId>(0))?)
        });
        self.restore(&found.await?).await
    }

    async fn restore_piece(&self, messages: Vec<MessageId>) -> Result<Restored, MailError> {
        let readable = self.read_removed(messages).await?;
        let mailbox = self.clone();
        self.write(Act::Restore, move |tx| {
            let mut room = mailbox.room(tx)?;
            let modseq = filing::next_modseq(tx, mailbox.id())?;
            let (mut done, mut homes) = (Restored::default(), HashMap::new());
            for (message, summary) in &readable {
                let Some(kept) = find(tx, mailbox.id(), *message)? else { continue };
                if kept.size > room {
                    done.is_full = true;
                    break;
                }
                room -= kept.size;
                put_back(tx, mailbox.id(), &kept, summary, modseq, &mut homes)?;
                done.count += 1;
            }
            if done.count > 0 {
                mailbox.note_restored(tx, done.count)?;
            }
            Ok(done)
        })
        .await
    }

    /// What goes into the search index again, read before the transaction.
    async fn read_removed(&self, messages: Vec<MessageId>) -> Result<Vec<(MessageId, Summary)>, MailError> {
        let mailbox = self.id();
        let found = self.read(Act::Restore, move |tx| {
            let mut all = Vec::with_capacity(messages.len());
            for message in &messages {
                if find(tx, mailbox, *message)?.is_some()
                    && let Some(blob) = content::find_kept(tx, mailbox, *message)?
                {
                    all.push((*message, blob));
                }
            }
            Ok(all)
        });
        let mut all = Vec::new();
        for (message, blob) in found.await? {
            let content = self.store().blobs().read(&blob).await?;
            all.push((message, crate::access::summarize(&content).await));
        }
        Ok(all)
    }

    /// How many bytes the mailbox still takes.
    fn room(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let sql = "SELECT used_bytes, quota_bytes FROM mailboxes WHERE mailbox_id = $1";
        let (used, own): (u64, Option<u64>) =
            tx.load(sql, &[&self.id()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let limit = own.or(self.settings().default_quota_bytes);
        Ok(limit.map_or(u64::MAX, |limit| limit.saturating_sub(used)))
    }

    /// The log says how many, and nothing of what they are: those who read it read no mail.
    fn note_restored(&self, tx: &mut Tx<'_>, count: usize) -> Result<(), MailError> {
        let noted = self.address_settings().note(tx, "message.restore", &json!({ "count": count }));
        noted.map_err(|error| match error {
            SettingsError::Mail(error) => error,
            SettingsError::Desk(_) => MailError::Internal,
        })
    }
}

/// A removed message, as it goes back.
struct Kept {
    message: MessageId,
    folder: FolderId,
    folder_name: String,
    flags: Flags,
    keywords: Keywords,
    received_at: Timestamp,
    size: u64,
    search_row: i64,
}

fn find(tx: &mut Tx<'_>, mailbox: MailboxId, message: MessageId) -> Result<Option<Kept>, StoreError> {
    let due = tx.now().minus(KEPT_FOR);
    let sql = "SELECT r.folder_id, r.folder_name, r.flags, r.keywords, r.received_at, r.size, m.search_row \
               FROM removed_messages r JOIN messages m ON m.mailbox_id = r.mailbox_id \
               AND m.message_id = r.message_id \
               WHERE r.mailbox_id = $1 AND r.message_id = $2 AND r.removed_at >= $3";
    tx.find(sql, &[&mailbox, &message, &due], |row| {
        Ok(Kept {
            message,
            folder: row.get(0)?,
            folder_name: row.get(1)?,
            flags: row.get(2)?,
            keywords: Keywords::from_column(row.text(3)?),
            received_at: row.get(4)?,
            size: row.get(5)?,
            search_row: row.get(6)?,
        })
    })
}

fn put_back(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    kept: &Kept,
    summary: &Summary,
    modseq: ModSeq,
    homes: &mut HashMap<(FolderId, String), FolderId>,
) -> Result<(), MailError> {
    let sql = "DELETE FROM removed_messages WHERE mailbox_id = $1 AND message_id = $2";
    tx.execute(sql, &[&mailbox, &kept.message])?;
    let sql = "UPDATE mailboxes SET used_bytes = used_bytes + $2, removed_bytes = removed_bytes - $2 \
               WHERE mailbox_id = $1";
    tx.execute(sql, &[&mailbox, &kept.size])?;
    filing::put_into_search(tx, mailbox, kept.search_row, summary)?;
    let key = (kept.folder, kept.folder_name.clone());
    let folder = match homes.get(&key) {
        Some(folder) => *folder,
        None => *homes.entry(key).or_insert(home(tx, mailbox, kept)?),
    };
    let filing = Filing {
        folder,
        // Otherwise the next EXPUNGE of a mail program would remove it again.
        flags: kept.flags.without(Flags::DELETED),
        keywords: kept.keywords.clone(),
        received_at: kept.received_at,
    };
    filing::file(tx, mailbox, kept.message, kept.size, &filing, modseq).map(drop)
}

/// The folder that a message goes back to: the same, whatever it is called now; one of its name; or INBOX.
fn home(tx: &mut Tx<'_>, mailbox: MailboxId, kept: &Kept) -> Result<FolderId, MailError> {
    if let Some(same) = folder::find(tx, mailbox, kept.folder)? {
        return Ok(same.id);
    }
    match folder::made_again(tx, mailbox, &kept.folder_name)? {
        Some(again) => Ok(again),
        None => Ok(folder::special(tx, mailbox, SpecialUse::Inbox)?),
    }
}

fn page(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    words: &str,
    behind: Option<RemovedPlace>,
) -> Result<RemovedPage, StoreError> {
    let due = tx.now().minus(KEPT_FOR);
    let behind = behind.unwrap_or(RemovedPlace {
        removed_at: Timestamp::from_millis(i64::MAX),
        message: MessageId::from_bytes([0xff; 16]),
    });
    let sql = "SELECT r.message_id, m.subject, m.from_name, m.from_address, r.folder_name, r.received_at, \
               r.removed_at, u.first_name, u.last_name, r.removed_with, r.size FROM removed_messages r \
               JOIN messages m ON m.mailbox_id = r.mailbox_id AND m.message_id = r.message_id \
               LEFT JOIN users u ON u.user_id = r.removed_by \
               WHERE r.mailbox_id = $1 AND r.removed_at >= $2 AND (r.removed_at, r.message_id) < ($3, $4) \
               ORDER BY r.removed_at DESC, r.message_id DESC LIMIT $5";
    let limit = if words.is_empty() { PAGE + 1 } else { SCANNED };
    let scanned = tx.query(sql, &[&mailbox, &due, &behind.removed_at, &behind.message, &limit], shown)?;
    let was_all = scanned.len() < limit;
    let last_scanned = scanned.last().map(RemovedMessage::place);
    let mut messages: Vec<RemovedMessage> = scanned.into_iter().filter(|one| one.has(words)).collect();
    let next = if messages.len() > PAGE {
        messages.truncate(PAGE);
        messages.last().map(RemovedMessage::place)
    } else if was_all {
        None
    } else {
        last_scanned
    };
    Ok(RemovedPage { messages, next })
}

impl RemovedMessage {
    fn place(&self) -> RemovedPlace {
        RemovedPlace { removed_at: self.removed_at, message: self.message }
    }

    fn has(&self, words: &str) -> bool {
        words.is_empty()
            || [&self.subject, &self.from_name, &self.from_address]
                .into_iter()
                .any(|text| text.to_lowercase().contains(words))
    }
}

fn shown(row: &Row<'_>) -> Result<RemovedMessage, StoreError> {
    let name = |column| Ok::<_, StoreError>(row.get::<Option<String>>(column)?.unwrap_or_default());
    Ok(RemovedMessage {
        message: row.get(0)?,
        subject: row.get(1)?,
        from_name: row.get(2)?,
        from_address: row.get(3)?,
        folder: row.get(4)?,
        received_at: row.get(5)?,
        removed_at: row.get(6)?,
        removed_by: format!("{} {}", name(7)?, name(8)?).trim().to_owned(),
        removed_with: row.get(9)?,
        size: row.get(10)?,
    })
}

/// The first moment of a day, and that of the next.
fn day_around(moment: Timestamp, zone: &str) -> (Timestamp, Timestamp) {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(moment.millis()).unwrap_or_default();
    let day = zone.to_datetime(at).date();
    let start = |day: jiff::civil::Date| {
        let begun = zone.to_timestamp(day.at(0, 0, 0, 0));
        begun.map_or(moment, |begun| Timestamp::from_millis(begun.as_millisecond()))
    };
    (start(day), day.tomorrow().map_or(Timestamp::from_millis(i64::MAX), start))
}
