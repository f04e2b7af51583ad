//! Teams (O8): people of an organization, members and externals, who share accesses.
//!
//! **Invariant:** what a team gives comes on top of what its people have themselves; taking one away leaves the other.
//! The caller has checked the right.

use domain::{Event, MailboxId, OrganizationId, Permissions, TeamId, TextFault, UserId};
use store::{StoreError, Tx};

use crate::grants::{self, Removed};

/// How many teams an organization may have.
pub const TEAMS: usize = 500;

/// The color by which a team is told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Color {
    /// Blue.
    #[default]
    Blue,
    /// Green.
    Green,
    /// Amber.
    Amber,
    /// Red.
    Red,
    /// Violet.
    Violet,
    /// Gray.
    Gray,
}

impl Color {
    /// Every color.
    pub const ALL: [Self; 6] = [Self::Blue, Self::Green, Self::Amber, Self::Red, Self::Violet, Self::Gray];

    /// The name in the database, in forms and in catalogues' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Violet => "violet",
            Self::Gray => "gray",
        }
    }
}

impl std::str::FromStr for Color {
    type Err = TextFault;

    fn from_str(name: &str) -> Result<Self, TextFault> {
        Self::ALL.into_iter().find(|color| color.name() == name).ok_or(TextFault::Form)
    }
}

/// A team in a list.
#[derive(Debug, Clone)]
pub struct TeamView {
    /// Which.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Its color.
    pub color: Color,
    /// How many people are in it.
    pub members: u64,
    /// How many mailboxes it opens.
    pub accesses: u64,
    /// How often its name or color changed.
    pub version: i64,
}

/// A mailbox that a team opens.
#[derive(Debug, Clone)]
pub struct TeamAccess {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// What is switched on.
    pub permissions: Permissions,
}

/// The teams of an organization, by name.
pub fn of_organization(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<TeamView>, StoreError> {
    let sql = "SELECT t.team_id, t.name, t.color, \
               (SELECT count(*) FROM team_members m WHERE m.team_id = t.team_id), \
               (SELECT count(*) FROM team_grants g WHERE g.team_id = t.team_id), t.version \
               FROM teams t WHERE t.organization_id = $1 ORDER BY t.name, t.team_id";
    tx.query(sql, &[&organization], |row| {
        Ok(TeamView {
            id: row.get(0)?,
            name: row.get(1)?,
            color: row.text(2)?.parse().unwrap_or_default(),
            members: row.get(3)?,
            accesses: row.get(4)?,
            version: row.get(5)?,
        })
    })
}

/// One team, if it is of that organization.
pub fn find(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    team: TeamId,
) -> Result<Option<TeamView>, StoreError> {
    Ok(of_organization(tx, organization)?.into_iter().find(|view| view.id == team))
}

/// Makes a team; none where there is one of that name.
pub fn create(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    name: &str,
    color: Color,
) -> Result<Option<TeamId>, StoreError> {
    let (id, now) = (tx.id::<TeamId>(), tx.now());
    let made = tx.execute(
        "INSERT INTO teams (team_id, organization_id, name, color, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
        &[&id, &organization, &name, &color.name(), &now],
    )?;
    Ok((made == 1).then_some(id))
}

/// Sets name and color of a team; whether no other has that name.
pub fn set(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    team: TeamId,
    name: &str,
    color: Color,
) -> Result<bool, StoreError> {
    let lock = format!("SELECT 1 FROM organizations WHERE organization_id = $1{}", tx.for_update());
    tx.find(&lock, &[&organization], |_| Ok(()))?;
    let sql = "SELECT 1 FROM teams WHERE organization_id = $1 AND name = $2 AND team_id <> $3";
    if tx.find(sql, &[&organization, &name, &team], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    let sql = "UPDATE teams SET name = $2, color = $3, version = version + 1 WHERE team_id = $1";
    tx.execute(sql, &[&team, &name, &color.name()])?;
    Ok(true)
}

/// Deletes a team, with all that its people had through it alone.
pub fn delete(tx: &mut Tx<'_>, team: TeamId) -> Result<(), StoreError> {
    lock(tx, team)?;
    for user in members(tx, team)? {
        remove_member(tx, team, user)?;
    }
    tx.execute("DELETE FROM team_grants WHERE team_id = $1", &[&team])?;
    tx.execute("DELETE FROM teams WHERE team_id = $1", &[&team]).map(drop)
}

/// Who is in a team.
pub fn members(tx: &mut Tx<'_>, team: TeamId) -> Result<Vec<UserId>, StoreError> {
    let sql = "SELECT user_id FROM team_members WHERE team_id = $1 ORDER BY created_at, user_id";
    tx.query(sql, &[&team], |row| row.get(0))
}

/// The teams of an organization that a user is in, by name.
pub fn of_user(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<(TeamId, String)>, StoreError> {
    let sql = "SELECT t.team_id, t.name FROM teams t JOIN team_members m ON m.team_id = t.team_id \
               WHERE t.organization_id = $1 AND m.user_id = $2 ORDER BY t.name, t.team_id";
    tx.query(sql, &[&organization, &user], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Puts somebody into a team; whether they were not in it.
pub fn add_member(tx: &mut Tx<'_>, team: TeamId, user: UserId) -> Result<bool, StoreError> {
    lock(tx, team)?;
    let now = tx.now();
    let sql = "INSERT INTO team_members (team_id, user_id, created_at) VALUES ($1, $2, $3) \
               ON CONFLICT DO NOTHING";
    if tx.execute(sql, &[&team, &user, &now])? == 0 {
        return Ok(false);
    }
    for mailbox in mailboxes(tx, team)? {
        tx.publish(Event::AccessChanged { user, mailbox });
    }
    Ok(true)
}

/// Takes somebody out of a team: what they had through it alone ends; each such mailbox with what went.
pub fn remove_member(
    tx: &mut Tx<'_>,
    team: TeamId,
    user: UserId,
) -> Result<Vec<(MailboxId, Removed)>, StoreError> {
    lock(tx, team)?;
    let all = mailboxes(tx, team)?;
    for mailbox in &all {
        grants::lock(tx, *mailbox)?;
    }
    let sql = "DELETE FROM team_members WHERE team_id = $1 AND user_id = $2";
    if tx.execute(sql, &[&team, &user])? == 0 {
        return Ok(Vec::new());
    }
    let mut gone = Vec::with_capacity(all.len());
    for mailbox in all {
        gone.push((mailbox, grants::settle(tx, mailbox, user, None)?));
    }
    Ok(gone)
}

/// The mailboxes that a team opens, by address.
pub fn accesses(tx: &mut Tx<'_>, team: TeamId) -> Result<Vec<TeamAccess>, StoreError> {
    let sql = "SELECT b.mailbox_id, b.address, g.permissions FROM team_grants g \
               JOIN mailboxes b ON b.mailbox_id = g.mailbox_id WHERE g.team_id = $1 ORDER BY b.address_key";
    tx.query(sql, &[&team], |row| {
        Ok(TeamAccess {
            mailbox: row.get(0)?,
            address: row.get(1)?,
            permissions: Permissions::from_bits(row.get(2)?),
        })
    })
}

/// Gives a team access to a mailbox, or sets what its access allows.
pub fn set_access(
    tx: &mut Tx<'_>,
    team: TeamId,
    mailbox: MailboxId,
    permissions: Permissions,
    by: UserId,
) -> Result<(), StoreError> {
    lock(tx, team)?;
    let people = members(tx, team)?;
    let now = tx.now();
    let sql = "INSERT INTO team_grants (team_id, mailbox_id, permissions, created_by, created_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (team_id, mailbox_id) DO UPDATE SET permissions = $3";
    tx.execute(sql, &[&team, &mailbox, &permissions.bits(), &by, &now])?;
    for user in people {
        tx.publish(Event::AccessChanged { user, mailbox });
    }
    Ok(())
}

/// Takes a team's access to a mailbox away: who had no other loses what went with it.
pub fn remove_access(tx: &mut Tx<'_>, team: TeamId, mailbox: MailboxId) -> Result<(), StoreError> {
    lock(tx, team)?;
    let people = members(tx, team)?;
    grants::lock(tx, mailbox)?;
    let sql = "DELETE FROM team_grants WHERE team_id = $1 AND mailbox_id = $2";
    if tx.execute(sql, &[&team, &mailbox])? == 0 {
        return Ok(());
    }
    for user in people {
        grants::settle(tx, mailbox, user, None)?;
    }
    Ok(())
}

fn mailboxes(tx: &mut Tx<'_>, team: TeamId) -> Result<Vec<MailboxId>, StoreError> {
    let sql = "SELECT mailbox_id FROM team_grants WHERE team_id = $1 ORDER BY mailbox_id";
    tx.query(sql, &[&team], |row| row.get(0))
}

/// Waits for whoever changes a team at the same time.
fn lock(tx: &mut Tx<'_>, team: TeamId) -> Result<(), StoreError> {
    let sql = format!("SELECT 1 FROM teams WHERE team_id = $1{}", tx.for_update());
    tx.find(&sql, &[&team], |_| Ok(())).map(drop)
}
