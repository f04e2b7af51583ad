//! How often the strangers of one network may do what costs us something.
//!
//! **Invariant:** nobody can use up what others may do: each network has its own.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use net::listener::network_of;
use net::rate::{Allowance, Rate};
use wire::smtp::Reply;

/// How many networks are remembered: a few dozen bytes each.
const NETWORKS: usize = 50_000;
/// A large sender comes with a burst of connections, and then with a few each second.
const CONNECTIONS: Allowance = Allowance { burst: 200, every: Duration::from_millis(250), keys: NETWORKS };
/// A mail of a hundred recipients is some hundred commands, and a burst has some dozens of such mails.
const COMMANDS: Allowance = Allowance { burst: 20_000, every: Duration::from_millis(10), keys: NETWORKS };
/// A list has some addresses that are gone; who guesses addresses meets little else.
const UNKNOWN: Allowance = Allowance { burst: 100, every: Duration::from_secs(10), keys: NETWORKS };

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A connection was made.
    Connection,
    /// A command was given.
    Command,
    /// A recipient was named that is not here.
    UnknownRecipient,
}

/// Who has done how much of late.
pub(crate) struct Rates {
    connections: Mutex<Rate<IpAddr>>,
    commands: Mutex<Rate<IpAddr>>,
    unknown: Mutex<Rate<IpAddr>>,
}

impl Rates {
    pub(crate) fn new() -> Self {
        Self {
            connections: Mutex::new(Rate::new(CONNECTIONS)),
            commands: Mutex::new(Rate::new(COMMANDS)),
            unknown: Mutex::new(Rate::new(UNKNOWN)),
        }
    }

    /// Counts a deed of `peer`; the reply says that it was one too many. Programs of this machine are not counted: a
    /// proxy among them stands for everybody.
    pub(crate) fn count(&self, deed: Deed, peer: IpAddr, now: Timestamp) -> Result<(), Reply> {
        let network = network_of(peer);
        if network.is_loopback() {
            return Ok(());
        }
        let (rate, words) = match deed {
            Deed::Connection => {
                (&self.connections, "Too many connections from your network: try again later.")
            }
            Deed::Command => (&self.commands, "Too many commands from your network: try again later."),
            Deed::UnknownRecipient => {
                (&self.unknown, "Too many addresses that are not here: try again later.")
            }
        };
        let now = Duration::from_millis(u64::try_from(now.millis()).unwrap_or_default());
        let counted = rate.lock().unwrap_or_else(PoisonError::into_inner).take(&network, now);
        counted.map_err(|_wait| Reply::new(421, "4.7.0", words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_network_has_its_own_share_and_gets_it_back() {
        let rates = Rates::new();
        let count = |peer: &str, now| rates.count(Deed::UnknownRecipient, ip(peer), now);
        for _ in 0..UNKNOWN.burst {
            assert!(count("192.0.2.1", NOW).is_ok());
        }
        assert_eq!(count("192.0.2.1", NOW).unwrap_err().code, 421);
        assert!(count("192.0.2.2", NOW).is_ok());
        assert!(count("192.0.2.1", NOW.plus(UNKNOWN.every)).is_ok());
        assert!(rates.count(Deed::Command, ip("192.0.2.1"), NOW).is_ok());
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_count_together() {
        let rates = Rates::new();
        for host in 0..CONNECTIONS.burst {
            assert!(rates.count(Deed::Connection, ip(&format!("2001:db8::{host:x}")), NOW).is_ok());
        }
        assert!(rates.count(Deed::Connection, ip("2001:db8::ffff"), NOW).is_err());
        assert!(rates.count(Deed::Connection, ip("2001:db8:0:1::1"), NOW).is_ok());
    }

    #[test]
    fn programs_of_this_machine_are_not_counted() {
        let rates = Rates::new();
        for _ in 0..CONNECTIONS.burst * 2 {
            assert!(rates.count(Deed::Connection, ip("::ffff:127.0.0.1"), NOW).is_ok());
        }
    }
}
