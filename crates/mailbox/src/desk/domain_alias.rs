//! A domain that stands for another of the same mail service (S10): mail to any of its addresses goes to the address of
//! the same name there.
//!
//! **Invariant:** a domain that stands for another has no address of its own, and the other stands for itself: there is no
//! loop, and no address that two would have.

use domain::DomainId;
use store::{StoreError, Tx};

use super::DeskError;
use super::service::ServiceDesk;

/// Why a domain does not stand for another.
#[derive(Debug, thiserror::Error)]
pub enum DomainAliasError {
    /// One of the two is not proved yet.
    #[error("the domain is not verified yet")]
    Unverified,
    /// It is the same one.
    #[error("a domain cannot stand for itself")]
    Same,
    /// It has addresses or aliases of its own.
    #[error("the domain has addresses of its own")]
    HasAddresses,
    /// The other stands for a third one, or another stands for this one.
    #[error("a domain that stands for another cannot be stood for")]
    Chain,
    /// Somebody signs in with an address of it (I8).
    #[error("somebody signs in with an address of this domain")]
    AddressIsLogin,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for DomainAliasError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// A domain, as far as it matters here.
struct Domain {
    name: String,
    is_verified: bool,
    stands_for: Option<DomainId>,
}

impl ServiceDesk {
    /// For which other domain one stands, by name.
    pub async fn domain_alias(&self, domain: DomainId) -> Result<Option<DomainId>, DeskError> {
        let desk = self.clone();
        self.read(move |tx| Ok(desk.alias_domain(tx, domain)?.stands_for)).await
    }

    /// Has a domain stand for another one.
    pub async fn stand_for(&self, domain: DomainId, other: DomainId) -> Result<(), DomainAliasError> {
        let desk = self.clone();
        let stand = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let (alias, real) = (desk.alias_domain(tx, domain)?, desk.alias_domain(tx, other)?);
            if domain == other {
                return Err(DomainAliasError::Same);
            }
            if !alias.is_verified || !real.is_verified {
                return Err(DomainAliasError::Unverified);
            }
            let stood_for = "SELECT 1 FROM domains WHERE alias_of = $1";
            if real.stands_for.is_some() || tx.find(stood_for, &[&domain], |_| Ok(()))?.is_some() {
                return Err(DomainAliasError::Chain);
            }
            if has_addresses(tx, domain, &alias.name)? {
                return Err(DomainAliasError::HasAddresses);
            }
            if has_logins(tx, &alias.name)? {
                return Err(DomainAliasError::AddressIsLogin);
            }
            let sql = "UPDATE domains SET alias_of = $2 WHERE domain_id = $1";
            tx.execute(sql, &[&domain, &other])?;
            let detail = serde_json::json!({ "name": real.name }).to_string();
            Ok(desk.note_with(tx, "domain.alias", &alias.name, &detail)?)
        };
        self.access.store().write(stand).await
    }

    /// Has a domain stand for itself again: mail to it is refused until it has addresses.
    pub async fn stand_alone(&self, domain: DomainId) -> Result<(), DeskError> {
        let desk = self.clone();
        let stand = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let alias = desk.alias_domain(tx, domain)?;
            if alias.stands_for.is_some() {
                tx.execute("UPDATE domains SET alias_of = NULL WHERE domain_id = $1", &[&domain])?;
                desk.note_with(tx, "domain.alias_end", &alias.name, "{}")?;
            }
            Ok(())
        };
        self.access.store().write(stand).await
    }

    fn alias_domain(&self, tx: &mut Tx<'_>, domain: DomainId) -> Result<Domain, DeskError> {
        let sql =
            "SELECT name, verified_at, alias_of FROM domains WHERE domain_id = $1 AND mail_service_id = $2";
        let found = tx.find(sql, &[&domain, &self.service], |row| {
            let is_verified = row.get::<Option<i64>>(1)?.is_some();
            Ok(Domain { name: row.get(0)?, is_verified, stands_for: row.get(2)? })
        })?;
        found.ok_or(DeskError::NotFound)
    }
}

/// Whether there is an address or alias at the domain. Those in the bin count: they may come back.
pub(super) fn has_addresses(tx: &mut Tx<'_>, domain: DomainId, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM mailboxes WHERE domain_id = $1 LIMIT 1";
    if tx.find(sql, &[&domain], |_| Ok(()))?.is_some() {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM addresses WHERE kind <> 'own' AND address_key LIKE $1 ESCAPE '!' LIMIT 1";
    Ok(tx.find(sql, &[&at(name)], |_| Ok(()))?.is_some())
}

fn has_logins(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM login_identifiers WHERE address_key LIKE $1 ESCAPE '!' LIMIT 1";
    Ok(tx.find(sql, &[&at(name)], |_| Ok(()))?.is_some())
}

/// A pattern for the addresses of a domain; its name has none of the characters that LIKE minds, but `_`.
fn at(name: &str) -> String {
    format!("%@{}", name.replace('_', "!_"))
}
