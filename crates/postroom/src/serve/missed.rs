//! What is open is asked again when events of other nodes may have been missed.

use std::time::Duration;

use net::{Shutdown, timer};

use crate::office::Office;

/// How soon it is tried again while the database cannot be asked.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Asks until the shutdown, each time that the bus says so.
pub(super) async fn run(office: Office, shutdown: Shutdown) {
    let missed = office.bus.missed();
    loop {
        tokio::select! {
            () = shutdown.begun() => return,
            () = missed.wait() => {}
        }
        loop {
            match office.identity.recheck_open().await {
                Ok(0) => break,
                Ok(ended) => {
                    tracing::warn!(ended, "what is open was asked again, and some of it had ended");
                    break;
                }
                // The storage says in the log why it failed.
                Err(_) => tokio::select! {
                    () = shutdown.begun() => return,
                    () = timer::sleep(AGAIN_AFTER) => {}
                },
            }
        }
    }
}
