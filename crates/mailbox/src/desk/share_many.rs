//! Several people get several addresses at once, each with permissions of their own (I2).
//!
//! **Invariant:** all of it happens, or nothing: one transaction, in which each address is asked as at its own desk.

use domain::{MailboxId, Permissions, UserId};
use identity::Confirmed;
use store::Tx;

use super::DeskError;
use super::address::AddressDesk;
use super::proof::check_proof;
use super::service::{ServiceDesk, escaped};
use super::sharing::ShareError;
use crate::access::address;

/// How many addresses are listed for choosing: whoever looks for others types a part of one.
pub const ADDRESSES_LISTED: usize = 100;
/// How many accesses are given at once.
pub const SHARED_AT_ONCE: usize = 500;

/// Why nothing was shared.
#[derive(Debug, thiserror::Error)]
pub enum ShareManyError {
    /// One of the addresses cannot be shared with one of the people.
    #[error("{address}: {why}")]
    One {
        /// Which address.
        address: String,
        /// Why.
        why: ShareError,
    },
    /// Nobody or nothing was chosen.
    #[error("nobody or no address was chosen")]
    Nothing,
    /// There are too many.
    #[error("at most {SHARED_AT_ONCE} accesses can be given at once")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<store::StoreError> for ShareManyError {
    fn from(error: store::StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl ServiceDesk {
    /// Gives each of these members access to each of these addresses. Who has one already has it with these permissions
    /// from now on. How many accesses that were.
    pub async fn share(
        &self,
        proof: &Confirmed,
        addresses: &[MailboxId],
        people: &[(UserId, Permissions)],
    ) -> Result<usize, ShareManyError> {
        check_proof(proof, &self.actor)?;
        let (mut addresses, people) = (addresses.to_vec(), people.to_vec());
        // Everybody locks mailboxes in the same order.
        addresses.sort_unstable();
        addresses.dedup();
        match addresses.len() * people.len() {
            0 => return Err(ShareManyError::Nothing),
            many if many > SHARED_AT_ONCE => return Err(ShareManyError::TooMany),
            _ => {}
        }
        let desk = self.clone();
        let write = move |tx: &mut Tx<'_>| -> Result<usize, ShareManyError> {
            desk.check_to_write(tx)?;
            for mailbox in &addresses {
                let at = desk.at(tx, *mailbox)?;
                for (user, permissions) in &people {
                    let given = give_or_set(tx, &at, *user, *permissions);
                    given.map_err(|error| match error {
                        ShareError::Desk(error) => ShareManyError::Desk(error),
                        why @ (ShareError::HasAccess
                        | ShareError::NotAMember
                        | ShareError::Impossible(_)
                        | ShareError::BeingDeleted) => {
                            ShareManyError::One { address: at.address().to_string(), why }
                        }
                    })?;
                }
            }
            Ok(addresses.len() * people.len())
        };
        self.access.store().write(write).await
    }

    /// The addresses that could be shared, by address: at most [`ADDRESSES_LISTED`] of those that have `search` in them.
    pub async fn shareable(&self, search: &str) -> Result<Vec<(MailboxId, String)>, DeskError> {
        let service = self.service;
        let pattern = format!("%{}%", escaped(&search.trim().to_lowercase()));
        self.read_to_manage(move |tx| {
            let sql = "SELECT b.mailbox_id, b.address FROM mailboxes b WHERE b.mail_service_id = $1 \
                       AND b.state = 'active' AND b.address_key LIKE $2 ESCAPE '!' AND NOT EXISTS (\
                       SELECT 1 FROM login_identifiers l WHERE l.address_key = b.address_key) \
                       ORDER BY b.address_key LIMIT $3";
            let found =
                tx.query(sql, &[&service, &pattern, &ADDRESSES_LISTED], |row| Ok((row.get(0)?, row.get(1)?)));
            Ok(found?)
        })
        .await
    }

    /// The desk of one of its addresses, in a transaction that has asked for the right.
    fn at(&self, tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<AddressDesk, DeskError> {
        let sql = "SELECT address FROM mailboxes WHERE mailbox_id = $1 AND mail_service_id = $2";
        let found = tx.find(sql, &[&mailbox, &self.service], |row| address(row.text(0)?))?;
        Ok(AddressDesk::of_task(self, mailbox, found.ok_or(DeskError::NotFound)?))
    }
}

fn give_or_set(
    tx: &mut Tx<'_>,
    at: &AddressDesk,
    user: UserId,
    permissions: Permissions,
) -> Result<(), ShareError> {
    match at.give(tx, user, permissions) {
        Err(ShareError::HasAccess) => {
            let grant = at.grant_of(tx, user)?;
            Ok(at.change(tx, &grant, permissions)?)
        }
        given => given,
    }
}
