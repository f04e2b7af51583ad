//! Which mailbox an address leads to: its own, an alias, or either with a plus (S10).
//!
//! **Invariant:** an address that was made leads to its own mailbox, whatever a plus in it would say.

use domain::{EmailAddress, MailboxId};
use store::{StoreError, Tx};

/// The mailbox behind an address, in whatever state it is.
pub(crate) fn mailbox_of(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Option<MailboxId>, StoreError> {
    if let Some(exact) = at(tx, address)? {
        return Ok(Some(exact));
    }
    match address.without_plus() {
        Some(base) => at(tx, &base),
        None => Ok(None),
    }
}

fn at(tx: &mut Tx<'_>, address: &EmailAddress) -> Result<Option<MailboxId>, StoreError> {
    let sql = "SELECT mailbox_id FROM addresses WHERE address_key = $1";
    tx.find(sql, &[&address.key()], |row| row.get(0))
}
