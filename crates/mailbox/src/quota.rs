//! How much a mailbox may hold, and how much of it could be given back.

use domain::FolderId;

use crate::folder::existing;
use crate::handle::Mailbox;
use crate::{Act, Flags, MailError};

/// The room of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What its messages occupy, in bytes.
    pub used_bytes: u64,
    /// What it may hold, in bytes; none is without end.
    pub limit_bytes: Option<u64>,
}

/// What expunging a folder would give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deleted {
    /// How many messages are `\Deleted`.
    pub count: u64,
    /// Their sizes together, in bytes.
    pub bytes: u64,
}

impl Mailbox {
    /// The largest message that is taken, in bytes.
    pub fn message_limit_bytes(&self) -> u64 {
        self.settings().message_limit_bytes
    }

    /// How much the mailbox holds and may hold.
    pub async fn quota(&self) -> Result<Quota, MailError> {
        let (mailbox, default_quota) = (self.id(), self.settings().default_quota_bytes);
        self.read(Act::Look, move |tx| {
            let sql = "SELECT used_bytes, quota_bytes FROM mailboxes WHERE mailbox_id = $1";
            let (used_bytes, own) =
                tx.load(sql, &[&mailbox], |row| Ok((row.get(0)?, row.get::<Option<u64>>(1)?)))?;
            Ok(Quota { used_bytes, limit_bytes: own.or(default_quota) })
        })
        .await
    }

    /// The messages of a folder that are `\Deleted`.
    pub async fn deleted(&self, folder: FolderId) -> Result<Deleted, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| {
            existing(tx, mailbox, folder)?;
            let sql = "SELECT p.flags, m.size FROM placements p JOIN messages m ON m.mailbox_id = p.mailbox_id \
                       AND m.message_id = p.message_id WHERE p.mailbox_id = $1 AND p.folder_id = $2 \
                       AND (p.flags & $3) <> 0";
            let mut all = Deleted::default();
            tx.query(sql, &[&mailbox, &folder, &Flags::DELETED], |row| {
                all.count += 1;
                all.bytes += row.get::<u64>(1)?;
                Ok(())
            })?;
            Ok(all)
        })
        .await
    }
}
