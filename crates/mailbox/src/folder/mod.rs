//! Folders: what they are, and their rows.

mod acts;
mod name;

use domain::{FolderId, MailboxId};
use store::{FromValue, Mismatch, Row, StoreError, ToValue, Tx, ValueRef};

use crate::{ModSeq, Uid, UidValidity};

pub(crate) use acts::{existing, made_again};
pub use name::{FolderName, INBOX};

/// What a folder is for (RFC 6154), beside INBOX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpecialUse {
    /// Where mail arrives.
    Inbox,
    /// Mail that is being written.
    Drafts,
    /// Mail that was sent.
    Sent,
    /// Unwanted mail.
    Junk,
    /// Mail that was deleted.
    Trash,
    /// Mail that is done with.
    Archive,
}

impl SpecialUse {
    /// Each of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::Inbox, Self::Drafts, Self::Sent, Self::Junk, Self::Trash, Self::Archive];

    /// The name in the database, and of catalogue keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Drafts => "drafts",
            Self::Sent => "sent",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::Archive => "archive",
        }
    }

    /// The name that the folder has in a new mailbox. Clients show their own words for these.
    const fn first_name(self) -> &'static str {
        match self {
            Self::Inbox => INBOX,
            Self::Drafts => "Drafts",
            Self::Sent => "Sent",
            Self::Junk => "Junk",
            Self::Trash => "Trash",
            Self::Archive => "Archive",
        }
    }
}

impl ToValue for SpecialUse {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Text(self.as_str()))
    }
}

impl FromValue for SpecialUse {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let known = Self::ALL.into_iter().find(|special| value == ValueRef::Text(special.as_str()));
        known.ok_or_else(|| value.mismatch("a special use of a folder"))
    }
}

/// Whether a folder is among those that clients show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscription {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// A folder as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderView {
    /// Its id: stays when it is renamed.
    pub id: FolderId,
    /// Its whole path, with `/` between the names.
    pub name: String,
    /// What it is for.
    pub special_use: Option<SpecialUse>,
    /// Whether clients show it.
    pub subscribed: bool,
    /// Whether remembered UIDs hold.
    pub uid_validity: UidValidity,
    /// The UID that the next message gets, at least.
    pub uid_next: Uid,
    /// When something of it changed last (HIGHESTMODSEQ).
    pub modseq: ModSeq,
    /// How many messages it has.
    pub total: u32,
    /// How many of these are not `\Seen`.
    pub unseen: u32,
    /// How large they are together.
    pub size_bytes: u64,
}

const COLUMNS: &str = "folder_id, name, special_use, subscribed, uid_validity, uid_next, modseq, total, unseen, \
                       size_bytes";

fn view(row: &Row<'_>) -> Result<FolderView, StoreError> {
    Ok(FolderView {
        id: row.get(0)?,
        name: row.get(1)?,
        special_use: row.get(2)?,
        subscribed: row.get(3)?,
        uid_validity: row.get(4)?,
        uid_next: row.get(5)?,
        modseq: row.get(6)?,
        total: row.get(7)?,
        unseen: row.get(8)?,
        size_bytes: row.get(9)?,
    })
}

/// One folder.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: FolderId,
) -> Result<Option<FolderView>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM folders WHERE mailbox_id = $1 AND folder_id = $2");
    tx.find(&sql, &[&mailbox, &folder], view)
}

/// All folders of a mailbox, by name.
pub(crate) fn list(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<FolderView>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM folders WHERE mailbox_id = $1 ORDER BY name");
    tx.query(&sql, &[&mailbox], view)
}

/// The folder of a special use, made anew when somebody deleted it.
pub(crate) fn special(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    special: SpecialUse,
) -> Result<FolderId, StoreError> {
    let sql = "SELECT folder_id FROM folders WHERE mailbox_id = $1 AND special_use = $2";
    if let Some(folder) = tx.find(sql, &[&mailbox, &special], |row| row.get(0))? {
        return Ok(folder);
    }
    let sql = "UPDATE folders SET special_use = $3 WHERE mailbox_id = $1 AND name = $2 AND special_use IS NULL \
               RETURNING folder_id";
    if let Some(named) = tx.find(sql, &[&mailbox, &special.first_name(), &special], |row| row.get(0))? {
        return Ok(named);
    }
    // The folder of that name may have been given another use.
    let mut name = special.first_name().to_owned();
    let taken = "SELECT 1 FROM folders WHERE mailbox_id = $1 AND name = $2";
    let mut number = 2;
    while tx.find(taken, &[&mailbox, &name], |_| Ok(()))?.is_some() {
        name = format!("{} {number}", special.first_name());
        number += 1;
    }
    insert(tx, mailbox, &name, Some(special))
}

/// The folders that a new mailbox has.
pub(crate) fn create_first(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(), StoreError> {
    for special in SpecialUse::ALL {
        insert(tx, mailbox, special.first_name(), Some(special))?;
    }
    Ok(())
}

/// Adds a folder whose name is free.
fn insert(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    name: &str,
    special: Option<SpecialUse>,
) -> Result<FolderId, StoreError> {
    let (validity, modseq): (UidValidity, ModSeq) = tx.load(
        "UPDATE mailboxes SET next_uid_validity = next_uid_validity + 1, modseq = modseq + 1 \
         WHERE mailbox_id = $1 RETURNING next_uid_validity - 1, modseq",
        &[&mailbox],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (folder, now) = (tx.id::<FolderId>(), tx.now());
    tx.execute(
        "INSERT INTO folders (mailbox_id, folder_id, name, special_use, subscribed, uid_validity, modseq, created_at) \
         VALUES ($1, $2, $3, $4, 1, $5, $6, $7)",
        &[&mailbox, &folder, &name, &special, &validity, &modseq, &now],
    )?;
    Ok(folder)
}
