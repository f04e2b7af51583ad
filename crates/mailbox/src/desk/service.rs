//! The desk of a mail service: its domains and addresses.

use domain::{MailServiceId, MailboxId, OrganizationId, Timestamp};
use identity::Actor;
use store::{StoreError, Tx};

use super::domains::{self, DomainView};
use super::{DeskError, check, organization_of_service};
use crate::OpenError;
use crate::access::Access;

/// How many addresses a page may have.
const PAGE: usize = 200;

/// The desk of a mail service.
#[derive(Clone)]
pub struct ServiceDesk {
    pub(super) access: Access,
    pub(super) actor: Actor,
    pub(super) organization: OrganizationId,
    pub(super) service: MailServiceId,
    name: String,
}

/// An address in a list.
#[derive(Debug, Clone)]
pub struct AddressRow {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// The address.
    pub address: String,
    /// How many users have access.
    pub users: u64,
    /// How many invitations wait.
    pub invitations: u64,
    /// How much it holds, in bytes.
    pub used_bytes: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Access {
    /// Opens the desk of a mail service, if the actor may manage the mail of its organization.
    pub async fn service_desk(
        &self,
        actor: &Actor,
        service: MailServiceId,
    ) -> Result<ServiceDesk, OpenError> {
        let who = actor.clone();
        let found = self.store().read(move |tx| -> Result<_, DeskError> {
            let organization = organization_of_service(tx, service)?;
            check(tx, &who, organization)?;
            let sql = "SELECT name FROM mail_services WHERE mail_service_id = $1";
            Ok((organization, tx.load(sql, &[&service], |row| row.get(0))?))
        });
        let (organization, name) = found.await?;
        Ok(ServiceDesk { access: self.clone(), actor: actor.clone(), organization, service, name })
    }
}

impl ServiceDesk {
    /// Which mail service.
    pub fn id(&self) -> MailServiceId {
        self.service
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose it is.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Its domains with the records that their DNS should have.
    pub async fn domains(&self) -> Result<Vec<DomainView>, DeskError> {
        let service = self.service;
        let host = self.access.settings().host_name.clone();
        self.read(move |tx| Ok(domains::list(tx, service, &host)?)).await
    }

    /// Its addresses that hold `search`, by address, after `after`; `limit` (≤ 200) at most.
    pub async fn addresses(
        &self,
        search: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<AddressRow>, DeskError> {
        let (service, limit) = (self.service, limit.min(PAGE));
        let pattern = format!("%{}%", escaped(&search.to_lowercase()));
        let after = after.unwrap_or_default().to_owned();
        self.read(move |tx| Ok(addresses(tx, service, &pattern, &after, limit)?)).await
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let (actor, organization) = (self.actor.clone(), self.organization);
        let checked = move |tx: &mut Tx<'_>| {
            check(tx, &actor, organization)?;
            work(tx)
        };
        self.access.store().read(checked).await
    }
}

fn addresses(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    pattern: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<AddressRow>, StoreError> {
    let sql = "SELECT b.mailbox_id, b.address, b.used_bytes, b.created_at, \
               (SELECT count(*) FROM (SELECT g.user_id FROM grants g WHERE g.mailbox_id = b.mailbox_id \
                UNION SELECT m.user_id FROM team_grants t JOIN team_members m ON m.team_id = t.team_id \
                WHERE t.mailbox_id = b.mailbox_id) AS everybody), \
               (SELECT count(*) FROM invitations i WHERE i.mailbox_id = b.mailbox_id \
                AND i.state IN ('pending', 'seen') AND i.expires_at > $5) \
               FROM mailboxes b WHERE b.mail_service_id = $1 AND b.deleted_at IS NULL AND b.address_key > $2 \
               AND b.address_key LIKE $3 ESCAPE '!' ORDER BY b.address_key LIMIT $4";
    let now = tx.now();
    tx.query(sql, &[&service, &after, &pattern, &limit, &now], |row| {
        Ok(AddressRow {
            mailbox: row.get(0)?,
            address: row.get(1)?,
            used_bytes: row.get(2)?,
            created_at: row.get(3)?,
            users: row.get(4)?,
            invitations: row.get(5)?,
        })
    })
}

/// A text in which LIKE sees no wildcard.
fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
