//! The embedded database: one thread writes, pooled connections read.
//!
//! **Invariant:** only the writer's connection can write; every other one is opened with `query_only`.

mod connection;
mod error;
mod readers;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Ambient, Publish};
use tokio::sync::{mpsc, oneshot};

use crate::migrate::{self, Migration};
use crate::task::Task;
use crate::{OpenError, StoreError, private};
use connection::{SqliteConnection, Use};
use readers::Readers;
use writer::{Order, Writer};

/// How many writes may wait for the writer. A caller beyond that waits to hand its work over: memory stays bounded, and
/// at 300 flushes a second a queue of this length is gone in well under a second.
const QUEUE: usize = 1024;

/// The driver.
pub(crate) struct Sqlite {
    orders: mpsc::Sender<Order>,
    readers: Arc<Readers>,
    commits: Arc<AtomicU64>,
}

impl Sqlite {
    /// Opens the file, brings its schema up to date and starts the writer.
    pub(crate) fn open(
        path: PathBuf,
        migrations: &[Migration],
        ambient: Ambient,
        publish: Arc<dyn Publish>,
    ) -> Result<Self, OpenError> {
        // SQLite gives the files that it makes beside it the same mode.
        let made =
            path.parent().map_or(Ok(()), private::make_folder).and_then(|()| private::make_file(&path));
        made.map_err(|source| OpenError::Io { what: format!("cannot make {}", path.display()), source })?;
        let mut connection = SqliteConnection::open(&path, Use::Writing)?;
        migrate::run(&mut connection, migrations, &ambient)?;
        let (orders, waiting) = mpsc::channel(QUEUE);
        let commits = Arc::new(AtomicU64::new(0));
        let writer = Writer::new(connection, waiting, ambient.clone(), publish, Arc::clone(&commits));
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|source| OpenError::Io { what: "cannot start the writer".to_owned(), source })?;
        Ok(Self { orders, readers: Readers::of(path, ambient), commits })
    }

    pub(crate) async fn write(&self, task: Box<dyn Task>) {
        // A writer that is gone drops the order, which tells the caller that the store is closed.
        let _ = self.orders.send(Order::Run(task)).await;
    }

    pub(crate) async fn read(&self, task: Box<dyn Task>) {
        Readers::read(&self.readers, task).await;
    }

    pub(crate) fn commit_count(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    pub(crate) fn waiting_writes(&self) -> usize {
        self.orders.max_capacity() - self.orders.capacity()
    }

    /// Ends the readers, then the writer: the last connection folds the log into the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        let (done, closed) = oneshot::channel();
        if self.orders.send(Order::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }

    /// Copies the database, as it is at one moment, into the file `to`. Blocks; writers go on meanwhile.
    pub(crate) fn copy_to(&self, to: &std::path::Path) -> Result<(), StoreError> {
        let from = self.readers.connect()?;
        from.copy_to(to)
    }

    /// What is wrong with the file, in SQLite's words; nothing when all is well. Blocks.
    pub(crate) fn faults(&self) -> Result<Vec<String>, StoreError> {
        self.readers.connect()?.faults()
    }

    /// The same of the file alone, whatever rows refer to. Blocks.
    pub(crate) fn damage(&self) -> Result<Vec<String>, StoreError> {
        self.readers.connect()?.damage()
    }
}
