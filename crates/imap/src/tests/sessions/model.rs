use std::collections::BTreeSet;

/// How a message is marked.
pub(super) type Marks = BTreeSet<String>;

/// A message where it is filed.
#[derive(Debug, Clone)]
pub(super) struct Filed {
    pub(super) uid: u32,
    /// What it is about: no two messages are about the same.
    pub(super) subject: String,
    pub(super) marks: Marks,
}

/// A folder as it is.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) filed: Vec<Filed>,
    pub(super) given: u32,
}

impl Folder {
    /// Files a message; its UID.
    pub(super) fn file(&mut self, subject: &str, marks: Marks) -> u32 {
        self.given += 1;
        self.filed.push(Filed { uid: self.given, subject: subject.to_owned(), marks });
        self.given
    }

    pub(super) fn find(&self, uid: u32) -> Option<&Filed> {
        self.filed.iter().find(|filed| filed.uid == uid)
    }

    pub(super) fn find_mut(&mut self, uid: u32) -> Option<&mut Filed> {
        self.filed.iter_mut().find(|filed| filed.uid == uid)
    }

    /// Those of `uids` that are there.
    pub(super) fn there(&self, uids: &[u32]) -> Vec<u32> {
        uids.iter().copied().filter(|uid| self.find(*uid).is_some()).collect()
    }

    /// Takes messages out.
    pub(super) fn remove(&mut self, uids: &[u32]) {
        self.filed.retain(|filed| !uids.contains(&filed.uid));
    }

    pub(super) fn unseen(&self) -> usize {
        self.filed.iter().filter(|filed| !filed.marks.contains("\\Seen")).count()
    }
}

/// The folders that the clients use.
pub(super) const FOLDERS: [&str; 2] = ["INBOX", "Archive"];
