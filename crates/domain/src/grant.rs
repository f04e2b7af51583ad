//! Accesses and what they add up to.

use crate::{Permissions, Rights, Timestamp};

/// One source of rights: a user's own access, or that of a team they are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The permissions that it gives.
    pub permissions: Permissions,
    /// From when on it gives nothing any more, if it ends.
    pub ends_at: Option<Timestamp>,
    /// Whether its weekly hours, if it has some, are open.
    pub opening: Opening,
}

/// Whether weekly hours are open at the moment that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// They are, or there are none.
    Open,
    /// They are not.
    Closed,
}

impl Source {
    /// Whether it gives anything at `now`.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.opening == Opening::Open && self.ends_at.is_none_or(|end| now < end)
    }
}

/// The union of all sources that hold at `now`; nothing where none does.
pub fn effective(sources: impl IntoIterator<Item = Source>, now: Timestamp) -> Option<Rights> {
    sources
        .into_iter()
        .filter(|source| source.holds(now))
        .map(|source| source.permissions)
        .reduce(Permissions::union)
        .map(Rights::of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Permission;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000);

    fn source(bits: i64, end_secs: Option<i64>) -> Source {
        let ends_at = end_secs.map(Timestamp::from_secs);
        Source { permissions: Permissions::from_bits(bits), ends_at, opening: Opening::Open }
    }

    #[test]
    fn nobody_has_rights_without_a_source() {
        assert_eq!(effective([], NOW), None);
        assert_eq!(effective([source(0xfff, Some(1_000))], NOW), None);
    }

    #[test]
    fn outside_of_its_hours_an_access_gives_nothing() {
        let closed = Source { opening: Opening::Closed, ..source(0xfff, None) };
        assert_eq!(effective([closed], NOW), None);
        assert_eq!(effective([closed, source(0, None)], NOW), Some(Rights::of(Permissions::NONE)));
    }

    #[test]
    fn an_access_without_permissions_still_reads() {
        assert_eq!(effective([source(0, None)], NOW), Some(Rights::of(Permissions::NONE)));
    }

    proptest! {
        #[test]
        fn rights_are_the_union_of_what_holds(all in proptest::collection::vec((0i64..4096, proptest::option::of(0i64..2_000)), 0..6)) {
            let rights = effective(all.iter().map(|(bits, end)| source(*bits, *end)), NOW);
            let holding: Vec<_> = all.iter().filter(|(_, end)| end.is_none_or(|end| end > 1_000)).collect();
            prop_assert_eq!(rights.is_some(), !holding.is_empty());
            for permission in Permission::ALL {
                let expected = holding.iter().any(|(bits, _)| Permissions::from_bits(*bits).has(permission));
                prop_assert_eq!(rights.is_some_and(|rights| rights.permissions().has(permission)), expected);
            }
        }
    }
}
