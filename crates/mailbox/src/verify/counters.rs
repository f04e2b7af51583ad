//! Counters and numbers of mailboxes and folders, against the rows that they count.

use domain::{FolderId, Id, MailboxId};
use store::{Row, StoreError, Tx};

use super::{Finding, Hear, Looked, PAGE, Topic, VerifyError};
use crate::INBOX;
use crate::access::Access;

/// Every mailbox with each of its folders; one that is being destroyed is half gone and counts nothing any more.
pub(super) async fn verify(
    access: &Access,
    hear: &mut Hear<'_>,
    looked: &mut Looked,
) -> Result<(), VerifyError> {
    let mut after = MailboxId::from_bytes([0; 16]);
    loop {
        let page = access.store().read(move |tx| mailboxes(tx, after)).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = *last;
        looked.mailboxes += page.len() as u64;
        for mailbox in page {
            access.store().read(move |tx| of_mailbox(tx, mailbox)).await?.into_iter().for_each(&mut *hear);
            for folder in access.store().read(move |tx| folders(tx, mailbox)).await? {
                looked.folders += 1;
                let found = access.store().read(move |tx| of_folder(tx, mailbox, folder)).await?;
                found.into_iter().for_each(&mut *hear);
            }
        }
    }
}

fn mailboxes(tx: &mut Tx<'_>, after: MailboxId) -> Result<Vec<MailboxId>, StoreError> {
    let sql = "SELECT mailbox_id FROM mailboxes WHERE mailbox_id > $1 AND state <> 'destroying' \
               ORDER BY mailbox_id LIMIT $2";
    tx.query(sql, &[&after, &PAGE], |row| row.get(0))
}

fn folders(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<FolderId>, StoreError> {
    tx.query("SELECT folder_id FROM folders WHERE mailbox_id = $1 ORDER BY name", &[&mailbox], |row| {
        row.get(0)
    })
}

/// What a mailbox says of itself, and what is there.
fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<Finding>, StoreError> {
    struct Said {
        address: String,
        used: i64,
        used_there: i64,
        modseq: i64,
        modseq_there: i64,
        next_uid_validity: i64,
        uid_validity_there: i64,
        inboxes: u64,
        own: u64,
        removed: i64,
        removed_there: i64,
    }
    let sql = "SELECT b.address, b.used_bytes, \
               (SELECT CAST(COALESCE(sum(m.size), 0) AS BIGINT) FROM messages m WHERE m.mailbox_id = b.mailbox_id \
               AND NOT EXISTS (SELECT 1 FROM removed_messages r WHERE r.mailbox_id = m.mailbox_id \
               AND r.message_id = m.message_id)), \
               b.modseq, (SELECT COALESCE(max(f.modseq), 0) FROM folders f WHERE f.mailbox_id = b.mailbox_id), \
               b.next_uid_validity, \
               (SELECT COALESCE(max(f.uid_validity), 0) FROM folders f WHERE f.mailbox_id = b.mailbox_id), \
               (SELECT count(*) FROM folders f WHERE f.mailbox_id = b.mailbox_id AND f.name = $2), \
               (SELECT count(*) FROM addresses a WHERE a.mailbox_id = b.mailbox_id AND a.kind = 'own' \
               AND a.address_key = b.address_key), b.removed_bytes, \
               (SELECT CAST(COALESCE(sum(r.size), 0) AS BIGINT) FROM removed_messages r \
               WHERE r.mailbox_id = b.mailbox_id) \
               FROM mailboxes b WHERE b.mailbox_id = $1 AND b.state <> 'destroying'";
    let read = |row: &Row<'_>| {
        Ok(Said {
            address: row.get(0)?,
            used: row.get(1)?,
            used_there: row.get(2)?,
            modseq: row.get(3)?,
            modseq_there: row.get(4)?,
            next_uid_validity: row.get(5)?,
            uid_validity_there: row.get(6)?,
            inboxes: row.get(7)?,
            own: row.get(8)?,
            removed: row.get(9)?,
            removed_there: row.get(10)?,
        })
    };
    // Deleted since its page was read: nothing is wrong.
    let Some(said) = tx.find(sql, &[&mailbox, &INBOX], read)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut fault = |topic, words: String| found.push(Finding::fault(topic, &said.address, words));
    if said.used != said.used_there {
        let words =
            format!("it says that {} bytes are used; its messages have {}", said.used, said.used_there);
        fault(Topic::Counter, words);
    }
    if said.removed != said.removed_there {
        let (said, there) = (said.removed, said.removed_there);
        fault(Topic::Counter, format!("it says that {said} bytes can be restored; there are {there}"));
    }
    if said.modseq < said.modseq_there {
        let words = format!("its MODSEQ is {}, and a folder has {}", said.modseq, said.modseq_there);
        fault(Topic::Numbers, words);
    }
    if said.next_uid_validity <= said.uid_validity_there {
        let (next, there) = (said.next_uid_validity, said.uid_validity_there);
        fault(Topic::Numbers, format!("its next UIDVALIDITY is {next}, and a folder has {there} already"));
    }
    if said.inboxes == 0 {
        fault(Topic::Orphan, "it has no INBOX".to_owned());
    }
    if said.own == 0 {
        fault(Topic::Orphan, "its own address does not lead to it".to_owned());
    }
    Ok(found)
}

/// What a folder says of itself.
struct Said {
    name: String,
    total: i64,
    unseen: i64,
    size: i64,
    uid_next: i64,
    modseq: i64,
    address: String,
}

/// What is there.
struct There {
    total: i64,
    unseen: i64,
    size: i64,
    highest_uid: i64,
    highest_modseq: i64,
}

fn of_folder(tx: &mut Tx<'_>, mailbox: MailboxId, folder: FolderId) -> Result<Vec<Finding>, StoreError> {
    let sql = "SELECT f.name, f.total, f.unseen, f.size_bytes, f.uid_next, f.modseq, b.address FROM folders f \
               JOIN mailboxes b ON b.mailbox_id = f.mailbox_id AND b.state <> 'destroying' \
               WHERE f.mailbox_id = $1 AND f.folder_id = $2";
    let said = tx.find(sql, &[&mailbox, &folder], |row| {
        Ok(Said {
            name: row.get(0)?,
            total: row.get(1)?,
            unseen: row.get(2)?,
            size: row.get(3)?,
            uid_next: row.get(4)?,
            modseq: row.get(5)?,
            address: row.get(6)?,
        })
    })?;
    let Some(said) = said else { return Ok(Vec::new()) };
    let sql = "SELECT count(*), CAST(COALESCE(sum(CASE WHEN (p.flags & 1) = 0 THEN 1 ELSE 0 END), 0) AS BIGINT), \
               CAST(COALESCE(sum(m.size), 0) AS BIGINT), COALESCE(max(p.uid), 0), COALESCE(max(p.modseq), 0) \
               FROM placements p LEFT JOIN messages m ON m.mailbox_id = p.mailbox_id \
               AND m.message_id = p.message_id WHERE p.mailbox_id = $1 AND p.folder_id = $2";
    let there = tx.load(sql, &[&mailbox, &folder], |row| {
        Ok(There {
            total: row.get(0)?,
            unseen: row.get(1)?,
            size: row.get(2)?,
            highest_uid: row.get(3)?,
            highest_modseq: row.get(4)?,
        })
    })?;
    let sql = "SELECT COALESCE(max(uid), 0), COALESCE(max(modseq), 0) FROM expunged \
               WHERE mailbox_id = $1 AND folder_id = $2";
    let gone: (i64, i64) = tx.load(sql, &[&mailbox, &folder], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(compared(&said, &there, gone))
}

fn compared(said: &Said, there: &There, (gone_uid, gone_modseq): (i64, i64)) -> Vec<Finding> {
    let place = format!("{}, folder {}", said.address, said.name);
    let counters = [
        ("holds {} messages", said.total, there.total),
        ("holds {} messages that are not read", said.unseen, there.unseen),
        ("holds {} bytes", said.size, there.size),
    ];
    let wrong = counters.into_iter().filter(|(_, said, there)| said != there);
    let mut found: Vec<Finding> = wrong
        .map(|(what, said, there)| {
            let words =
                format!("it says that it {}; there are {there}", what.replace("{}", &said.to_string()));
            Finding::fault(Topic::Counter, &place, words)
        })
        .collect();
    let mut fault = |words: String| found.push(Finding::fault(Topic::Numbers, &place, words));
    let highest_uid = there.highest_uid.max(gone_uid);
    if highest_uid >= said.uid_next {
        fault(format!("its UIDNEXT is {}, and the UID {highest_uid} was given already", said.uid_next));
    }
    let highest_modseq = there.highest_modseq.max(gone_modseq);
    if highest_modseq > said.modseq {
        fault(format!("its HIGHESTMODSEQ is {}, and a message has {highest_modseq}", said.modseq));
    }
    found
}
