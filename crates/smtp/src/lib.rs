//! The SMTP servers: reception of mail from strangers (RFC 5321), and submission by people's devices (RFC 6409).
//!
//! **Invariant:** 250 after the content means that the mail is durable; no other answer keeps anything of it.

mod budget;
mod chunks;
mod content;
mod conversation;
mod envelope;
mod rates;
mod replies;
mod scram;
mod sign_in;
mod trace;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use identity::Identity;
use mailbox::Access;
use net::Shutdown;
use net::stream::Connection;
use net::tls::ServerTls;
use tokio::net::TcpStream;

use budget::Budget;
use conversation::Conversation;
use rates::Rates;

/// What a listener is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Strangers' servers bring mail for addresses here: port 25.
    Reception,
    /// People's devices send mail, encrypted by STARTTLS: port 587.
    Submission,
    /// The same, encrypted from the start: port 465 (RFC 8314).
    Submissions,
}

/// The SMTP servers. Clones share everything.
#[derive(Clone)]
pub struct Smtp {
    parts: Arc<Parts>,
}

struct Parts {
    identity: Identity,
    access: Access,
    tls: ServerTls,
    clock: Arc<dyn Clock>,
    rates: Rates,
    budget: Budget,
    pace: Pace,
    sign_in_within: Duration,
}

/// How fast the content of a mail must come at least: who sends a byte now and then holds a place of others.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How much must come,
    bytes: usize,
    /// within this time.
    within: Duration,
}

/// 90 bytes a second, less than the slowest line brings.
const PACE: Pace = Pace { bytes: 16 * 1024, within: Duration::from_secs(180) };
/// How long a device may take to sign in: nobody else keeps a place at submission.
const SIGN_IN_WITHIN: Duration = Duration::from_secs(5 * 60);

impl Smtp {
    /// Servers over the door. All mail together that is being received may hold `memory` bytes.
    pub fn new(
        identity: Identity,
        access: Access,
        tls: ServerTls,
        clock: Arc<dyn Clock>,
        memory: usize,
    ) -> Self {
        let largest = usize::try_from(access.message_limit_bytes()).unwrap_or(usize::MAX);
        let (rates, budget) = (Rates::new(), Budget::new(memory, largest));
        let (pace, sign_in_within) = (PACE, SIGN_IN_WITHIN);
        Self { parts: Arc::new(Parts { identity, access, tls, clock, rates, budget, pace, sign_in_within }) }
    }

    /// Talks with a client until one side ends it.
    pub async fn serve(&self, stream: TcpStream, peer: SocketAddr, service: Service, shutdown: Shutdown) {
        let connection = match service {
            Service::Reception | Service::Submission => Connection::new(stream, peer),
            Service::Submissions => match Connection::accept_tls(stream, peer, &self.parts.tls).await {
                Ok(connection) => connection,
                Err(error) => return tracing::debug!(%peer, %error, "no encryption came about"),
            },
        };
        Conversation::new(self.clone(), connection, service, shutdown).hold().await;
    }

    fn host_name(&self) -> &str {
        self.parts.access.host_name()
    }
}

#[cfg(test)]
mod tests;
