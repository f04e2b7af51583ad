//! Several messages at once into a folder, and one in the place of another.
//!
//! **Invariant:** all of it happens, or nothing: one transaction.

use domain::FolderId;
use store::Tx;

use crate::content::file_new;
use crate::error::Missing;
use crate::filing::{self, Filing, Orphans, Prepared, Room};
use crate::flags::Flags;
use crate::folder::existing;
use crate::handle::Mailbox;
use crate::removed::Remover;
use crate::{Act, Appended, MailError, NewMessage, Uid, UidSet};

/// A message whose content is kept already, and how it will be filed.
struct Ready {
    prepared: Prepared,
    new: NewMessage,
}

impl Mailbox {
    /// Puts messages into a folder, all or none, in their order (RFC 3502).
    pub async fn append_all(
        &self,
        folder: FolderId,
        new: Vec<NewMessage>,
    ) -> Result<Vec<Appended>, MailError> {
        // Asked before the content is written, so that nobody fills the disk of a mailbox that they cannot open.
        self.folder(folder).await?;
        let mut all = Vec::with_capacity(new.len());
        for new in new {
            all.push(self.ready(new).await?);
        }
        let mailbox = self.clone();
        self.write(Act::Append, move |tx| {
            existing(tx, mailbox.id(), folder)?;
            all.iter().map(|ready| mailbox.file_ready(tx, folder, ready)).collect()
        })
        .await
    }

    /// Puts a message into a folder and takes another, which it replaces, out of the folder where that is (RFC 8508).
    pub async fn replace(
        &self,
        from: FolderId,
        old: Uid,
        to: FolderId,
        new: NewMessage,
    ) -> Result<Appended, MailError> {
        self.folder(to).await?;
        let ready = self.ready(new).await?;
        let mailbox = self.clone();
        self.write(Act::Append, move |tx| {
            mailbox.check(tx, Act::Expunge)?;
            existing(tx, mailbox.id(), from)?;
            existing(tx, mailbox.id(), to)?;
            // The old one goes first, so that its room counts for the new one.
            let orphans = Orphans::Keep(Remover::of(mailbox.actor()));
            let gone = filing::take_out(tx, mailbox.id(), from, &UidSet::one(old), Flags::NONE, orphans)?;
            if gone.is_empty() {
                return Err(MailError::NotFound(Missing::Message));
            }
            mailbox.file_ready(tx, to, &ready)
        })
        .await
    }

    async fn ready(&self, new: NewMessage) -> Result<Ready, MailError> {
        Ok(Ready { prepared: self.prepare(new.content.clone()).await?, new })
    }

    fn file_ready(&self, tx: &mut Tx<'_>, folder: FolderId, ready: &Ready) -> Result<Appended, MailError> {
        let filing = Filing {
            folder,
            flags: ready.new.flags,
            keywords: ready.new.keywords.clone(),
            received_at: ready.new.received_at.unwrap_or_else(|| tx.now()),
        };
        let room = Room::Within(self.settings().default_quota_bytes);
        file_new(tx, self.id(), &ready.prepared, &filing, room)
    }
}
