//! `cargo xtask fuzz`: whole sessions and damaged bytes by ever new seeds, for as long as one likes.
//!
//! What runs are the tests of the module names below, which every test run plays with a few seeds that stay the same. A
//! seed that finds something gives the same again on every machine: `cargo xtask fuzz 0 SEED`.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::console::say;
use crate::steps::succeeds;
use crate::test::cargo;

/// Where the tests are that take seeds.
const TESTS: [&str; 2] = ["tests::mutated::", "tests::sessions::"];
/// How many seeds one run of the tests plays: enough that starting it is not what takes the time.
const AT_ONCE: u64 = 8;

/// Plays seeds from `first` on until the minutes are over, at least once; whether nothing was found.
pub(crate) fn run(minutes: u64, first: Option<u64>) -> anyhow::Result<bool> {
    let (begun, long) = (now(), Duration::from_secs(minutes.saturating_mul(60)));
    let (mut seed, at_once) = match first {
        Some(seed) => (seed, 1),
        None => (fresh(), AT_ONCE),
    };
    let mut played = 0;
    loop {
        for tests in TESTS {
            let mut command = cargo();
            command.args(["test", "--quiet", "--package", "imap", "--lib", tests]);
            command
                .env("POSTROOM_FUZZ_SEED", seed.to_string())
                .env("POSTROOM_FUZZ_ROUNDS", at_once.to_string());
            if !succeeds(&mut command)? {
                say(&format!("{tests} found something from the seed {seed} on; above it says which"));
                return Ok(false);
            }
        }
        (seed, played) = (seed.wrapping_add(at_once), played + at_once);
        if begun.elapsed() >= long {
            say(&format!("{played} seeds in {} minutes found nothing", begun.elapsed().as_secs() / 60));
            return Ok(true);
        }
    }
}

/// Where to begin: elsewhere than the last time.
#[expect(clippy::disallowed_methods, reason = "a task has no clock that is handed in")]
fn fresh() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs() << 8)
}

#[expect(clippy::disallowed_methods, reason = "a task has no clock that is handed in")]
fn now() -> Instant {
    Instant::now()
}
