//! The selected folder, as far as the client has been told of it.
//!
//! **Invariant:** `uids` is exactly what the client counts: sequence number *n* stands at place *n* - 1. It changes only where
//! `EXISTS` and `EXPUNGE` are written, and what is gone stays in it until `EXPUNGE` may be said (RFC 9051 §7.5.1).

use std::collections::HashMap;

use domain::FolderId;
use mailbox::{Entry, FolderIndex, MailError, Mailbox, Missing, ModSeq, Uid, UidSet};
use wire::imap::{By, SelectMode, SequenceSet, Writer, write_numbers};

use crate::counted::Counted;
use crate::enabled::Enabled;
use crate::marks;

/// What may be told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// All of it.
    Everything,
    /// Not that messages are gone: the client may have commands under way that count them.
    NoExpunge,
    /// Nothing.
    Nothing,
}

/// Changes that the client knows of because it made them, each up to a number of the change.
pub(crate) type Known = HashMap<Uid, ModSeq>;

/// A folder that a client has selected.
pub(crate) struct Selected {
    folder: FolderId,
    mode: SelectMode,
    uids: Counted,
    /// Up to which change the client was told.
    told: ModSeq,
    /// What is gone and not yet told, rising.
    gone: Vec<u32>,
    /// What `$` stands for, rising.
    saved: Vec<u32>,
    /// What has arrived since somebody asked, rising.
    fresh: Vec<u32>,
    /// Whether something may have changed since.
    stale: bool,
}

impl Selected {
    /// The folder as it was read.
    pub(crate) fn new(index: &FolderIndex, mode: SelectMode) -> Self {
        Self {
            folder: index.view.id,
            mode,
            uids: Counted::of(&index.uids),
            told: index.view.modseq,
            gone: Vec::new(),
            saved: Vec::new(),
            fresh: Vec::new(),
            stale: false,
        }
    }

    pub(crate) const fn folder(&self) -> FolderId {
        self.folder
    }

    pub(crate) const fn mode(&self) -> SelectMode {
        self.mode
    }

    /// Up to which change the client was told.
    pub(crate) const fn told(&self) -> ModSeq {
        self.told
    }

    /// Whether something is gone that the client was not told of.
    pub(crate) const fn owes(&self) -> bool {
        !self.gone.is_empty()
    }

    /// The largest UID that the client counts.
    pub(crate) fn last(&self) -> u32 {
        self.uids.last()
    }

    /// From now on `$` stands for these, rising (RFC 5182 §2.1).
    pub(crate) fn save(&mut self, uids: Vec<u32>) {
        self.saved = uids;
    }

    /// What has arrived since the last time.
    pub(crate) fn take_fresh(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.fresh)
    }

    /// Something may have changed.
    pub(crate) const fn touch(&mut self) {
        self.stale = true;
    }

    /// The sequence number of a message.
    pub(crate) fn place(&self, uid: Uid) -> Option<u32> {
        let index = self.uids.place(uid.0)?;
        u32::try_from(index + 1).ok()
    }

    /// The messages that a set names, by place, rising. What is not there is left out.
    pub(crate) fn resolve(&self, by: By, set: &SequenceSet) -> Vec<u32> {
        if set.is_saved() {
            // RFC 5182 §2.1: what is gone is not in it any more.
            return self.saved.iter().copied().filter(|uid| self.uids.contains(*uid)).collect();
        }
        let last = match by {
            By::Sequence => u32::try_from(self.uids.len()).unwrap_or(u32::MAX),
            By::Uid => self.last(),
        };
        let mut places: Vec<std::ops::Range<usize>> = set
            .resolve(last)
            .into_iter()
            .map(|range| match by {
                By::Sequence => (*range.start() as usize - 1)..(*range.end() as usize).min(self.uids.len()),
                By::Uid => {
                    let start = self.uids.before(*range.start());
                    start..self.uids.before(range.end().saturating_add(1))
                }
            })
            .collect();
        places.sort_unstable_by_key(|range| range.start);
        let mut found = Vec::new();
        let mut from = 0;
        for range in places {
            found.extend(self.uids.slice(range.start.max(from)..range.end));
            from = from.max(range.end);
        }
        found
    }

    /// Those UIDs as a set with as few ranges as the folder allows: gaps that no message fills cost nothing.
    pub(crate) fn set_of(&self, uids: &[u32]) -> UidSet {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for place in uids.iter().filter_map(|uid| self.uids.place(*uid)) {
            match ranges.last_mut() {
                Some((_, end)) if *end + 1 == place => *end = place,
                Some(_) | None => ranges.push((place, place)),
            }
        }
        UidSet::of_ranges(
            ranges.into_iter().filter_map(|(start, end)| Some(self.uids.at(start)?..=self.uids.at(end)?)),
        )
    }

    /// Reads what has changed, if something may have, and tells it.
    pub(crate) async fn tell(
        &mut self,
        mailbox: &Mailbox,
        out: &mut Writer,
        telling: Telling,
        enabled: Enabled,
        known: &Known,
    ) -> Result<(), MailError> {
        if telling == Telling::Nothing {
            return Ok(());
        }
        if self.stale {
            self.stale = false;
            match mailbox.changes_since(self.folder, self.told).await {
                Ok(changes) => {
                    self.miss(changes.vanished.iter().map(|uid| uid.0));
                    self.tell_expunged(out, telling, enabled);
                    self.tell_changed(out, &changes.changed, enabled, known);
                    self.told = self.told.max(changes.view.modseq);
                }
                // The folder was deleted: to the client it is empty.
                Err(MailError::NotFound(Missing::Folder)) => {
                    self.gone = self.uids.slice(0..self.uids.len()).collect()
                }
                Err(error) => return Err(error),
            }
        }
        self.tell_expunged(out, telling, enabled);
        Ok(())
    }

    fn miss(&mut self, vanished: impl Iterator<Item = u32>) {
        self.gone.extend(vanished.filter(|uid| self.uids.contains(*uid)));
        self.gone.sort_unstable();
        self.gone.dedup();
    }

    /// Tells the highest first, so that no number shifts another; or all at once by UID (RFC 7162 §3.2.10).
    fn tell_expunged(&mut self, out: &mut Writer, telling: Telling, enabled: Enabled) {
        if telling == Telling::NoExpunge || self.gone.is_empty() {
            return;
        }
        let gone = std::mem::take(&mut self.gone);
        if enabled.qresync {
            out.line(|line| {
                line.word("VANISHED");
                line.word(&write_numbers(gone.iter().copied()));
            });
        } else {
            self.tell_places(out, &gone);
        }
        self.uids.remove(&gone);
    }

    fn tell_places(&self, out: &mut Writer, gone: &[u32]) {
        for uid in gone.iter().rev() {
            if let Some(index) = self.uids.place(*uid) {
                out.line(|line| {
                    line.number(index as u64 + 1);
                    line.word("EXPUNGE");
                });
            }
        }
    }

    fn tell_changed(&mut self, out: &mut Writer, changed: &[Entry], enabled: Enabled, known: &Known) {
        let before = self.uids.len();
        let last = self.last();
        self.uids.extend(changed.iter().map(|entry| entry.uid.0).filter(|uid| *uid > last));
        // Where nobody asks, only the latest are kept.
        self.fresh = self.uids.slice(before..self.uids.len()).collect();
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
                write_flags(out, place, entry, enabled);
            }
        }
    }
}

/// Tells how a message is marked.
pub(crate) fn write_flags(out: &mut Writer, place: u32, entry: &Entry, enabled: Enabled) {
    out.line(|line| {
        line.number(u64::from(place));
        line.word("FETCH");
        line.open();
        line.word("UID");
        line.number(u64::from(entry.uid.0));
        line.word("FLAGS");
        line.flags(&marks::of(entry));
        if enabled.condstore {
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
        selected.tell_expunged(&mut out, Telling::NoExpunge, Enabled::default());
        assert!(out.is_empty());
        assert_eq!(selected.place(Uid(9)), Some(3));
        selected.tell_expunged(&mut out, Telling::Everything, Enabled::default());
        assert_eq!(text(&mut out), "* 3 EXPUNGE\r\n* 2 EXPUNGE\r\n");
        assert_eq!((selected.place(Uid(3)), selected.place(Uid(9))), (Some(1), None));
    }

    #[test]
    fn what_is_gone_is_told_by_uid_where_the_client_asked_for_it() {
        let mut selected = selected(&[3, 5, 9]);
        let mut out = Writer::new();
        selected.save(vec![3, 5]);
        selected.miss([5, 9].into_iter());
        let enabled = Enabled { qresync: true, ..Enabled::default() };
        selected.tell_expunged(&mut out, Telling::Everything, enabled);
        assert_eq!(text(&mut out), "* VANISHED 5,9\r\n");
        assert_eq!(selected.resolve(By::Uid, &set("$")), [3]);
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
        let enabled = Enabled { condstore: true, ..Enabled::default() };
        selected.tell_changed(&mut out, &changed, enabled, &known);
        assert_eq!(text(&mut out), "* 3 EXISTS\r\n* 1 FETCH (UID 3 FLAGS (\\Seen $Work) MODSEQ (6))\r\n");
    }
}
