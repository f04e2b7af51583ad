//! Work on many addresses at once: files of addresses to be made, and changes to all of a list.
//!
//! **Invariant:** how far a task is stands in its own rows: a process that is killed does nothing twice and leaves
//! nothing out, and the next one goes on.

use std::time::Duration;

use domain::duration::minutes;
use mailbox::desk::TASK_JOB;
use net::{Shutdown, timer};
use store::jobs::{self, Job};
use store::{StoreError, Tx};

use crate::office::Office;

/// How long a task is one worker's: then another may go on with it, piece by piece, beside a slow one.
const LEASE_FOR: Duration = minutes(2);
/// When a piece that failed is tried again.
const AGAIN_AFTER: Duration = minutes(1);
/// The longest wait without a look: a notice of another node may get lost.
const LOOK_AFTER: Duration = minutes(1);

/// Does what is to be done until the shutdown.
pub(super) async fn run(office: Office, shutdown: Shutdown) {
    let due = office.bus.due(TASK_JOB);
    loop {
        let pause = work(&office, &shutdown).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the tasks could not be read");
            LOOK_AFTER
        });
        tokio::select! {
            () = shutdown.begun() => return,
            () = due.wait() => {}
            () = timer::sleep(pause) => {}
        }
    }
}

/// Does what is due; says how long nothing else will be.
async fn work(office: &Office, shutdown: &Shutdown) -> Result<Duration, StoreError> {
    loop {
        let lease = |tx: &mut Tx<'_>| jobs::lease(tx, &[TASK_JOB], 1, LEASE_FOR);
        let Some(job) = office.store.write(lease).await?.pop() else { break };
        go_on(office, &job, shutdown).await?;
        if shutdown.is_begun() {
            return Ok(LOOK_AFTER);
        }
    }
    let next = office.store.read(|tx: &mut Tx<'_>| jobs::next_due(tx, &[TASK_JOB])).await?;
    let now = office.ambient.clock.now();
    Ok(next.map_or(LOOK_AFTER, |next| next.since(now)).min(LOOK_AFTER))
}

/// Goes on with a task, a piece after the other: between two of them others write.
async fn go_on(office: &Office, job: &Job, shutdown: &Shutdown) -> Result<(), StoreError> {
    let mut has_more = true;
    while has_more {
        // What is left is somebody's who comes after: at once, not when the lease runs out.
        if shutdown.is_begun() {
            return again(office, job, Duration::ZERO, "the server stopped").await;
        }
        has_more = match office.access.continue_task(job.id, &job.payload).await {
            Ok(has_more) => has_more,
            Err(error) => {
                tracing::warn!(%error, "a piece of a task failed; trying again");
                return again(office, job, AGAIN_AFTER, &error.to_string()).await;
            }
        };
    }
    Ok(())
}

async fn again(office: &Office, job: &Job, after: Duration, why: &str) -> Result<(), StoreError> {
    let (id, at, why) = (job.id, office.ambient.clock.now().plus(after), why.to_owned());
    office.store.write(move |tx| jobs::retry(tx, id, at, &why)).await
}
