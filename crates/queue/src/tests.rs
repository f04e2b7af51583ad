//! The queue with mailboxes and servers that say what a test tells them, on both databases.

mod flow;
mod long;
mod reports;
mod slow_server;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bus::Bus;
use bytes::Bytes;
use domain::{DomainName, EmailAddress, Recipient, ReportWishes, SubmissionId};
use store::{BlobRef, Database, Store, StoreError};
use testkit::clock::FakeClock;
use testkit::postgres::TestDatabase;

use crate::desk::{self, QueuedMail};
use crate::local::{Boxed, LocalDelivery, LocalFault};
use crate::outward::{Certain, Mail, Outward};
use crate::reply::{Outcome, Reply};
use crate::submission::{NewSubmission, accept};
use crate::words::ReportWords;
use crate::worker::Worker;

/// The domain whose mailboxes are here.
const HERE: &str = "here.example";

/// A mail that arrived somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrived {
    to: String,
    from: Option<String>,
    content: Bytes,
}

/// Mailboxes and foreign servers in one: takes mail, or says what it was told to say.
#[derive(Default)]
struct World {
    arrived: Mutex<Vec<Arrived>>,
    scripted: Mutex<BTreeMap<String, VecDeque<Outcome>>>,
    conversations: Mutex<Vec<usize>>,
    wishes: Mutex<Vec<(ReportWishes, Vec<Recipient>)>>,
    /// Whether the next server hangs, after one that says what it was told to say.
    hangs: AtomicBool,
    /// Told when it does.
    hanging: tokio::sync::Notify,
}

impl World {
    fn take(&self, to: &EmailAddress, from: Option<&EmailAddress>, content: &Bytes) -> Outcome {
        let scripted = self.scripted.lock().unwrap().get_mut(&to.to_string()).and_then(VecDeque::pop_front);
        let outcome = scripted.unwrap_or_else(|| Outcome::Delivered(Reply::new("2.0.0", "250 fine")));
        if matches!(outcome, Outcome::Delivered(_) | Outcome::Relayed(_) | Outcome::HandedOver(_)) {
            let (to, from) = (to.to_string(), from.map(ToString::to_string));
            self.arrived.lock().unwrap().push(Arrived { to, from, content: content.clone() });
        }
        outcome
    }
}

impl LocalDelivery for World {
    fn is_local<'a>(&'a self, domain: &'a DomainName) -> Boxed<'a, Result<bool, LocalFault>> {
        Box::pin(async move { Ok(domain.as_str() == HERE) })
    }

    fn deliver<'a>(
        &'a self,
        recipient: &'a EmailAddress,
        sender: Option<&'a EmailAddress>,
        content: Bytes,
    ) -> Boxed<'a, Result<(), LocalFault>> {
        Box::pin(async move {
            match self.take(recipient, sender, &content) {
                Outcome::Delivered(_) | Outcome::Relayed(_) | Outcome::HandedOver(_) => Ok(()),
                Outcome::Deferred(reply) => Err(LocalFault::Temporary(reply.text)),
                Outcome::Refused(reply) => Err(LocalFault::Permanent(reply.text)),
            }
        })
    }
}

impl Outward for World {
    fn deliver<'a>(&'a self, mail: &'a Mail, certain: Certain) -> Boxed<'a, Vec<Outcome>> {
        Box::pin(async move {
            self.conversations.lock().unwrap().push(mail.recipients.len());
            self.wishes.lock().unwrap().push((mail.wishes.clone(), mail.recipients.clone()));
            let take = |to: &Recipient| self.take(&to.address, mail.sender.as_ref(), &mail.content);
            let outcomes: Vec<Outcome> = mail.recipients.iter().map(take).collect();
            if self.hangs.load(Ordering::SeqCst) {
                let taken = outcomes.into_iter().enumerate();
                certain.tell(taken.filter(|(_, outcome)| !matches!(outcome, Outcome::Deferred(_))).collect());
                self.hanging.notify_one();
                std::future::pending::<()>().await;
                return Vec::new();
            }
            outcomes
        })
    }
}

/// A worker with its queue, its clock and the world around it.
struct Office {
    store: Store,
    clock: Arc<FakeClock>,
    world: Arc<World>,
    worker: Worker,
    _folder: tempfile::TempDir,
    /// Dropped last.
    _postgres: Option<TestDatabase>,
}

/// An office goes as a whole: without this an async block would take its store and let the database go.
impl Drop for Office {
    fn drop(&mut self) {}
}

impl Office {
    async fn open(on_postgres: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (database, postgres) = if on_postgres {
            let made = testkit::postgres::database().unwrap();
            (Database::Postgres { url: made.url() }, Some(made))
        } else {
            (Database::Sqlite { path: folder.path().join("postroom.db") }, None)
        };
        let (ambient, clock) = testkit::clock::ambient(3);
        let bus = Bus::new();
        let blobs = folder.path().join("blobs");
        let store = Store::open(database, blobs, ambient.clone(), Arc::new(bus.clone())).await.unwrap();
        let world = Arc::<World>::default();
        let worker = Worker::with(
            store.clone(),
            bus,
            ambient,
            Arc::<World>::clone(&world) as Arc<dyn LocalDelivery>,
            Arc::<World>::clone(&world) as Arc<dyn Outward>,
            "mx.here.example".parse().unwrap(),
            |_| ReportWords::default(),
        );
        Self { store, clock, world, worker, _folder: folder, _postgres: postgres }
    }

    /// Accepts a mail of anna@here.example, or of nobody.
    async fn send(&self, sender: Option<&str>, recipients: &[&str], content: &[u8]) -> SubmissionId {
        let content = self.store.blobs().put(Bytes::copy_from_slice(content)).await.unwrap();
        let recipients = recipients.iter().map(|to| recipient(to)).collect();
        self.send_as_asked(sender, recipients, ReportWishes::default(), content).await
    }

    /// The same, with what is wanted of reports.
    async fn send_as_asked(
        &self,
        sender: Option<&str>,
        recipients: Vec<Recipient>,
        wishes: ReportWishes,
        content: BlobRef,
    ) -> SubmissionId {
        let sender: Option<EmailAddress> = sender.map(|sender| sender.parse().unwrap());
        let accepted = self.store.write(move |tx| {
            let (sender, recipients, wishes) = (sender.clone(), recipients.clone(), wishes.clone());
            accept(
                tx,
                &NewSubmission { mailbox: None, user: None, sender, recipients, wishes, content: &content },
            )
        });
        accepted.await.map_err(|error: StoreError| error).unwrap()
    }

    fn script(&self, to: &str, outcomes: &[Outcome]) {
        self.world.scripted.lock().unwrap().insert(to.to_owned(), outcomes.to_vec().into());
    }

    fn arrived(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.world.arrived.lock().unwrap())
    }

    async fn queued(&self) -> Vec<QueuedMail> {
        self.store.read(|tx| desk::list(tx, 10)).await.map_err(|error: StoreError| error).unwrap()
    }
}

fn recipient(address: &str) -> Recipient {
    address.parse::<EmailAddress>().unwrap().into()
}

/// Runs a test on an office over each database.
fn each_database<F: Future<Output = ()>>(test: impl Fn(Office) -> F) {
    for on_postgres in [false, true].into_iter().take(1 + usize::from(testkit::postgres::is_wanted())) {
        println!("on PostgreSQL: {on_postgres}");
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async { test(Office::open(on_postgres).await).await });
    }
}
