//! The machine's clock and chance: where time and randomness come from outside tests.
//!
//! **Invariant:** nothing else in the program asks the system for either.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use domain::{Ambient, Clock, Random, Timestamp};

/// The clock and the source of randomness of this machine.
pub(crate) fn of_this_machine() -> Ambient {
    Ambient { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        // A clock that stands before 1970 is as good as none.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the system for randomness"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Secrets that can be guessed are worse than a server that is down.
            tracing::error!(%error, "the system has no randomness: the server cannot go on");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_a_time_of_our_days() {
        let year_2020 = Timestamp::from_secs(1_577_836_800);
        assert!(of_this_machine().clock.now() > year_2020);
    }

    #[test]
    fn chance_does_not_repeat_itself() {
        let (mut first, mut second) = ([0; 32], [0; 32]);
        of_this_machine().random.fill(&mut first);
        of_this_machine().random.fill(&mut second);
        assert_ne!(first, second);
    }
}
