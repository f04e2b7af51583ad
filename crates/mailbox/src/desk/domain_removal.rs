//! Taking a domain away from a mail service, and names that nobody proved to be theirs.
//!
//! **Invariant:** a domain goes only while there is no address at it. Whoever adds a name has some days to prove it;
//! from then on it keeps nobody else from adding it.

use std::time::Duration;

use domain::{DomainId, DomainName, Event, OrganizationId};
use identity::{Confirmed, Identity};
use store::{StoreError, Tx};

use super::DeskError;
use super::domain_alias::has_addresses;
use super::proof::check_proof;
use super::service::ServiceDesk;

/// How long a name is kept for whoever added it and has not proved it: enough for a change of DNS records that several
/// people have a hand in.
const KEPT_FOR: Duration = domain::duration::days(7);
/// What belongs to a domain, those tables first that others do not refer to.
const OF_DOMAINS: [&str; 3] = ["domain_checks", "dkim_keys", "domains"];

/// Why a domain was not taken away.
#[derive(Debug, thiserror::Error)]
pub enum RemoveDomainError {
    /// There are addresses or aliases at it, it stands for another domain, or another for it.
    #[error("the domain is in use")]
    InUse,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for RemoveDomainError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl ServiceDesk {
    /// The domains that cannot be taken away: there are addresses at them, also in the bin, they stand for another, or
    /// another for them.
    pub async fn used_domains(&self) -> Result<Vec<DomainId>, DeskError> {
        let service = self.service;
        self.read(move |tx| {
            let sql = "SELECT d.domain_id FROM domains d WHERE d.mail_service_id = $1 AND (\
                       d.alias_of IS NOT NULL \
                       OR EXISTS (SELECT 1 FROM domains o WHERE o.alias_of = d.domain_id) \
                       OR EXISTS (SELECT 1 FROM mailboxes b WHERE b.domain_id = d.domain_id))";
            Ok(tx.query(sql, &[&service], |row| row.get(0))?)
        })
        .await
    }

    /// Takes a domain away with its keys: mail to it is refused from now on.
    pub async fn remove_domain(&self, proof: &Confirmed, domain: DomainId) -> Result<(), RemoveDomainError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        let remove = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let sql = format!(
                "SELECT name, alias_of FROM domains WHERE domain_id = $1 AND mail_service_id = $2{}",
                tx.for_update()
            );
            let found = tx.find(&sql, &[&domain, &desk.service], |row| {
                Ok((row.get::<String>(0)?, row.get::<Option<DomainId>>(1)?))
            })?;
            let (name, alias_of) = found.ok_or(DeskError::NotFound)?;
            let sql = "SELECT 1 FROM domains WHERE alias_of = $1";
            let is_stood_for = tx.find(sql, &[&domain], |_| Ok(()))?.is_some();
            if alias_of.is_some() || is_stood_for || has_addresses(tx, domain, &name)? {
                return Err(RemoveDomainError::InUse);
            }
            delete(tx, domain)?;
            Ok(desk.note(tx, "domain.remove", &name)?)
        };
        self.access.store().write(remove).await
    }
}

/// Lets a name go that was added some time ago and not proved since: others may have it.
pub(super) fn let_go(tx: &mut Tx<'_>, name: &DomainName) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT d.domain_id, s.organization_id FROM domains d JOIN mail_services s \
         ON s.mail_service_id = d.mail_service_id \
         WHERE d.name = $1 AND d.verified_at IS NULL AND d.created_at <= $2{}",
        tx.for_update()
    );
    let added_before = tx.now().minus(KEPT_FOR);
    let found = tx.find(&sql, &[&name.as_str(), &added_before], |row| {
        Ok((row.get::<DomainId>(0)?, row.get::<OrganizationId>(1)?))
    })?;
    let Some((domain, organization)) = found else { return Ok(()) };
    delete(tx, domain)?;
    // Who has it now is not for those to know who had it.
    identity::audit::write(tx, organization, &Identity::operator(), "domain.lapse", name.as_str(), "{}")?;
    tx.publish(Event::Organization { organization });
    Ok(())
}

fn delete(tx: &mut Tx<'_>, domain: DomainId) -> Result<(), StoreError> {
    for table in OF_DOMAINS {
        tx.execute(&format!("DELETE FROM {table} WHERE domain_id = $1"), &[&domain])?;
    }
    Ok(())
}
