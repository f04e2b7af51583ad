//! What a signed-in client has open.
//!
//! **Invariant:** every command asks the mailbox anew; nothing that the access allows is remembered here.

use bus::{Changes, EndReason, Lease};
use domain::Change;
use mailbox::{MailError, Mailbox, Missing, OpenError, UidSet};
use wire::imap::{Code, MailboxName, SelectMode, Writer};

use crate::answer::Refusal;
use crate::capability::News;
use crate::enabled::Enabled;
use crate::notify::Notify;
use crate::scope::{Place, Scope};
use crate::selected::{Known, Selected, Telling};

/// The delimiter between the levels of a folder's name.
pub(crate) const DELIMITER: char = '/';

/// What a client has signed in to.
pub(crate) struct Session {
    scope: Scope,
    /// The mailbox of the selected folder; where the client sees one only, that one.
    here: Option<Mailbox>,
    /// What happens in it.
    changes: Option<Changes>,
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
    pub(crate) fn new(scope: Scope) -> Self {
        let here = match &scope {
            Scope::One(mailbox) => Some(mailbox.clone()),
            Scope::All { .. } => None,
        };
        // Watched before anything is read, so that nothing falls between.
        let changes = here.as_ref().map(Mailbox::changes);
        Self {
            scope,
            here,
            changes,
            selected: None,
            enabled: Enabled::default(),
            notify: None,
            elsewhere: false,
            known: Known::new(),
        }
    }

    /// What the client sees.
    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Of what the client can be told while it happens.
    pub(crate) const fn notifies(&self) -> News {
        match self.scope {
            Scope::One(_) => News::OfEverything,
            Scope::All { .. } => News::OfSelected,
        }
    }

    /// The mailbox of the selected folder.
    pub(crate) fn mailbox(&self) -> Result<&Mailbox, Refusal> {
        self.here.as_ref().ok_or(Refusal::Bad("No folder is selected."))
    }

    /// From now on that mailbox is the one of the selected folder.
    pub(crate) fn enter(&mut self, mailbox: &Mailbox) {
        if self.here.as_ref().is_none_or(|here| here.id() != mailbox.id()) {
            self.changes = Some(mailbox.changes());
            self.here = Some(mailbox.clone());
        }
    }

    /// No folder is selected any more.
    pub(crate) fn leave(&mut self) {
        self.selected = None;
        if matches!(self.scope, Scope::All { .. }) {
            (self.here, self.changes) = (None, None);
        }
    }

    /// What ends the conversation when it ends.
    pub(crate) fn leases(&self) -> Leases {
        let program = match &self.scope {
            Scope::One(_) => None,
            Scope::All { actor, .. } => actor.lease().cloned(),
        };
        Leases { program, here: self.here.as_ref().map(|mailbox| mailbox.lease().clone()) }
    }

    /// Whether the end of an access is the end of the conversation: that of a mailbox in which nothing is selected is not.
    pub(crate) async fn is_over(&self) -> bool {
        if self.leases().is_ended() {
            return true;
        }
        match (&self.scope, &self.here) {
            (Scope::One(_), _) => true,
            (Scope::All { .. }, Some(here)) => matches!(here.rights().await, Err(MailError::Ended(_))),
            (Scope::All { access, actor }, None) => {
                matches!(access.list(actor).await, Err(OpenError::Ended(_)))
            }
        }
    }

    /// Waits until the mailbox changes.
    pub(crate) async fn changed(&mut self) {
        match &mut self.changes {
            Some(changes) => {
                let change = changes.next().await;
                self.note(change);
            }
            None => std::future::pending().await,
        }
    }

    /// Takes the changes that are there already.
    async fn catch_up(&mut self) {
        loop {
            tokio::select! {
                biased;
                () = self.changed() => {}
                () = std::future::ready(()) => return,
            }
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
        let (Some(selected), Some(here)) = (&mut self.selected, &self.here) else { return Ok(()) };
        let told = selected.tell(here, out, telling, self.enabled, &self.known).await;
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
    pub(crate) async fn folder(&self, name: &MailboxName) -> Result<Place, Refusal> {
        let wanted = name.as_str().strip_suffix(DELIMITER).unwrap_or(name.as_str());
        let (root, wanted) = self.scope.root_of(wanted).await?;
        let folders = root.mailbox.folders().await?;
        let found = folders.into_iter().find(|folder| is_same(&folder.name, wanted));
        let found = found.ok_or_else(|| Refusal::from(MailError::NotFound(Missing::Folder)))?;
        Ok(root.place(found))
    }

    /// The folder that messages shall go to.
    pub(crate) async fn destination(&self, name: &MailboxName) -> Result<Place, Refusal> {
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

/// What a conversation depends on.
#[derive(Clone)]
pub(crate) struct Leases {
    /// The device password, where it is not for one mailbox alone.
    program: Option<Lease>,
    /// The mailbox of the selected folder.
    here: Option<Lease>,
}

impl Leases {
    /// Waits until one of them ends, and says why.
    pub(crate) async fn ended(&self) -> EndReason {
        tokio::select! {
            biased;
            reason = ended(self.program.as_ref()) => reason,
            reason = ended(self.here.as_ref()) => reason,
        }
    }

    fn is_ended(&self) -> bool {
        [&self.program, &self.here].into_iter().flatten().any(|lease| lease.is_ended().is_some())
    }
}

/// Waits for the end of a lease; for ever where there is none.
async fn ended(lease: Option<&Lease>) -> EndReason {
    match lease {
        Some(lease) => lease.ended().await,
        None => std::future::pending().await,
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
