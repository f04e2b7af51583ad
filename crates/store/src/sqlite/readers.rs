//! Connections that only read, used from blocking threads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Ambient;
use tokio::sync::Semaphore;

use super::connection::{SqliteConnection, Use};
use crate::task::Task;
use crate::{StoreError, Tx};

/// How many reads run at once: enough to keep the disk busy while some wait for it, few enough to stay small.
const READERS: u32 = 8;

pub(super) struct Readers {
    path: PathBuf,
    ambient: Ambient,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    pub(super) fn of(path: PathBuf, ambient: Ambient) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(READERS as usize));
        Arc::new(Self { path, ambient, permits, idle: Mutex::new(Vec::new()) })
    }

    /// Runs a task on a snapshot. A task that comes after the end is dropped, which tells its caller.
    pub(super) async fn read(readers: &Arc<Self>, task: Box<dyn Task>) {
        let Ok(permit) = Arc::clone(&readers.permits).acquire_owned().await else { return };
        let readers = Arc::clone(readers);
        // The task answers its caller itself; there is nothing to wait for.
        drop(tokio::task::spawn_blocking(move || {
            readers.run(task);
            drop(permit);
        }));
    }

    /// Waits for the reads under way and closes every connection.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.permits.acquire_many(READERS).await {
            self.permits.close();
            drop(all);
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn connect(&self) -> Result<SqliteConnection, StoreError> {
        SqliteConnection::open(&self.path, Use::Reading)
    }

    fn run(&self, mut task: Box<dyn Task>) {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle.map_or_else(|| self.connect(), Ok) {
            Ok(connection) => connection,
            Err(error) => return task.settle(Err(error)),
        };
        let outcome = connection.frame("BEGIN").and_then(|()| {
            let mut tx = Tx::reading(&mut connection, &self.ambient);
            task.run(&mut tx);
            let failure = tx.end().failure;
            let ended = connection.frame("ROLLBACK");
            failure.map_or(ended, Err)
        });
        // A connection that could not end its transaction is not used again.
        if !connection.in_transaction() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        task.settle(outcome);
    }
}
