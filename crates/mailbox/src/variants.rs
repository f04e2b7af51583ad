//! Which mailbox an address leads to: its own, an alias, or either with a plus; and the same of a domain that stands for
//! another (S10).
//!
//! **Invariant:** an address that was made leads to its own mailbox, whatever a plus in it would say.

use domain::{DomainName, EmailAddress, MailboxId};
use store::{StoreError, Tx};

/// The mailbox behind an address, in whatever state it is.
pub(crate) fn mailbox_of(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Option<MailboxId>, StoreError> {
    if let Some(found) = named(tx, address)? {
        return Ok(Some(found));
    }
    match identity::users::stood_for(tx, address)? {
        Some(real) => named(tx, &real),
        None => Ok(None),
    }
}

fn named(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Option<MailboxId>, StoreError> {
    if let Some(exact) = at(tx, address)? {
        return Ok(Some(exact));
    }
    match address.without_plus() {
        Some(base) => at(tx, &base),
        None => Ok(None),
    }
}

fn at(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Option<MailboxId>, StoreError> {
    at_key(tx, &address.key())
}

fn at_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<MailboxId>, StoreError> {
    let sql = "SELECT mailbox_id FROM addresses WHERE address_key = $1";
    tx.find(sql, &[&key], |row| row.get(0))
}

/// The key under which the address is found that receives what has none on a domain (S4). No address has such a key.
pub(crate) fn rest_of(domain: &DomainName) -> String {
    format!("@{domain}")
}

/// The mailbox that receives what has no address on the domain of this one. What somebody signs in with, or is reached
/// at when they forgot their password, it does not receive: it would be the way into their account.
pub(crate) fn caught_by(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Option<MailboxId>, StoreError> {
    let real = identity::users::stood_for(tx, address)?;
    let found = match at_key(tx, &rest_of(address.domain()))? {
        None => match &real {
            Some(real) => at_key(tx, &rest_of(real.domain()))?,
            None => None,
        },
        found => found,
    };
    let Some(found) = found else { return Ok(None) };
    for spelling in [Some(address.clone()), real].into_iter().flatten() {
        let base = spelling.without_plus();
        for spelling in [Some(spelling), base].into_iter().flatten() {
            if identity::users::is_reached_at(tx, &spelling.key())? {
                return Ok(None);
            }
        }
    }
    Ok(Some(found))
}
