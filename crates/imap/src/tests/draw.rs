//! Chance by a seed, and the seeds that are wanted.

/// Numbers from a seed (xorshift64*): the same seed gives the same session on every machine.
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// One of them.
    pub(super) fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// True one time out of so many.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Some of the numbers from 1 to `last`, rising; at least one.
    pub(super) fn some(&mut self, last: usize) -> Vec<usize> {
        let (one, other) = (1 + self.below(last), 1 + self.below(last));
        let range: Vec<usize> = (one.min(other)..=one.max(other)).collect();
        if self.once_in(3) {
            return range.into_iter().filter(|number| number % 2 == 1 || *number == one).collect();
        }
        range
    }
}

/// The seeds to begin with and how many of them: those that `cargo xtask fuzz` wants, or those of each test run.
pub(super) fn seeds(first: u64, count: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    match (number("POSTROOM_FUZZ_SEED"), number("POSTROOM_FUZZ_ROUNDS")) {
        (Some(first), Some(count)) => first..first.saturating_add(count),
        (_, None) | (None, _) => first..first + count,
    }
}

/// Plays something once for each seed; what goes wrong names its seed.
pub(super) fn for_each_seed(seeds: std::ops::Range<u64>, mut play: impl FnMut(Draw)) {
    for seed in seeds {
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(Draw::of(seed))));
        if let Err(panic) = played {
            eprintln!("the seed is {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}
