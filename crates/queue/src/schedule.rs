//! When a recipient is tried again, and when it is given up (RFC 5321 §4.5.4.1).

use std::time::Duration;

use domain::Timestamp;
use domain::duration::{days, hours, minutes};

/// The pauses after the first failed attempts: short while the cause may pass by itself (greylisting, a restart), then
/// longer.
const PAUSES: [Duration; 7] =
    [minutes(1), minutes(5), minutes(15), minutes(30), hours(1), hours(2), hours(4)];
/// The pause after every later attempt.
const LATER: Duration = hours(4);
/// For how long mail is tried: RFC 5321 asks for four to five days at least.
const GIVE_UP_AFTER: Duration = days(5);

/// After how long a sender who asked hears that mail is delayed: RFC 5321 §4.5.4.1 lets a server retry for hours first.
pub(crate) const DELAYED_AFTER: Duration = hours(4);

/// Until when mail accepted at `accepted_at` is tried.
pub(crate) fn tried_until(accepted_at: Timestamp) -> Timestamp {
    accepted_at.plus(GIVE_UP_AFTER)
}

/// What comes after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another one, then.
    At(Timestamp),
    /// Nothing: the sender is told.
    GiveUp,
}

/// What comes after the attempt number `attempts` (from 1) failed at `now`, for mail accepted at `accepted_at`.
pub(crate) fn next(attempts: u32, accepted_at: Timestamp, now: Timestamp) -> Next {
    if now.since(accepted_at) >= GIVE_UP_AFTER {
        return Next::GiveUp;
    }
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = PAUSES.get(place).copied().unwrap_or(LATER);
    let told_at = accepted_at.plus(DELAYED_AFTER);
    // An attempt comes when a delay is told, and the last when the time is up, not hours before or after it.
    let then = if now < told_at { now.plus(pause).min(told_at) } else { now.plus(pause) };
    Next::At(then.min(tried_until(accepted_at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_after_five_days() {
        let accepted_at = Timestamp::from_secs(1_000_000);
        let (mut now, mut attempts, mut pauses) = (accepted_at, 0, Vec::new());
        loop {
            attempts += 1;
            match next(attempts, accepted_at, now) {
                Next::At(then) => {
                    pauses.push(then.since(now).as_secs() / 60);
                    now = then;
                }
                Next::GiveUp => break,
            }
        }
        assert_eq!(pauses[..9], [1, 5, 15, 30, 60, 120, 9, 240, 240]);
        assert_eq!(now, accepted_at.plus(GIVE_UP_AFTER));
        assert_eq!(attempts, 37);
    }
}
