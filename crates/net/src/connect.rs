//! Opening connections to other servers.
//!
//! **Invariant:** opening a connection takes no longer than its caller allows.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpStream;

use crate::stream::Connection;
use crate::timer::within;

/// Why no connection was opened.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The other server did not answer in time.
    #[error("no answer")]
    TimedOut,
    /// The other server does not accept connections at this address.
    #[error("connection refused")]
    Refused,
    /// The address cannot be reached, or the connection failed.
    #[error("the connection failed: {0}")]
    Io(io::Error),
}

/// Opens a connection in the clear to `address`, waiting for at most `limit`.
///
/// # Errors
/// [`ConnectError`].
pub async fn connect(address: SocketAddr, limit: Duration) -> Result<Connection, ConnectError> {
    let opened = within(limit, TcpStream::connect(address)).await.map_err(|_late| ConnectError::TimedOut)?;
    match opened {
        Ok(stream) => Ok(Connection::new(stream, address)),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Err(ConnectError::Refused),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(ConnectError::TimedOut),
        Err(error) => Err(ConnectError::Io(error)),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Longer than anything here takes.
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_listening_server_is_reached() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connection = connect(address, LONG).await.unwrap();
        assert_eq!(connection.peer(), address);
        assert!(!connection.is_encrypted());
    }

    #[tokio::test]
    async fn a_server_that_does_not_listen_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert!(matches!(connect(address, LONG).await, Err(ConnectError::Refused)));
    }
}
