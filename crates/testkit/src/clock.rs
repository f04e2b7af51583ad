//! A clock that moves when told, and chance that repeats itself.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{Ambient, Clock, Random, Timestamp};

/// Where every fake clock starts: 2026-01-01T00:00:00Z.
pub const START: Timestamp = Timestamp::from_secs(1_767_225_600);

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now.millis())))
    }

    /// Lets `by` pass.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Shows `now` from here on.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Random bytes that are the same in every run with the same seed (SplitMix64). Never for secrets outside tests.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self(Mutex::new(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = *state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A fake clock at [`START`] and the chance of `seed`, and the clock again to move it.
pub fn ambient(seed: u64) -> (Ambient, Arc<FakeClock>) {
    let clock = FakeClock::at(START);
    let ambient =
        Ambient { clock: Arc::<FakeClock>::clone(&clock) as Arc<dyn Clock>, random: SeededRandom::new(seed) };
    (ambient, clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_when_told() {
        let (ambient, clock) = ambient(1);
        assert_eq!(ambient.clock.now(), START);
        clock.advance(Duration::from_secs(90));
        assert_eq!(ambient.clock.now().since(START), Duration::from_secs(90));
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let (mut first, mut second, mut other) = ([0; 20], [0; 20], [0; 20]);
        SeededRandom::new(7).fill(&mut first);
        SeededRandom::new(7).fill(&mut second);
        SeededRandom::new(8).fill(&mut other);
        assert_eq!(first, second);
        assert_ne!(first, other);
    }
}
