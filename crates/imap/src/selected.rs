//! The selected folder, as far as the client has been told of it.
//!
//! **Invariant:** `uids` is exactly what the client counts: sequence number *n* is `uids[n - 1]`. It changes only where
//! `EXISTS` and `EXPUNGE` are written, and what is gone stays in it until `EXPUNGE` may be said (RFC 9051 §7.5.1).

use std::collections::HashMap;

use domain::FolderId;
use mailbox::{Entry, FolderIndex, MailError, Mailbox, Missing, ModSeq, Uid, UidSet};
use wire::imap::{By, SelectMode, SequenceSet, Writer};

use crate::marks;

/// What may be told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// All of it.
    Everything,
    /// Not that messages are gone: the client may have commands under way that count them.
    NoExpunge,
}

/// Whether `MODSEQ` is told with flags (RFC 7162 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Condstore {
    /// The client has not asked for it.
    #[default]
    Off,
    /// It has.
    On,
}

/// Changes that the client knows of because it made them, each up to a number of the change.
pub(crate) type Known = HashMap<Uid, ModSeq>;

/// A folder that a client has selected.
pub(crate) struct Selected {
    folder: FolderId,
    mode: SelectMode,
    uids: Vec<u32>,
    /// Up to which change the client was told.
    told: ModSeq,
    /// What is gone and not yet told, rising.
    gone: Vec<u32>,
    /// Whether something may have changed since.
    stale: bool,
}

impl Selected {
    /// The folder as it was read.
    pub(crate) fn new(index: &FolderIndex, mode: SelectMode) -> Self {
        Self {
            folder: index.view.id,
            mode,
            uids: index.uids.iter().map(|uid| uid.0).collect(),
            told: index.view.modseq,
            gone: Vec::new(),
            stale: false,
        }
    }

    pub(crate) const fn folder(&self) -> FolderId {
        self.folder
    }

    pub(crate) const fn mode(&self) -> SelectMode {
        self.mode
    }

    /// Something may have changed.
    pub(crate) const fn touch(&mut self) {
        self.stale = true;
    }

    /// The sequence number of a message.
    pub(crate) fn place(&self, uid: Uid) -> Option<u32> {
        let index = self.uids.binary_search(&uid.0).ok()?;
        u32::try_from(index + 1).ok()
    }

    /// The messages that a set names, by place, rising. What is not there is left out.
    pub(crate) fn resolve(&self, by: By, set: &SequenceSet) -> Vec<u32> {
        let last = match by {
            By::Sequence => u32::try_from(self.uids.len()).unwrap_or(u32::MAX),
            By::Uid => self.uids.last().copied().unwrap_or(0),
        };
        let mut places: Vec<std::ops::Range<usize>> = set
            .resolve(last)
            .into_iter()
            .map(|range| match by {
                By::Sequence => (*range.start() as usize - 1)..(*range.end() as usize).min(self.uids.len()),
                By::Uid => {
                    let start = self.uids.partition_point(|uid| uid < range.start());
                    start..self.uids.partition_point(|uid| uid <= range.end())
                }
            })
            .collect();
        places.sort_unstable_by_key(|range| range.start);
        let mut found = Vec::new();
        let mut from = 0;
        for range in places {
            found.extend(self.uids.get(range.start.max(from)..range.end).unwrap_or_default());
            from = from.max(range.end);
        }
        found
    }

    /// Those UIDs as a set with as few ranges as the folder allows: gaps that no message fills cost nothing.
    pub(crate) fn set_of(&self, uids: &[u32]) -> UidSet {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for place in uids.iter().filter_map(|uid| self.uids.binary_search(uid).ok()) {
            match ranges.last_mut() {
                Some((_, end)) if *end + 1 == place => *end = place,
                Some(_) | None => ranges.push((place, place)),
            }
        }
        UidSet::of_ranges(
            ranges.into_iter().filter_map(|(start, end)| Some(*self.uids.get(start)?..=*self.uids.get(end)?)),
        )
    }

    /// Reads what has changed, if something may have, and tells it.
    pub(crate) async fn tell(
        &mut self,
        mailbox: &Mailbox,
        out: &mut Writer,
        telling: Telling,
        condstore: Condstore,
        known: &Known,
    ) -> Result<(), MailError> {
        if self.stale {
            self.stale = false;
            match mailbox.changes_since(self.folder, self.told).await {
                Ok(changes) => {
                    self.miss(changes.vanished.iter().map(|uid| uid.0));
                    self.tell_expunged(out, telling);
                    self.tell_changed(out, &changes.changed, condstore, known);
                    self.told = self.told.max(changes.view.modseq);
                }
                // The folder was deleted: to the client it is empty.
                Err(MailError::NotFound(Missing::Folder)) => self.gone = self.uids.clone(),
                Err(error) => return Err(error),
            }
        }
        self.tell_expunged(out, telling);
        Ok(())
    }

    fn miss(&mut self, vanished: impl Iterator<Item = u32>) {
        self.gone.extend(vanished.filter(|uid| self.uids.binary_search(uid).is_ok()));
        self.gone.sort_unstable();
        self.gone.dedup();
    }

    /// Tells the highest first, so that no number shifts another.
    fn tell_expunged(&mut self, out: &mut Writer, telling: Telling) {
        if telling == Telling::NoExpunge || self.gone.is_empty() {
            return;
        }
        for uid in self.gone.iter().rev() {
            if let Ok(index) = self.uids.binary_search(uid) {
                out.line(|line| {
                    line.number(index as u64 + 1);
                    line.word("EXPUNGE");
                });
            }
        }
        let gone = std::mem::take(&mut self.gone);
        self.uids.retain(|uid| gone.binary_search(uid).is_err());
    }

    fn tell_changed(&mut self, out: &mut Writer, changed: &[Entry], condstore: Condstore, known: &Known) {
        let before = self.uids.len();
        let last = self.uids.last().copied().unwrap_or(0);
        self.uids.extend(changed.iter().map(|entry| entry.uid.0).filter(|uid| *uid > last));
        if self.uids.len() > before {
            let exists = self.uids.len() as u64;
            out.line(|line| {
                line.number(exists);
                line.word("EXISTS");
            });
        }
        for entry in changed.iter().filter(|entry| entry.uid.0 <= last) {
            let is_known = known.get(&entry.uid).is_some_and(|modseq| *modseq >= entry.modseq);
            if let Some(place) = self.place(entry.uid)
                && !is_known
            {
                write_flags(out, place, entry, condstore);
            }
        }
    }
}

/// Tells how a message is marked.
pub(crate) fn write_flags(out: &mut Writer, place: u32, entry: &Entry, condstore: Condstore) {
    out.line(|line| {
        line.number(u64::from(place));
        line.word("FETCH");
        line.open();
        line.word("UID");
        line.number(u64::from(entry.uid.0));
        line.word("FLAGS");
        line.flags(&marks::of(entry));
        if condstore == Condstore::On {
            line.word("MODSEQ");
            line.open();
            line.number(entry.modseq.0);
            line.close();
        }
        line.close();
    });
}

#[cfg(test)]
mod tests {
    use domain::ids::Id as _;
    use mailbox::{Flags, FolderView, Keywords, UidValidity};

    use super::*;

    fn selected(uids: &[u32]) -> Selected {
        let view = FolderView {
            id: FolderId::from_bytes([7; 16]),
            name: "INBOX".to_owned(),
            special_use: None,
            subscribed: true,
            uid_validity: UidValidity(1),
            uid_next: Uid(100),
            modseq: ModSeq(5),
            total: 0,
            unseen: 0,
            size_bytes: 0,
        };
        let uids = uids.iter().copied().map(Uid).collect();
        Selected::new(&FolderIndex { view, uids, first_unseen: None }, SelectMode::ReadWrite)
    }

    fn set(text: &str) -> SequenceSet {
        SequenceSet::parse(text.as_bytes()).unwrap()
    }

    fn text(out: &mut Writer) -> String {
        String::from_utf8(out.take().concat()).unwrap()
    }

    #[test]
    fn a_set_names_each_message_once_by_place_or_uid() {
        let selected = selected(&[3, 5, 9, 12]);
        assert_eq!(selected.resolve(By::Sequence, &set("4,1:2,2,9")), [3, 5, 12]);
        assert_eq!(selected.resolve(By::Sequence, &set("*")), [12]);
        assert_eq!(selected.resolve(By::Uid, &set("4:10,1:5,4294967295")), [3, 5, 9]);
        assert_eq!(selected.resolve(By::Uid, &set("20:*")), [12]);
        let empty = super::tests::selected(&[]);
        assert_eq!(empty.resolve(By::Sequence, &set("1:*")), [0; 0]);
        assert_eq!(empty.resolve(By::Uid, &set("*")), [0; 0]);
    }

    #[test]
    fn a_set_of_uids_has_one_range_where_no_message_lies_between() {
        let selected = selected(&[3, 5, 9, 12]);
        assert_eq!(selected.set_of(&[3, 5, 12]).ranges(), [3..=5, 12..=12]);
        assert_eq!(selected.set_of(&[3, 5, 9, 12]).ranges(), [3..=12]);
        assert!(selected.set_of(&[4]).is_empty());
    }

    #[test]
    fn what_is_gone_is_counted_until_it_may_be_told() {
        let mut selected = selected(&[3, 5, 9]);
        let mut out = Writer::new();
        selected.miss([5, 9, 77].into_iter());
        selected.tell_expunged(&mut out, Telling::NoExpunge);
        assert!(out.is_empty());
        assert_eq!(selected.place(Uid(9)), Some(3));
        selected.tell_expunged(&mut out, Telling::Everything);
        assert_eq!(text(&mut out), "* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n");
        assert_eq!((selected.place(Uid(3)), selected.place(Uid(9))), (Some(1), None));
    }

    #[test]
    fn what_is_new_or_marked_is_told_unless_the_client_knows() {
        let mut selected = selected(&[3, 5]);
        let entry = |uid, flags, modseq| Entry {
            uid: Uid(uid),
            flags,
            keywords: Keywords::of(["$Work"]),
            modseq: ModSeq(modseq),
        };
        let changed = [entry(3, Flags::SEEN, 6), entry(5, Flags::NONE, 7), entry(8, Flags::NONE, 8)];
        let mut out = Writer::new();
        let known = Known::from([(Uid(5), ModSeq(7)), (Uid(3), ModSeq(5))]);
        selected.tell_changed(&mut out, &changed, Condstore::On, &known);
        assert_eq!(text(&mut out), "* 3 EXISTS\r\n* 1 FETCH (UID 3 FLAGS (\\Seen $Work) MODSEQ (6))\r\n");
    }
}
