//! Accesses: who may open which mailbox, with which permissions: a user's own, and those of the teams they are in.
//!
//! **Invariant:** rights are the union of every source that holds. What goes with the last source goes in the same
//! transaction: the user's device passwords there. Whoever shows or uses it is told once that is durable.

use domain::grant::{self, Source};
use domain::{
    DeviceId, Event, GrantId, MailboxId, OrganizationId, Permissions, Rights, TeamId, Timestamp, UserId,
};
use store::{Row, StoreError, Tx};

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

/// What somebody has through a team, as those see it who manage the address.
#[derive(Debug, Clone)]
pub struct TeamShare {
    /// Whose.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub address: String,
    /// Through which team.
    pub team: TeamId,
    /// Its name.
    pub team_name: String,
    /// What the team's access allows.
    pub permissions: Permissions,
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
    // Through none of them while the address is in the bin.
    let sql = "SELECT s.permissions, s.ends_at FROM (\
               SELECT permissions, ends_at FROM grants WHERE mailbox_id = $1 AND user_id = $2 \
               UNION ALL SELECT t.permissions, NULL FROM team_grants t \
               JOIN team_members m ON m.team_id = t.team_id WHERE t.mailbox_id = $1 AND m.user_id = $2) s \
               WHERE EXISTS (SELECT 1 FROM mailboxes b WHERE b.mailbox_id = $1 AND b.state = 'active')";
    let sources = tx.query(sql, &[&mailbox, &user], source)?;
    Ok(grant::effective(sources, tx.now()))
}

/// Whether a user has an access of their own that holds now, whatever teams give them.
pub fn has_own(tx: &mut Tx<'_>, user: UserId, mailbox: MailboxId) -> Result<bool, StoreError> {
    let sql = "SELECT permissions, ends_at FROM grants WHERE mailbox_id = $1 AND user_id = $2";
    let own = tx.find(sql, &[&mailbox, &user], source)?;
    Ok(own.is_some_and(|source| source.holds(tx.now())))
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

/// Takes a user's own access away. Where no team gives them another, their device passwords for that mailbox go too.
pub fn remove(tx: &mut Tx<'_>, mailbox: MailboxId, user: UserId) -> Result<Removed, StoreError> {
    lock(tx, mailbox)?;
    let sql = "DELETE FROM grants WHERE mailbox_id = $1 AND user_id = $2 RETURNING grant_id, is_primary";
    let gone = tx.find(sql, &[&mailbox, &user], |row| Ok((row.get::<GrantId>(0)?, row.get::<bool>(1)?)))?;
    if gone.is_some_and(|(_, was_primary)| was_primary) {
        let sql = "UPDATE grants SET is_primary = 1 WHERE grant_id = (SELECT grant_id FROM grants \
                   WHERE user_id = $1 ORDER BY created_at LIMIT 1)";
        tx.execute(sql, &[&user])?;
    }
    settle(tx, mailbox, user, gone.map(|(grant, _)| grant))
}

/// After a source of a user's rights is gone: what is left is told, and what went with the last one ends. The mailbox
/// is locked, so that of two sources that go at once the second sees that it is the last.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    user: UserId,
    grant: Option<GrantId>,
) -> Result<Removed, StoreError> {
    if rights(tx, user, mailbox)?.is_some() {
        tx.publish(Event::AccessChanged { user, mailbox });
        return Ok(Removed::default());
    }
    let sql = "DELETE FROM devices WHERE mailbox_id = $1 AND user_id = $2 RETURNING device_id, name";
    let devices = tx.query(sql, &[&mailbox, &user], |row| Ok((row.get::<DeviceId>(0)?, row.get(1)?)))?;
    tx.publish(Event::AccessEnded { user, mailbox, grant });
    for (device, _) in &devices {
        tx.publish(Event::DeviceEnded { device: *device });
    }
    Ok(Removed { devices })
}

/// Ends what is open through every access to a mailbox that is not active any more; device passwords go. The accesses
/// stay, for its return.
pub fn suspend(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Removed, StoreError> {
    let mut removed = Removed::default();
    for user in holders(tx, mailbox)? {
        removed.devices.extend(settle(tx, mailbox, user, None)?.devices);
    }
    Ok(removed)
}

/// Tells everybody who has access to a mailbox that it is back.
pub fn resume(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(), StoreError> {
    for user in holders(tx, mailbox)? {
        tx.publish(Event::AccessChanged { user, mailbox });
    }
    Ok(())
}

/// Everybody who has an access to a mailbox, their own or through a team.
pub fn holders(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<UserId>, StoreError> {
    let sql = "SELECT user_id FROM grants WHERE mailbox_id = $1 UNION SELECT m.user_id FROM team_grants t \
               JOIN team_members m ON m.team_id = t.team_id WHERE t.mailbox_id = $1";
    tx.query(sql, &[&mailbox], |row| row.get(0))
}

/// Waits for whoever gives or takes access to a mailbox at the same time.
pub(crate) fn lock(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(), StoreError> {
    let sql = format!("SELECT 1 FROM mailboxes WHERE mailbox_id = $1{}", tx.for_update());
    tx.find(&sql, &[&mailbox], |_| Ok(())).map(drop)
}

/// Every access of a user's own to a mailbox, the oldest first.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<GrantView>, StoreError> {
    let sql = "SELECT g.grant_id, g.user_id, u.first_name, u.last_name, COALESCE(l.address, ''), g.permissions, g.ends_at, \
               g.created_at FROM grants g JOIN users u ON u.user_id = g.user_id \
               LEFT JOIN login_identifiers l ON l.user_id = g.user_id AND l.is_primary = 1 \
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

/// What people have in a mailbox through teams, by team and name.
pub fn through_teams(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<TeamShare>, StoreError> {
    let sql = "SELECT u.user_id, u.first_name, u.last_name, COALESCE(l.address, ''), t.team_id, t.name, g.permissions \
               FROM team_grants g JOIN teams t ON t.team_id = g.team_id \
               JOIN team_members m ON m.team_id = g.team_id JOIN users u ON u.user_id = m.user_id \
               LEFT JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
               WHERE g.mailbox_id = $1 ORDER BY t.name, u.last_name, u.first_name, u.user_id";
    tx.query(sql, &[&mailbox], |row| {
        Ok(TeamShare {
            user: row.get(0)?,
            name: format!("{} {}", row.text(1)?, row.text(2)?),
            address: row.get(3)?,
            team: row.get(4)?,
            team_name: row.get(5)?,
            permissions: Permissions::from_bits(row.get(6)?),
        })
    })
}

/// The teams that have access to a mailbox, by name.
pub fn teams_of(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
) -> Result<Vec<(TeamId, String, Permissions)>, StoreError> {
    let sql = "SELECT t.team_id, t.name, g.permissions FROM team_grants g JOIN teams t ON t.team_id = g.team_id \
               WHERE g.mailbox_id = $1 ORDER BY t.name, t.team_id";
    tx.query(sql, &[&mailbox], |row| Ok((row.get(0)?, row.get(1)?, Permissions::from_bits(row.get(2)?))))
}

/// Every mailbox that a user has access to, by themselves or through a team.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<OwnGrant>, StoreError> {
    let sql =
        "SELECT mailbox_id, appears_under, is_primary FROM grants WHERE user_id = $1 ORDER BY created_at";
    let mut all = tx.query(sql, &[&user], |row| {
        Ok(OwnGrant { mailbox: row.get(0)?, appears_under: row.get(1)?, is_primary: row.get(2)? })
    })?;
    let sql = "SELECT DISTINCT t.mailbox_id FROM team_grants t JOIN team_members m ON m.team_id = t.team_id \
               WHERE m.user_id = $1 AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.mailbox_id = t.mailbox_id \
               AND g.user_id = m.user_id) ORDER BY t.mailbox_id";
    let shared = tx.query(sql, &[&user], |row| {
        Ok(OwnGrant { mailbox: row.get(0)?, appears_under: None, is_primary: false })
    })?;
    all.extend(shared);
    Ok(all)
}

fn source(row: &Row<'_>) -> Result<Source, StoreError> {
    Ok(Source { permissions: Permissions::from_bits(row.get(0)?), ends_at: row.get(1)? })
}
