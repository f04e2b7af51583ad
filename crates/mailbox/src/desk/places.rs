//! Inviting into an organization (O4): members with a role, and externals with accesses only.

use domain::person::NAME_LIMIT;
use domain::role::Verb;
use domain::{
    EmailAddress, InvitationId, Language, MailboxId, OrganizationId, Permissions, PhoneNumber, Role,
};
use identity::invitations::Invited;
use identity::joining::{self, Invitee, NewPlace, PlaceRow};
use identity::members::MemberFault;
use identity::texts::SmsFault;
use identity::{Confirmed, Terms};
use store::{StoreError, Tx};

use super::proof::check_proof;
use super::{DeskError, OrganizationDesk, organization_of_service, place_of_mailbox};

/// How many mailboxes an invitation may bring.
const ACCESSES: usize = 200;

/// Why an invitation was not made.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// A rule of the organization stands in the way.
    #[error(transparent)]
    Fault(#[from] MemberFault),
    /// Somebody signs in with that address: nobody else can be given access (I8).
    #[error("somebody signs in with {0}")]
    AddressIsLogin(String),
    /// An external is nothing without an access.
    #[error("an external user needs at least one address")]
    NothingGiven,
    /// More mailboxes or mail services than one invitation brings.
    #[error("an invitation cannot bring more than {ACCESSES} addresses")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for PlaceError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Why no SMS was sent.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// There is no gateway, or there were too many.
    #[error(transparent)]
    Sms(#[from] SmsFault),
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for TextError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Somebody to be invited into the organization.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they become, with everything that the membership gives.
    pub terms: Terms,
    /// For whom the invitation is meant.
    pub invitee: Invitee,
    /// The addresses that they open at once.
    pub accesses: Vec<(MailboxId, Permissions)>,
    /// The language of the mail.
    pub language: Language,
}

impl OrganizationDesk {
    /// The invitations into the organization that nobody has accepted or withdrawn.
    pub async fn places(&self) -> Result<Vec<PlaceRow>, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| Ok(joining::of_organization(tx, desk.organization)?)).await
    }

    /// The organization's mailboxes with their addresses, for choosing some.
    pub async fn mailboxes(&self) -> Result<Vec<(MailboxId, String)>, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| {
            let sql = "SELECT b.mailbox_id, b.address FROM mailboxes b JOIN mail_services s \
                       ON s.mail_service_id = b.mail_service_id WHERE s.organization_id = $1 \
                       AND b.state = 'active' ORDER BY b.address_key LIMIT 1000";
            Ok::<_, DeskError>(tx.query(sql, &[&desk.organization], |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
        .await
    }

    /// Makes an invitation: whoever opens its link and signs up, or in, gets what it says. Only an owner invites an
    /// owner.
    pub async fn invite_into(&self, proof: &Confirmed, new: &NewUser) -> Result<Invited, PlaceError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        let written = |name: &str| {
            let shown = name.chars().filter(|letter| !letter.is_control());
            shown.take(NAME_LIMIT).collect::<String>().trim().to_owned()
        };
        let NewUser { terms, invitee, accesses, language } = new.clone();
        let role = terms.role;
        let new = NewPlace {
            organization: self.organization,
            terms: terms.settled(),
            accesses,
            invitee: Invitee {
                first_name: written(&invitee.first_name),
                last_name: written(&invitee.last_name),
            },
            language,
            created_by: self.actor.user(),
        };
        self.write_people(move |tx| {
            // Whoever loses their role at the same time invites either before, and it is withdrawn, or not at all.
            let by = desk.locked_role(tx)?;
            if role == Role::Owner && !by.may(Verb::ChangeOwners) {
                return Err(PlaceError::Fault(MemberFault::OwnersOnly));
            }
            if new.accesses.len() > ACCESSES || new.terms.services.len() > ACCESSES {
                return Err(PlaceError::TooMany);
            }
            if role == Role::External && new.accesses.is_empty() {
                return Err(PlaceError::NothingGiven);
            }
            for (mailbox, _) in &new.accesses {
                shareable(tx, desk.organization, *mailbox)?.map_err(PlaceError::AddressIsLogin)?;
            }
            desk.check_services(tx, &new.terms)?;
            let invited = desk.access.identity().invite_into(tx, &new)?;
            let mut detail = new.terms.detail();
            detail["name"] = new.invitee.name().into();
            desk.note(tx, "place.create", &desk.name, &detail.to_string())?;
            Ok(invited)
        })
        .await
    }

    /// The link of an invitation that still waits: the same one each time. None when it makes an owner and the actor is
    /// none: whoever has the link could take that role.
    pub async fn place_link(&self, invitation: InvitationId) -> Result<Option<String>, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| {
            let place = desk.place(tx, invitation)?;
            let by = desk.locked_role(tx)?;
            let is_theirs = place.role != Role::Owner || by.may(Verb::ChangeOwners);
            Ok::<_, DeskError>(is_theirs.then(|| desk.access.identity().invitation_link(invitation)))
        })
        .await
    }

    /// Sends the link of an invitation by mail; its time begins anew.
    pub async fn send_place(
        &self,
        proof: &Confirmed,
        invitation: InvitationId,
        to: &EmailAddress,
        language: Language,
    ) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let (desk, to) = (self.clone(), to.clone());
        self.write_people(move |tx| {
            // To make the time of an owner's invitation begin anew is to give that role once more.
            let by = desk.locked_role(tx)?;
            let place = desk.place(tx, invitation)?;
            if place.role == Role::Owner && !by.may(Verb::ChangeOwners) {
                return Err(DeskError::NotFound);
            }
            let identity = desk.access.identity();
            identity.mail_place(tx, &desk.actor, &desk.name, invitation, &to, language)?;
            let detail = serde_json::json!({ "to": to.to_string() }).to_string();
            desk.note(tx, "place.send", &desk.name, &detail)
        })
        .await
    }

    /// Sends the link of an invitation by SMS; its time begins anew.
    pub async fn text_place(
        &self,
        proof: &Confirmed,
        invitation: InvitationId,
        to: &PhoneNumber,
        language: Language,
    ) -> Result<(), TextError> {
        check_proof(proof, &self.actor)?;
        let (desk, to) = (self.clone(), to.clone());
        self.write_people(move |tx| {
            let by = desk.locked_role(tx)?;
            let place = desk.place(tx, invitation)?;
            if place.role == Role::Owner && !by.may(Verb::ChangeOwners) {
                return Err(DeskError::NotFound.into());
            }
            desk.access.identity().text_invitation(tx, invitation, &to, language)??;
            let detail = serde_json::json!({ "to": to.as_str() }).to_string();
            Ok(desk.note(tx, "place.text", &desk.name, &detail)?)
        })
        .await
    }

    /// One of the invitations into the organization.
    pub async fn find_place(&self, invitation: InvitationId) -> Result<PlaceRow, DeskError> {
        let desk = self.clone();
        self.read_people(move |tx| desk.place(tx, invitation)).await
    }

    /// Withdraws an invitation: its link leads nowhere from now on.
    pub async fn cancel_place(&self, invitation: InvitationId) -> Result<(), DeskError> {
        let desk = self.clone();
        self.write_people(move |tx| {
            let place = desk.place(tx, invitation)?;
            identity::invitations::delete(tx, invitation)?;
            let detail = serde_json::json!({ "name": place.name, "to": place.sent_to }).to_string();
            desk.note(tx, "place.delete", &desk.name, &detail)
        })
        .await
    }

    fn place(&self, tx: &mut Tx<'_>, invitation: InvitationId) -> Result<PlaceRow, DeskError> {
        joining::find(tx, self.organization, invitation)?.ok_or(DeskError::NotFound)
    }

    /// That the mail services of some rights are the organization's.
    pub(super) fn check_services(&self, tx: &mut Tx<'_>, terms: &Terms) -> Result<(), DeskError> {
        for (service, _) in &terms.services {
            if organization_of_service(tx, *service)? != self.organization {
                return Err(DeskError::NotFound);
            }
        }
        Ok(())
    }
}

/// That a mailbox is the organization's, and that others may be given access; otherwise the address that somebody signs
/// in with.
pub(super) fn shareable(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    mailbox: MailboxId,
) -> Result<Result<(), String>, DeskError> {
    if place_of_mailbox(tx, mailbox)?.1 != organization {
        return Err(DeskError::NotFound);
    }
    let sql = "SELECT address, address_key FROM mailboxes WHERE mailbox_id = $1 AND state = 'active'";
    let found = tx.find(sql, &[&mailbox], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?;
    let (address, key) = found.ok_or(DeskError::NotFound)?;
    let is_login = identity::users::by_identifier(tx, &key)?.is_some();
    Ok(if is_login { Err(address) } else { Ok(()) })
}
