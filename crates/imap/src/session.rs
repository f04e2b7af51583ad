//! What a signed-in client has open.
//!
//! **Invariant:** every command asks the mailbox anew; nothing that the access allows is remembered here.

use bus::Changes;
use domain::Change;
use mailbox::{FolderView, MailError, Mailbox, Missing, UidSet};
use wire::imap::{Code, MailboxName, SelectMode, Writer};

use crate::answer::Refusal;
use crate::enabled::Enabled;
use crate::notify::Notify;
use crate::selected::{Known, Selected, Telling};

/// The delimiter between the levels of a folder's name.
pub(crate) const DELIMITER: char = '/';

/// A mailbox that a client has signed in to.
pub(crate) struct Session {
    pub(crate) mailbox: Mailbox,
    changes: Changes,
    pub(crate) selected: Option<Selected>,
    pub(crate) enabled: Enabled,
    /// What the client wants to be told of, if it said so.
    pub(crate) notify: Option<Notify>,
    /// Whether something changed that is not in the selected folder.
    elsewhere: bool,
    known: Known,
}

impl Session {
    /// Nothing is selected yet.
    pub(crate) fn new(mailbox: Mailbox) -> Self {
        // Watched before anything is read, so that nothing falls between.
        let changes = mailbox.changes();
        Self {
            mailbox,
            changes,
            selected: None,
            enabled: Enabled::default(),
            notify: None,
            elsewhere: false,
            known: Known::new(),
        }
    }

    /// Waits until the mailbox changes.
    pub(crate) async fn changed(&mut self) {
        let change = self.changes.next().await;
        self.note(change);
    }

    /// Takes the changes that are there already.
    async fn catch_up(&mut self) {
        loop {
            let change = tokio::select! {
                biased;
                change = self.changes.next() => change,
                () = std::future::ready(()) => return,
            };
            self.note(change);
        }
    }

    fn note(&mut self, change: Change) {
        self.elsewhere = true;
        let Some(selected) = &mut self.selected else { return };
        match change {
            Change::Messages { folder, .. } if folder != selected.folder() => {}
            Change::Messages { .. } | Change::Folders | Change::Overflow => selected.touch(),
        }
    }

    /// Whether something changed elsewhere since the last time.
    pub(crate) fn take_elsewhere(&mut self) -> bool {
        std::mem::take(&mut self.elsewhere)
    }

    /// Something that this session did may have changed the selected folder, whoever tells it.
    pub(crate) fn touch(&mut self) {
        if let Some(selected) = &mut self.selected {
            selected.touch();
        }
    }

    /// The client knows how these messages are marked.
    pub(crate) fn knows<'a>(&mut self, entries: impl IntoIterator<Item = &'a mailbox::Entry>) {
        self.known.extend(entries.into_iter().map(|entry| (entry.uid, entry.modseq)));
    }

    /// Tells what has changed in the selected folder.
    pub(crate) async fn tell(&mut self, out: &mut Writer, telling: Telling) -> Result<(), MailError> {
        self.catch_up().await;
        let Some(selected) = &mut self.selected else { return Ok(()) };
        let told = selected.tell(&self.mailbox, out, telling, self.enabled, &self.known).await;
        self.known.clear();
        told
    }

    /// For who synchronises by UID: up to which change it knows the selected folder (RFC 7162 §3.2.7).
    pub(crate) fn highest(&self) -> Option<Code> {
        let selected = self.selected.as_ref().filter(|_| self.enabled.qresync)?;
        Some(Code::HighestModSeq(selected.told().0))
    }

    /// The selected folder.
    pub(crate) fn selected(&self) -> Result<&Selected, Refusal> {
        self.selected.as_ref().ok_or(Refusal::Bad("No folder is selected."))
    }

    /// The selected folder, if it is open for writing.
    pub(crate) fn writable(&self) -> Result<&Selected, Refusal> {
        let selected = self.selected()?;
        match selected.mode() {
            SelectMode::ReadWrite => Ok(selected),
            SelectMode::ReadOnly => Err(Refusal::No(None, "The folder is open for reading only.".to_owned())),
        }
    }

    /// The folder of a name.
    pub(crate) async fn folder(&self, name: &MailboxName) -> Result<FolderView, Refusal> {
        let folders = self.mailbox.folders().await?;
        let wanted = name.as_str().strip_suffix(DELIMITER).unwrap_or(name.as_str());
        let found = folders.into_iter().find(|folder| is_same(&folder.name, wanted));
        found.ok_or_else(|| MailError::NotFound(Missing::Folder).into())
    }

    /// The folder that messages shall go to.
    pub(crate) async fn destination(&self, name: &MailboxName) -> Result<FolderView, Refusal> {
        match self.folder(name).await {
            Err(Refusal::No(Some(code), _)) if code == Code::NON_EXISTENT => Err(Refusal::try_create()),
            other => other,
        }
    }

    /// A set of UIDs of the selected folder.
    pub(crate) fn set_of(&self, uids: &[u32]) -> Result<UidSet, Refusal> {
        Ok(self.selected()?.set_of(uids))
    }
}

/// Whether a folder is called so. The first level is INBOX in any case (RFC 9051 §5.1).
fn is_same(name: &str, wanted: &str) -> bool {
    let inbox = |path: &str| {
        let (first, rest) = path.split_once(DELIMITER).map_or((path, None), |(one, two)| (one, Some(two)));
        first.eq_ignore_ascii_case("INBOX").then(|| rest.map(str::to_owned))
    };
    name == wanted || inbox(name).is_some_and(|rest| inbox(wanted) == Some(rest))
}
