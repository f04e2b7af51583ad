//! Accepting connections, not more than allowed, until the program ends.
//!
//! **Invariant:** no more connections are open than the limits say, in all and from one address; a task that
//! fails takes no other with it.

use std::collections::HashMap;
use std::future::Future;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use crate::proxy::{self, Proxies};
use crate::timer::{sleep, within};

/// How long to wait when the system has no room for another connection (`EMFILE`), for one to end.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);
/// The part of an IPv6 address that one customer shares: the rest is theirs to choose (RFC 4291 §2.5.4).
const NETWORK_OF_ONE: u128 = !0 << 64;

/// Begins the end.
#[derive(Debug)]
pub struct ShutdownTrigger {
    begun: watch::Sender<bool>,
}

impl ShutdownTrigger {
    /// Tells everybody who holds a [`Shutdown`] to finish.
    pub fn begin(&self) {
        self.begun.send_replace(true);
    }
}

/// Tells when the program is to end. It is to end, too, when nobody is left who could say so.
#[derive(Debug, Clone)]
pub struct Shutdown {
    begun: watch::Receiver<bool>,
}

impl Shutdown {
    /// A shutdown that has not begun, and what begins it.
    #[must_use]
    pub fn new() -> (ShutdownTrigger, Self) {
        let (sender, receiver) = watch::channel(false);
        (ShutdownTrigger { begun: sender }, Self { begun: receiver })
    }

    /// Waits until the shutdown begins.
    pub async fn begun(&self) {
        let mut begun = self.begun.clone();
        // An error says that the trigger is gone, which begins the shutdown as well.
        drop(begun.wait_for(|begun| *begun).await);
    }

    /// Whether the shutdown has begun.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        *self.begun.borrow() || self.begun.has_changed().is_err()
    }
}

/// How much a listener takes on.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections may be open at once.
    pub connections: usize,
    /// How many of them from one address (from one /64 network for IPv6).
    pub per_address: usize,
    /// What a connection over the limits is told before it is closed, for instance `421 …\r\n`. May be empty.
    pub refused: &'static [u8],
    /// How long connections may go on after the shutdown began.
    pub grace: Duration,
}

/// The place of one connection in the limits; free again when dropped, so the connection's task keeps it.
#[derive(Debug)]
pub struct Slot {
    places: Arc<Places>,
    /// Whose it is; none while a proxy has not said for whom it comes.
    network: Option<IpAddr>,
}

impl Slot {
    /// Makes it that of `peer`, if there is one left for that address.
    fn of(mut self, peer: IpAddr, limits: &Limits) -> Option<Self> {
        let network = network_of(peer);
        self.places.count(network, limits).then(|| self.network = Some(network))?;
        Some(self)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.places.free(self.network);
    }
}

/// Who has how many connections open.
#[derive(Debug, Default)]
struct Places {
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

impl Places {
    /// A place that is nobody's yet.
    fn take(self: &Arc<Self>, limits: &Limits) -> Option<Slot> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= limits.connections {
            return None;
        }
        taken.all += 1;
        Some(Slot { places: Arc::clone(self), network: None })
    }

    /// Counts a connection of this network, unless it has its share.
    fn count(&self, network: IpAddr, limits: &Limits) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let here = taken.by_network.entry(network).or_default();
        let has_room = *here < limits.per_address;
        if has_room {
            *here += 1;
        }
        has_room
    }

    fn free(&self, network: Option<IpAddr>) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let Some(network) = network else { return };
        let left = taken.by_network.get(&network).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            taken.by_network.remove(&network);
        } else {
            taken.by_network.insert(network, left);
        }
    }
}

/// A socket that waits for connections.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
}

impl Listener {
    /// Waits for connections at `address`.
    ///
    /// # Errors
    /// When the system does not let it.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(address).await? })
    }

    /// Where it waits; tells the port when the system chose it.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Gives each connection within the limits to a task of its own, made by `attend`, until the shutdown begins.
    /// Then it accepts no more, waits for the tasks for `limits.grace`, and stops those that are left. One of `proxies`
    /// says first for whom it comes, and the limits are that client's.
    ///
    /// `attend` keeps the [`Slot`] for as long as the connection lasts.
    pub async fn serve<F, Fut>(self, limits: Limits, proxies: Proxies, shutdown: Shutdown, attend: F)
    where
        F: Fn(TcpStream, SocketAddr, Slot) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let attend = Arc::new(attend);
        let places = Arc::new(Places::default());
        let mut tasks = JoinSet::new();
        let mut ending = std::pin::pin!(shutdown.begun());
        loop {
            tokio::select! {
                biased;
                () = &mut ending => break,
                Some(ended) = tasks.join_next() => report(ended),
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => match places.take(&limits) {
                        Some(slot) if proxies.hold(peer.ip()) => {
                            drop(tasks.spawn(attend_client(stream, peer, slot, limits, Arc::clone(&attend))));
                        }
                        Some(slot) => match slot.of(peer.ip(), &limits) {
                            Some(slot) => drop(tasks.spawn(attend(stream, peer, slot))),
                            None => refuse(stream, peer, limits.refused),
                        },
                        None => refuse(stream, peer, limits.refused),
                    },
                    Err(error) => pause_after(&error).await,
                },
            }
        }
        // From here on, new peers are refused by the system.
        drop(self.socket);
        wind_down(tasks, limits.grace).await;
    }
}

/// Attends the client for whom a proxy comes.
async fn attend_client<F, Fut>(
    mut stream: TcpStream,
    proxy: SocketAddr,
    slot: Slot,
    limits: Limits,
    attend: Arc<F>,
) where
    F: Fn(TcpStream, SocketAddr, Slot) -> Fut + Send + Sync,
    Fut: Future<Output = ()> + Send,
{
    let client = match proxy::client_of(&mut stream, proxy).await {
        Ok(client) => client,
        Err(error) => return tracing::warn!(%proxy, %error, "a connection of a proxy was closed"),
    };
    match slot.of(client.ip(), &limits) {
        Some(slot) => attend(stream, client, slot).await,
        None => refuse(stream, client, limits.refused),
    }
}

/// Waits for the tasks that are left, and stops those that take too long.
async fn wind_down(mut tasks: JoinSet<()>, grace: Duration) {
    let all = async {
        while let Some(ended) = tasks.join_next().await {
            report(ended);
        }
    };
    if within(grace, all).await.is_err() {
        tracing::info!(connections = tasks.len(), "connections were cut off by the shutdown");
        tasks.shutdown().await;
    }
}

/// A connection that failed in an unforeseen way is worth a line in the log, and nothing more.
fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection ended in a panic");
    }
}

/// Tells a peer that there is no room, without ever waiting for it: the socket is new, so the text fits its
/// buffer.
fn refuse(stream: TcpStream, peer: SocketAddr, text: &[u8]) {
    let told = stream.into_std().and_then(|mut socket| socket.write_all(text));
    tracing::debug!(%peer, told = told.is_ok(), "a connection over the limits was refused");
}

/// Waits a little after a failed accept, so that an exhausted system is not asked again and again.
async fn pause_after(error: &io::Error) {
    // A peer that left before it was accepted says nothing about the next.
    if error.kind() != io::ErrorKind::ConnectionAborted {
        tracing::warn!(%error, "a connection could not be accepted");
        sleep(PAUSE_AFTER_ERROR).await;
    }
}

/// What one peer counts as: its IPv4 address, or its IPv6 network.
#[must_use]
pub fn network_of(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK_OF_ONE)),
    }
}

#[cfg(test)]
mod tests;
