//! What can be done with folders.

use bus::Changes;
use domain::{Change, Event, FolderId, MailboxId};
use store::Tx;

use super::{FolderName, FolderView, INBOX, SpecialUse, Subscription};
use crate::error::Missing;
use crate::handle::Mailbox;
use crate::removed::Remover;
use crate::{Act, MailError, filing};

/// How many folders a mailbox may have: more than anybody keeps, few enough to list at once.
const FOLDERS: u32 = 2_000;

impl Mailbox {
    /// All folders, by name.
    pub async fn folders(&self) -> Result<Vec<FolderView>, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| Ok(super::list(tx, mailbox)?)).await
    }

    /// One folder.
    pub async fn folder(&self, folder: FolderId) -> Result<FolderView, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| existing(tx, mailbox, folder)).await
    }

    /// What changes in this mailbox from now on.
    pub fn changes(&self) -> Changes {
        self.bus().watch_mailbox(self.id())
    }

    /// Makes a folder, and those above it that are missing.
    pub async fn create_folder(
        &self,
        path: &str,
        special: Option<SpecialUse>,
    ) -> Result<FolderId, MailError> {
        let name = FolderName::parse(path).ok_or(MailError::BadName)?;
        let mailbox = self.id();
        self.write(Act::CreateFolder, move |tx| {
            if special == Some(SpecialUse::Inbox) {
                return Err(MailError::Fixed);
            }
            filing::lock(tx, mailbox)?;
            if named(tx, mailbox, name.as_str())?.is_some() {
                return Err(MailError::Exists);
            }
            create_parents(tx, mailbox, &name)?;
            check_room(tx, mailbox)?;
            if let Some(special) = special {
                // At most one folder has a special use: the new one takes it over.
                tx.execute(
                    "UPDATE folders SET special_use = NULL WHERE mailbox_id = $1 AND special_use = $2",
                    &[&mailbox, &special],
                )?;
            }
            let folder = super::insert(tx, mailbox, name.as_str(), special)?;
            tell(tx, mailbox);
            Ok(folder)
        })
        .await
    }

    /// Renames a folder, and with it those below.
    pub async fn rename_folder(&self, folder: FolderId, path: &str) -> Result<(), MailError> {
        let name = FolderName::parse(path).ok_or(MailError::BadName)?;
        let mailbox = self.id();
        self.write(Act::RenameFolder, move |tx| {
            filing::lock(tx, mailbox)?;
            let old = existing(tx, mailbox, folder)?;
            if old.name == INBOX {
                return Err(MailError::Fixed);
            }
            if old.name == name.as_str() {
                return Ok(());
            }
            let below = format!("{}/", old.name);
            if name.as_str().starts_with(&below) {
                return Err(MailError::BadName);
            }
            if named(tx, mailbox, name.as_str())?.is_some() {
                return Err(MailError::Exists);
            }
            create_parents(tx, mailbox, &name)?;
            for child in super::list(tx, mailbox)? {
                let Some(rest) = child.name.strip_prefix(&below) else { continue };
                let path = format!("{}/{rest}", name.as_str());
                let path = FolderName::parse(&path).ok_or(MailError::BadName)?;
                set_name(tx, mailbox, child.id, path.as_str())?;
            }
            set_name(tx, mailbox, folder, name.as_str())?;
            tell(tx, mailbox);
            Ok(())
        })
        .await
    }

    /// Deletes a folder with its messages, which can be restored for a while. INBOX stays, and so does a folder that holds others.
    pub async fn delete_folder(&self, folder: FolderId) -> Result<(), MailError> {
        let (mailbox, remover) = (self.id(), Remover::of(self.actor()));
        self.write(Act::DeleteFolder, move |tx| {
            filing::lock(tx, mailbox)?;
            let view = existing(tx, mailbox, folder)?;
            if view.name == INBOX {
                return Err(MailError::Fixed);
            }
            let below = format!("{}/", view.name);
            if super::list(tx, mailbox)?.iter().any(|other| other.name.starts_with(&below)) {
                return Err(MailError::HasChildren);
            }
            filing::empty(tx, mailbox, folder, remover)?;
            tx.execute(
                "DELETE FROM expunged WHERE mailbox_id = $1 AND folder_id = $2",
                &[&mailbox, &folder],
            )?;
            crate::annotations::forget(tx, mailbox, folder)?;
            tx.execute("DELETE FROM folders WHERE mailbox_id = $1 AND folder_id = $2", &[&mailbox, &folder])?;
            tell(tx, mailbox);
            Ok(())
        })
        .await
    }

    /// Chooses whether clients show a folder.
    pub async fn subscribe(&self, folder: FolderId, to: Subscription) -> Result<(), MailError> {
        let (mailbox, subscribed) = (self.id(), to == Subscription::On);
        self.write(Act::Subscribe, move |tx| {
            let sql = "UPDATE folders SET subscribed = $3 WHERE mailbox_id = $1 AND folder_id = $2";
            match tx.execute(sql, &[&mailbox, &folder, &subscribed])? {
                0 => Err(MailError::NotFound(Missing::Folder)),
                _ => {
                    tell(tx, mailbox);
                    Ok(())
                }
            }
        })
        .await
    }
}

/// A folder, or the error that there is none.
pub(crate) fn existing(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
) -> Result<FolderView, MailError> {
    super::find(tx, mailbox, folder)?.ok_or(MailError::NotFound(Missing::Folder))
}

/// The folder of that name, made anew where it is gone; none where it cannot be made.
pub(crate) fn made_again(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    name: &str,
) -> Result<Option<FolderId>, MailError> {
    if let Some(folder) = named(tx, mailbox, name)? {
        return Ok(Some(folder));
    }
    let Some(name) = FolderName::parse(name) else { return Ok(None) };
    match create_parents(tx, mailbox, &name).and_then(|()| check_room(tx, mailbox)) {
        Ok(()) => {}
        Err(MailError::TooMany(_)) => return Ok(None),
        Err(error) => return Err(error),
    }
    let folder = super::insert(tx, mailbox, name.as_str(), None)?;
    tell(tx, mailbox);
    Ok(Some(folder))
}

fn named(tx: &mut Tx<'_>, mailbox: MailboxId, name: &str) -> Result<Option<FolderId>, MailError> {
    let sql = "SELECT folder_id FROM folders WHERE mailbox_id = $1 AND name = $2";
    Ok(tx.find(sql, &[&mailbox, &name], |row| row.get(0))?)
}

fn create_parents(tx: &mut Tx<'_>, mailbox: MailboxId, name: &FolderName) -> Result<(), MailError> {
    for parent in name.parents() {
        if named(tx, mailbox, parent)?.is_none() {
            check_room(tx, mailbox)?;
            super::insert(tx, mailbox, parent, None)?;
        }
    }
    Ok(())
}

fn set_name(tx: &mut Tx<'_>, mailbox: MailboxId, folder: FolderId, name: &str) -> Result<(), MailError> {
    let sql = "UPDATE folders SET name = $3 WHERE mailbox_id = $1 AND folder_id = $2";
    tx.execute(sql, &[&mailbox, &folder, &name])?;
    Ok(())
}

fn check_room(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(), MailError> {
    let sql = "SELECT count(*) FROM folders WHERE mailbox_id = $1";
    let count: u32 = tx.load(sql, &[&mailbox], |row| row.get(0))?;
    if count >= FOLDERS { Err(MailError::TooMany("folders")) } else { Ok(()) }
}

fn tell(tx: &mut Tx<'_>, mailbox: MailboxId) {
    tx.publish(Event::Mailbox { mailbox, change: Change::Folders });
}
