//! The bytes of messages, and putting new ones into folders.

use bytes::Bytes;
use domain::{FolderId, MailboxId, MessageId, Timestamp};
use store::blobs::BlobHash;
use store::{BlobRef, StoreError, Tx};

use crate::error::Missing;
use crate::filing::{self, Filing, Prepared, Room};
use crate::flags::{Flags, Keywords};
use crate::folder::existing;
use crate::handle::Mailbox;
use crate::{Act, MailError, ModSeq, Uid, UidValidity};

/// A message to be put into a folder.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its bytes, exactly as they are to be read again.
    pub content: Bytes,
    /// Its flags.
    pub flags: Flags,
    /// Its keywords.
    pub keywords: Keywords,
    /// When it arrived (INTERNALDATE); none is now.
    pub received_at: Option<Timestamp>,
}

/// Where a message was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Whether remembered UIDs hold.
    pub uid_validity: UidValidity,
    /// Its number in the folder.
    pub uid: Uid,
    /// The number of the change.
    pub modseq: ModSeq,
    /// Which message it is.
    pub message: MessageId,
}

impl Mailbox {
    /// The content of a message.
    pub async fn content_of(&self, message: MessageId) -> Result<Bytes, MailError> {
        let mailbox = self.id();
        let found = self.read(Act::ReadMessage, move |tx| Ok(find(tx, mailbox, message)?)).await?;
        let blob = found.ok_or(MailError::NotFound(Missing::Message))?;
        Ok(self.store().blobs().read(&blob).await?)
    }

    /// The content of the message with that number in a folder.
    pub async fn content(&self, folder: FolderId, uid: Uid) -> Result<Bytes, MailError> {
        let mailbox = self.id();
        let found = self.read(Act::ReadMessage, move |tx| {
            let sql =
                "SELECT message_id FROM placements WHERE mailbox_id = $1 AND folder_id = $2 AND uid = $3";
            match tx.find(sql, &[&mailbox, &folder, &uid], |row| row.get(0))? {
                Some(message) => Ok(find(tx, mailbox, message)?),
                None => Ok(None),
            }
        });
        let blob = found.await?.ok_or(MailError::NotFound(Missing::Message))?;
        Ok(self.store().blobs().read(&blob).await?)
    }

    /// Puts a message into a folder. When this returns it is kept for good.
    pub async fn append(&self, folder: FolderId, new: NewMessage) -> Result<Appended, MailError> {
        // Asked before the content is written, so that nobody fills the disk of a mailbox that they cannot open.
        self.folder(folder).await?;
        let prepared = self.prepare(new.content).await?;
        let (mailbox, room) = (self.id(), Room::Within(self.settings().default_quota_bytes));
        let (flags, keywords, at) = (new.flags, new.keywords, new.received_at);
        self.write(Act::Append, move |tx| {
            existing(tx, mailbox, folder)?;
            let received_at = at.unwrap_or_else(|| tx.now());
            let filing = Filing { folder, flags, keywords: keywords.clone(), received_at };
            file_new(tx, mailbox, &prepared, &filing, room)
        })
        .await
    }

    /// Parses a message and keeps what is too large for a row.
    pub(crate) async fn prepare(&self, content: Bytes) -> Result<Prepared, MailError> {
        self.access().prepare(content).await
    }
}

/// Keeps a new message and files it.
pub(crate) fn file_new(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    new: &Prepared,
    filing: &Filing,
    room: Room,
) -> Result<Appended, MailError> {
    let modseq = filing::next_modseq(tx, mailbox)?;
    let message = filing::keep(tx, mailbox, new, filing.received_at, room)?;
    let filed = filing::file(tx, mailbox, message, new.content.size(), filing, modseq)?;
    Ok(Appended { uid_validity: filed.uid_validity, uid: filed.uid, modseq, message })
}

/// Where the content of a message is that a folder holds.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    message: MessageId,
) -> Result<Option<BlobRef>, StoreError> {
    // One that was removed is not read before it is restored.
    let held = " AND NOT EXISTS (SELECT 1 FROM removed_messages r WHERE r.mailbox_id = m.mailbox_id \
                AND r.message_id = m.message_id)";
    located(tx, mailbox, message, held)
}

/// Where the content of a message is, be it that somebody removed it.
pub(crate) fn find_kept(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    message: MessageId,
) -> Result<Option<BlobRef>, StoreError> {
    located(tx, mailbox, message, "")
}

fn located(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    message: MessageId,
    only: &str,
) -> Result<Option<BlobRef>, StoreError> {
    let sql = format!(
        "SELECT m.blob_hash, m.size, b.content FROM messages m LEFT JOIN bodies b \
         ON b.mailbox_id = m.mailbox_id AND b.message_id = m.message_id \
         WHERE m.mailbox_id = $1 AND m.message_id = $2{only}"
    );
    tx.find(&sql, &[&mailbox, &message], |row| {
        match (row.get::<Option<BlobHash>>(0)?, row.get::<Option<Bytes>>(2)?) {
            (Some(hash), _) => Ok(BlobRef::Stored { hash, size: row.get(1)? }),
            (None, Some(content)) => Ok(BlobRef::Inline(content)),
            (None, None) => Err(StoreError::Corrupt("a message has no content".to_owned())),
        }
    })
}
