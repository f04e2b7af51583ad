//! The bin of a mail service: an address is deleted, restored whole, or destroyed when its time is over (S8).
//!
//! **Invariant:** what was deleted is one state of one row: nothing else of the address changes until it is destroyed,
//! except what must not come back with it, its device passwords and invitations. Destroying begins when nobody can
//! restore it any more.

use std::collections::BTreeSet;
use std::time::Duration;

use bus::Live;
use domain::duration::days;
use domain::invitation::State;
use domain::{Event, FolderId, MailboxId, MessageId, OrganizationId, Timestamp, UserId};
use identity::devices::DeviceView;
use identity::grants::GrantView;
use identity::{Confirmed, Identity};
use store::{StoreError, Tx};

use super::DeskError;
use super::address::{AddressDesk, RemovalReport};
use super::proof::check_proof;
use super::service::ServiceDesk;
use crate::access::Access;

/// How long an address lies in the bin.
const KEPT_FOR: Duration = days(30);
/// How many addresses a bin shows.
const SHOWN: usize = 500;
/// How many messages are destroyed in one transaction: it holds the writer for some milliseconds.
const PIECE: usize = 200;

/// An address in the bin.
#[derive(Debug, Clone)]
pub struct BinRow {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// The address.
    pub address: String,
    /// How much it holds, in bytes.
    pub used_bytes: u64,
    /// Since when it is there, and how long.
    pub binned: Binned,
}

/// How an address lies in the bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binned {
    /// Since when.
    pub deleted_at: Timestamp,
    /// When it is destroyed.
    pub destroyed_at: Timestamp,
}

impl Binned {
    fn since(deleted_at: Timestamp) -> Self {
        Self { deleted_at, destroyed_at: deleted_at.plus(KEPT_FOR) }
    }
}

/// What goes with an address.
#[derive(Debug, Clone)]
pub struct Deletion {
    /// Who loses access, their own.
    pub users: Vec<GrantView>,
    /// How many others lose it who have it through a team.
    pub others: usize,
    /// The device passwords that end.
    pub devices: Vec<DeviceView>,
    /// How many invitations are withdrawn.
    pub invitations: usize,
    /// How many messages there are.
    pub messages: u64,
    /// How much they hold, in bytes.
    pub used_bytes: u64,
}

impl ServiceDesk {
    /// The addresses in the bin of this mail service, the last deleted first.
    pub async fn bin(&self) -> Result<Vec<BinRow>, DeskError> {
        let service = self.service;
        self.read(move |tx| {
            let sql = "SELECT mailbox_id, address, used_bytes, deleted_at FROM mailboxes \
                       WHERE mail_service_id = $1 AND state = 'deleting' ORDER BY deleted_at DESC LIMIT $2";
            let rows = tx.query(sql, &[&service, &SHOWN], |row| {
                let binned = Binned::since(row.get(3)?);
                Ok(BinRow { mailbox: row.get(0)?, address: row.get(1)?, used_bytes: row.get(2)?, binned })
            });
            Ok(rows?)
        })
        .await
    }
}

impl AddressDesk {
    /// How the address lies in the bin, if it does.
    pub async fn binned(&self) -> Result<Option<Binned>, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| Ok::<_, DeskError>(deleted_at(tx, mailbox)?.map(Binned::since))).await
    }

    /// What would go with the address.
    pub async fn deletion(&self) -> Result<Deletion, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| {
            let users = identity::grants::of_mailbox(tx, mailbox)?;
            let waiting = identity::invitations::of_mailbox(tx, mailbox)?;
            let sql = "SELECT used_bytes, (SELECT count(*) FROM messages m WHERE m.mailbox_id = b.mailbox_id) - \
                       (SELECT count(*) FROM removed_messages r WHERE r.mailbox_id = b.mailbox_id) FROM mailboxes b WHERE b.mailbox_id = $1";
            let (used_bytes, messages) = tx.load(sql, &[&mailbox], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok::<_, DeskError>(Deletion {
                others: identity::grants::holders(tx, mailbox)?.len().saturating_sub(users.len()),
                users,
                devices: identity::devices::of(tx, mailbox, None)?,
                invitations: waiting.into_iter().filter(|row| row.state != State::Accepted).count(),
                messages,
                used_bytes,
            })
        })
        .await
    }

    /// Puts the address into the bin. Mail to it is refused, and what is open ends within a second; device passwords and
    /// invitations are gone for good.
    pub async fn delete(&self, proof: &Confirmed) -> Result<RemovalReport, DeskError> {
        check_proof(proof, &self.actor)?;
        let closed = self.live().await?;
        let desk = self.clone();
        let devices = self.write(move |tx| desk.delete_in(tx));
        Ok(RemovalReport { devices: devices.await?, closed })
    }

    /// Puts it there in this transaction, which has asked for the right; the names of the device passwords that end.
    pub(super) fn delete_in(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, DeskError> {
        let (desk, now, user) = (self, tx.now(), self.actor.user());
        let sql = "UPDATE mailboxes SET state = 'deleting', deleted_at = $2, deleted_by = $3 \
                       WHERE mailbox_id = $1 AND deleted_at IS NULL";
        if tx.execute(sql, &[&desk.mailbox, &now, &user])? == 0 {
            return Err(DeskError::NotFound);
        }
        let removed = identity::grants::suspend(tx, desk.mailbox)?;
        // A password of somebody whose access had run out goes as well.
        tx.execute("DELETE FROM devices WHERE mailbox_id = $1", &[&desk.mailbox])?;
        for invitation in identity::invitations::of_mailbox(tx, desk.mailbox)? {
            identity::invitations::delete(tx, invitation.id)?;
        }
        desk.note(tx, "address.delete", "{}")?;
        Ok(removed.devices.into_iter().map(|(_, name)| name).collect())
    }

    /// Takes the address out of the bin, with its mail and every access to it.
    pub async fn restore(&self, proof: &Confirmed) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write(move |tx| {
            let sql = "UPDATE mailboxes SET state = 'active', deleted_at = NULL, deleted_by = NULL \
                       WHERE mailbox_id = $1 AND state = 'deleting'";
            if tx.execute(sql, &[&desk.mailbox])? == 0 {
                return Err(DeskError::NotFound);
            }
            identity::grants::resume(tx, desk.mailbox)?;
            desk.note(tx, "address.restore", "{}")
        })
        .await
    }

    /// What anybody has open in it on this node.
    async fn live(&self) -> Result<Vec<Live>, DeskError> {
        let mailbox = self.mailbox;
        let read = self.read(move |tx| Ok::<_, DeskError>(identity::grants::holders(tx, mailbox)?));
        let holders: BTreeSet<UserId> = read.await?.into_iter().collect();
        Ok(holders.into_iter().flat_map(|user| self.access.bus().live(user, mailbox)).collect())
    }
}

impl Access {
    /// Destroys a piece of an address whose time in the bin is over; whether there is more to destroy now.
    pub async fn destroy_piece(&self) -> Result<bool, DeskError> {
        let destroy = |tx: &mut Tx<'_>| -> Result<bool, DeskError> {
            let due = tx.now().minus(KEPT_FOR);
            let sql = "SELECT mailbox_id FROM mailboxes WHERE deleted_at <= $1 ORDER BY deleted_at LIMIT 1";
            let Some(mailbox) = tx.find(sql, &[&due], |row| row.get::<MailboxId>(0))? else {
                return Ok(false);
            };
            // From here on nobody restores it. Somebody may have, since it was looked for: then another is.
            let sql = "UPDATE mailboxes SET state = 'destroying' WHERE mailbox_id = $1 AND deleted_at <= $2";
            if tx.execute(sql, &[&mailbox, &due])? == 0 {
                return Ok(true);
            }
            if !destroy_messages(tx, mailbox)? && !destroy_folder(tx, mailbox)? {
                destroy_rest(tx, mailbox)?;
            }
            Ok(true)
        };
        self.store().write(destroy).await
    }
}

/// Destroys some messages; whether there were any.
fn destroy_messages(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<bool, StoreError> {
    let sql = "SELECT message_id, search_row FROM messages WHERE mailbox_id = $1 LIMIT $2";
    let piece =
        tx.query(sql, &[&mailbox, &PIECE], |row| Ok((row.get::<MessageId>(0)?, row.get::<i64>(1)?)))?;
    for (message, search_row) in &piece {
        for sql in [
            "DELETE FROM placements WHERE mailbox_id = $1 AND message_id = $2",
            "DELETE FROM removed_messages WHERE mailbox_id = $1 AND message_id = $2",
            "DELETE FROM bodies WHERE mailbox_id = $1 AND message_id = $2",
            "DELETE FROM messages WHERE mailbox_id = $1 AND message_id = $2",
        ] {
            tx.execute(sql, &[&mailbox, message])?;
        }
        store::search::remove(tx, mailbox, *search_row)?;
        store::blobs::release(tx, domain::Id::bytes(message))?;
    }
    Ok(!piece.is_empty())
}

/// Destroys a folder that holds nothing any more; whether there was one.
fn destroy_folder(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<bool, StoreError> {
    let sql = "SELECT folder_id FROM folders WHERE mailbox_id = $1 LIMIT 1";
    let Some(folder) = tx.find(sql, &[&mailbox], |row| row.get::<FolderId>(0))? else { return Ok(false) };
    for sql in [
        "DELETE FROM expunged WHERE mailbox_id = $1 AND folder_id = $2",
        "DELETE FROM folders WHERE mailbox_id = $1 AND folder_id = $2",
    ] {
        tx.execute(sql, &[&mailbox, &folder])?;
    }
    Ok(true)
}

/// Destroys what is left: the accesses, the address itself.
fn destroy_rest(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(), StoreError> {
    let sql = "SELECT b.address, s.organization_id FROM mailboxes b JOIN mail_services s \
               ON s.mail_service_id = b.mail_service_id WHERE b.mailbox_id = $1";
    let (address, organization) =
        tx.load(sql, &[&mailbox], |row| Ok((row.get::<String>(0)?, row.get::<OrganizationId>(1)?)))?;
    for table in OF_MAILBOXES {
        tx.execute(&format!("DELETE FROM {table} WHERE mailbox_id = $1"), &[&mailbox])?;
    }
    identity::audit::write(tx, organization, &Identity::operator(), "address.destroy", &address, "{}")?;
    tx.publish(Event::Organization { organization });
    Ok(())
}

/// The tables with rows that belong to a mailbox, those first that others do not refer to.
const OF_MAILBOXES: [&str; 16] = [
    "address_senders",
    "signatures",
    "auto_replied",
    "auto_replies",
    "redirections",
    "redirection_questions",
    "annotations",
    "expunged",
    "addresses",
    "devices",
    "detached_addresses",
    "grants",
    "team_grants",
    "invitation_accesses",
    "invitations",
    "mailboxes",
];

/// Since when an address is in the bin.
pub(super) fn deleted_at(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT deleted_at FROM mailboxes WHERE mailbox_id = $1";
    Ok(tx.find(sql, &[&mailbox], |row| row.get::<Option<Timestamp>>(0))?.flatten())
}
