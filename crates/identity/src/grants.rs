//! Accesses: who may open which mailbox, with which permissions: a user's own, and those of the teams they are in.
//!
//! **Invariant:** rights are the union of every source that holds. What goes with the last source goes in the same
//! transaction: the user's device passwords there. Whoever shows or uses it is told once that is durable.

use std::collections::BTreeMap;

use domain::grant::{self, Opening, Source};
use domain::{
    DeviceId, Event, GrantId, Id, MailboxId, OrganizationId, Permissions, Rights, TeamId, Timestamp, UserId,
};
use store::{Row, StoreError, Tx};

use crate::hours::Hours;
use crate::limits::{Limits, Turns};

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
    /// At which times it opens, if not at all.
    pub hours: Option<Hours>,
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
    let sql = "SELECT s.permissions, s.ends_at, s.hours FROM (\
               SELECT permissions, ends_at, hours FROM grants WHERE mailbox_id = $1 AND user_id = $2 \
               UNION ALL SELECT t.permissions, NULL, NULL FROM team_grants t \
               JOIN team_members m ON m.team_id = t.team_id WHERE t.mailbox_id = $1 AND m.user_id = $2) s \
               WHERE EXISTS (SELECT 1 FROM mailboxes b WHERE b.mailbox_id = $1 AND b.state = 'active')";
    let now = tx.now();
    let sources = tx.query(sql, &[&mailbox, &user], |row| source(row, 0, now))?;
    Ok(grant::effective(sources, now))
}

/// What a user may do now in each mailbox that they may open.
pub fn rights_of(tx: &mut Tx<'_>, user: UserId) -> Result<BTreeMap<MailboxId, Rights>, StoreError> {
    let sql = "SELECT s.permissions, s.ends_at, s.hours, s.mailbox_id FROM (\
               SELECT mailbox_id, permissions, ends_at, hours FROM grants WHERE user_id = $1 \
               UNION ALL SELECT t.mailbox_id, t.permissions, NULL, NULL FROM team_members m \
               JOIN team_grants t ON t.team_id = m.team_id WHERE m.user_id = $1) s \
               JOIN mailboxes b ON b.mailbox_id = s.mailbox_id AND b.state = 'active'";
    let now = tx.now();
    let sources = tx.query(sql, &[&user], |row| Ok((row.get::<MailboxId>(3)?, source(row, 0, now)?)))?;
    let mut all: BTreeMap<MailboxId, Vec<Source>> = BTreeMap::new();
    for (mailbox, source) in sources {
        all.entry(mailbox).or_default().push(source);
    }
    let effective = |(mailbox, sources)| Some((mailbox, grant::effective(sources, now)?));
    Ok(all.into_iter().filter_map(effective).collect())
}

/// Where a source of rights comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Giver {
    /// The user's own access.
    Own,
    /// A team that they are in.
    Team {
        /// Which.
        team: TeamId,
        /// Its name.
        name: String,
    },
}

/// Every source of somebody's rights on a mailbox, whether it holds or not: their own access first, then teams by name.
pub fn sources(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    user: UserId,
) -> Result<Vec<(Giver, Source)>, StoreError> {
    let now = tx.now();
    let sql = "SELECT permissions, ends_at, hours FROM grants WHERE mailbox_id = $1 AND user_id = $2";
    let mut all = tx.query(sql, &[&mailbox, &user], |row| Ok((Giver::Own, source(row, 0, now)?)))?;
    let sql = "SELECT g.permissions, t.team_id, t.name FROM team_grants g \
               JOIN team_members m ON m.team_id = g.team_id JOIN teams t ON t.team_id = g.team_id \
               WHERE g.mailbox_id = $1 AND m.user_id = $2 ORDER BY t.name, t.team_id";
    all.extend(tx.query(sql, &[&mailbox, &user], |row| {
        let permissions = Permissions::from_bits(row.get(0)?);
        let team = Giver::Team { team: row.get(1)?, name: row.get(2)? };
        Ok((team, Source { permissions, ends_at: None, opening: Opening::Open }))
    })?);
    Ok(all)
}

/// Somebody on a mailbox that a team opens, with every source of their rights there.
#[derive(Debug, Clone)]
pub struct Reached {
    /// Their name.
    pub name: String,
    /// The address.
    pub address: String,
    /// The sources: through which team, or none for their own access.
    pub sources: Vec<(Option<TeamId>, Source)>,
}

/// Everybody whom a team lets open something, on each of its mailboxes that can be opened: `limit` of them.
pub fn reached_by(tx: &mut Tx<'_>, team: TeamId, limit: usize) -> Result<Vec<Reached>, StoreError> {
    let now = tx.now();
    let sql = "WITH pairs AS (SELECT m.user_id, g.mailbox_id, b.address, b.address_key FROM team_members m \
               JOIN team_grants g ON g.team_id = m.team_id JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
               WHERE m.team_id = $1 AND b.state = 'active' ORDER BY b.address_key, m.user_id LIMIT $2) \
               SELECT p.user_id, p.address, s.permissions, s.ends_at, s.hours, s.team_id, u.first_name, \
               u.last_name FROM pairs p JOIN users u ON u.user_id = p.user_id JOIN (\
               SELECT g.user_id, g.mailbox_id, g.permissions, g.ends_at, g.hours, NULL AS team_id FROM pairs q \
               JOIN grants g ON g.mailbox_id = q.mailbox_id AND g.user_id = q.user_id \
               UNION ALL SELECT q.user_id, q.mailbox_id, g.permissions, NULL, NULL, g.team_id FROM pairs q \
               JOIN team_members m ON m.user_id = q.user_id \
               JOIN team_grants g ON g.team_id = m.team_id AND g.mailbox_id = q.mailbox_id) s \
               ON s.user_id = p.user_id AND s.mailbox_id = p.mailbox_id \
               ORDER BY p.address_key, u.last_name, u.first_name, p.user_id";
    let rows = tx.query(sql, &[&team, &limit], |row| {
        let name = format!("{} {}", row.text(6)?, row.text(7)?);
        let user: UserId = row.get(0)?;
        Ok((user, row.get::<String>(1)?, name, (row.get(5)?, source(row, 2, now)?)))
    })?;
    let mut all: Vec<(UserId, Reached)> = Vec::new();
    for (user, address, name, source) in rows {
        match all.last_mut() {
            Some((last, reached)) if *last == user && reached.address == address => {
                reached.sources.push(source);
            }
            Some(_) | None => all.push((user, Reached { name, address, sources: vec![source] })),
        }
    }
    Ok(all.into_iter().map(|(_, reached)| reached).collect())
}

/// Whether a user has an access of their own that has not ended, whatever teams give them.
pub fn has_own(tx: &mut Tx<'_>, user: UserId, mailbox: MailboxId) -> Result<bool, StoreError> {
    // Outside of its hours it is one all the same.
    let now = tx.now();
    let sql =
        "SELECT 1 FROM grants WHERE mailbox_id = $1 AND user_id = $2 AND (ends_at IS NULL OR ends_at > $3)";
    Ok(tx.find(sql, &[&mailbox, &user, &now], |_| Ok(()))?.is_some())
}

/// Takes an access away that ran out, so that another can be given.
pub fn clear(tx: &mut Tx<'_>, mailbox: MailboxId, user: UserId) -> Result<(), StoreError> {
    let sql = "SELECT 1 FROM grants WHERE mailbox_id = $1 AND user_id = $2";
    if tx.find(sql, &[&mailbox, &user], |_| Ok(()))?.is_some() {
        remove(tx, mailbox, user)?;
    }
    Ok(())
}

/// Gives access. The user must have none yet.
pub fn add(tx: &mut Tx<'_>, new: &NewGrant) -> Result<GrantId, StoreError> {
    let (id, now) = (tx.id::<GrantId>(), tx.now());
    let any = "SELECT 1 FROM grants WHERE user_id = $1 AND is_primary = 1 LIMIT 1";
    let is_primary = tx.find(any, &[&new.user], |_| Ok(()))?.is_none();
    let turns = Turns::from_now(&Limits { ends_at: new.ends_at, hours: None }, now);
    tx.execute(
        "INSERT INTO grants (grant_id, mailbox_id, user_id, permissions, ends_at, appears_under, is_primary, \
         created_by, created_at, turns_at, reminded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
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
            &turns.next,
            &turns.reminded,
        ],
    )?;
    turns.announce(tx);
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
    let devices = if is_closed(tx, mailbox, user)? { Vec::new() } else { take_devices(tx, mailbox, user)? };
    tx.publish(Event::AccessEnded { user, mailbox, grant });
    for (device, _) in &devices {
        tx.publish(Event::DeviceEnded { device: *device });
    }
    Ok(Removed { devices })
}

/// Whether what a user has is closed for now, and opens again at its hours.
fn is_closed(tx: &mut Tx<'_>, mailbox: MailboxId, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM mailboxes WHERE mailbox_id = $1 AND state = 'active'";
    Ok(has_own(tx, user, mailbox)? && tx.find(sql, &[&mailbox], |_| Ok(()))?.is_some())
}

/// Takes a user's device passwords for a mailbox away. Whoever calls tells that they ended.
pub(crate) fn take_devices(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    user: UserId,
) -> Result<Vec<(DeviceId, String)>, StoreError> {
    let sql = "DELETE FROM devices WHERE mailbox_id = $1 AND user_id = $2 RETURNING device_id, name";
    tx.query(sql, &[&mailbox, &user], |row| Ok((row.get(0)?, row.get(1)?)))
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

/// What every list of the accesses to one mailbox is cut to.
pub const LISTED: usize = 500;

/// The accesses of users' own to a mailbox, the oldest first, at most [`LISTED`].
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<GrantView>, StoreError> {
    page_of_mailbox(tx, mailbox, None, LISTED)
}

/// A page of them: `limit` of those that came after one.
pub fn page_of_mailbox(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    after: Option<GrantId>,
    limit: usize,
) -> Result<Vec<GrantView>, StoreError> {
    // The ids are in the order in which they were made.
    let sql = format!("{VIEWS} WHERE g.mailbox_id = $1 AND g.grant_id > $2 ORDER BY g.grant_id LIMIT $3");
    let after = after.unwrap_or(GrantId::from_bytes([0; 16]));
    tx.query(&sql, &[&mailbox, &after, &limit], view)
}

/// A user's own access to a mailbox.
pub fn find(tx: &mut Tx<'_>, mailbox: MailboxId, user: UserId) -> Result<Option<GrantView>, StoreError> {
    tx.find(&format!("{VIEWS} WHERE g.mailbox_id = $1 AND g.user_id = $2"), &[&mailbox, &user], view)
}

const VIEWS: &str = "SELECT g.grant_id, g.user_id, u.first_name, u.last_name, COALESCE(l.address, ''), g.permissions, g.ends_at, \
               g.created_at, g.hours FROM grants g JOIN users u ON u.user_id = g.user_id \
               LEFT JOIN login_identifiers l ON l.user_id = g.user_id AND l.is_primary = 1";

fn view(row: &Row<'_>) -> Result<GrantView, StoreError> {
    Ok(GrantView {
        id: row.get(0)?,
        user: row.get(1)?,
        name: format!("{} {}", row.text(2)?, row.text(3)?),
        address: row.get(4)?,
        permissions: Permissions::from_bits(row.get(5)?),
        ends_at: row.get(6)?,
        created_at: row.get(7)?,
        hours: hours(row, 8)?,
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

/// A source of rights in three columns: permissions, the end, the weekly hours.
pub(crate) fn source(row: &Row<'_>, first: usize, now: Timestamp) -> Result<Source, StoreError> {
    let is_open = hours(row, first + 2)?.is_none_or(|hours| hours.is_open(now));
    Ok(Source {
        permissions: Permissions::from_bits(row.get(first)?),
        ends_at: row.get(first + 1)?,
        opening: if is_open { Opening::Open } else { Opening::Closed },
    })
}

/// The weekly hours in a column.
pub fn hours(row: &Row<'_>, column: usize) -> Result<Option<Hours>, StoreError> {
    let Some(kept) = row.get::<Option<String>>(column)? else { return Ok(None) };
    let hours = kept.parse();
    hours.map(Some).map_err(|fault| StoreError::Corrupt(format!("the weekly hours {kept:?}: {fault}")))
}
