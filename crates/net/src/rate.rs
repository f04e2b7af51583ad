//! How often somebody may do something: a bucket of tokens for each key, which fills again with time.
//!
//! **Invariant:** the memory used is bounded whatever keys come, and a key is only forgotten while another one
//! is remembered at least as full, so that nobody regains tokens by making up many keys of their own.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// How much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many times in a row, after a rest.
    pub burst: u32,
    /// How long it takes until one more time is allowed.
    pub every: Duration,
    /// How many keys are remembered at once.
    pub keys: usize,
}

/// A limit on how often each key may do something. Time comes in as the duration since any fixed moment.
#[derive(Debug, Clone)]
pub struct Rate<K> {
    allowance: Allowance,
    /// When each key's bucket is full again; a key that is not here has a full one.
    full_at: HashMap<K, Duration>,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// A limit under which nobody has done anything yet.
    #[must_use]
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, full_at: HashMap::new() }
    }

    /// Takes one token of `key`, or says how long to wait for one.
    ///
    /// # Errors
    /// The time until `key` may try again.
    pub fn take(&mut self, key: &K, now: Duration) -> Result<(), Duration> {
        let full_at = self.full_at.get(key).copied().unwrap_or_default().max(now);
        let next = full_at.saturating_add(self.allowance.every);
        let latest = now.saturating_add(self.allowance.every.saturating_mul(self.allowance.burst));
        if next > latest {
            return Err(next.saturating_sub(latest));
        }
        self.remember(key, next, now);
        Ok(())
    }

    /// Gives `key` all its tokens back, for instance after it has proved who it is.
    pub fn forgive(&mut self, key: &K) {
        self.full_at.remove(key);
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.full_at.len()
    }

    fn remember(&mut self, key: &K, full_at: Duration, now: Duration) {
        if !self.full_at.contains_key(key) && self.full_at.len() >= self.allowance.keys {
            self.full_at.retain(|_key, full_at| *full_at > now);
            self.forget_down_to(self.allowance.keys.saturating_sub(1));
        }
        self.full_at.insert(key.clone(), full_at);
    }

    /// Forgets the fullest buckets until `most` are left, and a quarter more, so that this is not done each time.
    fn forget_down_to(&mut self, most: usize) {
        if self.full_at.len() <= most {
            return;
        }
        let left = most - most / 4;
        let mut fullest_first: Vec<(Duration, K)> =
            self.full_at.iter().map(|(key, full_at)| (*full_at, key.clone())).collect();
        fullest_first.sort_by_key(|(full_at, _key)| *full_at);
        for (_full_at, key) in fullest_first.iter().take(self.full_at.len() - left) {
            self.full_at.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_A_MINUTE: Allowance = Allowance { burst: 2, every: Duration::from_secs(30), keys: 4 };

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_burst_is_allowed_and_then_one_at_a_time() {
        let mut rate = Rate::new(TWO_A_MINUTE);
        assert_eq!(rate.take(&"a", at(100)), Ok(()));
        assert_eq!(rate.take(&"a", at(100)), Ok(()));
        assert_eq!(rate.take(&"a", at(100)), Err(at(30)));
        assert_eq!(rate.take(&"a", at(110)), Err(at(20)));
        assert_eq!(rate.take(&"a", at(130)), Ok(()));
        assert_eq!(rate.take(&"a", at(130)), Err(at(30)));
    }

    #[test]
    fn a_long_rest_earns_no_more_than_the_burst() {
        let mut rate = Rate::new(TWO_A_MINUTE);
        assert_eq!(rate.take(&"a", at(0)), Ok(()));
        assert_eq!(rate.take(&"a", at(9_000)), Ok(()));
        assert_eq!(rate.take(&"a", at(9_000)), Ok(()));
        assert!(rate.take(&"a", at(9_000)).is_err());
    }

    #[test]
    fn keys_do_not_share_their_tokens() {
        let mut rate = Rate::new(Allowance { burst: 1, ..TWO_A_MINUTE });
        assert_eq!(rate.take(&"a", at(0)), Ok(()));
        assert_eq!(rate.take(&"b", at(0)), Ok(()));
        assert!(rate.take(&"a", at(0)).is_err());
    }

    #[test]
    fn who_is_forgiven_starts_afresh() {
        let mut rate = Rate::new(Allowance { burst: 1, ..TWO_A_MINUTE });
        assert_eq!(rate.take(&"a", at(0)), Ok(()));
        rate.forgive(&"a");
        assert_eq!(rate.take(&"a", at(0)), Ok(()));
    }

    #[test]
    fn an_empty_bucket_is_remembered_however_many_keys_come() {
        let mut rate = Rate::new(TWO_A_MINUTE);
        assert_eq!(rate.take(&0, at(0)), Ok(()));
        assert_eq!(rate.take(&0, at(0)), Ok(()));
        for key in 1..1_000 {
            assert_eq!(rate.take(&key, at(0)), Ok(()));
            assert!(rate.remembered() <= TWO_A_MINUTE.keys);
        }
        assert!(rate.take(&0, at(0)).is_err());
    }

    #[test]
    fn full_buckets_are_forgotten_first() {
        let mut rate = Rate::new(TWO_A_MINUTE);
        for key in 0..4 {
            assert_eq!(rate.take(&key, at(0)), Ok(()));
        }
        assert_eq!(rate.take(&4, at(60)), Ok(()));
        assert_eq!(rate.remembered(), 1);
    }

    #[test]
    fn an_allowance_of_nothing_allows_nothing() {
        let mut rate = Rate::new(Allowance { burst: 0, ..TWO_A_MINUTE });
        assert!(rate.take(&"a", at(0)).is_err());
    }
}
