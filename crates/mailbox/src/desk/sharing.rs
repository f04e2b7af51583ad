//! Giving access: to people who have an account, and by link to those who have none yet.

use domain::invitation::State;
use domain::{EmailAddress, InvitationId, Language, Permissions, UserId};
use identity::grants::NewGrant;
use identity::invitations::{Invited, NewInvitation};
use identity::{Confirmed, Way};
use store::{StoreError, Tx};

use super::DeskError;
use super::address::{AddReason, AddressDesk};
use crate::filing;

/// Somebody of the organization who could be given access.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The address they sign in with.
    pub address: String,
}

/// Why access was not given.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// They have access already.
    #[error("this user has access already")]
    HasAccess,
    /// They are not a member of the organization: an invitation is the way.
    #[error("this user is not a member of the organization")]
    NotAMember,
    /// Something must be done first.
    #[error("this address cannot be shared: somebody signs in with it")]
    Impossible(AddReason),
    /// The address is in the bin (I9): it has to be restored first.
    #[error("this address is being deleted")]
    BeingDeleted,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for ShareError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl AddressDesk {
    /// Why nobody can be added now, if so.
    pub async fn add_reason(&self) -> Result<Option<AddReason>, DeskError> {
        let desk = self.clone();
        self.read(move |tx| Ok::<_, DeskError>(desk.reason(tx)?)).await
    }

    /// The members of the organization who have no access yet, by name.
    pub async fn candidates(&self) -> Result<Vec<Candidate>, DeskError> {
        let (organization, mailbox) = (self.organization, self.mailbox);
        self.read(move |tx| {
            let sql = "SELECT u.user_id, u.first_name, u.last_name, l.address FROM memberships m \
                       JOIN users u ON u.user_id = m.user_id \
                       JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
                       WHERE m.organization_id = $1 AND NOT EXISTS (SELECT 1 FROM grants g \
                       WHERE g.mailbox_id = $2 AND g.user_id = m.user_id) ORDER BY u.last_name, u.first_name";
            let all = tx.query(sql, &[&organization, &mailbox], |row| {
                Ok(Candidate {
                    user: row.get(0)?,
                    name: format!("{} {}", row.text(1)?, row.text(2)?),
                    address: row.get(3)?,
                })
            });
            Ok::<_, DeskError>(all?)
        })
        .await
    }

    /// Gives a member of the organization access. The address is in their Mail app at once. Whoever runs the server may
    /// give it to any user.
    pub async fn add_existing(
        &self,
        _proof: &Confirmed,
        user: UserId,
        permissions: Permissions,
    ) -> Result<(), ShareError> {
        let desk = self.clone();
        self.write(move |tx| {
            // Of two at once the second sees what the first gave.
            filing::lock(tx, desk.mailbox)?;
            let is_member = identity::organizations::role_of(tx, user, desk.organization)?.is_some();
            if !is_member && !matches!(desk.actor.way(), Way::Operator) {
                return Err(ShareError::NotAMember);
            }
            if super::bin::deleted_at(tx, desk.mailbox)?.is_some() {
                return Err(ShareError::BeingDeleted);
            }
            if let Some(reason) = desk.reason(tx)? {
                return Err(ShareError::Impossible(reason));
            }
            let has = identity::grants::of_mailbox(tx, desk.mailbox)?;
            if has.iter().any(|grant| grant.user == user) {
                return Err(ShareError::HasAccess);
            }
            let grant = NewGrant {
                mailbox: desk.mailbox,
                user,
                permissions,
                ends_at: None,
                appears_under: None,
                created_by: Some(desk.actor.user()),
            };
            identity::grants::add(tx, &grant)?;
            let name = identity::users::by_id(tx, user)?.map(|user| user.name());
            let detail =
                serde_json::json!({ "user": user.to_string(), "name": name, "permissions": permissions.to_string() });
            desk.note(tx, "access.add", &detail.to_string())?;
            Ok(())
        })
        .await
    }

    /// Makes an invitation: whoever opens its link and signs up, or in, gets access.
    pub async fn invite(
        &self,
        _proof: &Confirmed,
        permissions: Permissions,
        language: Language,
    ) -> Result<Invited, ShareError> {
        let desk = self.clone();
        let identity = self.access.identity().clone();
        self.write(move |tx| {
            if super::bin::deleted_at(tx, desk.mailbox)?.is_some() {
                return Err(ShareError::BeingDeleted);
            }
            if let Some(reason) = desk.reason(tx)? {
                return Err(ShareError::Impossible(reason));
            }
            let new = NewInvitation {
                organization: desk.organization,
                mailbox: desk.mailbox,
                address: desk.address.clone(),
                permissions,
                language,
                created_by: desk.actor.user(),
            };
            let invited = identity.invite(tx, &new)?;
            desk.note(tx, "invitation.create", &format!("{{\"permissions\":\"{permissions}\"}}"))?;
            Ok(invited)
        })
        .await
    }

    /// The link of an invitation that still waits: the same one each time.
    pub async fn link(&self, invitation: InvitationId) -> Result<String, DeskError> {
        let desk = self.clone();
        self.read(move |tx| {
            desk.own(tx, invitation)?;
            Ok::<_, DeskError>(desk.access.identity().invitation_link(invitation))
        })
        .await
    }

    /// Sends the link of an invitation by mail. The mail is on its way when this returns.
    pub async fn send_invitation(
        &self,
        _proof: &Confirmed,
        invitation: InvitationId,
        to: &EmailAddress,
        language: Language,
    ) -> Result<(), DeskError> {
        let (desk, to) = (self.clone(), to.clone());
        self.write(move |tx| {
            desk.own(tx, invitation)?;
            desk.access.identity().mail_invitation(tx, &desk.actor, invitation, &to, language)?;
            desk.note(tx, "invitation.send", &serde_json::json!({ "to": to.to_string() }).to_string())
        })
        .await
    }

    /// Changes what an invitation that still waits will give.
    pub async fn set_invitation_permissions(
        &self,
        _proof: &Confirmed,
        invitation: InvitationId,
        permissions: Permissions,
    ) -> Result<(), DeskError> {
        let desk = self.clone();
        self.write(move |tx| {
            desk.own(tx, invitation)?;
            identity::invitations::set_permissions(tx, invitation, permissions)?;
            desk.note(tx, "invitation.change", &format!("{{\"permissions\":\"{permissions}\"}}"))
        })
        .await
    }

    /// Withdraws an invitation: its link leads nowhere from now on.
    pub async fn delete_invitation(&self, invitation: InvitationId) -> Result<(), DeskError> {
        let desk = self.clone();
        self.write(move |tx| {
            desk.own(tx, invitation)?;
            identity::invitations::delete(tx, invitation)?;
            desk.note(tx, "invitation.delete", "{}")
        })
        .await
    }

    /// That an invitation is one to this address, and still waits.
    fn own(&self, tx: &mut Tx<'_>, invitation: InvitationId) -> Result<(), DeskError> {
        let all = identity::invitations::of_mailbox(tx, self.mailbox)?;
        let found = all.into_iter().find(|row| row.id == invitation).ok_or(DeskError::NotFound)?;
        match found.state {
            State::Pending | State::Seen | State::Expired => Ok(()),
            State::Accepted | State::Deleted => Err(DeskError::NotFound),
        }
    }

    fn reason(&self, tx: &mut Tx<'_>) -> Result<Option<AddReason>, StoreError> {
        let is_login = identity::users::by_identifier(tx, &self.address.key())?.is_some();
        Ok(is_login.then_some(AddReason::AddressIsLogin))
    }
}
