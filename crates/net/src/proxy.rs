//! The PROXY protocol, version 2: what a proxy says before everything else of the connection that it passes on.
//! (The HAProxy project describes it in `proxy-protocol.txt`; there is no RFC.)
//!
//! **Invariant:** only a peer whose address was named as a proxy's is listened to, and it must say for whom it comes:
//! nobody chooses whether the header is there. No header is longer than the limit, and none makes anybody a program of
//! this machine who is not one.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::timer::within;

/// How a header begins.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// How a header of version 1 begins.
const VERSION_1: &[u8] = b"PROXY ";
/// The part of a header whose length is known.
const START: usize = 16;
/// The longest rest of a header: addresses, and what proxies tell of certificates, which nobody reads here.
const REST_LIMIT: usize = 4096;
/// How long a proxy may take for it: it is the first thing that it says, over a short line.
const HEADER_WITHIN: Duration = Duration::from_secs(5);

/// Addresses that share a beginning, as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// What is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an address or a network like 10.0.0.0/8")]
pub struct NoNetwork;

impl Network {
    /// Whether an address is in it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => all,
            // A sign or a leading zero is a slip of the pen.
            Some(bits) if bits.starts_with(|first: char| first.is_ascii_digit()) => {
                bits.parse().ok().filter(|bits| *bits <= all).ok_or(NoNetwork)?
            }
            Some(_) => return Err(NoNetwork),
        };
        // An IPv4 network written as an IPv6 one would hold nothing.
        if address.to_canonical() != address {
            return Err(NoNetwork);
        }
        Ok(Self { address, bits })
    }
}

/// The proxies that are believed. Clones share the list.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Option<Arc<[Network]>>);

impl Proxies {
    /// Those in these networks.
    #[must_use]
    pub fn at(networks: &[Network]) -> Self {
        Self((!networks.is_empty()).then(|| networks.into()))
    }

    /// Whether nobody is believed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether whoever comes from there is a proxy.
    #[must_use]
    pub fn hold(&self, address: IpAddr) -> bool {
        self.0.iter().flat_map(|networks| networks.iter()).any(|network| network.holds(address))
    }
}

/// Why nobody knows for whom a proxy comes.
#[derive(Debug, Error)]
pub enum ProxyFault {
    /// It said nothing, or not enough, in time.
    #[error("no header of the PROXY protocol came in time")]
    TooLate,
    /// It does not begin as a header does.
    #[error("what a proxy sent is no header of the PROXY protocol, version 2: is it set to send one?")]
    NoHeader,
    /// The older version, which can be mistaken for other protocols.
    #[error("the proxy speaks version 1 of the PROXY protocol: set it to version 2")]
    Version1,
    /// A version or command of a time to come.
    #[error("the header of the PROXY protocol is of an unknown version or command")]
    Unknown,
    /// Its length is more than what is taken, or less than its addresses have.
    #[error("the header of the PROXY protocol has the wrong length")]
    Length,
    /// The address that it names is nobody's.
    #[error("the header of the PROXY protocol names an address that nobody can come from")]
    Address,
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
}

/// For whom a proxy comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// For itself: to see whether the server lives, or for somebody without an address.
    Itself,
    /// For a client at this address.
    At(SocketAddr),
}

/// The start of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    command: Command,
    family: Family,
    rest: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    Local,
    Proxy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
    Other,
}

impl Start {
    /// Reads the first 16 bytes.
    ///
    /// # Errors
    /// [`ProxyFault`].
    pub fn read(bytes: &[u8; START]) -> Result<Self, ProxyFault> {
        if bytes.starts_with(VERSION_1) {
            return Err(ProxyFault::Version1);
        }
        let Some([version_and_command, family, length @ ..]) = bytes.strip_prefix(&SIGNATURE) else {
            return Err(ProxyFault::NoHeader);
        };
        let command = match version_and_command {
            0x20 => Command::Local,
            0x21 => Command::Proxy,
            _ => return Err(ProxyFault::Unknown),
        };
        // TCP only: there are no datagrams here, and a socket of the proxy's machine has no address.
        let family = match family {
            0x11 => Family::V4,
            0x21 => Family::V6,
            _ => Family::Other,
        };
        let rest = usize::from(u16::from_be_bytes(length.try_into().map_err(|_| ProxyFault::Length)?));
        if rest > REST_LIMIT {
            return Err(ProxyFault::Length);
        }
        Ok(Self { command, family, rest })
    }

    /// How many bytes follow.
    #[must_use]
    pub const fn rest(self) -> usize {
        self.rest
    }

    /// Reads what follows: the addresses; what stands behind them is of no interest.
    ///
    /// # Errors
    /// [`ProxyFault`].
    pub fn client(self, rest: &[u8]) -> Result<Client, ProxyFault> {
        if rest.len() != self.rest {
            return Err(ProxyFault::Length);
        }
        let address = match (self.command, self.family) {
            (Command::Local, _) => return Ok(Client::Itself),
            // Somebody it cannot name is not the proxy itself, who may be trusted as a program of this machine.
            (Command::Proxy, Family::Other) => return Err(ProxyFault::Address),
            (Command::Proxy, Family::V4) => {
                let [ip, _there, port, _port_there] = pieces::<4>(rest)?;
                SocketAddr::new(IpAddr::V4(Ipv4Addr::from_bits(number(ip) as u32)), number(port) as u16)
            }
            (Command::Proxy, Family::V6) => {
                let [ip, _there, port, _port_there] = pieces::<16>(rest)?;
                SocketAddr::new(IpAddr::V6(Ipv6Addr::from_bits(number(ip))), number(port) as u16)
            }
        };
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        let ip = address.ip();
        let nobody = ip.is_unspecified() || ip.is_multicast() || ip == IpAddr::V4(Ipv4Addr::BROADCAST);
        if nobody { Err(ProxyFault::Address) } else { Ok(Client::At(address)) }
    }
}

/// Source, destination, and their ports.
fn pieces<const LENGTH: usize>(rest: &[u8]) -> Result<[&[u8]; 4], ProxyFault> {
    let (from, rest) = rest.split_at_checked(LENGTH).ok_or(ProxyFault::Length)?;
    let (to, rest) = rest.split_at_checked(LENGTH).ok_or(ProxyFault::Length)?;
    let (from_port, rest) = rest.split_at_checked(2).ok_or(ProxyFault::Length)?;
    let (to_port, _) = rest.split_at_checked(2).ok_or(ProxyFault::Length)?;
    Ok([from, to, from_port, to_port])
}

fn number(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

/// Reads the header that the proxy at `proxy` sends, and nothing after it: who is at the other end.
///
/// # Errors
/// [`ProxyFault`]; the connection is of no use then.
pub async fn client_of<S>(stream: &mut S, proxy: SocketAddr) -> Result<SocketAddr, ProxyFault>
where
    S: AsyncRead + Unpin + Send,
{
    let read = async {
        let mut start = [0; START];
        stream.read_exact(&mut start).await?;
        let start = Start::read(&start)?;
        let mut rest = vec![0; start.rest()];
        stream.read_exact(&mut rest).await?;
        start.client(&rest)
    };
    let client = within(HEADER_WITHIN, read).await.map_err(|_| ProxyFault::TooLate)??;
    Ok(match client {
        Client::Itself => proxy,
        // A program of the proxy's machine is none of this one.
        Client::At(client) if client.ip().is_loopback() && !proxy.ip().to_canonical().is_loopback() => proxy,
        Client::At(client) => client,
    })
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests;
