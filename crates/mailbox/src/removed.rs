//! Messages that no folder holds any more, and that can be restored for a while (S17).
//!
//! **Invariant:** a message has a place in a folder or one row here, never both. One that is here is in no search index,
//! counts for no folder and for no quota, and is read by nobody.

use std::collections::HashMap;
use std::time::Duration;

use domain::duration::days;
use domain::{DeviceId, MailboxId, MessageId, Timestamp, UserId};
use identity::{Actor, Way};
use store::{StoreError, Tx};

use crate::filing::{self, TAKEN, Taken};

/// For how long a removed message can be restored.
pub(crate) const KEPT_FOR: Duration = days(30);
/// How large the removed messages of one mailbox may be together, in bytes: above, the oldest are destroyed earlier.
/// They count for no quota, and without this a program that appends and expunges could fill the disk.
const KEPT_BYTES: u64 = 10 * 1024 * 1024 * 1024;
/// How many are destroyed in one transaction: it holds the writer for some milliseconds.
const PIECE: usize = 200;

/// Who removes messages, and with which device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Remover {
    user: UserId,
    device: Option<DeviceId>,
}

impl Remover {
    /// Whoever acts.
    pub(crate) fn of(actor: &Actor) -> Self {
        let device = match *actor.way() {
            Way::Device { device, .. } | Way::AllAddresses { device } => Some(device),
            Way::Browser(_) | Way::Operator | Way::Task => None,
        };
        Self { user: actor.user(), device }
    }
}

/// Whether no placement holds the message of `p` but those that are taken.
const LAST: &str = "NOT EXISTS (SELECT 1 FROM placements o WHERE o.mailbox_id = p.mailbox_id \
                    AND o.message_id = p.message_id AND NOT (o.folder_id = $2 AND o.uid BETWEEN $3 AND $4 \
                    AND (o.flags & $5) = $5))";

/// Keeps those of the messages that are about to be taken out of a folder which no other folder holds.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    taken: &Taken,
    remover: Remover,
) -> Result<(), StoreError> {
    let Taken { folder, range, only } = taken;
    let sql = format!(
        "SELECT p.message_id, m.search_row, m.size FROM placements p JOIN messages m \
         ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id WHERE {TAKEN} AND {LAST}"
    );
    // One that lies in the folder twice is one message.
    let rows = tx.query(&sql, &[&mailbox, folder, range.start(), range.end(), only], |row| {
        Ok((row.get::<MessageId>(0)?, (row.get::<i64>(1)?, row.get::<u64>(2)?)))
    })?;
    let last: HashMap<MessageId, (i64, u64)> = rows.into_iter().collect();
    if last.is_empty() {
        return Ok(());
    }
    insert(tx, mailbox, taken, remover)?;
    for (row, _) in last.values() {
        store::search::remove(tx, mailbox, *row)?;
    }
    let bytes: u64 = last.values().map(|(_, size)| size).sum();
    let sql = "UPDATE mailboxes SET used_bytes = used_bytes - $2, removed_bytes = removed_bytes + $2 \
               WHERE mailbox_id = $1";
    tx.execute(sql, &[&mailbox, &bytes]).map(drop)
}

fn insert(tx: &mut Tx<'_>, mailbox: MailboxId, taken: &Taken, remover: Remover) -> Result<(), StoreError> {
    let (now, Taken { folder, range, only }) = (tx.now(), taken);
    let sql = format!(
        "INSERT INTO removed_messages (mailbox_id, message_id, folder_id, folder_name, flags, keywords, \
         received_at, size, removed_at, removed_by, removed_with) \
         SELECT p.mailbox_id, p.message_id, COALESCE(c.folder_id, f.folder_id), COALESCE(c.name, f.name), p.flags, \
         p.keywords, p.received_at, m.size, $6, $7, COALESCE((SELECT d.name FROM devices d WHERE d.device_id = $8), \
         (SELECT a.name FROM account_devices a WHERE a.device_id = $8), '') \
         FROM placements p JOIN messages m ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id \
         JOIN folders f ON f.mailbox_id = p.mailbox_id AND f.folder_id = p.folder_id \
         LEFT JOIN folders c ON c.mailbox_id = p.mailbox_id AND c.folder_id = p.came_from \
         WHERE {TAKEN} AND {LAST} ON CONFLICT DO NOTHING"
    );
    let Remover { user, device } = remover;
    tx.execute(&sql, &[&mailbox, folder, range.start(), range.end(), only, &now, &user, &device]).map(drop)
}

/// Destroys messages of one mailbox whose time is over, or the oldest of one that has too many; whether there were any.
pub(crate) fn destroy_piece(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let due = tx.now().minus(KEPT_FOR);
    let sql = "SELECT mailbox_id FROM removed_messages WHERE removed_at < $1 ORDER BY removed_at LIMIT 1";
    if let Some(mailbox) = tx.find(sql, &[&due], |row| row.get::<MailboxId>(0))? {
        filing::lock(tx, mailbox)?;
        return destroy_before(tx, mailbox, due, u64::MAX);
    }
    let sql = "SELECT mailbox_id FROM mailboxes WHERE removed_bytes > $1 AND state <> 'destroying' LIMIT 1";
    let Some(mailbox) = tx.find(sql, &[&KEPT_BYTES], |row| row.get::<MailboxId>(0))? else {
        return Ok(false);
    };
    filing::lock(tx, mailbox)?;
    let sql = "SELECT removed_bytes FROM mailboxes WHERE mailbox_id = $1";
    let bytes: u64 = tx.load(sql, &[&mailbox], |row| row.get(0))?;
    destroy_before(tx, mailbox, tx.now().plus(KEPT_FOR), bytes.saturating_sub(KEPT_BYTES))
}

/// Destroys the oldest of before that time, until `enough` bytes are gone; whether there were any.
fn destroy_before(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    before: Timestamp,
    enough: u64,
) -> Result<bool, StoreError> {
    let sql = "SELECT message_id, size FROM removed_messages WHERE mailbox_id = $1 AND removed_at < $2 \
               ORDER BY removed_at, message_id LIMIT $3";
    let piece = tx
        .query(sql, &[&mailbox, &before, &PIECE], |row| Ok((row.get::<MessageId>(0)?, row.get::<u64>(1)?)))?;
    let mut bytes = 0;
    for (message, size) in &piece {
        if bytes >= enough {
            break;
        }
        let sql = "DELETE FROM removed_messages WHERE mailbox_id = $1 AND message_id = $2";
        tx.execute(sql, &[&mailbox, message])?;
        filing::destroy(tx, mailbox, *message)?;
        bytes += size;
    }
    let sql = "UPDATE mailboxes SET removed_bytes = removed_bytes - $2 WHERE mailbox_id = $1";
    tx.execute(sql, &[&mailbox, &bytes])?;
    Ok(bytes > 0 || !piece.is_empty())
}
