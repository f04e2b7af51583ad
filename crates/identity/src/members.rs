//! The people of an organization: its members, and externals, who have accesses in it and are no members.
//!
//! **Invariant:** an organization has an owner, always: the last one is neither removed, nor demoted, nor leaves.

use std::collections::BTreeMap;

use bus::EndReason;
use domain::role::Verb;
use domain::{Event, MailboxId, OrganizationId, Role, Timestamp, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Way};
use crate::identity::Identity;
use crate::mails::{self, MailTemplate};
use crate::{audit, grants, invitations, organizations, teams, users};

/// How many people of an organization are read at once.
const PEOPLE: usize = 10_000;

/// Somebody of an organization.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub address: String,
    /// What they are here.
    pub role: Role,
    /// The names of the teams of this organization that they are in.
    pub teams: Vec<String>,
    /// Whether they sign in with a second factor.
    pub has_second_factor: bool,
    /// When they signed in last, as far as a session of it is left.
    pub signed_in_at: Option<Timestamp>,
    /// How many of the organization's mailboxes they open.
    pub accesses: u64,
}

/// A mailbox that somebody opens, and how.
#[derive(Debug, Clone)]
pub struct Held {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// Whether the access is their own.
    pub is_own: bool,
    /// The teams through which they have it.
    pub teams: Vec<String>,
    /// Their device passwords for it.
    pub devices: Vec<String>,
}

/// What somebody holds in an organization: what a removal takes.
#[derive(Debug, Clone, Default)]
pub struct Holding {
    /// The mailboxes that they open.
    pub mailboxes: Vec<Held>,
    /// The teams that they are in.
    pub teams: Vec<String>,
    /// How many invitations that they made still wait.
    pub invitations: u64,
}

/// Why somebody is not removed, given another role, or let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MemberFault {
    /// They are the last owner: another one is needed first.
    #[error("an organization needs an owner")]
    LastOwner,
    /// Only an owner gives or takes that role.
    #[error("only an owner may give or take the owner role")]
    OwnersOnly,
    /// They sign in with an address of the organization.
    #[error("the address that you sign in with belongs to the organization")]
    LoginHosted,
}

/// Why somebody did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeaveError {
    /// They are no member, or not signed in with a browser.
    #[error("there is no such organization")]
    NotFound,
    /// The session has ended.
    #[error("the session has ended")]
    Ended(EndReason),
    /// They cannot.
    #[error(transparent)]
    Fault(#[from] MemberFault),
    /// The storage failed; the log has the cause.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for LeaveError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "an organization could not be left");
        Self::Unavailable
    }
}

impl Identity {
    /// Why the actor cannot leave an organization, if so; [`LeaveError::NotFound`] where they are no member.
    pub async fn leave_fault(
        &self,
        actor: &Actor,
        organization: OrganizationId,
    ) -> Result<Option<MemberFault>, LeaveError> {
        let actor = actor.clone();
        self.parts.store.read(move |tx| Ok(leave_fault(tx, &actor, organization)?.1)).await
    }

    /// Leaves an organization (O7): the membership goes, with every access there.
    pub async fn leave(
        &self,
        actor: &Actor,
        _proof: &Confirmed,
        organization: OrganizationId,
    ) -> Result<Holding, LeaveError> {
        let actor = actor.clone();
        let leave = move |tx: &mut Tx<'_>| {
            lock(tx, organization)?;
            if let Some(fault) = leave_fault(tx, &actor, organization)?.1 {
                return Err(fault.into());
            }
            let gone = remove(tx, organization, actor.user())?;
            audit::write(tx, organization, &actor, "member.leave", actor.address(), &gone.detail())?;
            Ok(gone)
        };
        self.parts.store.write(leave).await
    }
}

fn leave_fault(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
) -> Result<(Role, Option<MemberFault>), LeaveError> {
    if let Some(reason) = actor.ended(tx)? {
        return Err(LeaveError::Ended(reason));
    }
    let role = match actor.way() {
        Way::Browser(_) => organizations::role_of(tx, actor.user(), organization)?,
        Way::Device { .. } | Way::Operator => None,
    };
    let role = role.ok_or(LeaveError::NotFound)?;
    if is_last_owner(tx, organization, role)? {
        return Ok((role, Some(MemberFault::LastOwner)));
    }
    let hosted = is_login_hosted(tx, organization, actor.user())?;
    Ok((role, hosted.then_some(MemberFault::LoginHosted)))
}

/// Everybody of an organization, by name.
pub fn list(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<Person>, StoreError> {
    let mut all = people(tx, organization, None)?;
    let sql = "SELECT m.user_id, t.name FROM team_members m JOIN teams t ON t.team_id = m.team_id \
               WHERE t.organization_id = $1 ORDER BY t.name";
    let mut teams: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
    for (user, name) in tx.query(sql, &[&organization], |row| Ok((row.get(0)?, row.get(1)?)))? {
        teams.entry(user).or_default().push(name);
    }
    for person in &mut all {
        person.teams = teams.remove(&person.user).unwrap_or_default();
    }
    Ok(all)
}

/// Somebody of an organization.
pub fn find(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Person>, StoreError> {
    let Some(mut person) = people(tx, organization, Some(user))?.pop() else { return Ok(None) };
    let teams = teams::of_user(tx, organization, user)?;
    person.teams = teams.into_iter().map(|(_, name)| name).collect();
    Ok(Some(person))
}

/// What every row of a person is read from: $1 is the organization.
const OPENED: &str = "SELECT g.user_id, g.mailbox_id FROM grants g JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
     JOIN mail_services s ON s.mail_service_id = b.mail_service_id WHERE s.organization_id = $1 \
     UNION SELECT tm.user_id, tg.mailbox_id FROM team_grants tg JOIN team_members tm ON tm.team_id = tg.team_id \
     JOIN teams t ON t.team_id = tg.team_id WHERE t.organization_id = $1";

fn people(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    only: Option<UserId>,
) -> Result<Vec<Person>, StoreError> {
    let one = if only.is_some() { "u.user_id = $3 AND" } else { "" };
    let sql = format!(
        "SELECT u.user_id, u.first_name, u.last_name, COALESCE(l.address, ''), p.role, \
         CAST(CASE WHEN u.totp_secret IS NULL THEN 0 ELSE 1 END AS BIGINT), \
         (SELECT max(e.created_at) FROM sessions e WHERE e.user_id = u.user_id), COALESCE(o.number, 0) \
         FROM users u LEFT JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
         LEFT JOIN memberships p ON p.user_id = u.user_id AND p.organization_id = $1 \
         LEFT JOIN (SELECT user_id, count(*) AS number FROM ({OPENED}) AS opened GROUP BY user_id) AS o \
         ON o.user_id = u.user_id \
         WHERE {one} (p.role IS NOT NULL OR o.number > 0 OR u.user_id IN (SELECT m.user_id FROM team_members m \
         JOIN teams t ON t.team_id = m.team_id WHERE t.organization_id = $1)) \
         ORDER BY u.last_name, u.first_name, u.user_id LIMIT $2"
    );
    let row = |row: &store::Row<'_>| {
        let role = row.get::<Option<String>>(4)?;
        Ok(Person {
            user: row.get(0)?,
            name: format!("{} {}", row.text(1)?, row.text(2)?),
            address: row.get(3)?,
            role: role.map_or(Ok(Role::External), |name| organizations::role(&name))?,
            teams: Vec::new(),
            has_second_factor: row.get(5)?,
            signed_in_at: row.get(6)?,
            accesses: row.get(7)?,
        })
    };
    match only {
        Some(user) => tx.query(&sql, &[&organization, &PEOPLE, &user], row),
        None => tx.query(&sql, &[&organization, &PEOPLE], row),
    }
}

/// What somebody holds in an organization.
pub fn holding(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<Holding, StoreError> {
    let sql = format!(
        "SELECT b.mailbox_id, b.address, (SELECT count(*) FROM grants g WHERE g.mailbox_id = b.mailbox_id \
         AND g.user_id = $2) FROM mailboxes b JOIN ({OPENED}) AS o ON o.mailbox_id = b.mailbox_id \
         WHERE o.user_id = $2 ORDER BY b.address_key"
    );
    let mut mailboxes = tx.query(&sql, &[&organization, &user], |row| {
        Ok(Held {
            mailbox: row.get(0)?,
            address: row.get(1)?,
            is_own: row.get::<u64>(2)? > 0,
            teams: Vec::new(),
            devices: Vec::new(),
        })
    })?;
    for held in &mut mailboxes {
        let shares = grants::through_teams(tx, held.mailbox)?;
        held.teams =
            shares.into_iter().filter(|share| share.user == user).map(|share| share.team_name).collect();
        let devices = crate::devices::of(tx, held.mailbox, Some(user))?;
        held.devices = devices.into_iter().map(|device| device.name).collect();
    }
    let sql = "SELECT count(*) FROM invitations WHERE organization_id = $1 AND created_by = $2 \
               AND state IN ('pending', 'seen')";
    let invitations = tx.load(sql, &[&organization, &user], |row| row.get(0))?;
    let teams = teams::of_user(tx, organization, user)?.into_iter().map(|(_, name)| name).collect();
    Ok(Holding { mailboxes, teams, invitations })
}

impl Holding {
    /// For the activity log.
    pub fn detail(&self) -> String {
        let addresses: Vec<&str> = self.mailboxes.iter().map(|held| held.address.as_str()).collect();
        let devices: Vec<&str> =
            self.mailboxes.iter().flat_map(|held| held.devices.iter().map(String::as_str)).collect();
        serde_json::json!({
            "addresses": addresses, "devices": devices, "teams": self.teams, "invitations": self.invitations,
        })
        .to_string()
    }
}

/// Waits for whoever changes the members of an organization at the same time.
pub fn lock(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<(), StoreError> {
    let sql = format!("SELECT 1 FROM organizations WHERE organization_id = $1{}", tx.for_update());
    tx.find(&sql, &[&organization], |_| Ok(())).map(drop)
}

/// Whether somebody of that role is the only owner left.
pub fn is_last_owner(tx: &mut Tx<'_>, organization: OrganizationId, role: Role) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM memberships WHERE organization_id = $1 AND role = 'owner'";
    let owners: u64 = tx.load(sql, &[&organization], |row| row.get(0))?;
    Ok(role == Role::Owner && owners <= 1)
}

/// Whether somebody signs in with an address of the organization.
fn is_login_hosted(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM login_identifiers l JOIN addresses a ON a.address_key = l.address_key \
               JOIN mailboxes b ON b.mailbox_id = a.mailbox_id \
               JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
               WHERE l.user_id = $2 AND s.organization_id = $1 LIMIT 1";
    Ok(tx.find(sql, &[&organization, &user], |_| Ok(()))?.is_some())
}

/// Whether `actor_role` may make somebody of one role one of another; none is outside of the organization. The
/// organization is locked.
pub fn check_change(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    actor_role: Role,
    from: Role,
    to: Role,
) -> Result<Result<(), MemberFault>, StoreError> {
    if (from == Role::Owner) != (to == Role::Owner) && !actor_role.may(Verb::ChangeOwners) {
        return Ok(Err(MemberFault::OwnersOnly));
    }
    if to != Role::Owner && is_last_owner(tx, organization, from)? {
        return Ok(Err(MemberFault::LastOwner));
    }
    Ok(Ok(()))
}

/// Gives a member another role, and tells them by mail. What they invited to while they could do more is withdrawn, as
/// far as nobody has accepted it. The caller has checked the right and the last owner.
pub fn set_role(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    by: &Actor,
    user: UserId,
    role: Role,
) -> Result<(), StoreError> {
    let sql = "UPDATE memberships SET role = $3 WHERE organization_id = $1 AND user_id = $2";
    tx.execute(sql, &[&organization, &user, &role.name()])?;
    if role != Role::Owner {
        invitations::delete_made_by(tx, organization, user)?;
    }
    tx.publish(Event::Organization { organization });
    tell(tx, organization, by, user, MailTemplate::RoleChanged, role.name())
}

/// Takes everything that somebody holds in an organization, and their membership; what that was. The caller has checked
/// the right and the last owner.
pub fn remove(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<Holding, StoreError> {
    let gone = holding(tx, organization, user)?;
    for (team, _) in teams::of_user(tx, organization, user)? {
        teams::remove_member(tx, team, user)?;
    }
    for held in gone.mailboxes.iter().filter(|held| held.is_own) {
        grants::remove(tx, held.mailbox, user)?;
    }
    invitations::delete_made_by(tx, organization, user)?;
    let sql = "DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2";
    tx.execute(sql, &[&organization, &user])?;
    // What they see of other organizations under this one appears under its own from now on.
    let sql = "UPDATE grants SET appears_under = NULL WHERE user_id = $1 AND appears_under = $2";
    tx.execute(sql, &[&user, &organization])?;
    tx.publish(Event::Organization { organization });
    Ok(gone)
}

/// Tells somebody by mail what was changed about them.
pub fn tell(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    by: &Actor,
    user: UserId,
    template: MailTemplate,
    what: &str,
) -> Result<(), StoreError> {
    if by.user() == user {
        return Ok(());
    }
    let Some(view) = users::by_id(tx, user)? else { return Ok(()) };
    let Ok(to) = view.address.parse() else { return Ok(()) };
    let sql = "SELECT name FROM organizations WHERE organization_id = $1";
    let name: String = tx.load(sql, &[&organization], |row| row.get(0))?;
    let values = [("actor", by.name()), ("organization", name.as_str()), ("what", what)];
    mails::send(tx, template, view.language, &to, &values)
}
