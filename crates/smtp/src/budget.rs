//! How much memory the content of mail may hold while it is received, over all connections together.
//!
//! **Invariant:** what is held beyond the small beginning of each mail is counted, and is free again when its [`Share`]
//! goes, whichever way that is. Strangers never hold all of it, and one network of strangers never what the others need.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use net::listener::network_of;

/// What each mail holds without being counted, in bytes: the number of connections limits it. So most mail is taken
/// even while large mails wait for room.
const UNCOUNTED: usize = 128 * 1024;

/// The memory for all that is being received. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    taken: Arc<Mutex<Taken>>,
    limits: Limits,
}

/// How much may be held at once, in bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    all: usize,
    /// By strangers: people's devices have the rest to themselves.
    strangers: usize,
    /// By one network of strangers.
    network: usize,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    strangers: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// For whom content is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Somebody who signed in.
    Person,
    /// A server of this network.
    Stranger(IpAddr),
    /// A program of this machine: a proxy stands for everybody.
    Near,
}

/// What one mail holds of the budget; free again when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Budget,
    holder: Holder,
    counted: usize,
}

/// Nothing is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

impl Holder {
    /// The stranger at `ip`.
    pub(crate) fn stranger(ip: IpAddr) -> Self {
        let network = network_of(ip);
        if network.is_loopback() { Self::Near } else { Self::Stranger(network) }
    }
}

impl Budget {
    /// A budget of `bytes`, where the largest mail has `largest`.
    pub(crate) fn new(bytes: usize, largest: usize) -> Self {
        // A buffer that grows may be twice as large as what it holds, and filing a mail makes a copy of it.
        let one = largest.saturating_mul(3);
        let limits =
            Limits { all: bytes, strangers: bytes / 4 * 3, network: (bytes / 4).max(one.min(bytes / 2)) };
        Self { taken: Arc::default(), limits }
    }

    /// A share that holds nothing yet.
    pub(crate) fn share(&self, holder: Holder) -> Share {
        Share { budget: self.clone(), holder, counted: 0 }
    }

    /// Whether a mail of `bytes` could be held now.
    pub(crate) fn has_room(&self, holder: Holder, bytes: usize) -> bool {
        self.share(holder).grow(bytes).is_ok()
    }

    fn take(&self, holder: Holder, bytes: usize) -> Result<(), Full> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |held: usize, limit: usize| held.saturating_add(bytes) <= limit;
        let Limits { all, strangers, network: of_network } = self.limits;
        let has_room = match holder {
            Holder::Person => true,
            Holder::Near => fits(taken.strangers, strangers),
            Holder::Stranger(network) => {
                let held = taken.by_network.get(&network).copied().unwrap_or_default();
                fits(taken.strangers, strangers) && fits(held, of_network)
            }
        };
        if !has_room || !fits(taken.all, all) {
            return Err(Full);
        }
        taken.all += bytes;
        match holder {
            Holder::Person => {}
            Holder::Near => taken.strangers += bytes,
            Holder::Stranger(network) => {
                taken.strangers += bytes;
                *taken.by_network.entry(network).or_default() += bytes;
            }
        }
        Ok(())
    }

    fn free(&self, holder: Holder, bytes: usize) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(bytes);
        match holder {
            Holder::Person => {}
            Holder::Near => taken.strangers = taken.strangers.saturating_sub(bytes),
            Holder::Stranger(network) => {
                taken.strangers = taken.strangers.saturating_sub(bytes);
                let left = taken.by_network.get(&network).copied().unwrap_or_default().saturating_sub(bytes);
                if left == 0 {
                    taken.by_network.remove(&network);
                } else {
                    taken.by_network.insert(network, left);
                }
            }
        }
    }
}

impl Share {
    /// Holds `held` bytes in all from now on, if there is room for them; else what was held before stays counted.
    pub(crate) fn grow(&mut self, held: usize) -> Result<(), Full> {
        if held == 0 {
            // What was held is thrown away, though its sender goes on.
            self.let_go();
        }
        let counted = held.saturating_sub(UNCOUNTED);
        if counted > self.counted {
            self.budget.take(self.holder, counted - self.counted)?;
            self.counted = counted;
        }
        Ok(())
    }

    /// Holds nothing any more.
    pub(crate) fn let_go(&mut self) {
        self.budget.free(self.holder, std::mem::take(&mut self.counted));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.let_go();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    fn stranger(text: &str) -> Holder {
        Holder::stranger(text.parse().unwrap())
    }

    #[test]
    fn what_is_held_is_counted_and_free_again() {
        let budget = Budget::new(100 * MIB, MIB);
        let mut share = budget.share(Holder::Near);
        assert_eq!(share.grow(76 * MIB), Err(Full));
        assert_eq!(share.grow(70 * MIB), Ok(()));
        assert!(!budget.has_room(Holder::Near, 10 * MIB));
        share.let_go();
        assert!(budget.has_room(Holder::Near, 70 * MIB));
        share.grow(70 * MIB).unwrap();
        share.grow(0).unwrap();
        assert!(budget.has_room(Holder::Near, 70 * MIB), "what was thrown away is not held");
        drop(share);
        assert_eq!(budget.taken.lock().unwrap().all, 0);
    }

    #[test]
    fn one_network_leaves_room_for_the_others_and_strangers_leave_room_for_people() {
        let budget = Budget::new(100 * MIB, MIB);
        let networks = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
        let mut held = Vec::new();
        for network in networks {
            assert!(!budget.has_room(stranger(network), 30 * MIB), "more than its share");
            let mut share = budget.share(stranger(network));
            share.grow(25 * MIB).unwrap();
            held.push(share);
        }
        assert!(!budget.has_room(stranger("2001:db8::2"), 5 * MIB));
        assert!(!budget.has_room(stranger("198.51.100.1"), 5 * MIB));
        assert!(budget.has_room(Holder::Person, 25 * MIB));
        drop(held);
        let taken = budget.taken.lock().unwrap();
        assert!(taken.by_network.is_empty() && taken.strangers == 0 && taken.all == 0);
    }

    #[test]
    fn a_small_mail_always_has_room() {
        let budget = Budget::new(MIB, MIB);
        let mut all = budget.share(Holder::Person);
        all.grow(MIB + UNCOUNTED).unwrap();
        assert!(budget.has_room(Holder::Near, UNCOUNTED) && !budget.has_room(Holder::Near, UNCOUNTED + 1));
    }
}
