//! Mail on its way out: what waits must be there to be sent.

use domain::{Id, SubmissionId};
use store::{Row, StoreError, Tx};

use super::{Finding, Hear, PAGE, Topic, VerifyError};
use crate::access::Access;

/// Every mail that waits.
pub(super) async fn verify(access: &Access, hear: &mut Hear<'_>) -> Result<(), VerifyError> {
    let mut after = SubmissionId::from_bytes([0; 16]);
    loop {
        let page = access.store().read(move |tx| waiting(tx, after)).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.id;
        page.iter().filter_map(Waiting::fault).for_each(&mut *hear);
    }
}

/// A mail that has not left yet.
struct Waiting {
    id: SubmissionId,
    size: i64,
    length: Option<i64>,
    is_blob: bool,
    uses: u64,
}

fn waiting(tx: &mut Tx<'_>, after: SubmissionId) -> Result<Vec<Waiting>, StoreError> {
    let sql = "SELECT s.submission_id, s.size, length(s.content), s.blob_hash, (SELECT count(*) FROM blob_uses u \
               WHERE u.hash = s.blob_hash AND u.owner = s.submission_id) FROM submissions s \
               WHERE s.submission_id IN (SELECT r.submission_id FROM outgoing_recipients r WHERE \
               r.state IN ('waiting', 'cancelled') AND r.submission_id > $1 \
               GROUP BY r.submission_id ORDER BY r.submission_id LIMIT $2) ORDER BY s.submission_id";
    tx.query(sql, &[&after, &PAGE], |row: &Row<'_>| {
        let blob: Option<Vec<u8>> = row.get(3)?;
        let (id, size, length) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Waiting { id, size, length, is_blob: blob.is_some(), uses: row.get(4)? })
    })
}

impl Waiting {
    fn fault(&self) -> Option<Finding> {
        let words = match (self.length, self.is_blob) {
            (None, false) => "its content is not there".to_owned(),
            (Some(length), _) if length != self.size => {
                format!("its size is {}, its content has {length}", self.size)
            }
            (None, true) if self.uses == 0 => "its blob does not know that it is used".to_owned(),
            (None, true) | (Some(_), _) => return None,
        };
        Some(Finding::fault(Topic::Queue, format!("the mail {}", self.id), words))
    }
}
