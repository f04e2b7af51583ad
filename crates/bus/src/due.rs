//! Alarms for workers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use crate::topic::locked;

/// The alarms of every kind of work.
#[derive(Default)]
pub(crate) struct Alarms {
    kinds: Mutex<HashMap<String, Arc<Notify>>>,
}

impl Alarms {
    pub(crate) fn due(&self, kind: &str) -> Due {
        Due { alarm: Arc::clone(locked(&self.kinds).entry(kind.to_owned()).or_default()) }
    }

    pub(crate) fn ring_all(&self) {
        locked(&self.kinds).values().for_each(|alarm| alarm.notify_one());
    }

    pub(crate) fn ring(&self, kind: &str) {
        if let Some(alarm) = locked(&self.kinds).get(kind) {
            alarm.notify_one();
        }
    }
}

/// Wakes one worker at a time when work of its kind may be due.
pub struct Due {
    alarm: Arc<Notify>,
}

impl Due {
    /// Waits until there may be work. One ring is kept while nobody waits.
    pub async fn wait(&self) {
        self.alarm.notified().await;
    }
}
