//! Notes that mail programs keep with a mailbox and its folders (RFC 5464).
//!
//! **Invariant:** nobody but who wrote it sees a private note, and all notes of a mailbox together stay small.

use bytes::Bytes;
use domain::{FolderId, Id, MailboxId, UserId};
use store::{StoreError, Tx};

use crate::folder::existing;
use crate::handle::Mailbox;
use crate::{Act, MailError, filing};

/// How large a note may be, in bytes: RFC 5464 §4.3 leaves it to the server; programs keep a line or two.
pub const NOTE_BYTES: usize = 4 * 1024;
/// How many notes a mailbox may have, of all its folders and users together.
const NOTES: u64 = 1_000;

/// Who sees a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteOf {
    /// Only the user who wrote it.
    One,
    /// Everybody with access.
    All,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Who sees it.
    pub of: NoteOf,
    /// What it is called.
    pub name: String,
    /// What it says; none takes it away.
    pub value: Option<Bytes>,
}

impl Mailbox {
    /// The notes of a folder, or of the mailbox itself, that this user sees, by name.
    pub async fn notes(&self, folder: Option<FolderId>) -> Result<Vec<Note>, MailError> {
        let (mailbox, user) = (self.id(), self.actor().user());
        self.read(Act::Look, move |tx| {
            let place = place(tx, mailbox, folder)?;
            let sql = "SELECT user_id, name, value FROM annotations WHERE mailbox_id = $1 AND folder_id = $2 \
                       AND user_id IN ($3, $4) ORDER BY name";
            let notes = tx.query(sql, &[&mailbox, &place, &user, &everybody()], |row| {
                let of = if row.get::<UserId>(0)? == everybody() { NoteOf::All } else { NoteOf::One };
                Ok(Note { of, name: row.get(1)?, value: Some(row.get(2)?) })
            });
            Ok(notes?)
        })
        .await
    }

    /// Writes notes of a folder, or of the mailbox itself: all of them, or none. Notes are marks, of a folder instead of
    /// a message.
    pub async fn note(&self, folder: Option<FolderId>, notes: Vec<Note>) -> Result<(), MailError> {
        if notes.iter().filter_map(|note| note.value.as_ref()).any(|value| value.len() > NOTE_BYTES) {
            return Err(MailError::TooLarge(NOTE_BYTES as u64));
        }
        let (mailbox, user) = (self.id(), self.actor().user());
        self.write(Act::SetFlags, move |tx| {
            filing::lock(tx, mailbox)?;
            let place = place(tx, mailbox, folder)?;
            for note in &notes {
                let user = match note.of {
                    NoteOf::One => user,
                    NoteOf::All => everybody(),
                };
                write(tx, mailbox, place, user, note)?;
            }
            let sql = "SELECT count(*) FROM annotations WHERE mailbox_id = $1";
            let count: u64 = tx.load(sql, &[&mailbox], |row| row.get(0))?;
            if count > NOTES { Err(MailError::TooMany("notes")) } else { Ok(()) }
        })
        .await
    }
}

fn write(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    place: FolderId,
    user: UserId,
    note: &Note,
) -> Result<(), StoreError> {
    match &note.value {
        Some(value) => tx.execute(
            "INSERT INTO annotations (mailbox_id, folder_id, user_id, name, value) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (mailbox_id, folder_id, user_id, name) DO UPDATE SET value = excluded.value",
            &[&mailbox, &place, &user, &note.name, value],
        ),
        None => tx.execute(
            "DELETE FROM annotations WHERE mailbox_id = $1 AND folder_id = $2 AND user_id = $3 AND name = $4",
            &[&mailbox, &place, &user, &note.name],
        ),
    }
    .map(drop)
}

/// Takes away what was noted of a folder that is about to go.
pub(crate) fn forget(tx: &mut Tx<'_>, mailbox: MailboxId, folder: FolderId) -> Result<(), StoreError> {
    let sql = "DELETE FROM annotations WHERE mailbox_id = $1 AND folder_id = $2";
    tx.execute(sql, &[&mailbox, &folder]).map(drop)
}

/// Where notes lie: with a folder that is there, or with the mailbox itself.
fn place(tx: &mut Tx<'_>, mailbox: MailboxId, folder: Option<FolderId>) -> Result<FolderId, MailError> {
    match folder {
        Some(folder) => existing(tx, mailbox, folder).map(|view| view.id),
        None => Ok(FolderId::from_bytes([0; 16])),
    }
}

/// The id that stands for all users.
fn everybody() -> UserId {
    UserId::from_bytes([0; 16])
}
