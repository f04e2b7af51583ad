//! Messages to other folders, and away.

use domain::{FolderId, MailboxId, MessageId, Timestamp};
use store::Tx;

use crate::filing::{self, Filing, Orphans};
use crate::flags::{Flags, Keywords};
use crate::folder::{self, SpecialUse, existing};
use crate::handle::Mailbox;
use crate::removed::Remover;
use crate::{Act, MailError, Uid, UidSet, UidValidity};

/// Where messages went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Of the folder they went to.
    pub uid_validity: UidValidity,
    /// Each UID where they were, and the one they have now.
    pub pairs: Vec<(Uid, Uid)>,
}

impl Mailbox {
    /// Copies messages to another folder (or the same), with their flags.
    pub async fn copy(&self, from: FolderId, uids: &UidSet, to: FolderId) -> Result<Copied, MailError> {
        let (mailbox, uids) = (self.id(), uids.clone());
        self.write(Act::Copy, move |tx| copy(tx, mailbox, from, &uids, to)).await
    }

    /// Moves messages to another folder, in one step (RFC 6851).
    pub async fn move_to(&self, from: FolderId, uids: &UidSet, to: FolderId) -> Result<Copied, MailError> {
        let (mailbox, uids) = (self.id(), uids.clone());
        self.write(Act::Move, move |tx| move_to(tx, mailbox, from, &uids, to)).await
    }

    /// Deletes the messages marked `\Deleted` among `uids`; returns their UIDs. Those that no other folder holds can be
    /// restored for a while.
    pub async fn expunge(&self, folder: FolderId, uids: &UidSet) -> Result<Vec<Uid>, MailError> {
        let (mailbox, uids, remover) = (self.id(), uids.clone(), Remover::of(self.actor()));
        self.write(Act::Expunge, move |tx| {
            existing(tx, mailbox, folder)?;
            filing::take_out(tx, mailbox, folder, &uids, Flags::DELETED, Orphans::Keep(remover))
        })
        .await
    }

    /// Deletes messages as a person means it: into Trash, and from there to where it can be
    /// restored for a while.
    pub async fn delete(&self, folder: FolderId, uids: &UidSet) -> Result<(), MailError> {
        let (mailbox, uids, remover) = (self.id(), uids.clone(), Remover::of(self.actor()));
        self.write(Act::Expunge, move |tx| {
            let view = existing(tx, mailbox, folder)?;
            if view.special_use == Some(SpecialUse::Trash) {
                filing::take_out(tx, mailbox, folder, &uids, Flags::NONE, Orphans::Keep(remover))?;
            } else {
                let trash = folder::special(tx, mailbox, SpecialUse::Trash)?;
                move_to(tx, mailbox, folder, &uids, trash)?;
            }
            Ok(())
        })
        .await
    }

    /// Moves messages to the folder of a special use.
    pub async fn move_to_special(
        &self,
        from: FolderId,
        uids: &UidSet,
        to: SpecialUse,
    ) -> Result<Copied, MailError> {
        let (mailbox, uids) = (self.id(), uids.clone());
        self.write(Act::Move, move |tx| {
            let to = folder::special(tx, mailbox, to)?;
            move_to(tx, mailbox, from, &uids, to)
        })
        .await
    }
}

fn move_to(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    from: FolderId,
    uids: &UidSet,
    to: FolderId,
) -> Result<Copied, MailError> {
    let copied = copy(tx, mailbox, from, uids, to)?;
    let moved: UidSet = copied.pairs.iter().map(|(old, _)| *old).collect();
    if !moved.is_empty() {
        filing::take_out(tx, mailbox, from, &moved, Flags::NONE, Orphans::None)?;
    }
    Ok(copied)
}

struct Placed {
    uid: Uid,
    message: MessageId,
    size: u64,
    flags: Flags,
    keywords: Keywords,
    received_at: Timestamp,
}

fn copy(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    from: FolderId,
    uids: &UidSet,
    to: FolderId,
) -> Result<Copied, MailError> {
    existing(tx, mailbox, from)?;
    let target = existing(tx, mailbox, to)?;
    let modseq = filing::next_modseq(tx, mailbox)?;
    // All are read before any is filed: within one folder a copy could lie in the next range.
    let mut all = Vec::new();
    for range in uids.ranges() {
        all.extend(placed(tx, mailbox, from, range)?);
    }
    let mut pairs = Vec::with_capacity(all.len());
    for placed in all {
        let filing = Filing {
            folder: to,
            flags: placed.flags,
            keywords: placed.keywords,
            received_at: placed.received_at,
        };
        let filed = filing::file(tx, mailbox, placed.message, placed.size, &filing, modseq)?;
        pairs.push((placed.uid, filed.uid));
    }
    if target.special_use == Some(SpecialUse::Trash) && from != to {
        remember_from(tx, mailbox, from, to, &pairs)?;
    }
    Ok(Copied { uid_validity: target.uid_validity, pairs })
}

/// Notes at what now lies in Trash where it lay before: there it is restored. The UIDs given in one transaction follow
/// upon each other.
fn remember_from(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    from: FolderId,
    trash: FolderId,
    pairs: &[(Uid, Uid)],
) -> Result<(), MailError> {
    let (Some((_, first)), Some((_, last))) = (pairs.first(), pairs.last()) else { return Ok(()) };
    let sql = "UPDATE placements SET came_from = $5 WHERE mailbox_id = $1 AND folder_id = $2 \
               AND uid BETWEEN $3 AND $4";
    tx.execute(sql, &[&mailbox, &trash, first, last, &from])?;
    Ok(())
}

fn placed(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    range: &std::ops::RangeInclusive<u32>,
) -> Result<Vec<Placed>, MailError> {
    let sql = "SELECT p.uid, p.message_id, m.size, p.flags, p.keywords, p.received_at FROM placements p \
               JOIN messages m ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id \
               WHERE p.mailbox_id = $1 AND p.folder_id = $2 AND p.uid BETWEEN $3 AND $4 ORDER BY p.uid";
    let rows = tx.query(sql, &[&mailbox, &folder, range.start(), range.end()], |row| {
        Ok(Placed {
            uid: row.get(0)?,
            message: row.get(1)?,
            size: row.get(2)?,
            flags: row.get(3)?,
            keywords: Keywords::from_column(row.text(4)?),
            received_at: row.get(5)?,
        })
    });
    Ok(rows?)
}
