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
    /// The UIDs of its messages, rising.
    pub uids: Vec<Uid>,
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
    /// A folder and its UIDs at one moment.
    pub async fn index(&self, folder: FolderId) -> Result<FolderIndex, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| {
            let view = existing(tx, mailbox, folder)?;
            let sql =
                "SELECT uid, flags FROM placements WHERE mailbox_id = $1 AND folder_id = $2 ORDER BY uid";
            let mut first_unseen = None;
            let uids = tx.query(sql, &[&mailbox, &folder], |row| {
                let (uid, flags): (Uid, Flags) = (row.get(0)?, row.get(1)?);
                if first_unseen.is_none() && !flags.has(Flags::SEEN) {
                    first_unseen = Some(uid);
                }
                Ok(uid)
            })?;
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
            let sql = "SELECT uid FROM expunged WHERE mailbox_id = $1 AND folder_id = $2 AND modseq > $3 \
                       ORDER BY uid";
            let vanished = tx.query(sql, &[&mailbox, &folder, &since], |row| row.get(0))?;
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
                let sql = "SELECT p.uid, p.flags, p.keywords, p.modseq, p.message_id, p.received_at, p.saved_at, \
                           m.size, m.thread_id, m.preview FROM placements p JOIN messages m ON m.mailbox_id = p.mailbox_id \
                           AND m.message_id = p.message_id WHERE p.mailbox_id = $1 AND p.folder_id = $2 \
                           AND p.uid BETWEEN $3 AND $4 ORDER BY p.uid";
                all.extend(tx.query(sql, &[&mailbox, &folder, range.start(), range.end()], fetched)?);
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

fn changed(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    since: ModSeq,
) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT uid, flags, keywords, modseq FROM placements WHERE mailbox_id = $1 AND folder_id = $2 \
               AND modseq > $3 ORDER BY uid";
    tx.query(sql, &[&mailbox, &folder, &since], entry)
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
