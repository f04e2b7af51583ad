//! Organizations and their members.

use bus::EndReason;
use domain::role::Verb;
use domain::{Event, OrganizationId, PersonName, PictureId, Role, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Way};
use crate::identity::Identity;
use crate::pictures::{self, PictureOf};

/// How many organizations a user may be the owner of: far more than anybody runs, and few enough to list.
const OWNED: usize = 100;

/// An organization in somebody's list.
#[derive(Debug, Clone)]
pub struct OrganizationView {
    /// Which.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its logo.
    pub logo: Option<PictureId>,
    /// What the user is there.
    pub role: Role,
    /// Whether the user may look at any of its mail services in the Manager.
    pub is_managed: bool,
}

/// Why an organization was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreateOrganizationError {
    /// The user owns as many as there can be.
    #[error("a user cannot own more than {OWNED} organizations")]
    TooMany,
    /// Only a user who is signed in with a browser makes one.
    #[error("the session has ended")]
    Ended(EndReason),
    /// The storage failed; the log has the cause.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for CreateOrganizationError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "an organization could not be made");
        Self::Unavailable
    }
}

impl Identity {
    /// Makes an organization; whoever makes it is its owner (O1).
    pub async fn create_organization(
        &self,
        actor: &Actor,
        name: &PersonName,
    ) -> Result<OrganizationId, CreateOrganizationError> {
        let (actor, name) = (actor.clone(), name.clone());
        let create_checked = move |tx: &mut Tx<'_>| {
            if let Some(reason) = actor.ended(tx)? {
                return Err(CreateOrganizationError::Ended(reason));
            }
            if !matches!(actor.way(), Way::Browser(_)) {
                return Err(CreateOrganizationError::Ended(EndReason::SessionEnded));
            }
            let owned = "SELECT count(*) FROM memberships WHERE user_id = $1 AND role = 'owner'";
            if tx.load(owned, &[&actor.user()], |row| row.get::<usize>(0))? >= OWNED {
                return Err(CreateOrganizationError::TooMany);
            }
            let organization = create(tx, name.as_str(), actor.user())?;
            crate::audit::write(tx, organization, &actor, "organization.create", name.as_str(), "{}")?;
            Ok(organization)
        };
        self.parts.store.write(create_checked).await
    }
}

/// Makes an organization with its first owner.
pub fn create(tx: &mut Tx<'_>, name: &str, owner: UserId) -> Result<OrganizationId, StoreError> {
    let (id, now) = (tx.id::<OrganizationId>(), tx.now());
    tx.execute(
        "INSERT INTO organizations (organization_id, name, created_at) VALUES ($1, $2, $3)",
        &[&id, &name, &now],
    )?;
    add_member(tx, id, owner, Role::Owner)?;
    Ok(id)
}

/// Makes a user a member; nothing happens when they are one.
pub fn add_member(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
    role: Role,
) -> Result<(), StoreError> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
        &[&organization, &user, &role.name(), &now],
    )?;
    crate::people::put_in_order(tx, user)?;
    tx.publish(Event::Organization { organization });
    Ok(())
}

/// What a user is in an organization; none when they are not a member.
pub fn role_of(
    tx: &mut Tx<'_>,
    user: UserId,
    organization: OrganizationId,
) -> Result<Option<Role>, StoreError> {
    let sql = "SELECT role FROM memberships WHERE organization_id = $1 AND user_id = $2";
    tx.find(sql, &[&organization, &user], |row| role(row.text(0)?))
}

/// Takes an organization away that has neither members, teams nor mail services any more. Its log stays.
pub fn erase(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<(), StoreError> {
    pictures::erase(tx, PictureOf::Organization(organization))?;
    for table in ["invitation_accesses", "invitation_service_rights"] {
        let sql = format!(
            "DELETE FROM {table} WHERE invitation_id IN (SELECT invitation_id FROM invitations \
             WHERE organization_id = $1)"
        );
        tx.execute(&sql, &[&organization])?;
    }
    for table in ["invitations", "service_transfers", "memberships", "organizations"] {
        tx.execute(&format!("DELETE FROM {table} WHERE organization_id = $1"), &[&organization])?;
    }
    Ok(())
}

/// The organizations that a user is a member of, by name.
pub fn of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<OrganizationView>, StoreError> {
    let sql = "SELECT o.organization_id, o.name, m.role, (SELECT count(*) FROM service_rights r \
               JOIN mail_services s ON s.mail_service_id = r.mail_service_id WHERE r.user_id = m.user_id \
               AND s.organization_id = m.organization_id), i.picture_id FROM memberships m JOIN organizations o \
               ON o.organization_id = m.organization_id LEFT JOIN pictures i \
               ON i.organization_id = o.organization_id WHERE m.user_id = $1 ORDER BY o.name, o.organization_id";
    tx.query(sql, &[&user], |row| {
        let (role, rights): (Role, u64) = (role(row.text(2)?)?, row.get(3)?);
        let is_managed = role.may(Verb::ConsultMail) || (role == Role::Collaborator && rights > 0);
        Ok(OrganizationView { id: row.get(0)?, name: row.get(1)?, logo: row.get(4)?, role, is_managed })
    })
}

/// Every organization with its number of members, by name.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<(OrganizationId, String, u64)>, StoreError> {
    let sql = "SELECT o.organization_id, o.name, (SELECT count(*) FROM memberships m \
               WHERE m.organization_id = o.organization_id) FROM organizations o ORDER BY o.name";
    tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The organizations of that name.
pub fn named(tx: &mut Tx<'_>, name: &str) -> Result<Vec<OrganizationId>, StoreError> {
    tx.query("SELECT organization_id FROM organizations WHERE name = $1", &[&name], |row| row.get(0))
}

pub(crate) fn role(name: &str) -> Result<Role, StoreError> {
    name.parse().map_err(|_| StoreError::Corrupt(format!("the role {name:?}")))
}
