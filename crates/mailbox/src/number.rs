//! The numbers by which IMAP speaks of messages, each its own type.

use std::fmt;
use std::ops::RangeInclusive;

use store::{FromValue, Mismatch, ToValue, ValueRef};

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl ToValue for $name {
            fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
                self.0.to_value()
            }
        }

        impl FromValue for $name {
            fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                <$inner>::from_value(value).map(Self)
            }
        }
    )*};
}

numbers! {
    /// The number of a message in a folder: given once, in rising order, never again (RFC 9051 §2.3.1.1).
    Uid(u32);
    /// Tells whether the UIDs that a client remembers still hold (RFC 9051 §2.3.1.1).
    UidValidity(u32);
    /// When something changed: rises with each change of a mailbox (RFC 7162 §3.1).
    ModSeq(u64);
}

/// A set of UIDs, as ranges in rising order that neither touch nor overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UidSet(Vec<RangeInclusive<u32>>);

impl UidSet {
    /// Every UID.
    pub fn all() -> Self {
        Self(vec![1..=u32::MAX])
    }

    /// Just this one.
    pub fn one(uid: Uid) -> Self {
        Self(vec![uid.0..=uid.0])
    }

    /// The UIDs of these ranges, in whatever order they come.
    pub fn of_ranges(ranges: impl IntoIterator<Item = RangeInclusive<u32>>) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
        ranges.sort_unstable_by_key(|range| *range.start());
        let mut merged: Vec<RangeInclusive<u32>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if last.end().saturating_add(1) >= *range.start() => {
                    *last = *last.start()..=(*last.end()).max(*range.end());
                }
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// Every UID up to `last` but those of `gone`, which rise.
    pub(crate) fn up_to_without(last: u32, gone: impl IntoIterator<Item = Uid>) -> Self {
        let mut ranges = Vec::new();
        let mut next = 1;
        for uid in gone {
            if uid.0 > next {
                ranges.push(next..=uid.0 - 1);
            }
            next = uid.0.saturating_add(1);
        }
        if next <= last {
            ranges.push(next..=last);
        }
        Self(ranges)
    }

    /// How many UIDs are in it.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|range| u64::from(range.end() - range.start()) + 1).sum()
    }

    /// The ranges, in rising order.
    pub fn ranges(&self) -> &[RangeInclusive<u32>] {
        &self.0
    }

    /// Whether there is none in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `uid` is one of them.
    pub fn contains(&self, uid: Uid) -> bool {
        let index = self.0.partition_point(|range| *range.end() < uid.0);
        self.0.get(index).is_some_and(|range| range.contains(&uid.0))
    }
}

impl FromIterator<Uid> for UidSet {
    fn from_iter<I: IntoIterator<Item = Uid>>(uids: I) -> Self {
        Self::of_ranges(uids.into_iter().map(|uid| uid.0..=uid.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_holds_exactly_what_its_ranges_hold(ranges in proptest::collection::vec((0u32..200, 0u32..30), 0..12)) {
            let ranges: Vec<_> = ranges.into_iter().map(|(start, length)| start..=start + length).collect();
            let set = UidSet::of_ranges(ranges.clone());
            for uid in 0..260 {
                prop_assert_eq!(set.contains(Uid(uid)), ranges.iter().any(|range| range.contains(&uid)));
            }
            prop_assert!(set.ranges().windows(2).all(|pair| pair[0].end() + 1 < *pair[1].start()));
        }
    }

    #[test]
    fn a_set_is_told_by_what_is_not_in_it() {
        let without = |last, gone: &[u32]| UidSet::up_to_without(last, gone.iter().copied().map(Uid));
        assert_eq!(without(9, &[]).ranges(), [1..=9]);
        assert_eq!(without(9, &[1, 2, 5, 9]).ranges(), [3..=4, 6..=8]);
        assert!(without(0, &[]).is_empty() && without(2, &[1, 2]).is_empty());
        assert_eq!(without(9, &[1, 2, 5, 9]).count(), 5);
    }

    #[test]
    fn the_set_of_all_ends_at_the_largest_number() {
        assert!(UidSet::all().contains(Uid(u32::MAX)));
        assert_eq!(UidSet::of_ranges([5..=u32::MAX, 1..=7]).ranges(), [1..=u32::MAX]);
    }
}
