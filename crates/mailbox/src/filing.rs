//! Messages into folders and out of them: rows, counters, search index and blobs, always together.
//!
//! **Invariant:** a message exists as long as a folder holds it, and a while longer where somebody removed it; counters
//! are those of the rows; a UID is given once.

use domain::{Change, Event, FolderId, Id, MailboxId, MessageId, Timestamp};
use message::{RecipientKind, Summary};
use store::search::{LetterField, SearchDocument};
use store::{BlobRef, StoreError, Tx};

use crate::flags::{Flags, Keywords};
use crate::removed::{self, Remover};
use crate::search::party;
use crate::{MailError, ModSeq, Uid, UidSet, UidValidity};

/// A message ready to be filed: parsed, and its content kept, before the transaction.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) content: BlobRef,
    pub(crate) summary: Summary,
}

/// How a message is filed.
#[derive(Debug, Clone)]
pub(crate) struct Filing {
    pub(crate) folder: FolderId,
    pub(crate) flags: Flags,
    pub(crate) keywords: Keywords,
    pub(crate) received_at: Timestamp,
}

/// Where a message was filed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filed {
    pub(crate) uid_validity: UidValidity,
    pub(crate) uid: Uid,
}

/// Whether a new message has to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Within the quota of the mailbox, or within this one if it has none of its own.
    Within(Option<u64>),
    /// It was promised that the message will be kept.
    Promised,
}

/// Locks a mailbox for the rest of the transaction: what is read of it from here on nobody else changes meanwhile.
pub(crate) fn lock(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(), StoreError> {
    let sql = format!("SELECT modseq FROM mailboxes WHERE mailbox_id = $1{}", tx.for_update());
    tx.load(&sql, &[&mailbox], |_| Ok(()))
}

/// The number of the change that the transaction makes.
pub(crate) fn next_modseq(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<ModSeq, StoreError> {
    let sql = "UPDATE mailboxes SET modseq = modseq + 1 WHERE mailbox_id = $1 RETURNING modseq";
    tx.load(sql, &[&mailbox], |row| row.get(0))
}

/// Keeps a new message. It must be filed in the same transaction.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    new: &Prepared,
    received_at: Timestamp,
    room: Room,
) -> Result<MessageId, MailError> {
    take_room(tx, mailbox, new.content.size(), room)?;
    let id = tx.id::<MessageId>();
    let thread = thread(tx, mailbox, &new.summary)?.unwrap_or(id);
    let search_row = store::search::new_row(tx)?;
    insert(tx, mailbox, id, thread, search_row, new, received_at)?;
    if let (Some(content), _) = new.content.columns() {
        let sql = "INSERT INTO bodies (mailbox_id, message_id, content) VALUES ($1, $2, $3)";
        tx.execute(sql, &[&mailbox, &id, content])?;
    }
    store::blobs::claim(tx, &new.content, id.bytes())?;
    put_into_search(tx, mailbox, search_row, &new.summary)?;
    Ok(id)
}

/// Puts a message into the search index.
pub(crate) fn put_into_search(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    search_row: i64,
    summary: &Summary,
) -> Result<(), StoreError> {
    let from = party(&summary.from.name, &summary.from.address);
    let recipients: Vec<(LetterField, String)> = summary
        .recipients
        .iter()
        .map(|recipient| {
            let field = match recipient.kind {
                RecipientKind::To => LetterField::To,
                RecipientKind::Cc => LetterField::Cc,
            };
            (field, party(&recipient.name, &recipient.address))
        })
        .collect();
    let mut letters = vec![(LetterField::Subject, summary.subject.as_str()), (LetterField::From, &from)];
    letters.extend(summary.header_id.iter().map(|id| (LetterField::HeaderId, id.as_str())));
    letters.extend(recipients.iter().map(|(field, text)| (*field, text.as_str())));
    let people = people(summary);
    let document = SearchDocument {
        subject: &summary.subject,
        people: &people,
        body: &summary.search_text,
        letters: &letters,
    };
    store::search::index(tx, mailbox, search_row, &document)
}

fn insert(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    id: MessageId,
    thread: MessageId,
    search_row: i64,
    new: &Prepared,
    received_at: Timestamp,
) -> Result<(), StoreError> {
    let summary = &new.summary;
    let (_, hash) = new.content.columns();
    tx.execute(
        "INSERT INTO messages (mailbox_id, message_id, thread_id, search_row, size, received_at, sent_at, header_id, \
         in_reply_to, subject, from_name, from_address, recipients, preview, has_attachment, blob_hash, \
         reference_ids) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        &[
            &mailbox,
            &id,
            &thread,
            &search_row,
            &new.content.size(),
            &received_at,
            &summary.sent_at,
            &summary.header_id,
            &summary.in_reply_to,
            &summary.subject,
            &summary.from.name,
            &summary.from.address,
            &recipients(summary)?,
            &summary.preview,
            &summary.has_attachment,
            &hash,
            &crate::ordering::reference_column(&summary.references),
        ],
    )?;
    Ok(())
}

/// Takes `size` bytes of the mailbox's quota.
fn take_room(tx: &mut Tx<'_>, mailbox: MailboxId, size: u64, room: Room) -> Result<(), MailError> {
    let sql = "UPDATE mailboxes SET used_bytes = used_bytes + $2 WHERE mailbox_id = $1 \
               RETURNING used_bytes, quota_bytes";
    let (used, quota): (u64, Option<u64>) =
        tx.load(sql, &[&mailbox, &size], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let limit = match room {
        Room::Within(default_quota) => quota.or(default_quota),
        Room::Promised => None,
    };
    if limit.is_some_and(|limit| used > limit) { Err(MailError::OverQuota) } else { Ok(()) }
}

/// The thread of the messages that this one answers.
fn thread(tx: &mut Tx<'_>, mailbox: MailboxId, summary: &Summary) -> Result<Option<MessageId>, StoreError> {
    // The last reference is the message answered; the earlier ones count when that is not here.
    for header_id in summary.in_reply_to.iter().chain(summary.references.iter().rev()).take(10) {
        let sql = "SELECT thread_id FROM messages WHERE mailbox_id = $1 AND header_id = $2 LIMIT 1";
        if let Some(thread) = tx.find(sql, &[&mailbox, header_id], |row| row.get(0))? {
            return Ok(Some(thread));
        }
    }
    Ok(None)
}

/// `[[name, address, "to"|"cc"], …]`.
fn recipients(summary: &Summary) -> Result<String, StoreError> {
    let all: Vec<[&str; 3]> = summary
        .recipients
        .iter()
        .map(|recipient| {
            let kind = match recipient.kind {
                RecipientKind::To => "to",
                RecipientKind::Cc => "cc",
            };
            [recipient.name.as_str(), recipient.address.as_str(), kind]
        })
        .collect();
    serde_json::to_string(&all).map_err(|fault| StoreError::Internal(Box::new(fault)))
}

fn people(summary: &Summary) -> String {
    let mut text = format!("{} {}", summary.from.name, summary.from.address);
    for recipient in &summary.recipients {
        for word in [&recipient.name, &recipient.address] {
            text.push(' ');
            text.push_str(word);
        }
    }
    text
}

/// Files a message, and tells it.
pub(crate) fn file(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    message: MessageId,
    size: u64,
    filing: &Filing,
    modseq: ModSeq,
) -> Result<Filed, MailError> {
    let unseen = u32::from(!filing.flags.has(Flags::SEEN));
    let sql = "UPDATE folders SET uid_next = uid_next + 1, total = total + 1, unseen = unseen + $3, \
               size_bytes = size_bytes + $4, modseq = $5 WHERE mailbox_id = $1 AND folder_id = $2 \
               RETURNING uid_validity, uid_next - 1";
    let place = tx.find(sql, &[&mailbox, &filing.folder, &unseen, &size, &modseq], |row| {
        Ok((row.get::<UidValidity>(0)?, row.get::<Uid>(1)?))
    })?;
    let (uid_validity, uid) = place.ok_or(MailError::NotFound(crate::error::Missing::Folder))?;
    let now = tx.now();
    tx.execute(
        "INSERT INTO placements (mailbox_id, folder_id, uid, message_id, flags, keywords, modseq, received_at, \
         saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &mailbox,
            &filing.folder,
            &uid,
            &message,
            &filing.flags,
            &filing.keywords.column(),
            &modseq,
            &filing.received_at,
            &now,
        ],
    )?;
    tell(tx, mailbox, filing.folder, true);
    Ok(Filed { uid_validity, uid })
}

/// Says that something changed in a folder.
pub(crate) fn tell(tx: &mut Tx<'_>, mailbox: MailboxId, folder: FolderId, arrived: bool) {
    tx.publish(Event::Mailbox { mailbox, change: Change::Messages { folder, arrived } });
}

struct Gone {
    uid: Uid,
    message: MessageId,
    size: u64,
    seen: bool,
}

/// What is done with messages that no folder holds any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Orphans {
    /// They can be restored for a while; whoever removes them stands beside.
    Keep(Remover),
    /// They are destroyed: another took their place.
    Destroy,
    /// They were filed elsewhere just before.
    None,
}

/// Placements that are taken out of a folder.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) folder: FolderId,
    pub(crate) range: std::ops::RangeInclusive<u32>,
    pub(crate) only: Flags,
}

/// The placements of [`Taken`], with `$1` the mailbox and `$2` to `$5` what is taken.
pub(crate) const TAKEN: &str =
    "p.mailbox_id = $1 AND p.folder_id = $2 AND p.uid BETWEEN $3 AND $4 AND (p.flags & $5) = $5";

/// Takes messages out of a folder; returns the UIDs that were there.
pub(crate) fn take_out(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    uids: &UidSet,
    only: Flags,
    orphans: Orphans,
) -> Result<Vec<Uid>, MailError> {
    let mut all = Vec::new();
    let modseq = next_modseq(tx, mailbox)?;
    for range in uids.ranges() {
        let taken = Taken { folder, range: range.clone(), only };
        let gone = those_of(tx, mailbox, &taken)?;
        if gone.is_empty() {
            continue;
        }
        if let Orphans::Keep(remover) = orphans {
            removed::keep(tx, mailbox, &taken, remover)?;
        }
        remove(tx, mailbox, &taken, modseq)?;
        if orphans == Orphans::Destroy {
            gone.iter().try_for_each(|gone| destroy_orphan(tx, mailbox, gone))?;
        }
        all.extend(gone.iter().map(|gone| gone.uid));
        count_out(tx, mailbox, folder, &gone, modseq)?;
    }
    if !all.is_empty() {
        tell(tx, mailbox, folder, false);
    }
    Ok(all)
}

/// Takes every message out of a folder that is about to go.
pub(crate) fn empty(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    remover: Remover,
) -> Result<(), MailError> {
    take_out(tx, mailbox, folder, &UidSet::all(), Flags::NONE, Orphans::Keep(remover)).map(drop)
}

fn those_of(tx: &mut Tx<'_>, mailbox: MailboxId, taken: &Taken) -> Result<Vec<Gone>, StoreError> {
    let sql = format!(
        "SELECT p.uid, p.message_id, m.size, p.flags FROM placements p JOIN messages m \
         ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id WHERE {TAKEN} ORDER BY p.uid"
    );
    let Taken { folder, range, only } = taken;
    tx.query(&sql, &[&mailbox, folder, range.start(), range.end(), only], |row| {
        let flags: Flags = row.get(3)?;
        Ok(Gone { uid: row.get(0)?, message: row.get(1)?, size: row.get(2)?, seen: flags.has(Flags::SEEN) })
    })
}

/// Removes placements and remembers that their UIDs are gone.
fn remove(tx: &mut Tx<'_>, mailbox: MailboxId, taken: &Taken, modseq: ModSeq) -> Result<(), StoreError> {
    let (now, Taken { folder, range, only }) = (tx.now(), taken);
    let sql = format!(
        "INSERT INTO expunged (mailbox_id, folder_id, modseq, uid, expunged_at) \
         SELECT p.mailbox_id, p.folder_id, $6, p.uid, $7 FROM placements p WHERE {TAKEN}"
    );
    tx.execute(&sql, &[&mailbox, folder, range.start(), range.end(), only, &modseq, &now])?;
    let sql = format!("DELETE FROM placements AS p WHERE {TAKEN}");
    tx.execute(&sql, &[&mailbox, folder, range.start(), range.end(), only]).map(drop)
}

fn count_out(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    gone: &[Gone],
    modseq: ModSeq,
) -> Result<(), StoreError> {
    let unseen = gone.iter().filter(|gone| !gone.seen).count();
    let bytes: u64 = gone.iter().map(|gone| gone.size).sum();
    let sql = "UPDATE folders SET total = total - $3, unseen = unseen - $4, size_bytes = size_bytes - $5, \
               modseq = $6 WHERE mailbox_id = $1 AND folder_id = $2";
    tx.execute(sql, &[&mailbox, &folder, &gone.len(), &unseen, &bytes, &modseq]).map(drop)
}

/// Destroys a message unless a folder still holds it.
fn destroy_orphan(tx: &mut Tx<'_>, mailbox: MailboxId, gone: &Gone) -> Result<(), StoreError> {
    let held = "SELECT 1 FROM placements WHERE mailbox_id = $1 AND message_id = $2 LIMIT 1";
    if tx.find(held, &[&mailbox, &gone.message], |_| Ok(()))?.is_some() {
        return Ok(());
    }
    destroy(tx, mailbox, gone.message)?;
    let sql = "UPDATE mailboxes SET used_bytes = used_bytes - $2 WHERE mailbox_id = $1";
    tx.execute(sql, &[&mailbox, &gone.size]).map(drop)
}

/// Destroys what a message is; whoever asks counts its size out.
pub(crate) fn destroy(tx: &mut Tx<'_>, mailbox: MailboxId, message: MessageId) -> Result<(), StoreError> {
    let sql = "DELETE FROM messages WHERE mailbox_id = $1 AND message_id = $2 RETURNING search_row";
    if let Some(row) = tx.find(sql, &[&mailbox, &message], |row| row.get::<i64>(0))? {
        store::search::remove(tx, mailbox, row)?;
    }
    let sql = "DELETE FROM bodies WHERE mailbox_id = $1 AND message_id = $2";
    tx.execute(sql, &[&mailbox, &message])?;
    store::blobs::release(tx, message.bytes())
}
