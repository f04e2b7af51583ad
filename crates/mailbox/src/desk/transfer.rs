//! Moving a mail service to another organization, by link and without interrupting mail (O10).
//!
//! **Invariant:** of several who take the same offer, one does. Nobody who opens an address loses it by the move, and
//! nothing that is open is closed: accesses and device passwords stay as they are; what somebody had through a team,
//! which stays behind, they have from then on as an access of their own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::role::Verb;
use domain::{MailServiceId, MailboxId, Notice, OrganizationId, Permissions, Timestamp, UserId};
use identity::limits::Limits;
use identity::mails::MailTemplate;
use identity::{Actor, Confirmed};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use super::proof::check_proof;
use super::service::ServiceDesk;
use super::{DeskError, check_standing, check_verb};
use crate::access::Access;

/// How long an offer waits.
const WAITS: std::time::Duration = domain::duration::days(7);
/// How many mail services an organization may have.
const SERVICES: usize = super::organization::SERVICES;

/// An offer of a mail service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What whoever has the link sees.
#[derive(Debug, Clone)]
pub struct Offered {
    /// Whose the mail service is.
    pub organization: String,
    /// Its name.
    pub service: String,
    /// Its domains.
    pub domains: Vec<String>,
    /// How many addresses it has.
    pub addresses: u64,
    /// Until when.
    pub expires_at: Timestamp,
    /// The organizations of the actor that could take it.
    pub takers: Vec<(OrganizationId, String)>,
}

/// Why a mail service was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The link leads nowhere: it was used, withdrawn, or its time is over.
    #[error("this offer is no more")]
    Gone,
    /// The organization has as many mail services as it can have.
    #[error("there cannot be more than {SERVICES} mail services")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for TransferError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl ServiceDesk {
    /// The offer that waits, if there is one. Only an owner sees it.
    pub async fn offer(&self) -> Result<Option<Offer>, DeskError> {
        let desk = self.clone();
        let read = move |tx: &mut Tx<'_>| {
            check_verb(tx, &desk.actor, desk.organization, Verb::HandOver)?;
            let sql = "SELECT created_at, expires_at FROM service_transfers \
                       WHERE mail_service_id = $1 AND organization_id = $2 AND expires_at > $3";
            let now = tx.now();
            let offer = tx.find(sql, &[&desk.service, &desk.organization, &now], |row| {
                Ok(Offer { created_at: row.get(0)?, expires_at: row.get(1)? })
            });
            Ok::<_, DeskError>(offer?)
        };
        self.access.store().read(read).await
    }

    /// Offers the mail service to whoever has the link: the path of its page, which is in this answer and nowhere else.
    /// A link of before leads nowhere from now on.
    pub async fn offer_transfer(&self, proof: &Confirmed) -> Result<String, DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        let offer = move |tx: &mut Tx<'_>| {
            desk.check_owner(tx)?;
            let token = URL_SAFE_NO_PAD.encode(tx.random::<18>());
            let (now, by) = (tx.now(), desk.actor.user());
            tx.execute("DELETE FROM service_transfers WHERE mail_service_id = $1", &[&desk.service])?;
            let sql = "INSERT INTO service_transfers (mail_service_id, token_hash, organization_id, created_by, \
                       created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
            let hash = hash(&token);
            tx.execute(sql, &[&desk.service, &hash, &desk.organization, &by, &now, &now.plus(WAITS)])?;
            note(tx, desk.organization, &desk.actor, "mail_service.offer", desk.name(), "{}")?;
            Ok::<_, DeskError>(format!("/transfer/{token}"))
        };
        self.access.store().write(offer).await
    }

    /// Withdraws the offer.
    pub async fn withdraw_offer(&self) -> Result<(), DeskError> {
        let desk = self.clone();
        let withdraw = move |tx: &mut Tx<'_>| {
            desk.check_owner(tx)?;
            let sql = "DELETE FROM service_transfers WHERE mail_service_id = $1";
            if tx.execute(sql, &[&desk.service])? > 0 {
                note(tx, desk.organization, &desk.actor, "mail_service.withdraw", desk.name(), "{}")?;
            }
            Ok::<_, DeskError>(())
        };
        self.access.store().write(withdraw).await
    }

    fn check_owner(&self, tx: &mut Tx<'_>) -> Result<(), DeskError> {
        self.check_to_write(tx)?;
        check_verb(tx, &self.actor, self.organization, Verb::HandOver)
    }
}

impl Access {
    /// What a link offers. Changes nothing.
    pub async fn offered(&self, actor: &Actor, token: &str) -> Result<Offered, TransferError> {
        let (actor, token) = (actor.clone(), token.to_owned());
        self.store().read(move |tx| offered(tx, &actor, &token)).await
    }

    /// Takes a mail service over into one of the actor's organizations.
    pub async fn take_over(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        token: &str,
        organization: OrganizationId,
    ) -> Result<MailServiceId, TransferError> {
        check_proof(proof, actor)?;
        let (actor, token) = (actor.clone(), token.to_owned());
        self.store().write(move |tx| take_over(tx, &actor, &token, organization)).await
    }
}

/// An offer as it is kept.
struct Waiting {
    service: MailServiceId,
    from: OrganizationId,
    by: UserId,
    expires_at: Timestamp,
}

/// The offer of a link. One that was made by somebody who could not make it any more, or of a service that has moved, is
/// none.
fn find(tx: &mut Tx<'_>, token: &str) -> Result<Waiting, TransferError> {
    let sql = format!(
        "SELECT t.mail_service_id, t.organization_id, t.created_by, t.expires_at FROM service_transfers t \
         WHERE t.token_hash = $1 AND t.expires_at > $2{}",
        tx.for_update()
    );
    let now = tx.now();
    let found = tx.find(&sql, &[&hash(token), &now], |row| {
        Ok(Waiting { service: row.get(0)?, from: row.get(1)?, by: row.get(2)?, expires_at: row.get(3)? })
    })?;
    found.ok_or(TransferError::Gone)
}

fn check_offer(tx: &mut Tx<'_>, waiting: &Waiting) -> Result<(), TransferError> {
    let is_there = super::organization_of_service(tx, waiting.service)? == waiting.from;
    let standing = identity::rights::standing(tx, waiting.by, waiting.from, None)?;
    // The command line offers as nobody of the organization.
    let is_operator = waiting.by == identity::Identity::operator().user();
    let may = is_operator || standing.is_some_and(|standing| standing.may(Verb::HandOver));
    if is_there && may { Ok(()) } else { Err(TransferError::Gone) }
}

fn offered(tx: &mut Tx<'_>, actor: &Actor, token: &str) -> Result<Offered, TransferError> {
    if let Some(reason) = actor.ended(tx)? {
        return Err(DeskError::Ended(reason).into());
    }
    let waiting = find(tx, token)?;
    check_offer(tx, &waiting)?;
    let sql = "SELECT o.name, s.name, (SELECT count(*) FROM mailboxes b WHERE b.mail_service_id = s.mail_service_id \
               AND b.deleted_at IS NULL) FROM mail_services s JOIN organizations o \
               ON o.organization_id = s.organization_id WHERE s.mail_service_id = $1";
    let (organization, service, addresses) =
        tx.load(sql, &[&waiting.service], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let sql = "SELECT name FROM domains WHERE mail_service_id = $1 ORDER BY name LIMIT 100";
    let domains = tx.query(sql, &[&waiting.service], |row| row.get(0))?;
    let own = identity::organizations::of_user(tx, actor.user())?;
    let takers = own.into_iter().filter(|one| one.id != waiting.from && one.role.may(Verb::TakeOver));
    let takers = takers.map(|one| (one.id, one.name)).collect();
    Ok(Offered { organization, service, domains, addresses, expires_at: waiting.expires_at, takers })
}

fn take_over(
    tx: &mut Tx<'_>,
    actor: &Actor,
    token: &str,
    to: OrganizationId,
) -> Result<MailServiceId, TransferError> {
    // Both organizations are locked before the offer, in one order for everybody, as whoever withdraws it does.
    let sql = "SELECT organization_id FROM service_transfers WHERE token_hash = $1";
    let from = tx.find(sql, &[&hash(token)], |row| row.get(0))?.ok_or(TransferError::Gone)?;
    let mut both: [OrganizationId; 2] = [from, to];
    both.sort();
    for organization in both {
        identity::members::lock(tx, organization)?;
    }
    check_standing(tx, actor, to, None, Verb::TakeOver)?;
    let waiting = find(tx, token)?;
    if waiting.from != from || from == to {
        return Err(TransferError::Gone);
    }
    check_offer(tx, &waiting)?;
    let count = "SELECT count(*) FROM mail_services WHERE organization_id = $1";
    if tx.load(count, &[&to], |row| row.get::<usize>(0))? >= SERVICES {
        return Err(TransferError::TooMany);
    }
    tx.execute("DELETE FROM service_transfers WHERE mail_service_id = $1", &[&waiting.service])?;
    carry(tx, &waiting, to)?;
    tell(tx, actor, &waiting, to)?;
    Ok(waiting.service)
}

/// Moves the service with all that hangs on it.
fn carry(tx: &mut Tx<'_>, waiting: &Waiting, to: OrganizationId) -> Result<(), StoreError> {
    let service = waiting.service;
    keep_what_teams_gave(tx, service)?;
    // Rights on single mail services were given to collaborators of the other organization.
    tx.execute("DELETE FROM service_rights WHERE mail_service_id = $1", &[&service])?;
    tx.execute("DELETE FROM invitation_service_rights WHERE mail_service_id = $1", &[&service])?;
    // Whoever invited does so no more in the name of an organization whose it is not.
    let sql = "SELECT i.invitation_id FROM invitations i JOIN mailboxes b ON b.mailbox_id = i.mailbox_id \
               WHERE b.mail_service_id = $1 AND i.state IN ('pending', 'seen')";
    let invitations: Vec<domain::InvitationId> = tx.query(sql, &[&service], |row| row.get(0))?;
    invitations.into_iter().try_for_each(|one| identity::invitations::delete(tx, one))?;
    let sql = "DELETE FROM invitation_accesses WHERE mailbox_id IN \
               (SELECT mailbox_id FROM mailboxes WHERE mail_service_id = $1)";
    tx.execute(sql, &[&service])?;
    tx.execute("UPDATE mail_services SET organization_id = $2 WHERE mail_service_id = $1", &[&service, &to])?;
    // Everybody's list of addresses names the other organization from now on.
    let sql = "SELECT g.user_id, g.mailbox_id FROM grants g JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
               WHERE b.mail_service_id = $1";
    let held: Vec<(UserId, MailboxId)> = tx.query(sql, &[&service], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (user, mailbox) in held {
        tx.publish(domain::Event::AccessChanged { user, mailbox });
    }
    Ok(())
}

/// Makes what people have through teams accesses of their own. One that they have already holds at any time then, as the
/// team's did; what it gave before it ran out does not come back.
fn keep_what_teams_gave(tx: &mut Tx<'_>, service: MailServiceId) -> Result<(), StoreError> {
    let sql = "SELECT t.mailbox_id, m.user_id, t.permissions, t.created_by FROM team_grants t \
               JOIN team_members m ON m.team_id = t.team_id JOIN mailboxes b ON b.mailbox_id = t.mailbox_id \
               WHERE b.mail_service_id = $1 ORDER BY t.mailbox_id, m.user_id";
    let now = tx.now();
    let through: Vec<(MailboxId, UserId, i64, Option<UserId>)> =
        tx.query(sql, &[&service], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    for (mailbox, user, bits, created_by) in through {
        let permissions = Permissions::from_bits(bits);
        let own = "SELECT permissions, ends_at FROM grants WHERE mailbox_id = $1 AND user_id = $2";
        let own = tx.find(own, &[&mailbox, &user], |row| {
            Ok((Permissions::from_bits(row.get(0)?), row.get::<Option<Timestamp>>(1)?))
        })?;
        match own {
            Some((own, ends_at)) => {
                let ran_out = ends_at.is_some_and(|end| end <= now);
                let all = if ran_out { permissions } else { permissions.union(own) };
                identity::grants::set_permissions(tx, mailbox, user, all)?;
                identity::limits::set(tx, mailbox, user, &Limits { ends_at: None, hours: None })?;
            }
            None => {
                let new = identity::grants::NewGrant {
                    mailbox,
                    user,
                    permissions,
                    ends_at: None,
                    appears_under: None,
                    created_by,
                };
                identity::grants::add(tx, &new)?;
            }
        }
    }
    let sql = "DELETE FROM team_grants WHERE mailbox_id IN \
               (SELECT mailbox_id FROM mailboxes WHERE mail_service_id = $1)";
    tx.execute(sql, &[&service]).map(drop)
}

/// Writes it into the logs of both organizations, and tells those of both who want to hear of their products.
fn tell(tx: &mut Tx<'_>, actor: &Actor, waiting: &Waiting, to: OrganizationId) -> Result<(), TransferError> {
    let name_of = "SELECT name FROM organizations WHERE organization_id = $1";
    let giver: String = tx.load(name_of, &[&waiting.from], |row| row.get(0))?;
    let taker: String = tx.load(name_of, &[&to], |row| row.get(0))?;
    let sql = "SELECT name FROM mail_services WHERE mail_service_id = $1";
    let service: String = tx.load(sql, &[&waiting.service], |row| row.get(0))?;
    let detail = |name: &str| serde_json::json!({ "name": name }).to_string();
    note(tx, waiting.from, actor, "mail_service.give", &service, &detail(&taker))?;
    note(tx, to, actor, "mail_service.take", &service, &detail(&giver))?;
    for organization in [waiting.from, to] {
        for user in identity::rights::told_of(tx, organization, Notice::ProductMail)? {
            identity::members::tell(tx, organization, actor, user, MailTemplate::ServiceMoved, &service)?;
        }
    }
    Ok(())
}

fn note(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    actor: &Actor,
    verb: &str,
    object: &str,
    detail: &str,
) -> Result<(), StoreError> {
    identity::audit::write(tx, organization, actor, verb, object, detail)?;
    tx.publish(domain::Event::Organization { organization });
    Ok(())
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
