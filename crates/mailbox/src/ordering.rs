//! What messages are put in order and in conversations by (RFC 5256).

use domain::{FolderId, Timestamp};
use store::{Row, StoreError};

use crate::handle::Mailbox;
use crate::{Act, MailError, Uid, UidSet};

/// How many messages are put in order at once: more than a person sorts, and no more than fits in memory many times.
pub const ORDERED_AT_ONCE: usize = 100_000;
/// How many references of a message are kept: the last ones lead to every message that is still here.
const REFERENCES: usize = 10;
/// How long they may be together, in bytes.
const REFERENCE_BYTES: usize = 2_000;

/// What a message is ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// Its number.
    pub uid: Uid,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What its Date header says.
    pub sent_at: Option<Timestamp>,
    /// How large it is, in bytes.
    pub size: u64,
    /// The subject; may be empty.
    pub subject: String,
    /// The first address of From, as it was written; may be empty.
    pub from: String,
    /// The first address of To.
    pub to: String,
    /// The first address of Cc.
    pub cc: String,
    /// The Message-ID, without brackets.
    pub header_id: Option<String>,
    /// The Message-IDs that it refers to, the nearest last.
    pub references: Vec<String>,
}

impl Mailbox {
    /// What the messages of `uids` are ordered by, by UID; of [`ORDERED_AT_ONCE`] at most.
    pub async fn ordered(&self, folder: FolderId, uids: &UidSet) -> Result<Vec<Ordered>, MailError> {
        let (mailbox, uids) = (self.id(), uids.clone());
        self.read(Act::Look, move |tx| {
            let mut all = Vec::new();
            for range in uids.ranges() {
                let sql = "SELECT p.uid, p.received_at, m.sent_at, m.size, m.subject, m.from_address, m.recipients, \
                           m.header_id, m.in_reply_to, m.reference_ids FROM placements p JOIN messages m \
                           ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id \
                           WHERE p.mailbox_id = $1 AND p.folder_id = $2 AND p.uid BETWEEN $3 AND $4 \
                           ORDER BY p.uid LIMIT $5";
                let room = ORDERED_AT_ONCE.saturating_sub(all.len());
                all.extend(tx.query(sql, &[&mailbox, &folder, range.start(), range.end(), &room], ordered)?);
            }
            Ok(all)
        })
        .await
    }
}

fn ordered(row: &Row<'_>) -> Result<Ordered, StoreError> {
    let recipients = crate::list::recipients(row, 6)?;
    let first = |copy: bool| {
        let found = recipients.iter().find(|one| one.copy == copy);
        found.map(|one| one.address.clone()).unwrap_or_default()
    };
    let references: Option<String> = row.get(9)?;
    let mut references: Vec<String> =
        references.unwrap_or_default().split(' ').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if references.is_empty() {
        // RFC 5256 §3, REFERENCES, step 1: without references, what it answers counts.
        references.extend(row.get::<Option<String>>(8)?);
    }
    Ok(Ordered {
        uid: row.get(0)?,
        received_at: row.get(1)?,
        sent_at: row.get(2)?,
        size: row.get(3)?,
        subject: row.get(4)?,
        from: row.get(5)?,
        to: first(false),
        cc: first(true),
        header_id: row.get(7)?,
        references,
    })
}

/// The references that are kept in a row: the last ones, as many as fit.
pub(crate) fn reference_column(references: &[String]) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    let mut bytes = 0;
    for id in references.iter().rev().take(REFERENCES).filter(|id| !id.contains(' ')) {
        bytes += id.len() + 1;
        if bytes > REFERENCE_BYTES {
            break;
        }
        kept.push(id);
    }
    kept.reverse();
    (!kept.is_empty()).then(|| kept.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_references_are_kept_as_far_as_they_fit() {
        let ids: Vec<String> = (0..30).map(|number| format!("{number}@x")).collect();
        let kept = reference_column(&ids).unwrap();
        assert!(kept.starts_with("20@x ") && kept.ends_with(" 29@x"), "{kept}");
        assert_eq!(reference_column(&["a b".to_owned()]), None);
        assert_eq!(reference_column(&["x".repeat(3_000), "y".to_owned()]), Some("y".to_owned()));
    }
}
