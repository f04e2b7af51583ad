//! The IMAP server (RFC 3501, with the extensions that its capabilities name).
//!
//! A [`Connection`](connection::Connection) carries bytes, a [`Conversation`] answers commands, and each command of a
//! signed-in client is a function over the [`Session`](session::Session) that it acts in.
//!
//! **Invariant:** the numbers a client sees never lie: a sequence number changes only where `EXISTS` or `EXPUNGE` says
//! so, and what is told of a message is read through the mailbox's handle in that moment.

mod answer;
mod capability;
mod commands;
mod connection;
mod conversation;
mod counted;
mod deflate;
mod enabled;
mod marks;
mod notify;
mod object_id;
mod scope;
mod selected;
mod session;
mod sign_in;

use std::net::SocketAddr;
use std::sync::Arc;

use identity::Identity;
use mailbox::Access;
use net::Shutdown;
use net::stream::Connection as Stream;
use net::tls::ServerTls;
use tokio::net::TcpStream;

use capability::Privacy;
use connection::Connection;
use conversation::Conversation;

/// How a listener's connections are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// By STARTTLS, when the client asks for it: port 143.
    StartTls,
    /// From the start: port 993 (RFC 8314 §3.2).
    Tls,
}

/// The IMAP server. Clones share everything.
#[derive(Clone)]
pub struct Imap {
    parts: Arc<Parts>,
}

struct Parts {
    identity: Identity,
    access: Access,
    tls: ServerTls,
}

impl Imap {
    /// A server over the door.
    pub fn new(identity: Identity, access: Access, tls: ServerTls) -> Self {
        Self { parts: Arc::new(Parts { identity, access, tls }) }
    }

    /// Talks with a client until one side ends it.
    pub async fn serve(&self, stream: TcpStream, peer: SocketAddr, security: Security, shutdown: Shutdown) {
        let stream = match security {
            Security::StartTls => Stream::new(stream, peer),
            Security::Tls => match Stream::accept_tls(stream, peer, &self.parts.tls).await {
                Ok(stream) => stream,
                Err(error) => return tracing::debug!(%peer, %error, "no encryption came about"),
            },
        };
        let from = stream.peer().ip();
        let privacy = match security {
            Security::Tls => Privacy::Tls,
            Security::StartTls if from.is_loopback() => Privacy::Loopback,
            Security::StartTls => Privacy::None,
        };
        let connection = Connection::new(stream);
        Conversation::new(self.clone(), connection, from, privacy, shutdown).hold().await;
    }

    fn identity(&self) -> &Identity {
        &self.parts.identity
    }

    fn access(&self) -> &Access {
        &self.parts.access
    }

    fn tls(&self) -> &ServerTls {
        &self.parts.tls
    }
}

#[cfg(test)]
mod tests;
