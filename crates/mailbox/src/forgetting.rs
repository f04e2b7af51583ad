//! Forgetting what is old: UIDs that were taken out of folders long ago, messages that nobody restored, and reverse-paths
//! that no bounce comes back to.
//!
//! **Invariant:** what a mail program learns that was away stays right: of what is not remembered it is told every UID
//! that is not there (RFC 7162 §3.2.5.2 asks for no less, and allows more).

use domain::duration::days;
use domain::{FolderId, MailboxId};
use store::{StoreError, Tx};

use crate::access::Access;
use crate::desk::DeskError;
use crate::{ModSeq, Uid, filing, removed};

/// For how long it is remembered: mail programs look in more often than once a month.
const REMEMBERED_FOR: std::time::Duration = days(30);
/// How many rows one transaction forgets.
const PIECE: usize = 500;

impl Access {
    /// Forgets a piece of what is old; whether there is more.
    pub async fn forget_piece(&self) -> Result<bool, DeskError> {
        let forget = |tx: &mut Tx<'_>| -> Result<bool, DeskError> {
            Ok(forget_expunged(tx)? || removed::destroy_piece(tx)? || forget_senders(tx)?)
        };
        self.store().write(forget).await
    }
}

/// Forgets UIDs of one mailbox; whether there were any.
fn forget_expunged(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let due = tx.now().minus(REMEMBERED_FOR);
    let sql = "SELECT mailbox_id FROM expunged WHERE expunged_at < $1 ORDER BY expunged_at LIMIT 1";
    let Some(mailbox) = tx.find(sql, &[&due], |row| row.get::<MailboxId>(0))? else { return Ok(false) };
    filing::lock(tx, mailbox)?;
    let sql =
        "SELECT folder_id, modseq, uid FROM expunged WHERE mailbox_id = $1 AND expunged_at < $2 LIMIT $3";
    let rows = tx.query(sql, &[&mailbox, &due, &PIECE], |row| {
        Ok((row.get::<FolderId>(0)?, row.get::<ModSeq>(1)?, row.get::<Uid>(2)?))
    })?;
    for (folder, modseq, uid) in rows {
        let sql =
            "DELETE FROM expunged WHERE mailbox_id = $1 AND folder_id = $2 AND modseq = $3 AND uid = $4";
        tx.execute(sql, &[&mailbox, &folder, &modseq, &uid])?;
        let sql = "UPDATE folders SET forgotten_modseq = $3 WHERE mailbox_id = $1 AND folder_id = $2 \
                   AND forgotten_modseq < $3";
        tx.execute(sql, &[&mailbox, &folder, &modseq])?;
    }
    Ok(true)
}

/// Forgets the reverse-paths of mail that was sent on; whether there were many.
fn forget_senders(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let due = tx.now().minus(REMEMBERED_FOR);
    let sql = "SELECT name FROM forwarded_senders WHERE used_at < $1 ORDER BY used_at LIMIT $2";
    let names = tx.query(sql, &[&due, &PIECE], |row| row.get::<String>(0))?;
    for name in &names {
        tx.execute("DELETE FROM forwarded_senders WHERE name = $1 AND used_at < $2", &[name, &due])?;
    }
    Ok(names.len() == PIECE)
}
