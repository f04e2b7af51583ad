//! The people of an organization, from its desk (O5–O7): who they are, their roles, and taking them out.

use std::collections::BTreeSet;

use bus::Live;
use domain::role::Verb;
use domain::{MailServiceId, Role, TeamId, UserId};
use identity::mails::MailTemplate;
use identity::members::{self, Holding, MemberFault, Person};
use identity::people::{self, Asked};
use identity::teams::TeamView;
use identity::{Confirmed, Seen, Terms, Way, rights};
use store::{StoreError, Tx};

use super::proof::check_proof;
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
    /// Somebody else changed it meanwhile: what it is now.
    #[error("somebody else changed this meanwhile")]
    Changed(Box<Terms>),
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
    /// What their membership gives, and how often that changed; none: they are no member.
    pub terms: Option<(Terms, i64)>,
    /// Whether they are the only owner.
    pub is_only_owner: bool,
    /// Every mail service of the organization, by name: for giving rights on them.
    pub services: Vec<(MailServiceId, String)>,
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
    /// The people of the organization, members by name and then externals: as many as one page may have.
    pub async fn people(&self) -> Result<Vec<Person>, DeskError> {
        self.people_page(&Asked { limit: people::PAGE, ..Asked::default() }).await
    }

    /// A page of them.
    pub async fn people_page(&self, asked: &Asked) -> Result<Vec<Person>, DeskError> {
        let (desk, asked) = (self.clone(), asked.clone());
        self.read_people(move |tx| Ok(people::list(tx, desk.organization, &asked)?)).await
    }

    /// Somebody of the organization; what is not there is not found.
    pub async fn user(&self, user: UserId) -> Result<UserDetails, DeskError> {
        let desk = self.clone();
        let details = self.read_people(move |tx| {
            let organization = desk.organization;
            let person = members::find(tx, organization, user)?.ok_or(DeskError::NotFound)?;
            let holding = members::holding(tx, organization, user, members::HELD_SHOWN)?;
            let own: BTreeSet<TeamId> =
                identity::teams::of_user(tx, organization, user)?.into_iter().map(|(team, _)| team).collect();
            let teams = identity::teams::of_organization(tx, organization)?
                .into_iter()
                .map(|team| (team.clone(), own.contains(&team.id)))
                .collect();
            Ok::<_, DeskError>(UserDetails {
                terms: rights::load(tx, organization, user)?,
                is_only_owner: members::is_last_owner(tx, organization, person.role)?,
                services: desk.all_services(tx)?,
                removal_fault: desk.removal_fault(tx, &person)?,
                person,
                holding,
                teams,
                open: Vec::new(),
            })
        });
        let mut details = details.await?;
        details.open = self.live(user, &details.holding);
        Ok(details)
    }

    /// The mail services of the organization, by name: for giving rights on them.
    pub async fn service_names(&self) -> Result<Vec<(MailServiceId, String)>, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| desk.all_services(tx)).await
    }

    fn all_services(&self, tx: &mut Tx<'_>) -> Result<Vec<(MailServiceId, String)>, DeskError> {
        let sql = "SELECT mail_service_id, name FROM mail_services WHERE organization_id = $1 \
                   ORDER BY name, mail_service_id LIMIT 500";
        Ok(tx.query(sql, &[&self.organization], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Gives a member another role (O6), and leaves the rest as it is. Only an owner gives or takes that role, and one
    /// owner stays.
    pub async fn set_role(&self, proof: &Confirmed, user: UserId, role: Role) -> Result<(), MemberError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write_people(move |tx| {
            let by = desk.locked_role(tx)?;
            let (terms, _) = rights::load(tx, desk.organization, user)?.ok_or(MemberError::NotAMember)?;
            desk.change(tx, by, user, &terms, Terms { role, ..terms.clone() })
        })
        .await
    }

    /// Sets everything that a membership gives: role, rights, notification switches (O2, O3, O6). What is not as it was
    /// `seen` stays, and is in the answer.
    pub async fn set_terms(
        &self,
        proof: &Confirmed,
        user: UserId,
        seen: Seen,
        terms: &Terms,
    ) -> Result<(), MemberError> {
        check_proof(proof, &self.actor)?;
        let (desk, wanted) = (self.clone(), terms.clone());
        self.write_people(move |tx| {
            let by = desk.locked_role(tx)?;
            let (now, version) = rights::load(tx, desk.organization, user)?.ok_or(MemberError::NotAMember)?;
            if !seen.is(version) {
                return Err(MemberError::Changed(Box::new(now)));
            }
            desk.change(tx, by, user, &now, wanted.clone())
        })
        .await
    }

    fn change(
        &self,
        tx: &mut Tx<'_>,
        by: Role,
        user: UserId,
        from: &Terms,
        to: Terms,
    ) -> Result<(), MemberError> {
        let (organization, to) = (self.organization, to.settled());
        if to.role == Role::External {
            return Err(MemberError::NotAMember);
        }
        members::check_change(tx, organization, by, from.role, to.role)??;
        if *from == to {
            return Ok(());
        }
        self.check_services(tx, &to)?;
        let person = members::find(tx, organization, user)?.ok_or(DeskError::NotFound)?;
        if from.role != to.role {
            members::set_role(tx, organization, &self.actor, user, to.role)?;
        }
        rights::set(tx, organization, Some(self.actor.user()), user, &to)?;
        if from.role == to.role && (from.services != to.services || from.billing != to.billing) {
            members::tell(tx, organization, &self.actor, user, MailTemplate::RightsChanged, "")?;
        }
        let mut detail = to.detail();
        detail["user"] = user.to_string().into();
        detail["name"] = person.name.into();
        detail["from"] = from.detail();
        let verb = if from.role == to.role { "member.rights" } else { "member.role" };
        Ok(self.note(tx, verb, &person.address, &detail.to_string())?)
    }

    /// Takes somebody out of the organization, with everything that they hold there, in one transaction (O6). What was
    /// open ends within a second.
    pub async fn remove_user(&self, proof: &Confirmed, user: UserId) -> Result<RemovedMember, MemberError> {
        check_proof(proof, &self.actor)?;
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
