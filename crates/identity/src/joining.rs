//! Invitations into an organization (O4): a membership with a role, or for externals none, with the accesses that come
//! with it.
//!
//! **Invariant:** what a link gives is what was chosen when it was made; an address that moved away or that somebody
//! signs in with meanwhile is left out.

use domain::invitation::State;
use domain::role::Verb;
use domain::{
    Billing, EmailAddress, InvitationId, Language, MailServiceId, MailboxId, Notices, OrganizationId,
    Permissions, Role, ServiceRight, Timestamp, UserId,
};
use store::{StoreError, Tx};

use crate::actor::Actor;
use crate::grants::{self, NewGrant};
use crate::identity::Identity;
use crate::invitations::{self, InvitationError, Invited, PlaceAccess};
use crate::mails::{self, MailTemplate};
use crate::organizations;
use crate::rights::{self, Terms};
use crate::sign_up::Landing;

/// An invitation into an organization, to be made.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// The organization that invites.
    pub organization: OrganizationId,
    /// What they become, with everything that the membership gives; an external is no member.
    pub terms: Terms,
    /// The mailboxes that come with it.
    pub accesses: Vec<(MailboxId, Permissions)>,
    /// For whom it is meant.
    pub invitee: Invitee,
    /// The language of its mail.
    pub language: Language,
    /// Who invites.
    pub created_by: UserId,
}

/// For whom an invitation is meant, as whoever made it wrote it down. Everything may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invitee {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
}

impl Invitee {
    /// Both names.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// An invitation into an organization, as those see it who manage its users.
#[derive(Debug, Clone)]
pub struct PlaceRow {
    /// Which.
    pub id: InvitationId,
    /// What they become.
    pub role: Role,
    /// Everything that the membership gives.
    pub terms: Terms,
    /// For whom it is meant; may be empty.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// The language of its mail.
    pub language: Language,
    /// Where it was sent by mail, if it was.
    pub sent_to: Option<String>,
    /// The phone to which it was sent by SMS, if it was.
    pub texted_to: Option<String>,
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
            "INSERT INTO invitations (invitation_id, token_hash, organization_id, role, has_billing, notices, \
             invitee_name, invitee_first_name, invitee_last_name, language, state, created_by, created_at, \
             expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &[
                &id,
                &hash,
                &new.organization,
                &new.terms.role.name(),
                &new.terms.billing.bit(),
                &new.terms.notices.bits(),
                &new.invitee.name(),
                &new.invitee.first_name,
                &new.invitee.last_name,
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
        for (service, right) in &new.terms.services {
            let sql = "INSERT INTO invitation_service_rights (invitation_id, mail_service_id, level) \
                       VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            tx.execute(sql, &[&id, service, &right.name()])?;
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
    let sql = "organization_id = $1 AND mailbox_id IS NULL AND state IN ('pending', 'seen') \
               ORDER BY created_at DESC, invitation_id DESC LIMIT 500";
    places(tx, sql, &[&organization])
}

/// One of them.
pub fn find(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    invitation: InvitationId,
) -> Result<Option<PlaceRow>, StoreError> {
    let sql = "organization_id = $1 AND mailbox_id IS NULL AND state IN ('pending', 'seen') \
               AND invitation_id = $2";
    Ok(places(tx, sql, &[&organization, &invitation])?.pop())
}

fn places(
    tx: &mut Tx<'_>,
    condition: &str,
    params: &[&dyn store::ToValue],
) -> Result<Vec<PlaceRow>, StoreError> {
    let now = tx.now();
    let sql = format!(
        "SELECT invitation_id, role, invitee_name, state, language, invitee_address, created_at, expires_at, \
         has_billing, notices, invitee_phone FROM invitations WHERE {condition}"
    );
    let mut all = tx.query(&sql, params, |row| {
        let expires_at: Timestamp = row.get(7)?;
        let role = invitations::place_role(row, 1)?;
        let (billing, notices) = (Billing::when(row.get(8)?), Notices::from_bits(row.get(9)?));
        Ok(PlaceRow {
            id: row.get(0)?,
            role,
            terms: Terms { role, billing, notices, services: Vec::new() },
            name: row.get::<Option<String>>(2)?.unwrap_or_default(),
            state: invitations::state(row, 3)?.at(now, expires_at),
            language: crate::users::language(row.text(4)?),
            sent_to: row.get(5)?,
            texted_to: row.get(10)?,
            accesses: Vec::new(),
            created_at: row.get(6)?,
            expires_at,
        })
    })?;
    for row in &mut all {
        row.accesses = accesses(tx, row.id)?;
        row.terms.services = services(tx, row.id)?;
    }
    Ok(all)
}

/// The rights on mail services that come with an invitation: on those that are still the inviting organization's.
fn services(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
) -> Result<Vec<(MailServiceId, ServiceRight)>, StoreError> {
    let sql = "SELECT r.mail_service_id, r.level FROM invitation_service_rights r \
               JOIN invitations i ON i.invitation_id = r.invitation_id \
               JOIN mail_services s ON s.mail_service_id = r.mail_service_id \
               AND s.organization_id = i.organization_id \
               WHERE r.invitation_id = $1 ORDER BY r.mail_service_id";
    tx.query(sql, &[&invitation], |row| Ok((row.get(0)?, rights::right(row.text(1)?)?)))
}

/// Everything that the membership of an invitation gives.
fn terms(tx: &mut Tx<'_>, invitation: InvitationId, role: Role) -> Result<Terms, StoreError> {
    let sql = "SELECT has_billing, notices FROM invitations WHERE invitation_id = $1";
    let (billing, notices) = tx
        .load(sql, &[&invitation], |row| Ok((Billing::when(row.get(0)?), Notices::from_bits(row.get(1)?))))?;
    Ok(Terms { role, billing, notices, services: services(tx, invitation)? }.settled())
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
    let terms = terms(tx, invitation, role)?;
    if role != Role::External {
        if organizations::role_of(tx, user, organization)?.is_some() {
            return Err(InvitationError::IsMember);
        }
        organizations::add_member(tx, organization, user, role)?;
        rights::set(tx, organization, created_by, user, &terms)?;
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
        grants::lock(tx, mailbox)?;
        if grants::has_own(tx, user, mailbox)? {
            continue;
        }
        // What ran out makes room.
        grants::clear(tx, mailbox, user)?;
        let permissions = access.permissions;
        let grant = NewGrant { mailbox, user, permissions, ends_at: None, appears_under: None, created_by };
        grants::add(tx, &grant)?;
    }
    Ok(match (role.may(Verb::ManageMail) || (first.is_none() && !terms.services.is_empty()), first) {
        (true, _) => Landing::Manager(organization),
        (false, Some(mailbox)) => Landing::Mailbox(mailbox),
        (false, None) => Landing::Mail,
    })
}
