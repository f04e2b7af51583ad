//! What stands around the messages: the addresses of whoever looks, and the folders of the mailbox that is open.

use std::hash::{DefaultHasher, Hash, Hasher};

use domain::{FolderId, MailboxId, Permission, Right};
use mailbox::{AddressView, FolderView, SpecialUse};
use ui::Locale;
use web::Fault;

use crate::here::Here;
use crate::text::shown;

/// The addresses and folders at one moment. It is read before the messages of a page, so that what comes between is told.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    /// Every address of whoever looks, by organization.
    pub(crate) addresses: Vec<AddressView>,
    /// The folders of the open mailbox, in the order in which they are shown.
    pub(crate) folders: Vec<FolderView>,
    mailbox: MailboxId,
}

impl Around {
    /// Reads them.
    pub(crate) async fn load(here: &Here) -> Result<Self, Fault> {
        let addresses = here.web().access().list(&here.signed_in.actor).await?;
        let mut folders = here.mailbox.folders().await?;
        folders.sort_by_key(|folder| (place(folder), folder.name.to_lowercase()));
        Ok(Self { addresses, folders, mailbox: here.mailbox.id() })
    }

    /// The address that is open.
    pub(crate) fn current(&self) -> Option<&AddressView> {
        self.addresses.iter().find(|view| view.mailbox == self.mailbox)
    }

    /// The folder of a special use.
    pub(crate) fn special(&self, special: SpecialUse) -> Option<&FolderView> {
        self.folders.iter().find(|folder| folder.special_use == Some(special))
    }

    /// The folder where one begins.
    pub(crate) fn inbox(&self) -> Result<&FolderView, Fault> {
        self.special(SpecialUse::Inbox).or_else(|| self.folders.first()).ok_or(Fault::NotFound)
    }

    /// The folder of an id, or the one where one begins.
    pub(crate) fn folder_or_inbox(&self, id: Option<FolderId>) -> Result<&FolderView, Fault> {
        let named = id.and_then(|id| self.folders.iter().find(|folder| folder.id == id));
        named.map_or_else(|| self.inbox(), Ok)
    }

    /// What the page of a folder is called.
    pub(crate) fn heading(&self, l: Locale, folder: FolderId) -> String {
        let address = self.current().map(|view| view.address.to_string()).unwrap_or_default();
        match self.folders.iter().find(|view| view.id == folder) {
            Some(folder) => format!("{} · {address}", folder_name(l, folder)),
            None => address,
        }
    }

    /// A short text that is another one as soon as anything of this is: a page tells the event stream what it shows.
    pub(crate) fn state(&self) -> String {
        let mut hasher = DefaultHasher::new();
        for folder in &self.folders {
            (folder.id, folder.modseq, &folder.name, folder.unseen).hash(&mut hasher);
        }
        let mail = hasher.finish();
        let mut hasher = DefaultHasher::new();
        for view in &self.addresses {
            let permissions = view.rights.permissions().bits();
            (view.mailbox, view.organization, permissions, &view.organization_name).hash(&mut hasher);
        }
        format!("{mail:x}-{:x}", hasher.finish())
    }
}

/// Whether an address can be sent from.
pub(crate) fn may_send(view: &AddressView) -> bool {
    view.rights.allow(Right::Permission(Permission::Send))
}

/// What a folder is called: in the reader's language where the product made it.
pub(crate) fn folder_name(l: Locale, folder: &FolderView) -> String {
    match folder.special_use {
        Some(special) => l.t(&format!("mail-folder-{}", special.as_str())),
        None => shown(folder.name.rsplit('/').next().unwrap_or(&folder.name)),
    }
}

fn place(folder: &FolderView) -> usize {
    let special = |special| SpecialUse::ALL.iter().position(|one| *one == special);
    folder.special_use.and_then(special).unwrap_or(SpecialUse::ALL.len())
}
