//! Growing delays for those who try passwords.
//!
//! **Invariant:** a stranger who fails slows down strangers of the same network, never the account for its owner: delays
//! grow per account and network, and fade; a browser that is known for the account has a count of its own.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use domain::Timestamp;

/// How many failures cost nothing: people mistype.
const FREE: u32 = 5;
/// The longest delay.
const LONGEST: Duration = domain::duration::minutes(15);
/// After how long one failure is forgotten.
const FADES_AFTER: Duration = domain::duration::minutes(10);
/// How many accounts and networks are remembered: beyond, the oldest are forgotten.
const REMEMBERED: usize = 100_000;
/// From one network this many times more failures are free: many people sit behind one.
const NETWORK_FREE: u32 = 50;

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// Where attempts come from, as they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A network: what one customer of a provider has.
    Network(IpAddr),
    /// A browser that proved before to be the account's: by the hash of its secret.
    Browser([u8; 32]),
}

impl From<IpAddr> for Place {
    fn from(ip: IpAddr) -> Self {
        Self::Network(ip)
    }
}

impl Place {
    fn name(self) -> String {
        match self {
            Self::Network(ip) => network(ip),
            Self::Browser(mark) => {
                mark.iter().fold("browser ".to_owned(), |name, byte| name + &format!("{byte:02x}"))
            }
        }
    }
}

/// What failed, and how often.
#[derive(Default)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<(String, String), Failures>>,
}

impl Throttle {
    /// How long to wait before `account` may be tried from there; none when it may now.
    pub(crate) fn wait(&self, account: &str, from: impl Into<Place>, now: Timestamp) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let place = from.into().name();
        let one = failures.get(&(account.to_owned(), place.clone())).map(|f| remaining(*f, FREE, now));
        let all = failures.get(&(String::new(), place)).map(|f| remaining(*f, NETWORK_FREE, now));
        one.into_iter().chain(all).max().filter(|wait| !wait.is_zero())
    }

    /// Notes a failure.
    pub(crate) fn failed(&self, account: &str, from: impl Into<Place>, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, failure| faded(*failure, now).count > 0);
            if failures.len() >= REMEMBERED {
                failures.clear();
            }
        }
        let place = from.into().name();
        for key in [(account.to_owned(), place.clone()), (String::new(), place)] {
            let entry = failures.entry(key).or_insert(Failures { count: 0, last: now });
            *entry = Failures { count: faded(*entry, now).count.saturating_add(1), last: now };
        }
    }

    /// Forgets the failures of an account from there: its owner is there.
    pub(crate) fn succeeded(&self, account: &str, from: impl Into<Place>) {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        failures.remove(&(account.to_owned(), from.into().name()));
    }
}

fn faded(failures: Failures, now: Timestamp) -> Failures {
    let steps = now.since(failures.last).as_secs() / FADES_AFTER.as_secs();
    let count = failures.count.saturating_sub(u32::try_from(steps).unwrap_or(u32::MAX));
    Failures { count, ..failures }
}

fn remaining(failures: Failures, free: u32, now: Timestamp) -> Duration {
    let over = faded(failures, now).count.saturating_sub(free);
    if over == 0 {
        return Duration::ZERO;
    }
    let delay = Duration::from_secs(1u64 << over.min(10)).min(LONGEST);
    delay.saturating_sub(now.since(failures.last))
}

/// The network of an address: what one customer of a provider has (/24, /64).
fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}")
        }
        IpAddr::V6(ip) => ip.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 1));

    #[test]
    fn delays_grow_and_fade_and_touch_no_other_network() {
        let (throttle, now) = (Throttle::default(), Timestamp::from_secs(1_000_000));
        (0..5).for_each(|_| throttle.failed("anna", AWAY, now));
        assert_eq!(throttle.wait("anna", AWAY, now), None);
        throttle.failed("anna", AWAY, now);
        assert_eq!(throttle.wait("anna", AWAY, now), Some(Duration::from_secs(2)));
        throttle.failed("anna", AWAY, now);
        assert_eq!(throttle.wait("anna", AWAY, now), Some(Duration::from_secs(4)));
        (0..40).for_each(|_| throttle.failed("anna", AWAY, now));
        assert!(throttle.wait("anna", AWAY, now) <= Some(LONGEST));
        assert_eq!(throttle.wait("anna", HOME, now), None);
        assert_eq!(throttle.wait("anna", AWAY, now.plus(domain::duration::days(1))), None);
    }

    #[test]
    fn a_known_browser_is_not_slowed_down_by_a_stranger_behind_the_same_network() {
        let (throttle, now) = (Throttle::default(), Timestamp::from_secs(1_000_000));
        (0..500).for_each(|_| throttle.failed("anna", HOME, now));
        assert!(throttle.wait("anna", HOME, now).is_some() && throttle.wait("ben", HOME, now).is_some());
        assert_eq!(throttle.wait("anna", Place::Browser([1; 32]), now), None);
        (0..9).for_each(|_| throttle.failed("anna", Place::Browser([1; 32]), now));
        assert!(
            throttle.wait("anna", Place::Browser([1; 32]), now).is_some(),
            "it may not guess forever either"
        );
        assert_eq!(throttle.wait("anna", Place::Browser([2; 32]), now), None);
    }

    #[test]
    fn the_owner_starts_anew() {
        let (throttle, now) = (Throttle::default(), Timestamp::from_secs(1_000_000));
        (0..9).for_each(|_| throttle.failed("anna", HOME, now));
        throttle.succeeded("anna", HOME);
        assert_eq!(throttle.wait("anna", HOME, now), None);
    }
}
