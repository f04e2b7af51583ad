//! The messages of a folder as a client counts them.
//!
//! UIDs that follow one another are one run, so that a folder from which little was taken away costs little, however
//! much is in it.
//!
//! **Invariant:** UIDs rise with the place, and each place has exactly one.

use std::ops::Range;

use mailbox::UidSet;

/// UIDs by place, counted from 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    runs: Vec<Run>,
    count: usize,
}

/// UIDs that follow one another.
#[derive(Debug, Clone, Copy)]
struct Run {
    uid: u32,
    place: u32,
    count: u32,
}

impl Run {
    /// The place behind its last.
    const fn end(&self) -> usize {
        self.place as usize + self.count as usize
    }
}

impl Counted {
    /// The UIDs of a set.
    pub(crate) fn of(uids: &UidSet) -> Self {
        let mut all = Self::default();
        for range in uids.ranges() {
            all.push(*range.start(), range.end() - range.start() + 1);
        }
        all
    }

    fn push(&mut self, uid: u32, count: u32) {
        match self.runs.last_mut() {
            Some(last) if last.uid + last.count == uid => last.count += count,
            Some(_) | None => {
                // A folder has as many messages as there are UIDs at most.
                let place = u32::try_from(self.count).unwrap_or(u32::MAX);
                self.runs.push(Run { uid, place, count });
            }
        }
        self.count += count as usize;
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// The largest UID; 0 when there is none.
    pub(crate) fn last(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.uid + run.count - 1)
    }

    /// The place of a UID.
    pub(crate) fn place(&self, uid: u32) -> Option<usize> {
        let index = self.runs.partition_point(|run| run.uid <= uid).checked_sub(1)?;
        let run = self.runs.get(index)?;
        (uid - run.uid < run.count).then(|| run.place as usize + (uid - run.uid) as usize)
    }

    /// Whether it is one of them.
    pub(crate) fn contains(&self, uid: u32) -> bool {
        self.place(uid).is_some()
    }

    /// The UID at a place.
    pub(crate) fn at(&self, place: usize) -> Option<u32> {
        let index = self.runs.partition_point(|run| run.place as usize <= place).checked_sub(1)?;
        let run = self.runs.get(index)?;
        let offset = u32::try_from(place - run.place as usize).ok()?;
        (offset < run.count).then(|| run.uid + offset)
    }

    /// How many are smaller than a UID.
    pub(crate) fn before(&self, uid: u32) -> usize {
        let Some(index) = self.runs.partition_point(|run| run.uid < uid).checked_sub(1) else { return 0 };
        let Some(run) = self.runs.get(index) else { return 0 };
        run.place as usize + (uid - run.uid).min(run.count) as usize
    }

    /// The UIDs at some places.
    pub(crate) fn slice(&self, places: Range<usize>) -> impl Iterator<Item = u32> {
        let first = self.runs.partition_point(|run| run.end() <= places.start);
        let runs = self.runs.iter().skip(first).take_while({
            let end = places.end;
            move |run| (run.place as usize) < end
        });
        runs.flat_map(move |run| {
            let from = places.start.saturating_sub(run.place as usize);
            let to = (places.end - run.place as usize).min(run.count as usize);
            (from..to).filter_map(|offset| Some(run.uid + u32::try_from(offset).ok()?))
        })
    }

    /// Adds UIDs, rising, behind the last.
    pub(crate) fn extend(&mut self, uids: impl IntoIterator<Item = u32>) {
        for uid in uids {
            self.push(uid, 1);
        }
    }

    /// Takes UIDs out, rising; those behind move up.
    pub(crate) fn remove(&mut self, gone: &[u32]) {
        let before = std::mem::take(self);
        let mut gone = gone.iter().copied().peekable();
        for run in before.runs {
            let (mut start, end) = (run.uid, run.uid + run.count);
            while let Some(uid) = gone.next_if(|uid| *uid < end) {
                if uid >= start {
                    self.push_if_any(start, uid);
                    start = uid + 1;
                }
            }
            self.push_if_any(start, end);
        }
    }

    fn push_if_any(&mut self, start: u32, end: u32) {
        if start < end {
            self.push(start, end - start);
        }
    }
}

#[cfg(test)]
mod tests {
    use mailbox::Uid;
    use proptest::prelude::*;

    use super::*;

    fn counted(uids: &[u32]) -> Counted {
        Counted::of(&uids.iter().copied().map(Uid).collect())
    }

    proptest! {
        #[test]
        fn it_counts_as_a_plain_list_does(
            uids in proptest::collection::btree_set(1u32..120, 0..60),
            gone in proptest::collection::btree_set(1u32..120, 0..40),
            new in 1u32..5,
            (from, to) in (0usize..70, 0usize..70),
        ) {
            let mut list: Vec<u32> = uids.into_iter().collect();
            let mut all = counted(&list);
            let gone: Vec<u32> = gone.into_iter().collect();
            list.retain(|uid| !gone.contains(uid));
            all.remove(&gone);
            let last = list.last().copied().unwrap_or(0);
            prop_assert_eq!(all.last(), last);
            let more = [last + new, last + new + 1, last + new + 3];
            list.extend(more);
            all.extend(more);
            prop_assert_eq!(all.len(), list.len());
            prop_assert_eq!(all.slice(0..list.len()).collect::<Vec<_>>(), list.clone());
            let part: Vec<u32> = list.iter().copied().skip(from).take(to.saturating_sub(from)).collect();
            prop_assert_eq!(all.slice(from..to.max(from)).collect::<Vec<_>>(), part);
            for uid in 0..130 {
                prop_assert_eq!(all.place(uid), list.binary_search(&uid).ok());
                prop_assert_eq!(all.before(uid), list.partition_point(|one| *one < uid));
            }
            for place in 0..80 {
                prop_assert_eq!(all.at(place), list.get(place).copied());
            }
        }
    }

    #[test]
    fn a_million_messages_in_a_row_are_one_run() {
        let all = Counted::of(&UidSet::of_ranges([1..=1_000_000]));
        assert_eq!((all.runs.len(), all.len(), all.at(999_999)), (1, 1_000_000, Some(1_000_000)));
    }
}
