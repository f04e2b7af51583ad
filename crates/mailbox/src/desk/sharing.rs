//! Giving access: to people who have an account, and by link to those who have none yet.

use domain::invitation::State;
use domain::{EmailAddress, InvitationId, Language, Permissions, PhoneNumber, UserId};
use identity::grants::NewGrant;
use identity::invitations::{Invited, NewInvitation};
use identity::{Confirmed, Way};
use store::{StoreError, Tx};

use super::address::{AddReason, AddressDesk};
use super::proof::check_proof;
use super::{DeskError, TextError};
use crate::filing;

/// How many people are listed who could be given access: whoever looks for others types a part of a name.
pub const CANDIDATES: usize = 200;

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

    /// The members of the organization who have no access yet, by name: at most [`CANDIDATES`] of those whose name or
    /// address has `search` in it.
    pub async fn candidates(&self, search: &str) -> Result<Vec<Candidate>, DeskError> {
        let (organization, mailbox) = (self.organization, self.mailbox);
        let pattern = format!("%{}%", super::service::escaped(&search.trim().to_lowercase()));
        self.read_to_manage(move |tx| {
            let sql = "SELECT u.user_id, u.first_name, u.last_name, l.address FROM memberships m \
                       JOIN users u ON u.user_id = m.user_id \
                       JOIN login_identifiers l ON l.user_id = u.user_id AND l.is_primary = 1 \
                       WHERE m.organization_id = $1 AND NOT EXISTS (SELECT 1 FROM grants g \
                       WHERE g.mailbox_id = $2 AND g.user_id = m.user_id) \
                       AND m.sort_key LIKE $3 ESCAPE '!' ORDER BY m.sort_key, m.user_id LIMIT $4";
            let all = tx.query(sql, &[&organization, &mailbox, &pattern, &CANDIDATES], |row| {
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
        proof: &Confirmed,
        user: UserId,
        permissions: Permissions,
    ) -> Result<(), ShareError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write(move |tx| desk.give(tx, user, permissions)).await
    }

    /// The same in a transaction that has asked for the right.
    pub(super) fn give(
        &self,
        tx: &mut Tx<'_>,
        user: UserId,
        permissions: Permissions,
    ) -> Result<(), ShareError> {
        // Of two at once the second sees what the first gave.
        filing::lock(tx, self.mailbox)?;
        let is_member = identity::organizations::role_of(tx, user, self.organization)?.is_some();
        if !is_member && !matches!(self.actor.way(), Way::Operator) {
            return Err(ShareError::NotAMember);
        }
        if super::bin::deleted_at(tx, self.mailbox)?.is_some() {
            return Err(ShareError::BeingDeleted);
        }
        if let Some(reason) = self.reason(tx)? {
            return Err(ShareError::Impossible(reason));
        }
        if identity::grants::has_own(tx, user, self.mailbox)? {
            return Err(ShareError::HasAccess);
        }
        // An access that ran out makes room for the new one.
        identity::grants::clear(tx, self.mailbox, user)?;
        let grant = NewGrant {
            mailbox: self.mailbox,
            user,
            permissions,
            ends_at: None,
            appears_under: None,
            created_by: Some(self.actor.user()),
        };
        let closed = identity::taking::closed_to(tx, &self.actor, [self.mailbox])?;
        identity::grants::add(tx, &grant)?;
        identity::taking::tell(tx, &self.actor, self.organization, closed)?;
        let name = identity::users::by_id(tx, user)?.map(|user| user.name());
        let detail = serde_json::json!({ "user": user.to_string(), "name": name, "permissions": permissions.to_string() });
        self.note(tx, "access.add", &detail.to_string())?;
        Ok(())
    }

    /// Makes an invitation: whoever opens its link and signs up, or in, gets access.
    pub async fn invite(
        &self,
        proof: &Confirmed,
        permissions: Permissions,
        language: Language,
    ) -> Result<Invited, ShareError> {
        check_proof(proof, &self.actor)?;
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
        self.read_to_manage(move |tx| {
            desk.own(tx, invitation)?;
            Ok::<_, DeskError>(desk.access.identity().invitation_link(invitation))
        })
        .await
    }

    /// Sends the link of an invitation by mail. The mail is on its way when this returns.
    pub async fn send_invitation(
        &self,
        proof: &Confirmed,
        invitation: InvitationId,
        to: &EmailAddress,
        language: Language,
    ) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let (desk, to) = (self.clone(), to.clone());
        self.write(move |tx| {
            desk.own(tx, invitation)?;
            desk.access.identity().mail_invitation(tx, &desk.actor, invitation, &to, language)?;
            desk.note(tx, "invitation.send", &serde_json::json!({ "to": to.to_string() }).to_string())
        })
        .await
    }

    /// Sends the link of an invitation by SMS; its time begins anew.
    pub async fn text_invitation(
        &self,
        proof: &Confirmed,
        invitation: InvitationId,
        to: &PhoneNumber,
        language: Language,
    ) -> Result<(), TextError> {
        check_proof(proof, &self.actor)?;
        let (desk, to) = (self.clone(), to.clone());
        self.write(move |tx| {
            desk.own(tx, invitation)?;
            desk.access.identity().text_invitation(tx, invitation, &to, language)??;
            let detail = serde_json::json!({ "to": to.as_str() }).to_string();
            Ok::<_, TextError>(desk.note(tx, "invitation.text", &detail)?)
        })
        .await
    }

    /// Changes what an invitation that still waits will give.
    pub async fn set_invitation_permissions(
        &self,
        proof: &Confirmed,
        invitation: InvitationId,
        permissions: Permissions,
    ) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
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
        let found = identity::invitations::find_to(tx, self.mailbox, invitation)?;
        match found.ok_or(DeskError::NotFound)?.state {
            State::Pending | State::Seen | State::Expired => Ok(()),
            State::Accepted | State::Deleted => Err(DeskError::NotFound),
        }
    }

    fn reason(&self, tx: &mut Tx<'_>) -> Result<Option<AddReason>, StoreError> {
        let is_login = identity::users::by_identifier(tx, &self.address.key())?.is_some();
        Ok(is_login.then_some(AddReason::AddressIsLogin))
    }
}
