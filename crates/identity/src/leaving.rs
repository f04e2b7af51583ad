//! Deleting one's account (A9).
//!
//! **Invariant:** no organization loses its last owner and no address the last person who opens it by somebody's
//! leaving; what others must be able to look up stays: the logs, under the name of then.

use domain::{MailboxId, OrganizationId, Role, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Way};
use crate::identity::{Identity, Unavailable};
use crate::pictures::{self, PictureOf};
use crate::{audit, grants, members, organizations, sessions, users};

/// What goes with an account, and what must be handed over first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaving {
    /// The organizations of which the user is the only owner, but not the only one who needs them.
    pub only_owner_of: Vec<String>,
    /// The addresses that nobody else opens.
    pub only_opener_of: Vec<String>,
    /// How many addresses they open.
    pub accesses: usize,
    /// How many organizations they are in.
    pub memberships: usize,
}

impl Leaving {
    /// Whether nothing must be handed over first.
    pub fn is_free(&self) -> bool {
        self.only_owner_of.is_empty() && self.only_opener_of.is_empty()
    }
}

/// Why an account was not deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaveError {
    /// Something must be handed over first.
    #[error("something must be handed over first")]
    NotYet(Leaving),
    /// Only a browser that is still signed in deletes its account.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for LeaveError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "an account could not be deleted");
        Self::Unavailable
    }
}

impl Identity {
    /// What would go with the actor's account, and what must be handed over first.
    pub async fn leaving(&self, actor: &Actor) -> Result<Leaving, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(leaving(tx, user)?)).await
    }

    /// Deletes the actor's account. Everything that is open through it ends.
    pub async fn delete_account(&self, actor: &Actor, proof: &Confirmed) -> Result<(), LeaveError> {
        let (who, proof) = (actor.clone(), *proof);
        let delete = move |tx: &mut Tx<'_>| {
            let user = who.user();
            let is_own = matches!(who.way(), Way::Browser(_)) && proof.belongs_to(&who);
            users::lock(tx, user)?;
            if !is_own || who.ended(tx)?.is_some() {
                return Err(LeaveError::Ended);
            }
            // Locked, so that of two who leave at once the second sees that they are the last: the last owner, or the
            // last who opens an address, also where both are no members.
            for organization in touched(tx, user)? {
                members::lock(tx, organization)?;
            }
            let held = leaving(tx, user)?;
            if !held.is_free() {
                return Err(LeaveError::NotYet(held));
            }
            leave(tx, &who)?;
            Ok(erase(tx, user)?)
        };
        self.parts.store.write(delete).await
    }
}

/// The organizations that lose something with a user: where they are a member, in a team, or open an address. In the order
/// of their ids, so that two who leave at once wait for each other and not both.
fn touched(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<OrganizationId>, StoreError> {
    let members = organizations::of_user(tx, user)?.into_iter().map(|organization| organization.id);
    let mut all: Vec<OrganizationId> = members.chain(others(tx, user)?).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// As an outsider a user may open addresses, and be in teams, of organizations that they are no member of.
fn others(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<OrganizationId>, StoreError> {
    let sql = "SELECT t.organization_id FROM teams t JOIN team_members m ON m.team_id = t.team_id \
               WHERE m.user_id = $1 UNION SELECT s.organization_id FROM grants g \
               JOIN mailboxes b ON b.mailbox_id = g.mailbox_id \
               JOIN mail_services s ON s.mail_service_id = b.mail_service_id WHERE g.user_id = $1";
    tx.query(sql, &[&user], |row| row.get(0))
}

fn leaving(tx: &mut Tx<'_>, user: UserId) -> Result<Leaving, StoreError> {
    let all = organizations::of_user(tx, user)?;
    let mut found = Leaving { memberships: all.len(), ..Leaving::default() };
    for organization in all {
        let is_last = members::is_last_owner(tx, organization.id, organization.role)?;
        if is_last && !is_empty_but_for(tx, organization.id, user)? {
            found.only_owner_of.push(organization.name);
        }
    }
    for (mailbox, address) in opened(tx, user)? {
        found.accesses += 1;
        if grants::holders(tx, mailbox)?.into_iter().all(|holder| holder == user) {
            found.only_opener_of.push(address);
        }
    }
    Ok(found)
}

/// Whether an organization has nobody else, and no mail: it goes with its owner.
fn is_empty_but_for(tx: &mut Tx<'_>, organization: OrganizationId, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM memberships WHERE organization_id = $1 AND user_id <> $2 LIMIT 1";
    if tx.find(sql, &[&organization, &user], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    for table in ["mail_services", "teams"] {
        let sql = format!("SELECT 1 FROM {table} WHERE organization_id = $1 LIMIT 1");
        if tx.find(&sql, &[&organization], |_| Ok(()))?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The mailboxes that a user opens, themselves or through a team.
fn opened(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<(MailboxId, String)>, StoreError> {
    let sql = "SELECT b.mailbox_id, b.address FROM mailboxes b WHERE b.state <> 'deleting' AND b.mailbox_id IN \
               (SELECT mailbox_id FROM grants WHERE user_id = $1 UNION SELECT t.mailbox_id FROM team_grants t \
               JOIN team_members m ON m.team_id = t.team_id WHERE m.user_id = $1) ORDER BY b.address_key";
    tx.query(sql, &[&user], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Leaves every organization and every address.
fn leave(tx: &mut Tx<'_>, actor: &Actor) -> Result<(), StoreError> {
    let user = actor.user();
    for organization in organizations::of_user(tx, user)? {
        audit::write(tx, organization.id, actor, "account.delete", actor.name(), "{}")?;
        let goes_too = organization.role == Role::Owner
            && members::is_last_owner(tx, organization.id, organization.role)?;
        members::remove(tx, organization.id, user)?;
        if goes_too {
            organizations::erase(tx, organization.id)?;
        }
    }
    for organization in others(tx, user)? {
        let gone = members::remove(tx, organization, user)?;
        audit::write(tx, organization, actor, "account.delete", actor.name(), &gone.detail())?;
    }
    for own in grants::of_user(tx, user)? {
        grants::remove(tx, own.mailbox, user)?;
    }
    Ok(())
}

/// Takes away what the account itself holds. Its row stays, empty, for what others did with it.
fn erase(tx: &mut Tx<'_>, user: UserId) -> Result<(), StoreError> {
    sessions::end_all(tx, user, None)?;
    crate::account_devices::end_all(tx, user)?;
    pictures::erase(tx, PictureOf::User(user))?;
    for table in [
        "login_identifiers",
        "released_identifiers",
        "address_proofs",
        "password_resets",
        "recovery_codes",
        "passkeys",
        "known_browsers",
        "account_entries",
        "devices",
        "detached_addresses",
        "phones",
    ] {
        tx.execute(&format!("DELETE FROM {table} WHERE user_id = $1"), &[&user])?;
    }
    let now = tx.now();
    let sql = "UPDATE users SET first_name = '', last_name = '', phone = NULL, password_hash = '', \
               totp_secret = NULL, recovery_address = NULL, recovery_key = NULL, deleted_at = $2 \
               WHERE user_id = $1";
    tx.execute(sql, &[&user, &now]).map(drop)
}
