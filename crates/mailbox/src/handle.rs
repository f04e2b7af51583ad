//! An open mailbox.

use std::sync::Arc;

use bus::{Bus, EndReason, Lease};
use domain::{EmailAddress, MailboxId, Right, Rights};
use identity::{Actor, Confirmed};
use store::{Store, Tx};

use crate::access::{Access, MailSettings};
use crate::{Act, AddressKind, MailError};

/// A mailbox that an actor has opened. Clones share it.
///
/// **Invariant:** only [`Access::open`] makes one, and every method asks again, inside its own transaction, whether the
/// access still stands and allows it.
///
/// Nobody outside this crate can make one:
///
/// ```compile_fail
/// let forged = mailbox::Mailbox { opened: todo!() };
/// ```
///
/// nor reach the database through one:
///
/// ```compile_fail
/// fn steal(mailbox: &mailbox::Mailbox) {
///     mailbox.store();
/// }
/// ```
///
/// ```compile_fail
/// async fn steal(mailbox: &mailbox::Mailbox) {
///     let _ = mailbox.write(mailbox::Act::Append, |_| Ok(())).await;
/// }
/// ```
#[derive(Clone)]
pub struct Mailbox {
    opened: Arc<Opened>,
}

struct Opened {
    access: Access,
    actor: Actor,
    lease: Lease,
    id: MailboxId,
    address: EmailAddress,
    display_name: String,
    kind: AddressKind,
}

impl Mailbox {
    pub(crate) fn new(
        access: Access,
        actor: Actor,
        lease: Lease,
        id: MailboxId,
        address: EmailAddress,
        display_name: String,
        kind: AddressKind,
    ) -> Self {
        Self { opened: Arc::new(Opened { access, actor, lease, id, address, display_name, kind }) }
    }

    /// Which mailbox it is.
    pub fn id(&self) -> MailboxId {
        self.opened.id
    }

    /// Its address.
    pub fn address(&self) -> &EmailAddress {
        &self.opened.address
    }

    /// The name shown with the address; may be empty.
    pub fn display_name(&self) -> &str {
        &self.opened.display_name
    }

    /// What it is for.
    pub fn kind(&self) -> AddressKind {
        self.opened.kind
    }

    /// Who opened it.
    pub fn actor(&self) -> &Actor {
        &self.opened.actor
    }

    /// That a proof of being there is that of whoever opened it.
    pub(crate) fn check_proof(&self, proof: &Confirmed) -> Result<(), MailError> {
        let is_own = proof.belongs_to(self.actor());
        if is_own { Ok(()) } else { Err(MailError::Ended(EndReason::SessionEnded)) }
    }

    /// Ends with the access, with the session and with the device password: then whatever is open must close.
    pub fn lease(&self) -> &Lease {
        &self.opened.lease
    }

    /// What the access allows now.
    pub async fn rights(&self) -> Result<Rights, MailError> {
        let mailbox = self.clone();
        self.store().read(move |tx| mailbox.check(tx, Act::Look)).await
    }

    pub(crate) fn access(&self) -> &Access {
        &self.opened.access
    }

    pub(crate) fn settings(&self) -> &MailSettings {
        self.opened.access.settings()
    }

    pub(crate) fn store(&self) -> &Store {
        self.opened.access.store()
    }

    pub(crate) fn bus(&self) -> &Bus {
        self.opened.access.bus()
    }

    /// Changes the mailbox, if the access allows `act`.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        act: Act,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, MailError> + Send + 'static,
    ) -> Result<T, MailError> {
        let mailbox = self.clone();
        let checked = move |tx: &mut Tx<'_>| {
            mailbox.check_to_write(tx, act)?;
            work(tx)
        };
        self.store().write(checked).await
    }

    /// Reads from the mailbox, if the access allows `act`.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        act: Act,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, MailError> + Send + 'static,
    ) -> Result<T, MailError> {
        let mailbox = self.clone();
        let checked = move |tx: &mut Tx<'_>| {
            mailbox.check(tx, act)?;
            work(tx)
        };
        self.store().read(checked).await
    }

    /// The same as [`Self::check`], for a transaction that writes. The row of the mailbox is locked first, as it is by
    /// whoever takes an access away: what is read of the access afterwards holds until the end of the transaction.
    pub(crate) fn check_to_write(&self, tx: &mut Tx<'_>, act: Act) -> Result<Rights, MailError> {
        let lock = format!("SELECT 1 FROM mailboxes WHERE mailbox_id = $1{}", tx.for_update());
        tx.find(&lock, &[&self.opened.id], |_| Ok(()))?;
        self.check(tx, act)
    }

    /// What the access allows, read in this transaction; an error when that does not include `act`.
    pub(crate) fn check(&self, tx: &mut Tx<'_>, act: Act) -> Result<Rights, MailError> {
        let opened = &self.opened;
        if let Some(reason) = opened.lease.is_ended() {
            return Err(MailError::Ended(reason));
        }
        if let Some(reason) = opened.actor.ended(tx)? {
            return Err(MailError::Ended(reason));
        }
        let rights = crate::access::rights(tx, &opened.actor, opened.id)?
            .ok_or(MailError::Ended(EndReason::AccessRemoved))?;
        let rights = opened.kind.limit(rights);
        match act.right() {
            right if rights.allow(right) => Ok(rights),
            Right::Permission(permission) => Err(MailError::MayNot(permission)),
            Right::Read => Err(MailError::Ended(EndReason::AccessRemoved)),
        }
    }
}
