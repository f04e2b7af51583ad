//! The connections of one node.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::postgres::Config;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::PostgresConnection;
use super::server::Server;
use crate::StoreError;

/// How many connections a node uses at once: enough for the server to share its flushes among them, and five nodes fit
/// in the hundred connections that a server takes as it comes.
const CONNECTIONS: u32 = 16;
/// How long connecting may take before the database counts as unavailable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long sent bytes may stay unacknowledged before the connection counts as lost.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(15);

pub(super) struct Pool {
    server: Server,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<PostgresConnection>>,
}

/// Adds to the operator's settings what is not in them.
pub(super) fn complete(config: &mut Config) {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(TCP_USER_TIMEOUT);
    }
    if config.get_application_name().is_none() {
        config.application_name("postroom");
    }
}

impl Pool {
    pub(super) fn new(server: Server, first: PostgresConnection) -> Self {
        let permits = Arc::new(Semaphore::new(CONNECTIONS as usize));
        Self { server, permits, idle: Mutex::new(vec![first]) }
    }

    /// Waits for the right to use one connection; none when the pool is closed.
    pub(super) async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }

    pub(super) fn take(&self) -> Result<PostgresConnection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| PostgresConnection::open(&self.server), Ok)
    }

    pub(super) fn put_back(&self, connection: PostgresConnection) {
        if connection.is_usable() && !self.permits.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }

    /// Waits for the work under way and gives out no connection any more.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.permits.acquire_many(CONNECTIONS).await {
            self.permits.close();
            drop(all);
        }
    }

    /// The connections that nobody uses. Drop them away from the runtime: a connection has a small runtime of its own,
    /// which must not end inside another.
    pub(super) fn take_idle(&self) -> Vec<PostgresConnection> {
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let idle = self.take_idle();
        if !idle.is_empty() {
            drop(std::thread::spawn(move || drop(idle)));
        }
    }
}
