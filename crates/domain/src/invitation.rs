//! The life of an invitation (I3, I6).

use crate::Timestamp;

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has opened the link yet.
    Pending,
    /// The page was opened. Opening grants nothing.
    Seen,
    /// Somebody completed it. Final.
    Accepted,
    /// Its time ran out. Final unless it is sent again.
    Expired,
    /// It was deleted. Final.
    Deleted,
}

/// What can happen to an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its page was opened.
    Open,
    /// Somebody completed the last step.
    Accept,
    /// Whoever manages the address deleted it.
    Delete,
}

/// Why a step could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Dead {
    /// It was used already.
    #[error("this invitation has been used")]
    Used,
    /// Its time ran out.
    #[error("this invitation has expired")]
    Expired,
    /// It was deleted.
    #[error("this invitation has been withdrawn")]
    Deleted,
}

impl State {
    /// The state at `now` of an invitation stored as `self` that ends at `expires_at`.
    #[must_use]
    pub fn at(self, now: Timestamp, expires_at: Timestamp) -> Self {
        match self {
            Self::Pending | Self::Seen if now >= expires_at => Self::Expired,
            Self::Pending | Self::Seen | Self::Accepted | Self::Expired | Self::Deleted => self,
        }
    }

    /// The state after `step`, or why it cannot be taken. The only place where an invitation moves.
    pub fn after(self, step: Step) -> Result<Self, Dead> {
        match (self, step) {
            (Self::Pending | Self::Seen, Step::Open) => Ok(Self::Seen),
            (Self::Pending | Self::Seen, Step::Accept) => Ok(Self::Accepted),
            (Self::Pending | Self::Seen | Self::Expired, Step::Delete) => Ok(Self::Deleted),
            (Self::Accepted, Step::Open | Step::Accept | Step::Delete) => Err(Dead::Used),
            (Self::Expired, Step::Open | Step::Accept) => Err(Dead::Expired),
            (Self::Deleted, Step::Open | Step::Accept | Step::Delete) => Err(Dead::Deleted),
        }
    }

    /// The name in the database and in catalogues' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Seen => "seen",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }

    /// The state with that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Pending, Self::Seen, Self::Accepted, Self::Expired, Self::Deleted]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_accepted_once() {
        let accepted = State::Seen.after(Step::Accept).unwrap();
        assert_eq!(accepted.after(Step::Accept), Err(Dead::Used));
    }

    #[test]
    fn time_ends_only_what_is_still_open() {
        let end = Timestamp::from_secs(10);
        assert_eq!(State::Pending.at(end, end), State::Expired);
        assert_eq!(State::Pending.at(Timestamp::from_secs(9), end), State::Pending);
        assert_eq!(State::Accepted.at(end, end), State::Accepted);
    }

    #[test]
    fn a_deleted_invitation_opens_nothing() {
        assert_eq!(State::Deleted.after(Step::Open), Err(Dead::Deleted));
        assert_eq!(State::Deleted.after(Step::Accept), Err(Dead::Deleted));
    }
}
