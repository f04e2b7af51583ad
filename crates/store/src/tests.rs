//! What every database must do, tried on both. Each test says what it needs of a [`World`] and runs once on each.

mod blobs;
mod encryption;
mod failures;
mod jobs;
mod migrations;
mod nodes;
mod search;
mod transactions;

use std::future::Future;
use std::sync::{Arc, Mutex};

use domain::{Event, Publish};
use tempfile::TempDir;
use testkit::clock::FakeClock;
use testkit::postgres::{self, TestDatabase};

use crate::migrate;
use crate::{Database, Dialect, Store, StoreError, Tx};

/// Tables of the tests' own.
const TABLES: &str = "
CREATE TABLE notes (
  id {int} NOT NULL PRIMARY KEY,
  name {text} UNIQUE,
  content {bytes},
  parent {int} REFERENCES notes
) {table};
CREATE TABLE pairs (a {int} NOT NULL, b {text} NOT NULL, CONSTRAINT pairs_key PRIMARY KEY (a, b)) {clustered};
";

/// Keeps what was published; `probe` looks at the database from outside at each time.
#[derive(Default)]
pub(crate) struct Recorder {
    events: Mutex<Vec<Event>>,
    probe: Mutex<Option<Probe>>,
    arrived: tokio::sync::Notify,
}

type Probe = Box<dyn FnMut() + Send>;

impl Publish for Recorder {
    fn publish(&self, events: &[Event]) {
        if let Some(probe) = &mut *self.probe.lock().unwrap() {
            probe();
        }
        self.events.lock().unwrap().extend_from_slice(events);
        self.arrived.notify_one();
    }
}

impl Recorder {
    fn taken(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap())
    }

    /// Waits until something was published, and takes it.
    async fn wait(&self) -> Vec<Event> {
        loop {
            let taken = self.taken();
            if !taken.is_empty() {
                return taken;
            }
            self.arrived.notified().await;
        }
    }
}

/// A store with its database, clock and events.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) events: Arc<Recorder>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) folder: TempDir,
    database: Database,
    /// Dropped with the world.
    _postgres: Option<TestDatabase>,
}

impl World {
    async fn on(dialect: Dialect) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (database, postgres) = match dialect {
            Dialect::Sqlite => (Database::Sqlite { path: folder.path().join("postroom.db") }, None),
            Dialect::Postgres => {
                let made = tokio::task::spawn_blocking(migrated).await.unwrap();
                (Database::Postgres { url: made.url() }, Some(made))
            }
        };
        let events = Arc::<Recorder>::default();
        let (store, clock) = open(&database, folder.path(), Arc::clone(&events)).await;
        if dialect == Dialect::Sqlite {
            add_tables(&store).await;
        }
        Self { store, events, clock, folder, database, _postgres: postgres }
    }

    /// Closes the store and opens it again.
    async fn reopened(mut self) -> Self {
        self.store.close().await;
        (self.store, self.clock) = open(&self.database, self.folder.path(), Arc::clone(&self.events)).await;
        self
    }

    /// Another node on the same database.
    async fn another_node(&self) -> (Store, Arc<Recorder>) {
        let events = Arc::<Recorder>::default();
        let (store, _) = open(&self.database, self.folder.path(), Arc::clone(&events)).await;
        (store, events)
    }

    async fn insert(&self, id: i64) -> Result<(), StoreError> {
        self.store.write(move |tx| insert(tx, id)).await
    }

    async fn ids(&self) -> Vec<i64> {
        self.store
            .read(|tx| tx.query("SELECT id FROM notes ORDER BY id", &[], |row| row.get(0)))
            .await
            .unwrap()
    }
}

/// A world goes as a whole: without this an async block would take its store and let the database go.
impl Drop for World {
    fn drop(&mut self) {
        *self.events.probe.lock().unwrap() = None;
    }
}

fn insert(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.execute("INSERT INTO notes (id) VALUES ($1)", &[&id]).map(drop)
}

async fn open(
    database: &Database,
    folder: &std::path::Path,
    events: Arc<Recorder>,
) -> (Store, Arc<FakeClock>) {
    // Nodes must not draw the same numbers.
    let seed = Arc::as_ptr(&events) as u64;
    let (ambient, clock) = testkit::clock::ambient(seed);
    let store = Store::open(database.clone(), folder.join("blobs"), ambient, events).await.unwrap();
    (store, clock)
}

async fn add_tables(store: &Store) {
    let add = |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let sql = migrate::translate(TABLES, tx.dialect());
        sql.split(';').filter(|one| !one.trim().is_empty()).try_for_each(|one| tx.execute(one, &[]).map(drop))
    };
    store.write(add).await.unwrap();
}

/// A database with the schema and the tests' tables.
fn migrated() -> TestDatabase {
    let sql: String = migrate::ALL.iter().map(|migration| migration.sql).chain([TABLES]).collect();
    let fingerprint = &migrate::checksum(&sql)[..12];
    postgres::copy_of(&format!("store_{fingerprint}"), |url| {
        let database = Database::Postgres { url: url.to_owned() };
        let folder = tempfile::tempdir().unwrap();
        runtime().block_on(async {
            let (store, _) = open(&database, folder.path(), Arc::default()).await;
            add_tables(&store).await;
            store.close().await;
        });
    })
    .unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Runs a test on a world of each database.
pub(crate) fn each_database<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    on(Dialect::Sqlite, &test);
    if postgres::is_wanted() {
        on(Dialect::Postgres, &test);
    }
}

/// Runs a test on a world of one database.
pub(crate) fn on<F: Future<Output = ()>>(dialect: Dialect, test: impl Fn(World) -> F) {
    println!("on {dialect:?}");
    runtime().block_on(async { test(World::on(dialect).await).await });
}
