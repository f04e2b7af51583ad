//! Blobs: each that is used is there and what its name says; what nobody uses is told, and left to the collection.

use std::ops::ControlFlow;

use store::blobs::BlobHash;
use store::proof::{self, BlobState};
use store::{StoreError, Tx};

use super::{Finding, Hear, Looked, PAGE, Topic, VerifyError, counted};
use crate::access::Access;

/// How many files that nobody knows are named.
const NAMED: u64 = 100;

/// Every blob, every use of one, and every file.
pub(super) async fn verify(
    access: &Access,
    hear: &mut Hear<'_>,
    looked: &mut Looked,
) -> Result<(), VerifyError> {
    let mut after = None;
    loop {
        let page = access.store().prove_blobs(after).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.hash);
        looked.blobs += page.len() as u64;
        for blob in page {
            finding(&blob).into_iter().for_each(&mut *hear);
        }
    }
    uses(access, hear).await?;
    strangers(access, hear).await
}

fn finding(blob: &proof::ProvedBlob) -> Option<Finding> {
    let place = || format!("the blob {}", proof::hex(&blob.hash));
    let used = || format!("used by {}", counted(blob.uses, "mail", "mails"));
    match blob.state {
        BlobState::Whole if blob.uses == 0 => Some(Finding::note(
            Topic::Blob,
            place(),
            "nobody uses it; it is collected a day after its last use",
        )),
        BlobState::Whole => None,
        BlobState::Missing => {
            Some(Finding::fault(Topic::Blob, place(), format!("it is missing, {}", used())))
        }
        BlobState::Damaged => {
            let words = format!("it is damaged, and not what its name says, {}", used());
            Some(Finding::fault(Topic::Blob, place(), words))
        }
    }
}

/// Uses of blobs by mails and pictures that are not there.
async fn uses(access: &Access, hear: &mut Hear<'_>) -> Result<(), VerifyError> {
    let mut after: (BlobHash, Owner) = ([0; 32], [0; 16]);
    loop {
        let page = access.store().read(move |tx| page_of_uses(tx, after)).await?;
        let Some((hash, owner, _)) = page.last() else { return Ok(()) };
        after = (*hash, *owner);
        for (hash, owner, _) in page.iter().filter(|(_, _, owners)| *owners == 0) {
            let words = format!("it is kept for {}, which is not there", proof::hex(owner));
            hear(Finding::fault(Topic::Orphan, format!("the blob {}", proof::hex(hash)), words));
        }
    }
}

/// The id of a message, submission or picture.
type Owner = [u8; 16];

fn page_of_uses(
    tx: &mut Tx<'_>,
    (hash, owner): (BlobHash, Owner),
) -> Result<Vec<(BlobHash, Owner, u64)>, StoreError> {
    let sql = "SELECT u.hash, u.owner, (SELECT count(*) FROM messages m WHERE m.blob_hash = u.hash \
               AND m.message_id = u.owner) + (SELECT count(*) FROM submissions s \
               WHERE s.submission_id = u.owner AND s.blob_hash = u.hash) + (SELECT count(*) FROM pictures i \
               WHERE i.picture_id = u.owner AND i.blob_hash = u.hash) FROM blob_uses u \
               WHERE (u.hash, u.owner) > ($1, $2) ORDER BY u.hash, u.owner LIMIT $3";
    tx.query(sql, &[&hash, &owner, &PAGE], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Files that no row speaks of: a mail that was never completed left them, and the collection takes them.
async fn strangers(access: &Access, hear: &mut Hear<'_>) -> Result<(), VerifyError> {
    let mut named = 0;
    let mut each = |file: String| {
        named += 1;
        hear(Finding::note(
            Topic::Blob,
            format!("the file {file}"),
            "no mail uses it; it is collected in a day",
        ));
        if named < NAMED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    Ok(access.store().unknown_files(&mut each).await?)
}
