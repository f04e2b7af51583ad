//! What is put in order now and then: what has run out, and files that nobody uses any more.

use std::time::Duration;

use domain::duration::hours;
use net::{Shutdown, timer};

use crate::office::Office;

/// How often what has run out is taken away: until then it is there, and counts for nothing.
const SWEEP_EVERY: Duration = hours(1);
/// After how many sweeps the files of large messages are gone through, which reads every folder of them.
const SWEEPS_PER_COLLECTION: u32 = 24;

/// Keeps house until the shutdown.
pub(super) async fn run(office: Office, shutdown: Shutdown) {
    for sweep in 1_u32.. {
        tokio::select! {
            () = shutdown.begun() => return,
            () = timer::sleep(SWEEP_EVERY) => {}
        }
        // The storage says in the log why it failed; the next sweep takes away what this one did not.
        if let Ok(gone) = office.identity.sweep().await {
            tracing::debug!(gone, "sessions and sign-ups ran out");
        }
        empty_bin(&office, &shutdown).await;
        forget(&office, &shutdown).await;
        if sweep % SWEEPS_PER_COLLECTION == 0 {
            collect(&office).await;
        }
    }
}

/// Destroys the addresses whose time in the bin is over, piece by piece: between two of them others write.
async fn empty_bin(office: &Office, shutdown: &Shutdown) {
    let mut has_more = true;
    while has_more && !shutdown.is_begun() {
        has_more = match office.access.destroy_piece().await {
            Ok(has_more) => has_more,
            Err(error) => {
                tracing::warn!(%error, "an address could not be destroyed; the next sweep goes on");
                false
            }
        };
    }
}

/// Forgets what is remembered for a while only, piece by piece.
async fn forget(office: &Office, shutdown: &Shutdown) {
    let mut has_more = true;
    while has_more && !shutdown.is_begun() {
        has_more = match office.access.forget_piece().await {
            Ok(has_more) => has_more,
            Err(error) => {
                tracing::warn!(%error, "what is old could not be forgotten; the next sweep goes on");
                false
            }
        };
    }
}

async fn collect(office: &Office) {
    match office.store.blobs().collect_garbage(store::blobs::GRACE).await {
        Ok(files) => tracing::debug!(files, "files that nobody uses were deleted"),
        Err(error) => tracing::warn!(%error, "files that nobody uses could not be deleted"),
    }
}
