//! Events between nodes: LISTEN and NOTIFY.
//!
//! **Invariant:** telling never blocks a transaction; what cannot be told is dropped, since an event only says that
//! something changed, and what it is now is read from the database. Whoever may have missed something, because a
//! connection was lost or a backlog full, is told so ([`Event::Resync`]) as soon as they can be.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use ::postgres::Client;
use ::postgres::fallible_iterator::FallibleIterator;
use domain::{Event, Publish};

use super::server::Server;

/// The channel's name.
const CHANNEL: &str = "postroom";
/// Has a connection hear what is told there.
const LISTEN: &str = "LISTEN postroom";
/// The longest text of one NOTIFY: PostgreSQL allows 7,999 bytes.
const PAYLOAD_BYTES: usize = 7_900;
/// How many groups of events may wait to be told: more than a burst, bounded when the server is gone.
const BACKLOG: usize = 4_096;
/// How many events go into one statement at most.
const BATCH: usize = 1_024;
/// How often a thread looks whether it is to end, and how long it waits after a lost connection.
const LOOK_AFTER: Duration = Duration::from_millis(500);

/// This node among the others.
pub(super) struct Nodes {
    outbox: Mutex<Option<SyncSender<Vec<Event>>>>,
    /// Whether something was not told: everybody else reads everything again.
    untold: Arc<AtomicBool>,
    leaving: Arc<AtomicBool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Nodes {
    /// Starts telling the others and listening to them.
    pub(super) fn join(server: Server, node: u64, publish: Arc<dyn Publish>) -> std::io::Result<Self> {
        let (outbox, events) = mpsc::sync_channel(BACKLOG);
        let leaving = Arc::new(AtomicBool::new(false));
        let untold = Arc::<AtomicBool>::default();
        let (for_teller, owed, until) = (server.clone(), Arc::clone(&untold), Arc::clone(&leaving));
        let teller = std::thread::Builder::new()
            .name("store-notify".to_owned())
            .spawn(move || tell_all(&for_teller, node, &events, &owed))?;
        // Before anything is opened on this node, so that no end of it is missed.
        let ear = connect(&server, LISTEN);
        let listener = std::thread::Builder::new()
            .name("store-listen".to_owned())
            .spawn(move || listen(&server, ear, node, &*publish, &until))?;
        let threads = Mutex::new(vec![teller, listener]);
        Ok(Self { outbox: Mutex::new(Some(outbox)), untold, leaving, threads })
    }

    /// Tells the other nodes.
    pub(super) fn tell(&self, events: &[Event]) {
        let outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outbox) = &*outbox
            && outbox.try_send(events.to_vec()).is_err()
        {
            tracing::warn!(events = events.len(), "other nodes could not be told");
            self.untold.store(true, Ordering::Relaxed);
        }
    }

    /// Ends both threads, once what waits has been told. Blocks.
    pub(super) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread that panicked has nothing left to tell.
            let _ = thread.join();
        }
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        // The threads end by themselves; nobody may wait here.
        self.leaving.store(true, Ordering::Relaxed);
    }
}

fn connect(server: &Server, first: &str) -> Result<Client, ::postgres::Error> {
    let mut client = server.connect()?;
    client.batch_execute(first)?;
    Ok(client)
}

fn tell_all(server: &Server, node: u64, events: &mpsc::Receiver<Vec<Event>>, untold: &AtomicBool) {
    let mut connection: Option<Client> = None;
    loop {
        let mut batch = match events.recv_timeout(LOOK_AFTER) {
            Ok(batch) => batch,
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        while batch.len() < BATCH
            && let Ok(more) = events.try_recv()
        {
            batch.extend(more);
        }
        if untold.swap(false, Ordering::Relaxed) {
            batch.push(Event::Resync);
        }
        if !batch.is_empty() && !tell_batch(&mut connection, server, &payloads(node, &batch)) {
            untold.store(true, Ordering::Relaxed);
        }
    }
}

/// Tells a batch; whether it was told. A connection may have died since its last use: then a new one is tried, once.
fn tell_batch(connection: &mut Option<Client>, server: &Server, texts: &[String]) -> bool {
    for _ in 0..2 {
        // Nobody waits for the flush of a notification.
        let told = match connection.take() {
            Some(client) => Ok(client),
            None => connect(server, "SET synchronous_commit = off"),
        }
        .and_then(|mut client| notify(&mut client, texts).map(|()| client));
        match told {
            Ok(client) => {
                *connection = Some(client);
                return true;
            }
            Err(error) => tracing::warn!(%error, "other nodes could not be told"),
        }
    }
    false
}

fn notify(client: &mut Client, texts: &[String]) -> Result<(), ::postgres::Error> {
    client
        .execute("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload", &[&CHANNEL, &texts])
        .map(drop)
}

fn listen(
    server: &Server,
    first: Result<Client, ::postgres::Error>,
    node: u64,
    publish: &dyn Publish,
    leaving: &AtomicBool,
) {
    let (_never, pause) = mpsc::channel::<()>();
    let mut ear = first;
    while !leaving.load(Ordering::Relaxed) {
        let heard = ear.and_then(|mut client| hear(&mut client, node, publish, leaving));
        if let Err(error) = heard {
            tracing::warn!(%error, "other nodes are not heard; trying again");
        }
        if leaving.load(Ordering::Relaxed) {
            return;
        }
        if pause.recv_timeout(LOOK_AFTER) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        ear = connect(server, LISTEN);
        if ear.is_ok() {
            // What was told meanwhile is lost; from here on everything is heard.
            publish.publish(&[Event::Resync]);
        }
    }
}

/// Publishes what others tell, until the connection is lost or this node leaves.
fn hear(
    client: &mut Client,
    node: u64,
    publish: &dyn Publish,
    leaving: &AtomicBool,
) -> Result<(), ::postgres::Error> {
    while !leaving.load(Ordering::Relaxed) && !client.is_closed() {
        let mut notifications = client.notifications();
        let mut arriving = notifications.timeout_iter(LOOK_AFTER);
        while let Some(notification) = arriving.next()? {
            match events_of_others(node, notification.payload()) {
                Ok(events) if events.is_empty() => {}
                Ok(events) => publish.publish(&events),
                Err(error) => tracing::warn!(%error, "a notification could not be read"),
            }
        }
    }
    Ok(())
}

/// The texts that tell `events`, none longer than a NOTIFY may be.
fn payloads(node: u64, events: &[Event]) -> Vec<String> {
    let prefix = format!("{node:016x} ");
    let mut texts = Vec::new();
    let mut text = prefix.clone();
    for event in events {
        let Ok(encoded) = serde_json::to_string(event) else { continue };
        if text.len() > prefix.len() && text.len() + encoded.len() + 1 > PAYLOAD_BYTES {
            texts.push(std::mem::replace(&mut text, prefix.clone()));
        }
        text.push_str(&encoded);
        text.push('\n');
    }
    texts.push(text);
    texts
}

/// The events of a notification, unless this node sent it.
fn events_of_others(node: u64, payload: &str) -> Result<Vec<Event>, serde_json::Error> {
    match payload.split_once(' ') {
        Some((from, events)) if from != format!("{node:016x}") => {
            events.lines().map(serde_json::from_str).collect()
        }
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_events_are_told_in_several_notifications() {
        let events: Vec<Event> =
            (0..1000).map(|number| Event::JobsDue { kind: format!("kind {number}") }).collect();
        let texts = payloads(7, &events);
        assert!(texts.len() > 1);
        assert!(texts.iter().all(|text| text.len() <= PAYLOAD_BYTES));
        let heard: Vec<Event> = texts.iter().flat_map(|text| events_of_others(8, text).unwrap()).collect();
        assert_eq!(heard, events);
    }

    #[test]
    fn a_node_does_not_hear_itself() {
        let texts = payloads(7, &[Event::QueueDue]);
        assert_eq!(events_of_others(7, &texts[0]).unwrap(), []);
    }
}
