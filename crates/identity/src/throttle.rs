//! Growing delays for those who try secrets.
//!
//! **Invariant:** a stranger who fails slows down strangers of the same network, never the account for its owner: delays
//! grow per account and network, and fade; a browser that is known for the account has a count of its own. An attempt
//! is counted before it is judged, so that many at once are not all free.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
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
/// How many are forgotten at once then: finding the oldest looks at all of them.
const FORGOTTEN_AT_ONCE: usize = REMEMBERED / 10;
/// In one network the failures of this many different accounts are free: many people sit behind one.
const NETWORK_FREE: u32 = 50;

/// What is tried. Each has counts of its own: a mail program with an old secret keeps nobody from the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tried {
    /// The password of an account.
    Password,
    /// A device password.
    DeviceSecret,
    /// A code: the second factor.
    Code,
    /// A mail with a link or a code is asked for.
    Mail,
}

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

/// What failures are counted by: what was tried, the account, and where from. Without an account it is the place alone,
/// and counts its accounts.
type Key = (Tried, Option<String>, String);

/// What failed, and how often.
#[derive(Default)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<Key, Failures>>,
}

impl Throttle {
    /// Counts an attempt as failed until [`Self::succeeded`] says otherwise; or how long to wait before the next.
    pub(crate) fn attempt(
        &self,
        tried: Tried,
        account: &str,
        from: impl Into<Place>,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let (one, all) = keys(tried, account, from.into());
        let mut failures = self.locked();
        let wait = remaining(&failures, &one, FREE, now).max(remaining(&failures, &all, NETWORK_FREE, now));
        if !wait.is_zero() {
            return Err(wait);
        }
        make_room(&mut failures, now);
        // A place is as suspicious as many accounts failed there, however often each did.
        if count(&mut failures, one, now) == 1 {
            count(&mut failures, all, now);
        }
        Ok(())
    }

    /// Forgets the failures of an account from there: its owner is there.
    pub(crate) fn succeeded(&self, tried: Tried, account: &str, from: impl Into<Place>) {
        let (one, all) = keys(tried, account, from.into());
        let mut failures = self.locked();
        if failures.remove(&one).is_some()
            && let Some(all) = failures.get_mut(&all)
        {
            all.count = all.count.saturating_sub(1);
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keys(tried: Tried, account: &str, from: Place) -> (Key, Key) {
    let place = from.name();
    ((tried, Some(account.to_owned()), place.clone()), (tried, None, place))
}

/// Counts one more; how many it are now.
fn count(failures: &mut HashMap<Key, Failures>, key: Key, now: Timestamp) -> u32 {
    let entry = failures.entry(key).or_insert(Failures { count: 0, last: now });
    *entry = Failures { count: faded(*entry, now).count.saturating_add(1), last: now };
    entry.count
}

/// Forgets what faded, and then the oldest: nobody who fails on and on is forgotten for that.
fn make_room(failures: &mut HashMap<Key, Failures>, now: Timestamp) {
    if failures.len() < REMEMBERED {
        return;
    }
    failures.retain(|_, failure| faded(*failure, now).count > 0);
    if failures.len() < REMEMBERED {
        return;
    }
    let mut times: Vec<Timestamp> = failures.values().map(|failure| failure.last).collect();
    let (_, oldest, _) = times.select_nth_unstable(FORGOTTEN_AT_ONCE);
    let (oldest, mut left) = (*oldest, FORGOTTEN_AT_ONCE);
    failures.retain(|_, failure| {
        let stays = failure.last > oldest || left == 0;
        left -= usize::from(!stays);
        stays
    });
}

fn faded(failures: Failures, now: Timestamp) -> Failures {
    let steps = now.since(failures.last).as_secs() / FADES_AFTER.as_secs();
    let count = failures.count.saturating_sub(u32::try_from(steps).unwrap_or(u32::MAX));
    Failures { count, ..failures }
}

fn remaining(failures: &HashMap<Key, Failures>, key: &Key, free: u32, now: Timestamp) -> Duration {
    failures.get(key).map_or(Duration::ZERO, |failures| delay(*failures, free, now))
}

fn delay(failures: Failures, free: u32, now: Timestamp) -> Duration {
    let over = faded(failures, now).count.saturating_sub(free);
    if over == 0 {
        return Duration::ZERO;
    }
    let delay = Duration::from_secs(1u64 << over.min(10)).min(LONGEST);
    delay.saturating_sub(now.since(failures.last))
}

/// The network of an address: what one customer of a provider has (/24, /64).
pub(crate) fn network(ip: IpAddr) -> String {
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

    fn start() -> Timestamp {
        Timestamp::from_secs(1_000_000)
    }

    /// Fails as soon as it may, again and again; when the next attempt may be.
    fn fail(throttle: &Throttle, account: &str, from: impl Into<Place>, times: usize) -> Timestamp {
        let (place, mut now, mut left) = (from.into(), start(), times);
        while left > 0 {
            match throttle.attempt(Tried::Password, account, place, now) {
                Ok(()) => left -= 1,
                Err(wait) => now = now.plus(wait),
            }
        }
        now
    }

    fn try_now(
        throttle: &Throttle,
        account: &str,
        from: impl Into<Place>,
        now: Timestamp,
    ) -> Result<(), Duration> {
        throttle.attempt(Tried::Password, account, from, now)
    }

    #[test]
    fn delays_grow_and_fade_and_touch_no_other_network() {
        let (throttle, secs) = (Throttle::default(), Duration::from_secs);
        let now = fail(&throttle, "anna", AWAY, 6);
        assert_eq!(now, start(), "people mistype");
        assert_eq!(try_now(&throttle, "anna", AWAY, now), Err(secs(2)));
        let now = now.plus(secs(2));
        assert_eq!(try_now(&throttle, "anna", AWAY, now), Ok(()));
        assert_eq!(try_now(&throttle, "anna", AWAY, now), Err(secs(4)));
        let now = fail(&throttle, "anna", AWAY, 8);
        assert!(try_now(&throttle, "anna", AWAY, now).is_err_and(|wait| wait <= LONGEST));
        assert_eq!(try_now(&throttle, "anna", HOME, now), Ok(()));
        assert_eq!(try_now(&throttle, "anna", AWAY, now.plus(domain::duration::days(1))), Ok(()));
    }

    #[test]
    fn of_many_attempts_at_once_no_more_are_free_than_one_after_the_other() {
        let throttle = std::sync::Arc::new(Throttle::default());
        let racing: Vec<_> = (0..32)
            .map(|_| {
                let throttle = std::sync::Arc::clone(&throttle);
                std::thread::spawn(move || try_now(&throttle, "anna", AWAY, start()).is_ok())
            })
            .collect();
        let tried = racing.into_iter().map(|one| one.join().unwrap()).filter(|was_tried| *was_tried);
        assert_eq!(tried.count(), 6);
    }

    #[test]
    fn a_network_is_slowed_down_by_how_many_accounts_fail_there_not_by_how_often_one_does() {
        let throttle = Throttle::default();
        let now = fail(&throttle, "anna", HOME, 30);
        assert_eq!(try_now(&throttle, "ben", HOME, now), Ok(()), "one who mistypes keeps nobody else out");
        (0..50).for_each(|number| try_now(&throttle, &format!("guess {number}"), HOME, now).unwrap());
        assert!(try_now(&throttle, "carla", HOME, now).is_err(), "one who tries many accounts does");
        assert_eq!(try_now(&throttle, "carla", AWAY, now), Ok(()));
        let device = throttle.attempt(Tried::DeviceSecret, "carla", HOME, now);
        assert_eq!(device, Ok(()), "each thing that is tried has counts of its own");
    }

    #[test]
    fn whoever_signs_in_is_not_counted_in_their_network() {
        let (throttle, now) = (Throttle::default(), start());
        for number in 0..200 {
            let account = format!("person {number}");
            assert_eq!(try_now(&throttle, &account, HOME, now), Ok(()));
            throttle.succeeded(Tried::Password, &account, HOME);
        }
    }

    #[test]
    fn a_known_browser_is_not_slowed_down_by_a_stranger_behind_the_same_network() {
        let throttle = Throttle::default();
        let now = fail(&throttle, "anna", HOME, 15);
        assert!(try_now(&throttle, "anna", HOME, now).is_err());
        let mine = Place::Browser([1; 32]);
        assert_eq!(try_now(&throttle, "anna", mine, now), Ok(()));
        let later = fail(&throttle, "anna", mine, 9);
        assert!(try_now(&throttle, "anna", mine, later).is_err(), "it may not guess forever either");
        assert_eq!(try_now(&throttle, "anna", Place::Browser([2; 32]), later), Ok(()));
    }

    #[test]
    fn the_owner_starts_anew() {
        let throttle = Throttle::default();
        let now = fail(&throttle, "anna", HOME, 9);
        throttle.succeeded(Tried::Password, "anna", HOME);
        assert_eq!(try_now(&throttle, "anna", HOME, now), Ok(()));
    }

    #[test]
    fn many_other_accounts_do_not_make_it_forget_one_that_is_being_tried() {
        let throttle = Throttle::default();
        let now = fail(&throttle, "anna", AWAY, 9);
        let filled = |number: u32| IpAddr::V4(std::net::Ipv4Addr::from(0x0A00_0000 + number * 256));
        for number in 0..u32::try_from(REMEMBERED).unwrap() / 2 {
            // Two entries each; the first ones are as old as can be.
            let at = if number < 10_000 { start() } else { now };
            let _counted = try_now(&throttle, "somebody", filled(number), at);
        }
        let _counted = try_now(&throttle, "somebody", HOME, now);
        assert!(throttle.locked().len() <= REMEMBERED);
        assert!(try_now(&throttle, "anna", AWAY, now).is_err());
    }
}
