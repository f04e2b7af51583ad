//! Aliases of an address: further names under which mail comes into its mailbox, and from which it is sent (S10).
//!
//! **Invariant:** an alias leads straight to a mailbox, and a name leads to one: there is no loop, and nothing is
//! delivered twice.

use domain::{EmailAddress, Timestamp};
use store::StoreError;

use super::DeskError;
use super::address::AddressDesk;
use super::create::{CreateAddressError, check_name, verified_domain};
use crate::filing;

/// How many aliases an address may have.
const ALIASES: usize = 100;

/// An alias in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasView {
    /// The alias.
    pub address: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Why there is no such alias.
#[derive(Debug, thiserror::Error)]
pub enum AliasError {
    /// What stands in the way of any address of that name.
    #[error(transparent)]
    Address(#[from] CreateAddressError),
    /// There are as many as there can be.
    #[error("an address cannot have more than {ALIASES} aliases")]
    TooMany,
    /// The address is in the bin.
    #[error("this address is being deleted")]
    BeingDeleted,
}

impl From<StoreError> for AliasError {
    fn from(error: StoreError) -> Self {
        Self::Address(error.into())
    }
}

impl From<DeskError> for AliasError {
    fn from(error: DeskError) -> Self {
        Self::Address(error.into())
    }
}

impl AddressDesk {
    /// The aliases, by name.
    pub async fn aliases(&self) -> Result<Vec<AliasView>, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| {
            let sql = "SELECT address, created_at FROM addresses WHERE mailbox_id = $1 AND kind = 'alias' \
                       ORDER BY address_key";
            let all = tx.query(sql, &[&mailbox], |row| {
                Ok(AliasView { address: row.get(0)?, created_at: row.get(1)? })
            });
            Ok::<_, DeskError>(all?)
        })
        .await
    }

    /// Adds an alias, of any verified domain of the mail service.
    pub async fn add_alias(&self, alias: &EmailAddress) -> Result<(), AliasError> {
        check_name(alias)?;
        let (desk, alias) = (self.clone(), alias.clone());
        self.write(move |tx| {
            filing::lock(tx, desk.mailbox)?;
            if super::bin::deleted_at(tx, desk.mailbox)?.is_some() {
                return Err(AliasError::BeingDeleted);
            }
            verified_domain(tx, desk.service, &alias)?;
            // Whoever reads its mail could take over an account that is signed in to with it (I8).
            let is_login = identity::users::by_identifier(tx, &alias.key())?.is_some();
            if is_login || identity::users::signs_in_with_variant(tx, &alias)? {
                return Err(CreateAddressError::AddressIsLogin.into());
            }
            let count = "SELECT count(*) FROM addresses WHERE mailbox_id = $1 AND kind = 'alias'";
            if tx.load(count, &[&desk.mailbox], |row| row.get::<usize>(0))? >= ALIASES {
                return Err(AliasError::TooMany);
            }
            let (now, text) = (tx.now(), alias.to_string());
            let sql = "INSERT INTO addresses (address_key, mailbox_id, kind, address, created_at) \
                       VALUES ($1, $2, 'alias', $3, $4) ON CONFLICT DO NOTHING";
            if tx.execute(sql, &[&alias.key(), &desk.mailbox, &text, &now])? == 0 {
                return Err(CreateAddressError::Taken.into());
            }
            let detail = serde_json::json!({ "name": text }).to_string();
            Ok(desk.note(tx, "alias.add", &detail)?)
        })
        .await
    }

    /// Takes an alias away: mail to it is refused from now on.
    pub async fn remove_alias(&self, alias: &EmailAddress) -> Result<(), DeskError> {
        let (desk, alias) = (self.clone(), alias.clone());
        self.write(move |tx| {
            let sql = "DELETE FROM addresses WHERE address_key = $1 AND mailbox_id = $2 AND kind = 'alias'";
            if tx.execute(sql, &[&alias.key(), &desk.mailbox])? == 0 {
                return Err(DeskError::NotFound);
            }
            desk.note(tx, "alias.remove", &serde_json::json!({ "name": alias.to_string() }).to_string())
        })
        .await
    }
}
