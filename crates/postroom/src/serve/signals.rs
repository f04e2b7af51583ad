//! The word of the system that the process is to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::orders::Refusal;

/// SIGTERM and SIGINT, from the moment on in which this is made.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens for them instead of dying by them.
    pub(super) fn listen() -> Result<Self, Refusal> {
        let listen = |kind| signal(kind).map_err(|error| Refusal::failed("signals cannot be heard", error));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
