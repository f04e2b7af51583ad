//! The people of an organization: its members, and externals, who have accesses in it and are no members.
//!
//! **Invariant:** an organization has an owner, always: the last one is neither removed, nor demoted, nor leaves.

use std::collections::BTreeMap;

use bus::EndReason;
use domain::role::Verb;
use domain::{Event, MailboxId, OrganizationId, Role, Timestamp, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Way};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::{audit, grants, invitations, organizations, rights, teams, users};

/// For a removal, which must find all that there is to take.
const EVERYTHING: usize = i64::MAX as usize;

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
    /// The organizations of which the actor opens addresses, or in whose teams they are, without being a member.
    pub async fn outside_of(&self, actor: &Actor) -> Result<Vec<(OrganizationId, String)>, Unavailable> {
        let user = actor.user();
        let sql = "SELECT o.organization_id, o.name FROM organizations o WHERE o.organization_id IN \
                   (SELECT s.organization_id FROM grants g JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
                   JOIN mail_services s ON s.mail_service_id = b.mail_service_id WHERE g.user_id = $1 \
                   UNION SELECT t.organization_id FROM team_members m JOIN teams t ON t.team_id = m.team_id \
                   WHERE m.user_id = $1) AND NOT EXISTS (SELECT 1 FROM memberships p \
                   WHERE p.organization_id = o.organization_id AND p.user_id = $1) \
                   ORDER BY o.name, o.organization_id LIMIT 200";
        let list = move |tx: &mut Tx<'_>| tx.query(sql, &[&user], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(self.parts.store.read(list).await?)
    }

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
        proof: &Confirmed,
        organization: OrganizationId,
    ) -> Result<Holding, LeaveError> {
        if !proof.belongs_to(actor) {
            return Err(LeaveError::Ended(EndReason::SessionEnded));
        }
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

/// What somebody is in an organization, and why they cannot leave it. Externals leave as members do.
fn leave_fault(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
) -> Result<(Role, Option<MemberFault>), LeaveError> {
    if let Some(reason) = actor.ended(tx)? {
        return Err(LeaveError::Ended(reason));
    }
    let role = match actor.way() {
        Way::Browser(_) | Way::Task => organizations::role_of(tx, actor.user(), organization)?,
        Way::Device { .. } | Way::AllAddresses { .. } | Way::Operator => return Err(LeaveError::NotFound),
    };
    let is_external = role.is_none() && crate::people::find(tx, organization, actor.user())?.is_some();
    let role = role.or(is_external.then_some(Role::External)).ok_or(LeaveError::NotFound)?;
    if is_last_owner(tx, organization, role)? {
        return Ok((role, Some(MemberFault::LastOwner)));
    }
    let hosted = is_login_hosted(tx, organization, actor.user())?;
    Ok((role, hosted.then_some(MemberFault::LoginHosted)))
}

/// Somebody of an organization.
pub fn find(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Person>, StoreError> {
    crate::people::find(tx, organization, user)
}

/// The mailboxes of an organization ($1) that a user ($2) opens.
const OPENED: &str = "SELECT g.mailbox_id FROM grants g JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
     JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
     WHERE g.user_id = $2 AND s.organization_id = $1 \
     UNION SELECT tg.mailbox_id FROM team_members tm JOIN teams t ON t.team_id = tm.team_id \
     JOIN team_grants tg ON tg.team_id = tm.team_id WHERE tm.user_id = $2 AND t.organization_id = $1";

/// How many of the mailboxes that somebody opens are read for a page.
pub const HELD_SHOWN: usize = 1_000;

/// What somebody holds in an organization: `limit` of its mailboxes, and everything else.
pub fn holding(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
    limit: usize,
) -> Result<Holding, StoreError> {
    let sql = format!(
        "SELECT b.mailbox_id, b.address, (SELECT count(*) FROM grants g WHERE g.mailbox_id = b.mailbox_id \
         AND g.user_id = $2) FROM ({OPENED}) AS o JOIN mailboxes b ON b.mailbox_id = o.mailbox_id \
         ORDER BY b.address_key LIMIT $3"
    );
    let mut mailboxes = tx.query(&sql, &[&organization, &user, &limit], |row| {
        Ok(Held {
            mailbox: row.get(0)?,
            address: row.get(1)?,
            is_own: row.get::<u64>(2)? > 0,
            teams: Vec::new(),
            devices: Vec::new(),
        })
    })?;
    let sql = "SELECT tg.mailbox_id, t.name FROM team_members tm JOIN teams t ON t.team_id = tm.team_id \
               JOIN team_grants tg ON tg.team_id = tm.team_id WHERE tm.user_id = $2 AND t.organization_id = $1 \
               ORDER BY t.name";
    let mut through = by_mailbox(tx, sql, organization, user)?;
    let sql = "SELECT d.mailbox_id, d.name FROM devices d JOIN mailboxes b ON b.mailbox_id = d.mailbox_id \
               JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
               WHERE d.user_id = $2 AND s.organization_id = $1 ORDER BY d.created_at";
    let mut devices = by_mailbox(tx, sql, organization, user)?;
    for held in &mut mailboxes {
        held.teams = through.remove(&held.mailbox).unwrap_or_default();
        held.devices = devices.remove(&held.mailbox).unwrap_or_default();
    }
    let sql = "SELECT count(*) FROM invitations WHERE organization_id = $1 AND created_by = $2 \
               AND state IN ('pending', 'seen')";
    let invitations = tx.load(sql, &[&organization, &user], |row| row.get(0))?;
    let teams = teams::of_user(tx, organization, user)?.into_iter().map(|(_, name)| name).collect();
    Ok(Holding { mailboxes, teams, invitations })
}

/// Names by mailbox, as a query of both says.
fn by_mailbox(
    tx: &mut Tx<'_>,
    sql: &str,
    organization: OrganizationId,
    user: UserId,
) -> Result<BTreeMap<MailboxId, Vec<String>>, StoreError> {
    let mut all: BTreeMap<MailboxId, Vec<String>> = BTreeMap::new();
    for (mailbox, name) in tx.query(sql, &[&organization, &user], |row| Ok((row.get(0)?, row.get(1)?)))? {
        all.entry(mailbox).or_default().push(name);
    }
    Ok(all)
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
    let sql = "UPDATE memberships SET role = $3, version = version + 1 \
               WHERE organization_id = $1 AND user_id = $2";
    tx.execute(sql, &[&organization, &user, &role.name()])?;
    if role != Role::Collaborator {
        let sql = "UPDATE memberships SET has_billing = 0 WHERE organization_id = $1 AND user_id = $2";
        tx.execute(sql, &[&organization, &user])?;
        rights::remove(tx, organization, user)?;
    }
    if role != Role::Owner {
        invitations::delete_made_by(tx, organization, user)?;
    }
    tx.publish(Event::Organization { organization });
    tell(tx, organization, by, user, MailTemplate::RoleChanged, role.name())
}

/// Takes everything that somebody holds in an organization, and their membership; what that was. The caller has checked
/// the right and the last owner.
pub fn remove(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<Holding, StoreError> {
    let gone = holding(tx, organization, user, EVERYTHING)?;
    for (team, _) in teams::of_user(tx, organization, user)? {
        teams::remove_member(tx, team, user)?;
    }
    for held in gone.mailboxes.iter().filter(|held| held.is_own) {
        grants::remove(tx, held.mailbox, user)?;
    }
    invitations::delete_made_by(tx, organization, user)?;
    rights::remove(tx, organization, user)?;
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
