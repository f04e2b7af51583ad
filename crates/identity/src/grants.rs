//! Accesses: who may open which mailbox, with which permissions.
//!
//! **Invariant:** what goes with an access goes in the same transaction: the user's device passwords there. Whoever
//! shows or uses it is told once that is durable.

use domain::grant::{self, Source};
use domain::{DeviceId, Event, GrantId, MailboxId, OrganizationId, Permissions, Rights, Timestamp, UserId};
use store::{StoreError, Tx};

/// An access to be given.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// To which mailbox.
    pub mailbox: MailboxId,
    /// To whom.
    pub user: UserId,
    /// What is switched on.
    pub permissions: Permissions,
    /// When it ends by itself.
    pub ends_at: Option<Timestamp>,
    /// The organization under which the user sees the address; none is its own.
    pub appears_under: Option<OrganizationId>,
    /// Who gives it.
    pub created_by: Option<UserId>,
}

/// An access, as those see it who manage the address.
#[derive(Debug, Clone)]
pub struct GrantView {
    /// Which.
    pub id: GrantId,
    /// Whose.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub address: String,
    /// What is switched on.
    pub permissions: Permissions,
    /// When it ends by itself.
    pub ends_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
}

/// An access, as its user has it.
#[derive(Debug, Clone)]
pub struct OwnGrant {
    /// To which mailbox.
    pub mailbox: MailboxId,
    /// The organization under which the user sees the address; none is its own.
    pub appears_under: Option<OrganizationId>,
    /// Whether the user's Mail app opens with it.
    pub is_primary: bool,
}

/// What went with an access.
#[derive(Debug, Clone, Default)]
pub struct Removed {
    /// The device passwords, with their names.
    pub devices: Vec<(DeviceId, String)>,
}

/// What a user may do in a mailbox now; none when they may not open it.
pub fn rights(tx: &mut Tx<'_>, user: UserId, mailbox: MailboxId) -> Result<Option<Rights>, StoreError> {
    let sql = "SELECT permissions, ends_at FROM grants WHERE mailbox_id = $1 AND user_id = $2";
    let sources = tx.query(sql, &[&mailbox, &user], |row| {
        Ok(Source { permissions: Permissions::from_bits(row.get(0)?), ends_at: row.get(1)? })
    })?;
    Ok(grant::effective(sources, tx.now()))
}

/// Gives access. The user must have none yet.
pub fn add(tx: &mut Tx<'_>, new: &NewGrant) -> Result<GrantId, StoreError> {
    let (id, now) = (tx.id::<GrantId>(), tx.now());
    let any = "SELECT 1 FROM grants WHERE user_id = $1 AND is_primary = 1 LIMIT 1";
    let is_primary = tx.find(any, &[&new.user], |_| Ok(()))?.is_none();
    tx.execute(
        "INSERT INTO grants (grant_id, mailbox_id, user_id, permissions, ends_at, appears_under, is_primary, \
         created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &id,
            &new.mailbox,
            &new.user,
            &new.permissions.bits(),
            &new.ends_at,
            &new.appears_under,
            &is_primary,
            &new.created_by,
            &now,
        ],
    )?;
    tx.publish(Event::AccessChanged { user: new.user, mailbox: new.mailbox });
    Ok(id)
}

/// Sets the permissions of a user's access; nothing happens without one.
pub fn set_permissions(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    user: UserId,
    permissions: Permissions,
) -> Result<(), StoreError> {
    let sql = "UPDATE grants SET permissions = $3 WHERE mailbox_id = $1 AND user_id = $2";
    tx.execute(sql, &[&mailbox, &user, &permissions.bits()])?;
    tx.publish(Event::AccessChanged { user, mailbox });
    Ok(())
}

/// Takes access away, with the user's device passwords for that mailbox.
pub fn remove(tx: &mut Tx<'_>, mailbox: MailboxId, user: UserId) -> Result<Removed, StoreError> {
    let sql = "DELETE FROM devices WHERE mailbox_id = $1 AND user_id = $2 RETURNING device_id, name";
    let devices = tx.query(sql, &[&mailbox, &user], |row| Ok((row.get::<DeviceId>(0)?, row.get(1)?)))?;
    let sql = "DELETE FROM grants WHERE mailbox_id = $1 AND user_id = $2 RETURNING grant_id, is_primary";
    let gone = tx.find(sql, &[&mailbox, &user], |row| Ok((row.get::<GrantId>(0)?, row.get::<bool>(1)?)))?;
    if gone.is_some_and(|(_, was_primary)| was_primary) {
        let sql = "UPDATE grants SET is_primary = 1 WHERE grant_id = (SELECT grant_id FROM grants \
                   WHERE user_id = $1 ORDER BY created_at LIMIT 1)";
        tx.execute(sql, &[&user])?;
    }
    tx.publish(Event::AccessEnded { user, mailbox, grant: gone.map(|(grant, _)| grant) });
    for (device, _) in &devices {
        tx.publish(Event::DeviceEnded { device: *device });
    }
    Ok(Removed { devices })
}

/// Every access to a mailbox, the oldest first.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<GrantView>, StoreError> {
    let sql = "SELECT g.grant_id, g.user_id, u.first_name, u.last_name, l.address, g.permissions, g.ends_at, \
               g.created_at FROM grants g JOIN users u ON u.user_id = g.user_id \
               JOIN login_identifiers l ON l.user_id = g.user_id AND l.is_primary = 1 \
               WHERE g.mailbox_id = $1 ORDER BY g.created_at, g.grant_id";
    tx.query(sql, &[&mailbox], |row| {
        Ok(GrantView {
            id: row.get(0)?,
            user: row.get(1)?,
            name: format!("{} {}", row.text(2)?, row.text(3)?),
            address: row.get(4)?,
            permissions: Permissions::from_bits(row.get(5)?),
            ends_at: row.get(6)?,
            created_at: row.get(7)?,
        })
    })
}

/// Every access of a user.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<OwnGrant>, StoreError> {
    let sql =
        "SELECT mailbox_id, appears_under, is_primary FROM grants WHERE user_id = $1 ORDER BY created_at";
    tx.query(sql, &[&user], |row| {
        Ok(OwnGrant { mailbox: row.get(0)?, appears_under: row.get(1)?, is_primary: row.get(2)? })
    })
}
