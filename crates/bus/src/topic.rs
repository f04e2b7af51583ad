//! Bounded subscriptions by key.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A notice that can be told together with another of its kind.
pub(crate) trait Fold: Copy + Send + 'static {
    /// The one notice that says both, if there is one.
    fn fold(self, newer: Self) -> Option<Self>;
    /// The notice that says "too much to tell".
    fn overflow() -> Self;
}

/// How many notices wait for a subscriber before they are folded into one overflow: enough for a burst between two
/// turns of a session's loop, and small beside the session itself.
const BACKLOG_LIMIT: usize = 32;

/// Everybody who watches something, by what they watch.
pub(crate) struct Topic<K, V> {
    subscribers: Mutex<HashMap<K, Vec<Arc<Slot<V>>>>>,
}

struct Slot<V> {
    backlog: Mutex<Vec<V>>,
    filled: Notify,
}

/// One subscriber's end.
pub(crate) struct Subscription<K: Eq + Hash + Copy, V: Fold> {
    topic: Arc<Topic<K, V>>,
    key: K,
    slot: Arc<Slot<V>>,
}

impl<K: Eq + Hash + Copy, V: Fold> Topic<K, V> {
    /// Subscribes to `key`.
    pub(crate) fn subscribe(topic: &Arc<Self>, key: K) -> Subscription<K, V> {
        let slot = Arc::new(Slot { backlog: Mutex::new(Vec::new()), filled: Notify::new() });
        locked(&topic.subscribers).entry(key).or_default().push(Arc::clone(&slot));
        Subscription { topic: Arc::clone(topic), key, slot }
    }

    /// Tells `notice` to all who watch `key`.
    pub(crate) fn tell(&self, key: &K, notice: V) {
        if let Some(slots) = locked(&self.subscribers).get(key) {
            for slot in slots {
                slot.put(notice);
            }
        }
    }
}

impl<K: Eq + Hash + Copy, V: Fold> Topic<K, V> {
    /// Tells all who watch anything that something was missed.
    pub(crate) fn overflow(&self) {
        for slot in locked(&self.subscribers).values().flatten() {
            slot.put(V::overflow());
        }
    }
}

impl<V: Fold> Slot<V> {
    fn put(&self, notice: V) {
        let mut backlog = locked(&self.backlog);
        match backlog.last().and_then(|last| last.fold(notice)) {
            Some(both) => {
                backlog.pop();
                backlog.push(both);
            }
            None if backlog.len() >= BACKLOG_LIMIT => {
                backlog.clear();
                backlog.push(V::overflow());
            }
            None => backlog.push(notice),
        }
        drop(backlog);
        self.filled.notify_one();
    }

    fn take(&self) -> Option<V> {
        let mut backlog = locked(&self.backlog);
        if backlog.is_empty() { None } else { Some(backlog.remove(0)) }
    }
}

impl<K: Eq + Hash + Copy, V: Fold> Subscription<K, V> {
    /// The next notice; waits for one. Cancel-safe: a notice is taken only when it is returned.
    pub(crate) async fn next(&mut self) -> V {
        loop {
            if let Some(notice) = self.slot.take() {
                return notice;
            }
            // One permit is kept for a notice that came between the look and the wait.
            self.slot.filled.notified().await;
        }
    }
}

impl<K: Eq + Hash + Copy, V: Fold> Drop for Subscription<K, V> {
    fn drop(&mut self) {
        let mut subscribers = locked(&self.topic.subscribers);
        if let Some(slots) = subscribers.get_mut(&self.key) {
            slots.retain(|slot| !Arc::ptr_eq(slot, &self.slot));
            if slots.is_empty() {
                subscribers.remove(&self.key);
            }
        }
    }
}

impl<K, V> Default for Topic<K, V> {
    fn default() -> Self {
        Self { subscribers: Mutex::new(HashMap::new()) }
    }
}

/// The guard, whether or not a holder panicked: every critical section of this crate leaves its data whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
