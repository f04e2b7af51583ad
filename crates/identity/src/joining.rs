//! Invitations into an organization (O4): a membership with a role, or for externals none, with the accesses that come
//! with it.
//!
//! **Invariant:** what a link gives is what was chosen when it was made; an address that moved away or that somebody
//! signs in with meanwhile is left out.

use domain::invitation::State;
use domain::role::Verb;
use domain::{
    EmailAddress, InvitationId, Language, MailboxId, OrganizationId, Permissions, Role, Timestamp, UserId,
};
use store::{StoreError, Tx};

use crate::actor::Actor;
use crate::grants::{self, NewGrant};
use crate::identity::Identity;
use crate::invitations::{self, InvitationError, Invited, PlaceAccess};
use crate::mails::{self, MailTemplate};
use crate::organizations;
use crate::sign_up::Landing;

/// An invitation into an organization, to be made.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// The organization that invites.
    pub organization: OrganizationId,
    /// What they become; an external no member.
    pub role: Role,
    /// The mailboxes that come with it.
    pub accesses: Vec<(MailboxId, Permissions)>,
    /// For whom it is meant; may be empty.
    pub name: String,
    /// The language of its mail.
    pub language: Language,
    /// Who invites.
    pub created_by: UserId,
}

/// An invitation into an organization, as those see it who manage its users.
#[derive(Debug, Clone)]
pub struct PlaceRow {
    /// Which.
    pub id: InvitationId,
    /// What they become.
    pub role: Role,
    /// For whom it is meant; may be empty.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// The language of its mail.
    pub language: Language,
    /// Where it was sent, if it was.
    pub sent_to: Option<String>,
    /// The mailboxes that come with it.
    pub accesses: Vec<PlaceAccess>,
    /// Since when.
    pub created_at: Timestamp,
    /// When its time runs out.
    pub expires_at: Timestamp,
}

impl Identity {
    /// Makes an invitation into an organization. The caller has checked the right.
    pub fn invite_into(&self, tx: &mut Tx<'_>, new: &NewPlace) -> Result<Invited, StoreError> {
        let (id, now) = (tx.id::<InvitationId>(), tx.now());
        let hash = invitations::hash(&self.invitation_token(id));
        tx.execute(
            "INSERT INTO invitations (invitation_id, token_hash, organization_id, role, invitee_name, language, \
             state, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                &id,
                &hash,
                &new.organization,
                &new.role.name(),
                &new.name,
                &new.language.code(),
                &State::Pending.name(),
                &new.created_by,
                &now,
                &now.plus(invitations::WAITS),
            ],
        )?;
        for (mailbox, permissions) in &new.accesses {
            let sql = "INSERT INTO invitation_accesses (invitation_id, mailbox_id, permissions) \
                       VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            tx.execute(sql, &[&id, mailbox, &permissions.bits()])?;
        }
        Ok(Invited { id, link: self.invitation_link(id) })
    }

    /// Sends an invitation into an organization by mail, and begins its time anew; its link stays the same. The caller
    /// has checked the right.
    pub fn mail_place(
        &self,
        tx: &mut Tx<'_>,
        by: &Actor,
        organization: &str,
        invitation: InvitationId,
        to: &EmailAddress,
        language: Language,
    ) -> Result<(), StoreError> {
        invitations::mark_sent(tx, invitation, to, language)?;
        let link = self.invitation_link(invitation);
        let expires = tx.now().plus(invitations::WAITS).millis().to_string();
        let values = [
            ("inviter", by.name()),
            ("organization", organization),
            ("link", link.as_str()),
            ("expires", expires.as_str()),
        ];
        mails::send(tx, MailTemplate::Membership, language, to, &values)
    }
}

/// The invitations into an organization that nobody has accepted or withdrawn, the newest first.
pub fn of_organization(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<PlaceRow>, StoreError> {
    let now = tx.now();
    let sql = "SELECT invitation_id, role, invitee_name, state, language, invitee_address, created_at, \
               expires_at FROM invitations WHERE organization_id = $1 AND mailbox_id IS NULL \
               AND state IN ('pending', 'seen') ORDER BY created_at DESC, invitation_id DESC LIMIT 500";
    let mut all = tx.query(sql, &[&organization], |row| {
        let expires_at: Timestamp = row.get(7)?;
        Ok(PlaceRow {
            id: row.get(0)?,
            role: invitations::place_role(row, 1)?,
            name: row.get::<Option<String>>(2)?.unwrap_or_default(),
            state: invitations::state(row, 3)?.at(now, expires_at),
            language: crate::users::language(row.text(4)?),
            sent_to: row.get(5)?,
            accesses: Vec::new(),
            created_at: row.get(6)?,
            expires_at,
        })
    })?;
    for row in &mut all {
        row.accesses = accesses(tx, row.id)?;
    }
    Ok(all)
}

/// The mailboxes that come with an invitation, by address: those that are still the inviting organization's, and in no
/// bin.
pub(crate) fn accesses(tx: &mut Tx<'_>, invitation: InvitationId) -> Result<Vec<PlaceAccess>, StoreError> {
    let sql = "SELECT b.mailbox_id, b.address, a.permissions FROM invitation_accesses a \
               JOIN invitations i ON i.invitation_id = a.invitation_id \
               JOIN mailboxes b ON b.mailbox_id = a.mailbox_id AND b.state = 'active' \
               JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
               AND s.organization_id = i.organization_id \
               WHERE a.invitation_id = $1 ORDER BY b.address_key";
    tx.query(sql, &[&invitation], |row| {
        Ok(PlaceAccess {
            mailbox: row.get(0)?,
            address: row.get(1)?,
            permissions: Permissions::from_bits(row.get(2)?),
        })
    })
}

/// Gives somebody their place; where they go then.
pub(crate) fn give_place(
    tx: &mut Tx<'_>,
    user: UserId,
    invitation: InvitationId,
    organization: OrganizationId,
    role: Role,
    created_by: Option<UserId>,
) -> Result<Landing, InvitationError> {
    crate::members::lock(tx, organization)?;
    if role != Role::External {
        if organizations::role_of(tx, user, organization)?.is_some() {
            return Err(InvitationError::IsMember);
        }
        organizations::add_member(tx, organization, user, role)?;
    }
    let mut first = None;
    for access in accesses(tx, invitation)? {
        let mailbox = access.mailbox;
        let is_login = match access.address.parse::<EmailAddress>() {
            Ok(address) => crate::users::by_identifier(tx, &address.key())?.is_some(),
            Err(_) => true,
        };
        if is_login {
            continue;
        }
        first = first.or(Some(mailbox));
        if grants::has_own(tx, user, mailbox)? {
            continue;
        }
        // What ran out makes room.
        grants::remove(tx, mailbox, user)?;
        let permissions = access.permissions;
        let grant = NewGrant { mailbox, user, permissions, ends_at: None, appears_under: None, created_by };
        grants::add(tx, &grant)?;
    }
    Ok(match (role.may(Verb::ManageMail), first) {
        (true, _) => Landing::Manager(organization),
        (false, Some(mailbox)) => Landing::Mailbox(mailbox),
        (false, None) => Landing::Mail,
    })
}
