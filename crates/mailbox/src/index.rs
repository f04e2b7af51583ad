//! What a folder holds, and what changed in it since a client looked.

use domain::{FolderId, MailboxId, MessageId, Timestamp};
use store::{Row, StoreError, Tx};

use crate::flags::{Flags, Keywords};
use crate::folder::{FolderView, existing};
use crate::handle::Mailbox;
use crate::{Act, MailError, ModSeq, Uid, UidSet};

/// A message in a folder, as far as it can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub uid: Uid,
    /// Its flags.
    pub flags: Flags,
    /// Its keywords.
    pub keywords: Keywords,
    /// When these changed last.
    pub modseq: ModSeq,
}

/// A folder and its UIDs at one moment.
#[derive(Debug, Clone)]
pub struct FolderIndex {
    /// The folder.
    pub view: FolderView,
    /// The UIDs of its messages.
    pub uids: UidSet,
    /// The lowest UID among those that are not `\Seen`.
    pub first_unseen: Option<Uid>,
}

/// What changed in a folder.
#[derive(Debug, Clone)]
pub struct FolderChanges {
    /// The folder as it is now.
    pub view: FolderView,
    /// Messages that are new, or marked anew, by UID.
    pub changed: Vec<Entry>,
    /// The UIDs that are gone, rising.
    pub vanished: Vec<Uid>,
}

/// A message in a folder with what lists and IMAP's cheap items need.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Number, flags, keywords.
    pub entry: Entry,
    /// Which message it is.
    pub message: MessageId,
    /// When it arrived (INTERNALDATE).
    pub received_at: Timestamp,
    /// When it was filed here (RFC 8514).
    pub saved_at: Timestamp,
    /// How large it is, in bytes.
    pub size: u64,
    /// The conversation it belongs to: the id of its first message here.
    pub thread: MessageId,
    /// The beginning of its text.
    pub preview: String,
}

impl Mailbox {
    /// A folder and its UIDs at one moment. What it costs depends on how much was taken out of the folder, or on how much
    /// is in it, whichever is less: a large folder is not looked through.
    pub async fn index(&self, folder: FolderId) -> Result<FolderIndex, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| {
            let view = existing(tx, mailbox, folder)?;
            let uids = uids(tx, mailbox, &view)?;
            let first_unseen = first_unseen(tx, mailbox, &view)?;
            Ok(FolderIndex { view, uids, first_unseen })
        })
        .await
    }

    /// What changed in a folder after `since`, in proportion to what changed.
    pub async fn changes_since(&self, folder: FolderId, since: ModSeq) -> Result<FolderChanges, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| {
            let view = existing(tx, mailbox, folder)?;
            if view.modseq <= since {
                return Ok(FolderChanges { view, changed: Vec::new(), vanished: Vec::new() });
            }
            let changed = changed(tx, mailbox, folder, since)?;
            let sql = "SELECT forgotten_modseq FROM folders WHERE mailbox_id = $1 AND folder_id = $2";
            let forgotten: ModSeq = tx.load(sql, &[&mailbox, &folder], |row| row.get(0))?;
            let vanished = match since < forgotten {
                // What was taken out since then is not remembered whole: all that is not there is told.
                true => missing(tx, mailbox, &view)?,
                false => tx.query(VANISHED, &[&mailbox, &folder, &since], |row| row.get(0))?,
            };
            Ok(FolderChanges { view, changed, vanished })
        })
        .await
    }

    /// The messages of `uids` that are there, by UID; no content.
    pub async fn fetch(&self, folder: FolderId, uids: &UidSet) -> Result<Vec<Fetched>, MailError> {
        let (mailbox, uids) = (self.id(), uids.clone());
        self.read(Act::Look, move |tx| {
            existing(tx, mailbox, folder)?;
            let mut all = Vec::new();
            for range in uids.ranges() {
                all.extend(tx.query(FETCHED, &[&mailbox, &folder, range.start(), range.end()], fetched)?);
            }
            Ok(all)
        })
        .await
    }

    /// The flags of the messages of `uids` that are there, by UID.
    pub async fn entries(&self, folder: FolderId, uids: &UidSet) -> Result<Vec<Entry>, MailError> {
        let (mailbox, uids) = (self.id(), uids.clone());
        self.read(Act::Look, move |tx| {
            let mut all = Vec::new();
            for range in uids.ranges() {
                let sql = "SELECT uid, flags, keywords, modseq FROM placements WHERE mailbox_id = $1 \
                           AND folder_id = $2 AND uid BETWEEN $3 AND $4 ORDER BY uid";
                all.extend(tx.query(sql, &[&mailbox, &folder, range.start(), range.end()], entry)?);
            }
            Ok(all)
        })
        .await
    }
}

/// The UIDs of a folder. Each that was given is there or in `expunged`, so that the fewer of both tell it.
fn uids(tx: &mut Tx<'_>, mailbox: MailboxId, view: &FolderView) -> Result<UidSet, StoreError> {
    let last = view.uid_next.0.saturating_sub(1);
    let gone_count = last.saturating_sub(view.total);
    if gone_count <= view.total {
        let gone = if gone_count == 0 { Vec::new() } else { gone(tx, mailbox, view)? };
        // Where the two do not add up, what is there is looked at.
        if gone.len() as u64 == u64::from(gone_count) {
            return Ok(UidSet::up_to_without(last, gone));
        }
    }
    let sql = "SELECT uid FROM placements WHERE mailbox_id = $1 AND folder_id = $2 ORDER BY uid";
    Ok(tx.query(sql, &[&mailbox, &view.id], |row| row.get::<Uid>(0))?.into_iter().collect())
}

/// Every UID that a folder has given and that is not there, rising.
fn missing(tx: &mut Tx<'_>, mailbox: MailboxId, view: &FolderView) -> Result<Vec<Uid>, StoreError> {
    let sql = "SELECT uid FROM placements WHERE mailbox_id = $1 AND folder_id = $2 ORDER BY uid";
    let there = tx.query(sql, &[&mailbox, &view.id], |row| row.get::<Uid>(0))?;
    let gone = UidSet::up_to_without(view.uid_next.0.saturating_sub(1), there);
    Ok(gone.ranges().iter().flat_map(|range| range.clone().map(Uid)).collect())
}

/// Every UID that was taken out of a folder, rising.
fn gone(tx: &mut Tx<'_>, mailbox: MailboxId, view: &FolderView) -> Result<Vec<Uid>, StoreError> {
    let mut gone = tx.query(GONE, &[&mailbox, &view.id], |row| row.get::<Uid>(0))?;
    gone.sort_unstable();
    gone.dedup();
    Ok(gone)
}

fn first_unseen(tx: &mut Tx<'_>, mailbox: MailboxId, view: &FolderView) -> Result<Option<Uid>, StoreError> {
    if view.unseen == 0 {
        return Ok(None);
    }
    tx.find(FIRST_UNSEEN, &[&mailbox, &view.id], |row| row.get(0))
}

fn changed(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    since: ModSeq,
) -> Result<Vec<Entry>, StoreError> {
    tx.query(CHANGED, &[&mailbox, &folder, &since], entry)
}

/// Reads the first four columns: uid, flags, keywords, modseq.
pub(crate) fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        uid: row.get(0)?,
        flags: row.get(1)?,
        keywords: Keywords::from_column(row.text(2)?),
        modseq: row.get(3)?,
    })
}

fn fetched(row: &Row<'_>) -> Result<Fetched, StoreError> {
    Ok(Fetched {
        entry: entry(row)?,
        message: row.get(4)?,
        received_at: row.get(5)?,
        saved_at: row.get(6)?,
        size: row.get(7)?,
        thread: row.get(8)?,
        preview: row.get(9)?,
    })
}

/// What is asked of a folder that may be large: each of them reads what it tells and no more.
const GONE: &str = "SELECT uid FROM expunged WHERE mailbox_id = $1 AND folder_id = $2";
const FIRST_UNSEEN: &str = "SELECT uid FROM placements WHERE mailbox_id = $1 AND folder_id = $2 \
                            AND (flags & 1) = 0 ORDER BY uid LIMIT 1";
const CHANGED: &str = "SELECT uid, flags, keywords, modseq FROM placements WHERE mailbox_id = $1 \
                       AND folder_id = $2 AND modseq > $3 ORDER BY uid";
const VANISHED: &str = "SELECT uid FROM expunged WHERE mailbox_id = $1 AND folder_id = $2 AND modseq > $3 \
                        ORDER BY uid";
const FETCHED: &str = "SELECT p.uid, p.flags, p.keywords, p.modseq, p.message_id, p.received_at, p.saved_at, \
                       m.size, m.thread_id, m.preview FROM placements p JOIN messages m \
                       ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id WHERE p.mailbox_id = $1 \
                       AND p.folder_id = $2 AND p.uid BETWEEN $3 AND $4 ORDER BY p.uid";

/// The same for the test that asks how they are answered.
#[cfg(test)]
pub(crate) const ASKED: [&str; 5] = [GONE, FIRST_UNSEEN, CHANGED, VANISHED, FETCHED];
