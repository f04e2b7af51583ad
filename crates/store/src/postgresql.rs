//! A PostgreSQL server: several connections, used from blocking threads.
//!
//! Writes run READ COMMITTED and say `FOR UPDATE` where they decide by what they read; a deadlock or a failed
//! serialisation runs the work again. Reads run REPEATABLE READ, READ ONLY. Events reach the other nodes by NOTIFY,
//! sent right after the commit from a connection of its own: a NOTIFY inside the transaction would make the server take
//! one commit after another under a lock, and so take away the shared flush. What a node misses by that when another
//! dies in between is caught by the check that every transaction makes.
//!
//! **Invariant:** a connection goes back to the pool only outside a transaction and in working order.

mod connection;
mod encryption;
mod error;
mod nodes;
mod pool;
mod server;
mod values;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Ambient, Event, Publish};

use crate::migrate::{self, Migration, Schema};
use crate::task::Task;
use crate::tx::Ended;
use crate::{OpenError, StoreError, Tx};
use connection::PostgresConnection;
use nodes::Nodes;
use pool::Pool;
use server::Server;

/// How often work is run before it gives way for good: deadlocks and failed serialisations are rare and resolve by
/// running one of the two again.
const ATTEMPTS: u32 = 5;

/// The driver.
pub(crate) struct Postgres {
    shared: Arc<Shared>,
}

struct Shared {
    pool: Pool,
    nodes: Nodes,
    ambient: Ambient,
    publish: Arc<dyn Publish>,
    commits: AtomicU64,
}

/// How one run of some work ended.
enum Run {
    /// Answer the caller with this.
    Ended(Result<(), StoreError>),
    /// Another transaction was in the way.
    Again,
    /// The connection had died while it lay in the pool; the work was not begun.
    NotBegun(StoreError),
}

impl Postgres {
    /// Connects, brings the schema up to date and listens to the other nodes.
    pub(crate) fn open(
        url: &str,
        migrations: &[Migration],
        ambient: Ambient,
        publish: Arc<dyn Publish>,
    ) -> Result<Self, OpenError> {
        let mut server = Server::read(url)?;
        pool::complete(server.config());
        let mut connection = PostgresConnection::open(&server)?;
        connection.lock_schema();
        let migrated = migrate::run(&mut connection, migrations, &ambient);
        connection.unlock_schema();
        migrated?;
        let mut node = [0; 8];
        ambient.random.fill(&mut node);
        let nodes = Nodes::join(server.clone(), u64::from_be_bytes(node), Arc::clone(&publish))
            .map_err(|source| OpenError::Io { what: "cannot start a thread".to_owned(), source })?;
        let pool = Pool::new(server, connection);
        Ok(Self { shared: Arc::new(Shared { pool, nodes, ambient, publish, commits: AtomicU64::new(0) }) })
    }

    pub(crate) async fn write(&self, task: Box<dyn Task>) {
        self.run(task, Shared::write_once).await;
    }

    pub(crate) async fn read(&self, task: Box<dyn Task>) {
        self.run(task, Shared::read_once).await;
    }

    pub(crate) fn commit_count(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    pub(crate) async fn close(&self) {
        self.shared.pool.close().await;
        let shared = Arc::clone(&self.shared);
        // Ending connections and threads waits for them, which must not be done on the runtime.
        let ended = tokio::task::spawn_blocking(move || {
            drop(shared.pool.take_idle());
            shared.nodes.leave();
        });
        let _ = ended.await;
    }

    async fn run(&self, task: Box<dyn Task>, once: Once) {
        let Some(permit) = self.shared.pool.permit().await else { return };
        let shared = Arc::clone(&self.shared);
        // The task answers its caller itself; there is nothing to wait for.
        drop(tokio::task::spawn_blocking(move || {
            shared.run(task, once);
            drop(permit);
        }));
    }
}

/// Runs a task in one transaction.
type Once = fn(&Shared, &mut PostgresConnection, &mut dyn Task) -> Run;

impl Shared {
    fn run(&self, mut task: Box<dyn Task>, once: Once) {
        let mut attempts = 0;
        let outcome = loop {
            let mut connection = match self.pool.take() {
                Ok(connection) => connection,
                Err(error) => break Err(error),
            };
            let was_pooled = connection.was_used();
            let run = once(self, &mut connection, &mut *task);
            self.pool.put_back(connection);
            attempts += 1;
            match run {
                Run::Ended(outcome) => break outcome,
                Run::Again if attempts < ATTEMPTS => {}
                Run::Again => break Err(StoreError::Busy),
                // The server was restarted, perhaps: each dead connection of the pool gives way to the next.
                Run::NotBegun(_) if was_pooled => attempts -= 1,
                Run::NotBegun(error) => break Err(error),
            }
        };
        task.settle(outcome);
    }

    fn write_once(&self, connection: &mut PostgresConnection, task: &mut dyn Task) -> Run {
        if let Err(error) = connection.batch("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE") {
            return Run::NotBegun(error);
        }
        let mut tx = Tx::new(connection, &self.ambient);
        let succeeded = task.run(&mut tx);
        let Ended { events, failure, .. } = tx.end();
        if !succeeded {
            return self.undo(connection, failure);
        }
        match connection.batch("COMMIT") {
            Ok(()) => {
                self.commits.fetch_add(1, Ordering::Relaxed);
                self.tell(&events);
                Run::Ended(Ok(()))
            }
            Err(_) if connection.gave_way() => Run::Again,
            Err(error) => Run::Ended(Err(error)),
        }
    }

    fn read_once(&self, connection: &mut PostgresConnection, task: &mut dyn Task) -> Run {
        if let Err(error) = connection.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
            return Run::NotBegun(error);
        }
        let mut tx = Tx::reading(connection, &self.ambient);
        task.run(&mut tx);
        let failure = tx.end().failure;
        self.undo(connection, failure)
    }

    /// Ends a transaction of which nothing is to be kept.
    fn undo(&self, connection: &mut PostgresConnection, failure: Option<StoreError>) -> Run {
        // The answer is known already; a connection that cannot roll back is not used again.
        let _ = connection.batch("ROLLBACK");
        match failure {
            Some(_) if connection.gave_way() => Run::Again,
            Some(error) => Run::Ended(Err(error)),
            None => Run::Ended(Ok(())),
        }
    }

    fn tell(&self, events: &[Event]) {
        if !events.is_empty() {
            self.publish.publish(events);
            self.nodes.tell(events);
        }
    }
}
