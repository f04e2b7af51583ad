//! Generic addresses (S4): `no-reply`, from which one only sends, and `catchall`, which receives what has no address.
//!
//! **Invariant:** their names are given out here alone, and what an address is for is decided when it is made; of
//! `no-reply` can be chosen later what becomes of mail to it.

use domain::{DomainName, EmailAddress, MailboxId};
use serde_json::json;
use store::Tx;

use super::DeskError;
use super::address::AddressDesk;
use super::create::CreateAddressError;
use super::service::ServiceDesk;
use crate::AddressKind;
use crate::variants;

impl ServiceDesk {
    /// Makes the generic address of a domain, for whoever makes it.
    pub async fn create_generic(
        &self,
        domain: &DomainName,
        kind: AddressKind,
    ) -> Result<MailboxId, CreateAddressError> {
        let local = kind.local().ok_or(CreateAddressError::BadName)?;
        let address =
            EmailAddress::new(local, domain.clone()).map_err(|_| CreateAddressError::NoSuchDomain)?;
        let desk = self.clone();
        self.change(move |tx| {
            let mailbox = desk.make(tx, &address)?;
            tx.execute("UPDATE mailboxes SET kind = $2 WHERE mailbox_id = $1", &[&mailbox, &kind])?;
            if kind == AddressKind::CatchAll {
                catch(tx, mailbox, &address)?;
            }
            desk.give(tx, mailbox, &address, desk.actor.user())?;
            Ok(mailbox)
        })
        .await
    }
}

/// From now on what has no address on that domain goes into the mailbox.
fn catch(tx: &mut Tx<'_>, mailbox: MailboxId, address: &EmailAddress) -> Result<(), CreateAddressError> {
    let sql = "INSERT INTO addresses (address_key, mailbox_id, kind) VALUES ($1, $2, 'catchall') \
               ON CONFLICT DO NOTHING";
    match tx.execute(sql, &[&variants::rest_of(address.domain()), &mailbox])? {
        0 => Err(CreateAddressError::Taken),
        _ => Ok(()),
    }
}

impl AddressDesk {
    /// Chooses what becomes of mail to a `no-reply` address. Of others that cannot be chosen: they are not found.
    pub async fn set_no_reply(&self, kind: AddressKind) -> Result<(), DeskError> {
        let desk = self.clone();
        self.write(move |tx| {
            let sql = "UPDATE mailboxes SET kind = $2 WHERE mailbox_id = $1 AND kind IN ('refuses', 'drops')";
            let is_choice = matches!(kind, AddressKind::Refuses | AddressKind::Drops);
            if !is_choice || tx.execute(sql, &[&desk.mailbox, &kind])? == 0 {
                return Err(DeskError::NotFound);
            }
            desk.note(tx, "address.no_reply", &json!({ "name": kind.name() }).to_string())
        })
        .await
    }
}
