//! Teams, from the desk of their organization (O8).

use domain::{MailboxId, Permissions, PersonName, TeamId, UserId};
use identity::mails::MailTemplate;
use identity::members::{self, Person};
use identity::people::{self, Asked};
use identity::teams::{self, Color, TEAMS, TeamAccess, TeamView};
use identity::{Confirmed, Seen};
use store::{StoreError, Tx};

use super::proof::check_proof;
use super::{DeskError, OrganizationDesk, Switch, places};

/// How many people are shown to be put into a team.
const CANDIDATES: usize = 500;

/// Why something about a team was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// There is a team of that name.
    #[error("there is a team of this name already")]
    NameTaken,
    /// There cannot be more.
    #[error("there cannot be more than {TEAMS} teams")]
    TooMany,
    /// Somebody signs in with the address: nobody else can be given access (I8).
    #[error("somebody signs in with {0}")]
    AddressIsLogin(String),
    /// Somebody else changed it meanwhile.
    #[error("somebody else changed this meanwhile")]
    Changed,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for TeamError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// A team with all that belongs to it.
#[derive(Debug, Clone)]
pub struct TeamDetails {
    /// The team.
    pub team: TeamView,
    /// Everybody of the organization, and whether they are in it.
    pub people: Vec<(Person, bool)>,
    /// The mailboxes that it opens.
    pub accesses: Vec<TeamAccess>,
}

impl OrganizationDesk {
    /// The teams, by name.
    pub async fn teams(&self) -> Result<Vec<TeamView>, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| Ok(teams::of_organization(tx, desk.organization)?)).await
    }

    /// A team with all that belongs to it.
    pub async fn team(&self, team: TeamId) -> Result<TeamDetails, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| {
            let view = desk.own_team(tx, team)?;
            let inside = teams::members(tx, team)?;
            let asked = Asked { limit: CANDIDATES, ..Asked::default() };
            let mut all = people::list(tx, desk.organization, &asked)?;
            // Whoever is in it is shown, however far down the list of everybody they stand.
            for user in inside.iter().take(people::PAGE) {
                if !all.iter().any(|one| one.user == *user) {
                    all.extend(members::find(tx, desk.organization, *user)?);
                }
            }
            let people = all.into_iter().map(|one| (one.clone(), inside.contains(&one.user))).collect();
            let accesses = teams::accesses(tx, team)?;
            Ok::<_, DeskError>(TeamDetails { team: view, people, accesses })
        })
        .await
    }

    /// Makes a team.
    pub async fn create_team(&self, name: &PersonName, color: Color) -> Result<TeamId, TeamError> {
        let (desk, name) = (self.clone(), name.clone());
        self.write_people(move |tx| {
            members::lock(tx, desk.organization)?;
            if teams::of_organization(tx, desk.organization)?.len() >= TEAMS {
                return Err(TeamError::TooMany);
            }
            let made = teams::create(tx, desk.organization, name.as_str(), color)?;
            let team = made.ok_or(TeamError::NameTaken)?;
            desk.note(tx, "team.create", name.as_str(), "{}")?;
            Ok(team)
        })
        .await
    }

    /// Sets name and color of a team, if it still is as it was `seen`.
    pub async fn set_team(
        &self,
        team: TeamId,
        seen: Seen,
        name: &PersonName,
        color: Color,
    ) -> Result<(), TeamError> {
        let (desk, name) = (self.clone(), name.clone());
        self.write_people(move |tx| {
            let before = desk.own_team(tx, team)?;
            if !seen.is(before.version) {
                return Err(TeamError::Changed);
            }
            if !teams::set(tx, desk.organization, team, name.as_str(), color)? {
                return Err(TeamError::NameTaken);
            }
            let detail = serde_json::json!({ "name": name.as_str() }).to_string();
            desk.note(tx, "team.change", &before.name, &detail)?;
            Ok(())
        })
        .await
    }

    /// Deletes a team. What its people had through it alone ends.
    pub async fn delete_team(&self, proof: &Confirmed, team: TeamId) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write_people(move |tx| {
            let view = desk.own_team(tx, team)?;
            for user in teams::members(tx, team)? {
                desk.tell_of(tx, user, MailTemplate::TeamLeft, &view)?;
            }
            teams::delete(tx, team)?;
            desk.note(tx, "team.delete", &view.name, "{}")
        })
        .await
    }

    /// Puts somebody of the organization into a team, or takes them out; they are told by mail.
    pub async fn set_in_team(
        &self,
        proof: &Confirmed,
        team: TeamId,
        user: UserId,
        inside: Inside,
    ) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write_people(move |tx| {
            let view = desk.own_team(tx, team)?;
            let opened: Vec<MailboxId> =
                teams::accesses(tx, team)?.into_iter().map(|access| access.mailbox).collect();
            let closed = identity::taking::closed_to(tx, &desk.actor, opened)?;
            let person = members::find(tx, desk.organization, user)?.ok_or(DeskError::NotFound)?;
            let was_inside = teams::members(tx, team)?.contains(&user);
            let (template, verb) = match inside {
                Inside::Yes if !was_inside => {
                    teams::add_member(tx, team, user)?;
                    (MailTemplate::TeamJoined, "team.join")
                }
                Inside::No if was_inside => {
                    teams::remove_member(tx, team, user)?;
                    (MailTemplate::TeamLeft, "team.leave")
                }
                Inside::Yes | Inside::No => return Ok(()),
            };
            desk.tell_of(tx, user, template, &view)?;
            identity::taking::tell(tx, &desk.actor, desk.organization, closed)?;
            let detail = serde_json::json!({ "user": user.to_string(), "name": person.name }).to_string();
            desk.note(tx, verb, &view.name, &detail)
        })
        .await
    }

    /// Gives a team access to a mailbox of the organization, or sets what its access allows.
    pub async fn set_team_access(
        &self,
        proof: &Confirmed,
        team: TeamId,
        mailbox: MailboxId,
        permissions: Permissions,
    ) -> Result<(), TeamError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write_people(move |tx| {
            let view = desk.own_team(tx, team)?;
            places::shareable(tx, desk.organization, mailbox)?.map_err(TeamError::AddressIsLogin)?;
            desk.give(tx, &view, mailbox, permissions)?;
            Ok(())
        })
        .await
    }

    /// Switches one permission of a team's access.
    pub async fn switch_team_access(
        &self,
        proof: &Confirmed,
        team: TeamId,
        mailbox: MailboxId,
        switch: Switch,
    ) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write_people(move |tx| {
            let view = desk.own_team(tx, team)?;
            let before = desk.team_access(tx, team, mailbox)?.permissions;
            let permissions =
                if switch.on { before.with(switch.permission) } else { before.without(switch.permission) };
            desk.give(tx, &view, mailbox, permissions)
        })
        .await
    }

    /// Takes a team's access away. Who has no other loses what went with it.
    pub async fn remove_team_access(
        &self,
        proof: &Confirmed,
        team: TeamId,
        mailbox: MailboxId,
    ) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write_people(move |tx| {
            let view = desk.own_team(tx, team)?;
            let access = desk.team_access(tx, team, mailbox)?;
            teams::remove_access(tx, team, mailbox)?;
            let detail = serde_json::json!({ "name": view.name }).to_string();
            desk.note(tx, "team.access_remove", &access.address, &detail)
        })
        .await
    }

    fn give(
        &self,
        tx: &mut Tx<'_>,
        team: &TeamView,
        mailbox: MailboxId,
        permissions: Permissions,
    ) -> Result<(), DeskError> {
        let closed = identity::taking::closed_to(tx, &self.actor, [mailbox])?;
        teams::set_access(tx, team.id, mailbox, permissions, self.actor.user())?;
        identity::taking::tell(tx, &self.actor, self.organization, closed)?;
        let address = self.team_access(tx, team.id, mailbox)?.address;
        let detail = serde_json::json!({ "name": team.name, "permissions": permissions.to_string() });
        self.note(tx, "team.access", &address, &detail.to_string())
    }

    pub(super) fn own_team(&self, tx: &mut Tx<'_>, team: TeamId) -> Result<TeamView, DeskError> {
        teams::find(tx, self.organization, team)?.ok_or(DeskError::NotFound)
    }

    fn team_access(
        &self,
        tx: &mut Tx<'_>,
        team: TeamId,
        mailbox: MailboxId,
    ) -> Result<TeamAccess, DeskError> {
        let all = teams::accesses(tx, team)?;
        all.into_iter().find(|access| access.mailbox == mailbox).ok_or(DeskError::NotFound)
    }

    fn tell_of(
        &self,
        tx: &mut Tx<'_>,
        user: UserId,
        template: MailTemplate,
        team: &TeamView,
    ) -> Result<(), DeskError> {
        Ok(members::tell(tx, self.organization, &self.actor, user, template, &team.name)?)
    }
}

/// Whether somebody is to be in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// They are in it from now on.
    Yes,
    /// They are in it no more.
    No,
}
