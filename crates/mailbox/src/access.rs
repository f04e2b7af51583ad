//! The way in: who opens which mailbox.

use std::sync::Arc;

use bus::{Bus, Holder, Lease};
use bytes::Bytes;
use domain::{DomainName, EmailAddress, MailboxId, OrganizationId, Rights};
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
    pub host_name: String,
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

/// A mailbox in somebody's list.
#[derive(Debug, Clone)]
pub struct AddressView {
    /// Which mailbox.
    pub mailbox: MailboxId,
    /// Its address.
    pub address: EmailAddress,
    /// The name shown with it; may be empty.
    pub display_name: String,
    /// The organization under which this user sees it.
    pub organization: OrganizationId,
    /// The name of that.
    pub organization_name: String,
    /// What the access allows.
    pub rights: Rights,
    /// How many messages in INBOX are not read.
    pub unread: u32,
    /// Whether the user's Mail app opens with it.
    pub is_primary: bool,
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
            if identity::grants::rights(tx, who.user(), mailbox)?.is_none() {
                return Err(OpenError::NotFound);
            }
            let sql =
                "SELECT address, display_name FROM mailboxes WHERE mailbox_id = $1 AND state = 'active'";
            let found = tx.find(sql, &[&mailbox], |row| Ok((address(row.text(0)?)?, row.get(1)?)))?;
            found.ok_or(OpenError::NotFound)
        };
        let (address, display_name) = self.parts.store.read(row).await?;
        if let Some(reason) = lease.is_ended() {
            return Err(OpenError::Ended(reason));
        }
        Ok(Mailbox::new(self.clone(), actor.clone(), lease, mailbox, address, display_name))
    }

    /// Opens the one mailbox that a device password is for.
    pub async fn open_address(&self, actor: &Actor) -> Result<Mailbox, OpenError> {
        match actor.way() {
            Way::Device { mailbox, .. } => self.open(actor, *mailbox).await,
            Way::Browser(_) | Way::Operator => Err(OpenError::NotFound),
        }
    }

    /// Every mailbox that the actor may open, by organization and address.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<AddressView>, OpenError> {
        let (user, way) = (actor.user(), *actor.way());
        self.parts
            .store
            .read(move |tx| {
                let all = identity::grants::of_user(tx, user)?;
                let mut views = Vec::with_capacity(all.len());
                for grant in all {
                    let reached = match way {
                        Way::Browser(_) => true,
                        Way::Device { mailbox, .. } => mailbox == grant.mailbox,
                        Way::Operator => false,
                    };
                    let Some(rights) = identity::grants::rights(tx, user, grant.mailbox)? else { continue };
                    if reached && let Some(view) = view(tx, grant.mailbox, grant.appears_under, rights)? {
                        views.push(AddressView { is_primary: grant.is_primary, ..view });
                    }
                }
                views.sort_by_key(|view| (view.organization_name.to_lowercase(), view.address.key()));
                Ok(views)
            })
            .await
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
        &self.parts.settings.host_name
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

/// Above this size a message is parsed away from the runtime's threads, in bytes: below, the switch costs more.
pub(crate) const PARSED_IN_PLACE: usize = 32 * 1024;

async fn summarize(content: &Bytes) -> Summary {
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

fn view(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    appears_under: Option<OrganizationId>,
    rights: Rights,
) -> Result<Option<AddressView>, OpenError> {
    let sql = "SELECT b.address, b.display_name, o.organization_id, o.name, f.unseen FROM mailboxes b \
               JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
               JOIN organizations o ON o.organization_id = COALESCE($2, s.organization_id) \
               LEFT JOIN folders f ON f.mailbox_id = b.mailbox_id AND f.name = 'INBOX' \
               WHERE b.mailbox_id = $1 AND b.state = 'active'";
    let found = tx.find(sql, &[&mailbox, &appears_under], |row| {
        Ok(AddressView {
            mailbox,
            address: address(row.text(0)?)?,
            display_name: row.get(1)?,
            organization: row.get(2)?,
            organization_name: row.get(3)?,
            rights,
            unread: row.get::<Option<u32>>(4)?.unwrap_or(0),
            is_primary: false,
        })
    })?;
    Ok(found)
}
