//! The store: one database with its blobs.

use std::path::PathBuf;
use std::sync::Arc;

use domain::{Ambient, Publish};

use crate::migrate::{self, Migration};
use crate::postgresql::Postgres;
use crate::sqlite::Sqlite;
use crate::task::{self, Task};
use crate::{Blobs, OpenError, StoreError, Tx};

/// Which database to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// The embedded one, in a file that is made when it does not exist.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
    /// A PostgreSQL server.
    Postgres {
        /// `postgres://user:password@host/name`; a server elsewhere must speak TLS and prove its name, unless the
        /// address ends in `?sslmode=disable`. `sslrootcert` names a file of authorities to believe.
        url: String,
    },
}

/// A database with its blobs. Clones share it.
#[derive(Clone)]
pub struct Store {
    pub(crate) driver: Arc<Driver>,
    blobs: Blobs,
}

/// The two ways to run a task.
pub(crate) enum Driver {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Store {
    /// Opens the database and the folder for blobs, makes both where they do not exist, and brings the schema up to
    /// date.
    pub async fn open(
        database: Database,
        blob_folder: PathBuf,
        ambient: Ambient,
        publish: Arc<dyn Publish>,
    ) -> Result<Self, OpenError> {
        Self::open_with(migrate::ALL, database, blob_folder, ambient, publish).await
    }

    pub(crate) async fn open_with(
        migrations: &'static [Migration],
        database: Database,
        blob_folder: PathBuf,
        ambient: Ambient,
        publish: Arc<dyn Publish>,
    ) -> Result<Self, OpenError> {
        let for_driver = ambient.clone();
        let opened = tokio::task::spawn_blocking(move || match database {
            Database::Sqlite { path } => {
                Sqlite::open(path, migrations, for_driver, publish).map(Driver::Sqlite)
            }
            Database::Postgres { url } => {
                Postgres::open(&url, migrations, for_driver, publish).map(Driver::Postgres)
            }
        });
        let driver = Arc::new(opened.await.map_err(|panic| StoreError::internal(panic.to_string()))??);
        let blobs = Blobs::in_folder(blob_folder, Arc::clone(&driver), ambient)?;
        Ok(Self { driver, blobs })
    }

    /// Runs `work` in one transaction and returns when what it wrote is durable; its events have been published then.
    /// `work` may be run more than once, when another transaction was in its way: it must have no effects of its own.
    /// Work that was handed over is done even when the caller stops waiting. Never call the store from within `work`.
    pub async fn write<T, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (task, answered) = task::task(work);
        self.driver.write(task).await;
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// Runs `work` on a snapshot. It can write nothing.
    pub async fn read<T, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (task, answered) = task::task(work);
        self.driver.read(task).await;
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// The messages that are too large for a row.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// How many commits have written something since the store was opened: for metrics.
    pub fn commit_count(&self) -> u64 {
        match &*self.driver {
            Driver::Sqlite(sqlite) => sqlite.commit_count(),
            Driver::Postgres(postgres) => postgres.commit_count(),
        }
    }

    /// How many writes wait for the writer of the embedded database: for metrics. PostgreSQL has no such queue.
    pub fn waiting_writes(&self) -> usize {
        match &*self.driver {
            Driver::Sqlite(sqlite) => sqlite.waiting_writes(),
            Driver::Postgres(_) => 0,
        }
    }

    /// Finishes what was handed over and lets go of the database. What comes later is answered with `Unavailable`.
    pub async fn close(&self) {
        match &*self.driver {
            Driver::Sqlite(sqlite) => sqlite.close().await,
            Driver::Postgres(postgres) => postgres.close().await,
        }
    }
}

impl Driver {
    pub(crate) async fn write(&self, task: Box<dyn Task>) {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(task).await,
            Self::Postgres(postgres) => postgres.write(task).await,
        }
    }

    pub(crate) async fn read(&self, task: Box<dyn Task>) {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(task).await,
            Self::Postgres(postgres) => postgres.read(task).await,
        }
    }
}

/// The answer once the store is closed.
fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}
