//! What only whoever runs the server may do or see, across organizations.
//!
//! **Invariant:** to everybody else each of these is not found.

use domain::{DomainId, DomainName, EmailAddress, MailServiceId, MailboxId, OrganizationId, Timestamp};
use identity::{Actor, Way};
use store::{StoreError, Tx};

use super::DeskError;
use crate::OpenError;
use crate::access::Access;

/// How many domains a list shows.
const LISTED: usize = 10_000;

/// A domain in the operator's list.
#[derive(Debug, Clone)]
pub struct DomainRow {
    /// Its name.
    pub name: String,
    /// The organization whose it is.
    pub organization: String,
    /// The mail service that it belongs to.
    pub service: String,
    /// Since when it is proved to belong to the organization.
    pub verified_at: Option<Timestamp>,
    /// How it was proved: `dns`, or `operator` by the word of whoever runs the server.
    pub verified_how: Option<String>,
}

/// Why a domain could not be trusted.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// No mail service has it.
    #[error("no mail service has this domain")]
    NotFound,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for TrustError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Access {
    /// The mailbox of an address.
    pub async fn mailbox_of(&self, operator: &Actor, address: &EmailAddress) -> Result<MailboxId, OpenError> {
        if !is_operator(operator) {
            return Err(OpenError::NotFound);
        }
        let key = address.key();
        let found = self.store().read(move |tx| -> Result<Option<MailboxId>, OpenError> {
            let sql = "SELECT mailbox_id FROM mailboxes WHERE address_key = $1";
            Ok(tx.find(sql, &[&key], |row| row.get(0))?)
        });
        found.await?.ok_or(OpenError::NotFound)
    }

    /// The mail service of a domain.
    pub async fn service_of_domain(
        &self,
        operator: &Actor,
        name: &DomainName,
    ) -> Result<MailServiceId, OpenError> {
        if !is_operator(operator) {
            return Err(OpenError::NotFound);
        }
        let name = name.clone();
        let found = self.store().read(move |tx| -> Result<Option<MailServiceId>, OpenError> {
            let sql = "SELECT mail_service_id FROM domains WHERE name = $1";
            Ok(tx.find(sql, &[&name.as_str()], |row| row.get(0))?)
        });
        found.await?.ok_or(OpenError::NotFound)
    }

    /// Every domain of this server, by name.
    pub async fn list_domains(&self, operator: &Actor) -> Result<Vec<DomainRow>, OpenError> {
        if !is_operator(operator) {
            return Err(OpenError::NotFound);
        }
        let list = |tx: &mut Tx<'_>| -> Result<Vec<DomainRow>, OpenError> { Ok(domains(tx)?) };
        self.store().read(list).await
    }
}

/// Lets a domain count as proved, by the word of whoever runs the server.
pub async fn trust_domain(access: &Access, actor: &Actor, name: &DomainName) -> Result<(), TrustError> {
    if !is_operator(actor) {
        return Err(TrustError::NotFound);
    }
    let (actor, name) = (actor.clone(), name.clone());
    let trust = move |tx: &mut Tx<'_>| {
        let sql = "SELECT d.domain_id, s.organization_id FROM domains d JOIN mail_services s \
                   ON s.mail_service_id = d.mail_service_id WHERE d.name = $1";
        let found = tx.find(sql, &[&name.as_str()], |row| {
            Ok((row.get::<DomainId>(0)?, row.get::<OrganizationId>(1)?))
        })?;
        let (id, organization) = found.ok_or(TrustError::NotFound)?;
        let now = tx.now();
        let sql = "UPDATE domains SET verified_at = $2, verified_how = 'operator' WHERE domain_id = $1 \
                   AND verified_at IS NULL";
        if tx.execute(sql, &[&id, &now])? > 0 {
            identity::audit::write(tx, organization, &actor, "domain.trust", name.as_str(), "{}")?;
            tx.publish(domain::Event::Organization { organization });
        }
        Ok(())
    };
    access.store().write(trust).await
}

fn domains(tx: &mut Tx<'_>) -> Result<Vec<DomainRow>, StoreError> {
    let sql = "SELECT d.name, o.name, s.name, d.verified_at, d.verified_how FROM domains d \
               JOIN mail_services s ON s.mail_service_id = d.mail_service_id \
               JOIN organizations o ON o.organization_id = s.organization_id ORDER BY d.name LIMIT $1";
    tx.query(sql, &[&LISTED], |row| {
        Ok(DomainRow {
            name: row.get(0)?,
            organization: row.get(1)?,
            service: row.get(2)?,
            verified_at: row.get(3)?,
            verified_how: row.get(4)?,
        })
    })
}

fn is_operator(actor: &Actor) -> bool {
    matches!(actor.way(), Way::Operator)
}
