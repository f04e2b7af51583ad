//! Which folder of an address is for what (S15).
//!
//! **Invariant:** a use is given to one folder at most, and INBOX keeps its own; the messages stay where they are.

use std::collections::HashSet;

use domain::{Change, Event, FolderId, MailboxId};
use serde_json::json;
use store::{StoreError, Tx};

use super::{AddressSettings, SettingsError};
use crate::folder::{self, SpecialUse};
use crate::{Act, filing};

/// A folder, as far as its use goes: nothing of what lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderUse {
    /// Which.
    pub id: FolderId,
    /// Its whole path.
    pub name: String,
    /// What it is for.
    pub special_use: Option<SpecialUse>,
}

/// Why folders were not given their uses.
#[derive(Debug, thiserror::Error)]
pub enum FolderUseError {
    /// One folder was to have two.
    #[error("a folder can be for one thing only")]
    Twice,
    /// Something else.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl From<StoreError> for FolderUseError {
    fn from(error: StoreError) -> Self {
        Self::Settings(error.into())
    }
}

impl AddressSettings {
    /// The folders and what they are for, by name.
    pub async fn folder_uses(&self) -> Result<Vec<FolderUse>, SettingsError> {
        let mailbox = self.mailbox();
        self.read(move |tx| Ok(uses(tx, mailbox)?)).await
    }

    /// Gives uses to folders; each use is taken from the folder that had it. A folder that had another use loses that:
    /// where nothing else gets it, a folder for it is made when it is needed.
    pub async fn map_folders(&self, new: &[(SpecialUse, FolderId)]) -> Result<(), FolderUseError> {
        let folders: HashSet<FolderId> = new.iter().map(|(_, folder)| *folder).collect();
        if folders.len() < new.len() {
            return Err(FolderUseError::Twice);
        }
        let (settings, mailbox, new) = (self.clone(), self.mailbox(), new.to_vec());
        self.write(Act::MapFolder, move |tx| {
            let all = uses(tx, mailbox)?;
            let mut said = serde_json::Map::new();
            for (special, folder) in &new {
                let found = all.iter().find(|one| one.id == *folder).ok_or(SettingsError::ABSENT)?;
                if found.special_use == Some(SpecialUse::Inbox) || *special == SpecialUse::Inbox {
                    return Err(SettingsError::ABSENT.into());
                }
                if found.special_use != Some(*special) {
                    give(tx, mailbox, *special, *folder)?;
                    said.insert(special.as_str().to_owned(), json!(found.name));
                }
            }
            if said.is_empty() {
                return Ok(());
            }
            filing::next_modseq(tx, mailbox)?;
            tx.publish(Event::Mailbox { mailbox, change: Change::Folders });
            Ok(settings.note(tx, "folder.use", &json!({ "folders": said }))?)
        })
        .await
    }
}

fn uses(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<FolderUse>, StoreError> {
    let all = folder::list(tx, mailbox)?.into_iter();
    Ok(all.map(|view| FolderUse { id: view.id, name: view.name, special_use: view.special_use }).collect())
}

fn give(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    special: SpecialUse,
    folder: FolderId,
) -> Result<(), StoreError> {
    let sql = "UPDATE folders SET special_use = NULL WHERE mailbox_id = $1 AND special_use = $2";
    tx.execute(sql, &[&mailbox, &special])?;
    let sql = "UPDATE folders SET special_use = $3 WHERE mailbox_id = $1 AND folder_id = $2";
    tx.execute(sql, &[&mailbox, &folder, &special]).map(drop)
}
