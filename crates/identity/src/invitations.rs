//! Invitations: links that give access to a mailbox, or a place in an organization, to whoever completes them (I1–I6,
//! O4).
//!
//! **Invariant:** a link grants nothing by being opened; it is used once; only its hash is kept, and the link itself can
//! be made again from the server's key.

use domain::invitation::{Dead, State, Step};
use domain::{
    EmailAddress, Event, InvitationId, Language, MailboxId, OrganizationId, Permissions, Role, Timestamp,
    UserId,
};
use sha2::{Digest, Sha256};
use store::{Row, StoreError, Tx};

use crate::grants::{self, NewGrant};
use crate::sign_up::Landing;

/// How long an invitation waits (I3).
pub const WAITS: std::time::Duration = domain::duration::days(7);
/// How long an accepted invitation stays in the list: for whoever sent it to see that it arrived.
const ACCEPTED_SHOWN_FOR: std::time::Duration = domain::duration::days(30);

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// The organization that invites.
    pub organization: OrganizationId,
    /// The mailbox that it opens.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: EmailAddress,
    /// What will be switched on.
    pub permissions: Permissions,
    /// The language of its mail.
    pub language: Language,
    /// Who invites.
    pub created_by: UserId,
}

/// An invitation just made.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Which.
    pub id: InvitationId,
    /// Its link.
    pub link: String,
}

/// An invitation, as those see it who manage the address.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    /// Which.
    pub id: InvitationId,
    /// What will be switched on.
    pub permissions: Permissions,
    /// Where it stands.
    pub state: State,
    /// The language of its mail.
    pub language: Language,
    /// Where it was sent, if it was.
    pub sent_to: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When its time runs out.
    pub expires_at: Timestamp,
}

/// An invitation, as whoever has its link sees it.
#[derive(Debug, Clone)]
pub struct InvitationView {
    /// Which.
    pub id: InvitationId,
    /// The organization that invites.
    pub organization_id: OrganizationId,
    /// Its name.
    pub organization: String,
    /// What it gives.
    pub gives: Gives,
    /// The person who made it.
    pub inviter: String,
    /// When its time runs out.
    pub expires_at: Timestamp,
}

/// What an invitation gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// Access to one mailbox.
    Mailbox {
        /// Which.
        mailbox: MailboxId,
        /// Its address.
        address: String,
        /// What will be switched on.
        permissions: Permissions,
    },
    /// A place in the organization.
    Place {
        /// What they become there; an external is no member.
        role: Role,
        /// The addresses that come with it.
        accesses: Vec<PlaceAccess>,
    },
}

/// A mailbox that comes with a place in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceAccess {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: String,
    /// What will be switched on.
    pub permissions: Permissions,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// There is no such invitation.
    #[error("there is no such invitation")]
    Unknown,
    /// It was used or withdrawn, or its time ran out.
    #[error(transparent)]
    Dead(#[from] Dead),
    /// The user has access already.
    #[error("the user has access already")]
    HasAccess,
    /// The user is a member already.
    #[error("the user is a member already")]
    IsMember,
    /// Somebody signs in with this address meanwhile (I8).
    #[error("somebody signs in with this address")]
    AddressIsLogin,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for InvitationError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "an invitation could not be read or written");
        Self::Unavailable
    }
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    new: &NewInvitation,
    token: impl FnOnce(InvitationId) -> String,
) -> Result<(InvitationId, String), StoreError> {
    let (id, now) = (tx.id::<InvitationId>(), tx.now());
    let token = token(id);
    tx.execute(
        "INSERT INTO invitations (invitation_id, token_hash, organization_id, mailbox_id, mailbox_address, \
         permissions, language, state, created_by, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &id,
            &hash(&token),
            &new.organization,
            &new.mailbox,
            &new.address.to_string(),
            &new.permissions.bits(),
            &new.language.code(),
            &State::Pending.name(),
            &new.created_by,
            &now,
            &now.plus(WAITS),
        ],
    )?;
    Ok((id, token))
}

/// The invitations to a mailbox that still wait, and those that were accepted lately, the newest first.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<InvitationRow>, StoreError> {
    let now = tx.now();
    let sql = format!(
        "SELECT {LISTED} FROM invitations WHERE mailbox_id = $1 AND (state IN ('pending', 'seen') \
         OR (state = 'accepted' AND accepted_at > $2)) ORDER BY created_at DESC, invitation_id DESC LIMIT 500"
    );
    tx.query(&sql, &[&mailbox, &now.minus(ACCEPTED_SHOWN_FOR)], |row| listed(row, now))
}

/// One of the invitations to a mailbox, in whatever state.
pub fn find_to(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    invitation: InvitationId,
) -> Result<Option<InvitationRow>, StoreError> {
    let sql = format!("SELECT {LISTED} FROM invitations WHERE mailbox_id = $1 AND invitation_id = $2");
    let now = tx.now();
    tx.find(&sql, &[&mailbox, &invitation], |row| listed(row, now))
}

/// The columns of [`listed`].
const LISTED: &str = "invitation_id, permissions, state, language, invitee_address, created_at, expires_at";

fn listed(row: &Row<'_>, now: Timestamp) -> Result<InvitationRow, StoreError> {
    let expires_at: Timestamp = row.get(6)?;
    Ok(InvitationRow {
        id: row.get(0)?,
        permissions: Permissions::from_bits(row.get(1)?),
        state: state(row, 2)?.at(now, expires_at),
        language: crate::users::language(row.text(3)?),
        sent_to: row.get(4)?,
        created_at: row.get(5)?,
        expires_at,
    })
}

/// Changes what an invitation that still waits will give.
pub fn set_permissions(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
    permissions: Permissions,
) -> Result<(), StoreError> {
    let sql =
        "UPDATE invitations SET permissions = $2 WHERE invitation_id = $1 AND state IN ('pending', 'seen')";
    tx.execute(sql, &[&invitation, &permissions.bits()]).map(drop)
}

/// Withdraws an invitation; nothing happens to one that was used.
pub fn delete(tx: &mut Tx<'_>, invitation: InvitationId) -> Result<(), StoreError> {
    let sql = "SELECT state FROM invitations WHERE invitation_id = $1";
    let Some(state) = tx.find(sql, &[&invitation], |row| state(row, 0))? else { return Ok(()) };
    match state.after(Step::Delete) {
        Ok(next) => set_state(tx, invitation, next),
        Err(_) => Ok(()),
    }
}

/// Binds an invitation to an address: only whoever signs in with it can accept, and a sign-up from it is with it.
pub fn bind(tx: &mut Tx<'_>, invitation: InvitationId, to: &EmailAddress) -> Result<(), StoreError> {
    let sql = "UPDATE invitations SET login_address = $2 WHERE invitation_id = $1";
    tx.execute(sql, &[&invitation, &to.to_string()]).map(drop)
}

/// The address that an invitation is bound to, if it is to one.
pub(crate) fn bound_to(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
) -> Result<Option<EmailAddress>, StoreError> {
    let sql = "SELECT login_address FROM invitations WHERE invitation_id = $1";
    let found = tx.find(sql, &[&invitation], |row| row.get::<Option<String>>(0))?.flatten();
    Ok(found.and_then(|address| address.parse().ok()))
}

/// Notes where an invitation was sent. Its time begins anew.
pub(crate) fn mark_sent(
    tx: &mut Tx<'_>,
    invitation: InvitationId,
    to: &EmailAddress,
    language: Language,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "UPDATE invitations SET invitee_address = $2, language = $3, sent_at = $4, expires_at = $5 \
               WHERE invitation_id = $1";
    tx.execute(sql, &[&invitation, &to.to_string(), &language.code(), &now, &now.plus(WAITS)]).map(drop)
}

/// What a link is, if it still leads somewhere.
pub(crate) fn find(tx: &mut Tx<'_>, token: &str) -> Result<Result<InvitationView, Dead>, InvitationError> {
    let now = tx.now();
    let sql = "SELECT i.invitation_id, o.name, i.mailbox_address, i.mailbox_id, i.permissions, i.state, \
               i.expires_at, u.first_name, u.last_name, o.organization_id, i.role FROM invitations i \
               JOIN organizations o ON o.organization_id = i.organization_id \
               LEFT JOIN users u ON u.user_id = i.created_by WHERE i.token_hash = $1";
    let found = tx.find(sql, &[&hash(token)], |row| {
        let expires_at: Timestamp = row.get(6)?;
        let state = state(row, 5)?.at(now, expires_at);
        let first: Option<String> = row.get(7)?;
        let last: Option<String> = row.get(8)?;
        let inviter = first.into_iter().chain(last).collect::<Vec<_>>().join(" ");
        let gives = match row.get::<Option<MailboxId>>(3)? {
            Some(mailbox) => Gives::Mailbox {
                mailbox,
                address: row.get::<Option<String>>(2)?.unwrap_or_default(),
                permissions: Permissions::from_bits(row.get(4)?),
            },
            None => Gives::Place { role: place_role(row, 10)?, accesses: Vec::new() },
        };
        let view = InvitationView {
            id: row.get(0)?,
            organization_id: row.get(9)?,
            organization: row.get(1)?,
            gives,
            inviter,
            expires_at,
        };
        Ok(state.after(Step::Accept).map(|_| view))
    })?;
    let mut found = found.ok_or(InvitationError::Unknown)?;
    if let Ok(InvitationView { id, gives: Gives::Place { accesses, .. }, .. }) = &mut found {
        *accesses = crate::joining::accesses(tx, *id)?;
    }
    Ok(found)
}

/// The role that an invitation gives where it opens no single mailbox.
pub(crate) fn place_role(row: &Row<'_>, column: usize) -> Result<Role, StoreError> {
    let name = row.get::<Option<String>>(column)?;
    name.map_or(Ok(Role::External), |name| crate::organizations::role(&name))
}

/// Notes that the page of an invitation was seen by a person.
pub(crate) fn seen(tx: &mut Tx<'_>, token: &str) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "UPDATE invitations SET state = 'seen', seen_at = $2 WHERE token_hash = $1 AND state = 'pending' \
               RETURNING organization_id";
    if let Some(organization) = tx.find(sql, &[&hash(token), &now], |row| row.get(0))? {
        tx.publish(Event::Organization { organization });
    }
    Ok(())
}

/// An invitation that may be accepted.
struct Waiting {
    id: InvitationId,
    organization: OrganizationId,
    /// None: it gives a place.
    mailbox: Option<MailboxId>,
    permissions: Permissions,
    next: State,
    created_by: Option<UserId>,
    address: Option<String>,
    role: Role,
}

/// Gives the user what an invitation promises; where they go then. Of two at once, one wins.
pub(crate) fn accept(
    tx: &mut Tx<'_>,
    user: UserId,
    token_hash: &[u8; 32],
    appears_under: Option<OrganizationId>,
) -> Result<Landing, InvitationError> {
    let waiting = load_waiting(tx, token_hash)?;
    // To others than the one it is meant for it is no invitation.
    if let Some(address) = bound_to(tx, waiting.id)?
        && crate::users::by_identifier(tx, &address.key())? != Some(user)
    {
        return Err(InvitationError::Unknown);
    }
    let landing = match waiting.mailbox {
        Some(mailbox) => {
            give_mailbox(tx, user, mailbox, &waiting, appears_under)?;
            Landing::Mailbox(mailbox)
        }
        None => crate::joining::give_place(
            tx,
            user,
            waiting.id,
            waiting.organization,
            waiting.role,
            waiting.created_by,
        )?,
    };
    set_state(tx, waiting.id, waiting.next)?;
    let now = tx.now();
    let sql = "UPDATE invitations SET accepted_at = $2, accepted_by = $3 WHERE invitation_id = $1";
    tx.execute(sql, &[&waiting.id, &now, &user])?;
    tx.publish(Event::Organization { organization: waiting.organization });
    Ok(landing)
}

fn load_waiting(tx: &mut Tx<'_>, token_hash: &[u8; 32]) -> Result<Waiting, InvitationError> {
    let sql = format!(
        "SELECT invitation_id, organization_id, mailbox_id, permissions, state, expires_at, created_by, \
         mailbox_address, role FROM invitations WHERE token_hash = $1{}",
        tx.for_update()
    );
    let now = tx.now();
    let found = tx.find(&sql, &[token_hash], |row| {
        let state = state(row, 4)?.at(now, row.get(5)?);
        let next = match state.after(Step::Accept) {
            Ok(next) => next,
            Err(dead) => return Ok(Err(dead)),
        };
        Ok(Ok(Waiting {
            id: row.get(0)?,
            organization: row.get(1)?,
            mailbox: row.get(2)?,
            permissions: Permissions::from_bits(row.get(3)?),
            next,
            created_by: row.get(6)?,
            address: row.get(7)?,
            role: place_role(row, 8)?,
        }))
    })?;
    Ok(found.ok_or(InvitationError::Unknown)??)
}

fn give_mailbox(
    tx: &mut Tx<'_>,
    user: UserId,
    mailbox: MailboxId,
    waiting: &Waiting,
    appears_under: Option<OrganizationId>,
) -> Result<(), InvitationError> {
    grants::lock(tx, mailbox)?;
    if grants::has_own(tx, user, mailbox)? {
        return Err(InvitationError::HasAccess);
    }
    let key = waiting.address.as_deref().and_then(|text| text.parse::<EmailAddress>().ok());
    if let Some(address) = key
        && crate::users::by_identifier(tx, &address.key())?.is_some()
    {
        return Err(InvitationError::AddressIsLogin);
    }
    // An access that ran out makes room for the new one; what was made for it goes with it.
    grants::clear(tx, mailbox, user)?;
    let (permissions, created_by) = (waiting.permissions, waiting.created_by);
    let grant = NewGrant { mailbox, user, permissions, ends_at: None, appears_under, created_by };
    grants::add(tx, &grant)?;
    Ok(())
}

/// Withdraws what somebody invited to in an organization, as far as nobody has accepted it.
pub(crate) fn delete_made_by(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), StoreError> {
    let sql = "SELECT invitation_id FROM invitations WHERE organization_id = $1 AND created_by = $2 \
               AND state IN ('pending', 'seen')";
    let all: Vec<InvitationId> = tx.query(sql, &[&organization, &user], |row| row.get(0))?;
    all.into_iter().try_for_each(|invitation| delete(tx, invitation))
}

/// The organization and address of an invitation, for the activity log.
pub(crate) fn object(tx: &mut Tx<'_>, token_hash: &[u8; 32]) -> Result<(OrganizationId, String), StoreError> {
    let sql = "SELECT organization_id, mailbox_address FROM invitations WHERE token_hash = $1";
    tx.load(sql, &[token_hash], |row| Ok((row.get(0)?, row.get::<Option<String>>(1)?.unwrap_or_default())))
}

/// The mailboxes that an invitation opens to the very user who made it; none when that is somebody else.
pub(crate) fn opened_by_its_maker(
    tx: &mut Tx<'_>,
    user: UserId,
    token_hash: &[u8; 32],
) -> Result<Vec<MailboxId>, StoreError> {
    let sql = "SELECT mailbox_id FROM invitations WHERE token_hash = $1 AND created_by = $2 \
               AND mailbox_id IS NOT NULL UNION SELECT a.mailbox_id FROM invitation_accesses a \
               JOIN invitations i ON i.invitation_id = a.invitation_id \
               WHERE i.token_hash = $1 AND i.created_by = $2";
    tx.query(sql, &[token_hash, &user], |row| row.get(0))
}

/// The hash under which a link is kept.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn set_state(tx: &mut Tx<'_>, invitation: InvitationId, state: State) -> Result<(), StoreError> {
    let sql = "UPDATE invitations SET state = $2 WHERE invitation_id = $1";
    tx.execute(sql, &[&invitation, &state.name()]).map(drop)
}

pub(crate) fn state(row: &Row<'_>, column: usize) -> Result<State, StoreError> {
    let name = row.text(column)?;
    State::named(name).ok_or_else(|| StoreError::Corrupt(format!("the state {name:?} of an invitation")))
}
