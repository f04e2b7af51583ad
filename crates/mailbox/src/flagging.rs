//! Marking messages.

use domain::{FolderId, MailboxId};
use store::Tx;

use crate::flags::{FlagChange, Flags};
use crate::folder::existing;
use crate::handle::Mailbox;
use crate::index::{Entry, entry};
use crate::{Act, MailError, ModSeq, Uid, UidSet, filing};

/// What a change of flags did.
#[derive(Debug, Clone, Default)]
pub struct FlagsSet {
    /// The messages of the set as they are now, changed or not, by UID.
    pub entries: Vec<Entry>,
    /// Those left alone, because they had changed since (RFC 7162 §3.1.3).
    pub modified: Vec<Uid>,
}

impl Mailbox {
    /// Changes the flags of messages; with `unchanged_since`, only of those that have not changed after it.
    pub async fn set_flags(
        &self,
        folder: FolderId,
        uids: &UidSet,
        change: FlagChange,
        unchanged_since: Option<ModSeq>,
    ) -> Result<FlagsSet, MailError> {
        let (mailbox, uids) = (self.id(), uids.clone());
        self.write(Act::SetFlags, move |tx| {
            existing(tx, mailbox, folder)?;
            let before = read(tx, mailbox, folder, &uids)?;
            let mut set = FlagsSet::default();
            let mut modseq = None;
            let mut unseen = 0i64;
            for mut entry in before {
                if unchanged_since.is_some_and(|limit| entry.modseq > limit) {
                    set.modified.push(entry.uid);
                    continue;
                }
                let (flags, keywords) = change.apply(entry.flags, &entry.keywords);
                if (flags, &keywords) != (entry.flags, &entry.keywords) {
                    let modseq = match modseq {
                        Some(modseq) => modseq,
                        None => *modseq.insert(filing::next_modseq(tx, mailbox)?),
                    };
                    unseen += i64::from(entry.flags.has(Flags::SEEN)) - i64::from(flags.has(Flags::SEEN));
                    entry = Entry { uid: entry.uid, flags, keywords, modseq };
                    write(tx, mailbox, folder, &entry)?;
                }
                set.entries.push(entry);
            }
            if let Some(modseq) = modseq {
                let sql = "UPDATE folders SET unseen = unseen + $3, modseq = $4 WHERE mailbox_id = $1 \
                           AND folder_id = $2";
                tx.execute(sql, &[&mailbox, &folder, &unseen, &modseq])?;
                filing::tell(tx, mailbox, folder, false);
            }
            Ok(set)
        })
        .await
    }
}

fn read(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
    uids: &UidSet,
) -> Result<Vec<Entry>, MailError> {
    let mut all = Vec::new();
    // Two changes at once cannot miss one another's flags.
    filing::lock(tx, mailbox)?;
    for range in uids.ranges() {
        let sql = "SELECT uid, flags, keywords, modseq FROM placements WHERE mailbox_id = $1 AND folder_id = $2 \
                   AND uid BETWEEN $3 AND $4 ORDER BY uid";
        all.extend(tx.query(sql, &[&mailbox, &folder, range.start(), range.end()], entry)?);
    }
    Ok(all)
}

fn write(tx: &mut Tx<'_>, mailbox: MailboxId, folder: FolderId, entry: &Entry) -> Result<(), MailError> {
    let sql = "UPDATE placements SET flags = $4, keywords = $5, modseq = $6 WHERE mailbox_id = $1 \
               AND folder_id = $2 AND uid = $3";
    tx.execute(sql, &[&mailbox, &folder, &entry.uid, &entry.flags, &entry.keywords.column(), &entry.modseq])?;
    Ok(())
}
