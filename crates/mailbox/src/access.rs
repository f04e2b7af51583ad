//! The way in: who opens which mailbox.

use std::sync::Arc;

use bus::{Bus, Holder, Lease};
use bytes::Bytes;
use domain::{DomainName, EmailAddress, MailboxId, Permission, Rights};
use identity::{Actor, Identity, Way};
use mailauth::Dns;
use message::Summary;
use store::{Store, StoreError, Tx};

use crate::delivery::is_here;
use crate::filing::Prepared;
use crate::handle::Mailbox;
use crate::{MailError, OpenError};

/// What the mail of this server obeys.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The name under which this server speaks, in Received headers and Message-IDs.
    pub host_name: DomainName,
    /// The largest message taken, in bytes.
    pub message_limit_bytes: u64,
    /// What a mailbox without a quota of its own may hold, in bytes; none is without end.
    pub default_quota_bytes: Option<u64>,
}

/// The door: every mailbox and every desk is opened here. Clones share it.
///
/// Its parts are nobody else's:
///
/// ```compile_fail
/// fn steal(access: &mailbox::Access) {
///     access.store();
/// }
/// ```
#[derive(Clone)]
pub struct Access {
    parts: Arc<Parts>,
}

struct Parts {
    store: Store,
    bus: Bus,
    identity: Identity,
    settings: MailSettings,
    /// With which strangers' mail is checked.
    dns: Option<Arc<dyn Dns>>,
}

impl Access {
    /// The door to the mailboxes in `store`.
    pub fn new(store: Store, bus: Bus, identity: Identity, settings: MailSettings) -> Self {
        Self { parts: Arc::new(Parts { store, bus, identity, settings, dns: None }) }
    }

    /// The same door, which checks the mail that strangers bring.
    pub fn checking(&self, dns: Arc<dyn Dns>) -> Self {
        let Parts { store, bus, identity, settings, dns: _ } = &*self.parts;
        let (store, bus, identity, settings) =
            (store.clone(), bus.clone(), identity.clone(), settings.clone());
        Self { parts: Arc::new(Parts { store, bus, identity, settings, dns: Some(dns) }) }
    }

    /// Opens a mailbox. What the actor may not open is not found, as if it were not there.
    pub async fn open(&self, actor: &Actor, mailbox: MailboxId) -> Result<Mailbox, OpenError> {
        if let Way::Device { mailbox: own, .. } = actor.way()
            && *own != mailbox
        {
            return Err(OpenError::NotFound);
        }
        // The lease comes first: a removal between the two is then seen by one or the other.
        let lease = self.lease(actor, mailbox)?;
        let who = actor.clone();
        let row = move |tx: &mut Tx<'_>| {
            if let Some(reason) = who.ended(tx)? {
                return Err(OpenError::Ended(reason));
            }
            if rights(tx, &who, mailbox)?.is_none() {
                return Err(OpenError::NotFound);
            }
            let sql = "SELECT address, display_name, kind FROM mailboxes WHERE mailbox_id = $1 AND state = 'active'";
            let row = |row: &store::Row<'_>| Ok((address(row.text(0)?)?, row.get(1)?, row.get(2)?));
            tx.find(sql, &[&mailbox], row)?.ok_or(OpenError::NotFound)
        };
        let (address, display_name, kind) = self.parts.store.read(row).await?;
        if let Some(reason) = lease.is_ended() {
            return Err(OpenError::Ended(reason));
        }
        Ok(Mailbox::new(self.clone(), actor.clone(), lease, mailbox, address, display_name, kind))
    }

    /// Opens the one mailbox that a device password is for.
    pub async fn open_address(&self, actor: &Actor) -> Result<Mailbox, OpenError> {
        match actor.way() {
            Way::Device { mailbox, .. } => self.open(actor, *mailbox).await,
            Way::Browser(_) | Way::AllAddresses { .. } | Way::Operator | Way::Task => {
                Err(OpenError::NotFound)
            }
        }
    }

    pub(crate) fn dns(&self) -> Option<&Arc<dyn Dns>> {
        self.parts.dns.as_ref()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.parts.store
    }

    pub(crate) fn bus(&self) -> &Bus {
        &self.parts.bus
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.parts.identity
    }

    pub(crate) fn settings(&self) -> &MailSettings {
        &self.parts.settings
    }

    /// The name under which this server speaks.
    pub fn host_name(&self) -> &str {
        self.parts.settings.host_name.as_str()
    }

    /// Whether this server takes mail for a domain. Anybody may know: the domain's MX record says the same.
    pub async fn takes_mail_for(&self, domain: &DomainName) -> Result<bool, OpenError> {
        let domain = domain.clone();
        let found = self.parts.store.read(move |tx| -> Result<bool, OpenError> { Ok(is_here(tx, &domain)?) });
        found.await
    }

    /// The largest message taken, in bytes.
    pub fn message_limit_bytes(&self) -> u64 {
        self.parts.settings.message_limit_bytes
    }

    /// Parses a message, and keeps what is too large for a row, before its transaction.
    pub(crate) async fn prepare(&self, content: Bytes) -> Result<Prepared, MailError> {
        let limit = self.parts.settings.message_limit_bytes;
        if content.len() as u64 > limit {
            return Err(MailError::TooLarge(limit));
        }
        let summary = summarize(&content).await;
        let content = self.parts.store.blobs().put(content).await?;
        Ok(Prepared { content, summary })
    }

    fn lease(&self, actor: &Actor, mailbox: MailboxId) -> Result<Lease, OpenError> {
        let Some(lease) = actor.lease() else { return Err(OpenError::NotFound) };
        // A mail program holds one already: what it has open is one thing in the report of a removal.
        if lease.holder().mailbox == Some(mailbox) {
            return Ok(lease.clone());
        }
        Ok(self.parts.bus.lease(Holder { mailbox: Some(mailbox), ..lease.holder().clone() }))
    }
}

/// What an actor may do in a mailbox now, by the way they came: with one password for all addresses a program opens those
/// whose access allows programs (P1), and no others.
pub(crate) fn rights(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
) -> Result<Option<Rights>, StoreError> {
    let rights = identity::grants::rights(tx, actor.user(), mailbox)?;
    Ok(match actor.way() {
        Way::Browser(_) | Way::Device { .. } | Way::Operator | Way::Task => rights,
        Way::AllAddresses { .. } => rights.filter(|rights| rights.permissions().has(Permission::Devices)),
    })
}

/// Above this size a message is parsed away from the runtime's threads, in bytes: below, the switch costs more.
pub(crate) const PARSED_IN_PLACE: usize = 32 * 1024;

/// What a message is, for its row and the search index.
pub(crate) async fn summarize(content: &Bytes) -> Summary {
    if content.len() <= PARSED_IN_PLACE {
        return message::summarize(content);
    }
    let bytes = content.clone();
    match tokio::task::spawn_blocking(move || message::summarize(&bytes)).await {
        Ok(summary) => summary,
        // The runtime is shutting down, or parsing failed: the message is kept all the same.
        Err(_) => message::summarize(&[]),
    }
}

/// An address as it was written into a row.
pub(crate) fn address(text: &str) -> Result<EmailAddress, StoreError> {
    text.parse().map_err(|fault| StoreError::Corrupt(format!("the address {text:?}: {fault}")))
}
