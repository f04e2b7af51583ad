//! The people of an organization, from its desk (O5–O7): who they are, their roles, and taking them out.

use std::collections::BTreeSet;

use bus::Live;
use domain::role::Verb;
use domain::{Role, TeamId, UserId};
use identity::mails::MailTemplate;
use identity::members::{self, Holding, MemberFault, Person};
use identity::teams::TeamView;
use identity::{Confirmed, Way};
use store::{StoreError, Tx};

use super::{DeskError, OrganizationDesk, check_verb, check_verb_to_write};

/// Why something about somebody was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// A rule of the organization stands in the way.
    #[error(transparent)]
    Fault(#[from] MemberFault),
    /// Externals have no role to change: an invitation makes them members.
    #[error("an external user becomes a member by an invitation")]
    NotAMember,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for MemberError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Somebody of the organization, with what they hold.
#[derive(Debug, Clone)]
pub struct UserDetails {
    /// Who.
    pub person: Person,
    /// What they hold.
    pub holding: Holding,
    /// Every team of the organization, and whether they are in it.
    pub teams: Vec<(TeamView, bool)>,
    /// Why they cannot be removed by this actor now.
    pub removal_fault: Option<MemberFault>,
    /// What they have open, on this node.
    pub open: Vec<Live>,
}

/// What a removal took.
#[derive(Debug, Clone)]
pub struct RemovedMember {
    /// Whose.
    pub person: Person,
    /// What they held.
    pub holding: Holding,
    /// What was open through it, on this node.
    pub closed: Vec<Live>,
}

impl OrganizationDesk {
    /// Everybody of the organization: members, and externals.
    pub async fn people(&self) -> Result<Vec<Person>, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| Ok(members::list(tx, desk.organization)?)).await
    }

    /// Somebody of the organization; what is not there is not found.
    pub async fn user(&self, user: UserId) -> Result<UserDetails, DeskError> {
        let desk = self.clone();
        let details = self.read_people(move |tx| {
            let organization = desk.organization;
            let person = members::find(tx, organization, user)?.ok_or(DeskError::NotFound)?;
            let holding = members::holding(tx, organization, user)?;
            let own: BTreeSet<TeamId> =
                identity::teams::of_user(tx, organization, user)?.into_iter().map(|(team, _)| team).collect();
            let teams = identity::teams::of_organization(tx, organization)?
                .into_iter()
                .map(|team| (team.clone(), own.contains(&team.id)))
                .collect();
            let removal_fault = desk.removal_fault(tx, &person)?;
            Ok::<_, DeskError>(UserDetails { person, holding, teams, removal_fault, open: Vec::new() })
        });
        let mut details = details.await?;
        details.open = self.live(user, &details.holding);
        Ok(details)
    }

    /// Gives a member another role (O6). Only an owner gives or takes that role, and one owner stays.
    pub async fn set_role(&self, _proof: &Confirmed, user: UserId, role: Role) -> Result<(), MemberError> {
        let desk = self.clone();
        self.write_people(move |tx| {
            let organization = desk.organization;
            let by = desk.locked_role(tx)?;
            let now = identity::organizations::role_of(tx, user, organization)?;
            let person = members::find(tx, organization, user)?.ok_or(DeskError::NotFound)?;
            let Some(from) = now else { return Err(MemberError::NotAMember) };
            if role == Role::External {
                return Err(MemberError::NotAMember);
            }
            members::check_change(tx, organization, by, from, role)??;
            if from == role {
                return Ok(());
            }
            members::set_role(tx, organization, &desk.actor, user, role)?;
            let detail = serde_json::json!({
                "user": user.to_string(), "name": person.name, "from": from.name(), "role": role.name(),
            });
            desk.note(tx, "member.role", &person.address, &detail.to_string())?;
            Ok(())
        })
        .await
    }

    /// Takes somebody out of the organization, with everything that they hold there, in one transaction (O6). What was
    /// open ends within a second.
    pub async fn remove_user(&self, _proof: &Confirmed, user: UserId) -> Result<RemovedMember, MemberError> {
        // What is open is looked up before it ends.
        let before = self.user(user).await?;
        let desk = self.clone();
        let removed = self.write_people(move |tx| {
            let organization = desk.organization;
            desk.locked_role(tx)?;
            let person = members::find(tx, organization, user)?.ok_or(DeskError::NotFound)?;
            if let Some(fault) = desk.removal_fault(tx, &person)? {
                return Err(MemberError::Fault(fault));
            }
            let holding = members::remove(tx, organization, user)?;
            members::tell(tx, organization, &desk.actor, user, MailTemplate::Removed, "")?;
            desk.note(tx, "member.remove", &person.address, &holding.detail())?;
            Ok((person, holding))
        });
        let (person, holding) = removed.await?;
        Ok(RemovedMember { person, holding, closed: before.open })
    }

    fn removal_fault(&self, tx: &mut Tx<'_>, person: &Person) -> Result<Option<MemberFault>, DeskError> {
        let by = self.own_role(tx)?;
        let change = members::check_change(tx, self.organization, by, person.role, Role::External)?;
        Ok(change.err())
    }

    /// What the actor is here, once nobody else changes that: of two who change each other at once, the second finds
    /// what the first did.
    pub(super) fn locked_role(&self, tx: &mut Tx<'_>) -> Result<Role, DeskError> {
        members::lock(tx, self.organization)?;
        let role = self.own_role(tx)?;
        if role.may(Verb::ManageUsers) { Ok(role) } else { Err(DeskError::NotFound) }
    }

    /// What the actor is here; whoever runs the server is as good as an owner.
    pub(super) fn own_role(&self, tx: &mut Tx<'_>) -> Result<Role, DeskError> {
        if matches!(self.actor.way(), Way::Operator) {
            return Ok(Role::Owner);
        }
        let role = identity::organizations::role_of(tx, self.actor.user(), self.organization)?;
        role.ok_or(DeskError::NotFound)
    }

    /// What somebody has open in the mailboxes that they hold here, on this node.
    fn live(&self, user: UserId, holding: &Holding) -> Vec<Live> {
        holding.mailboxes.iter().flat_map(|held| self.access.bus().live(user, held.mailbox)).collect()
    }

    /// Writes into the activity log, and tells the pages that show this organization.
    pub(super) fn note(
        &self,
        tx: &mut Tx<'_>,
        verb: &str,
        object: &str,
        detail: &str,
    ) -> Result<(), DeskError> {
        let organization = self.organization;
        identity::audit::write(tx, organization, &self.actor, verb, object, detail)?;
        tx.publish(domain::Event::Organization { organization });
        Ok(())
    }

    pub(super) async fn read_people<T: Send + 'static, E>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<DeskError> + From<StoreError> + Send + 'static,
    {
        let (actor, organization) = (self.actor.clone(), self.organization);
        let checked = move |tx: &mut Tx<'_>| {
            check_verb(tx, &actor, organization, Verb::ManageUsers)?;
            work(tx)
        };
        self.access.store().read(checked).await
    }

    pub(super) async fn write_people<T: Send + 'static, E>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<DeskError> + From<StoreError> + Send + 'static,
    {
        let (actor, organization) = (self.actor.clone(), self.organization);
        let checked = move |tx: &mut Tx<'_>| {
            check_verb_to_write(tx, &actor, organization, Verb::ManageUsers)?;
            work(tx)
        };
        self.access.store().write(checked).await
    }
}
