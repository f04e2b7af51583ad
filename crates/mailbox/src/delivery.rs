//! Mail that arrives: from strangers by SMTP, from the queue for addresses here.
//!
//! **Invariant:** a delivery is one transaction for all its recipients. When it is answered as kept it is durable; when
//! it is not, nothing of it is.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use domain::{DomainName, EmailAddress, MailboxId, Timestamp};
use queue::{Boxed, LocalDelivery, LocalFault};
use store::{StoreError, Tx};

use crate::access::Access;
use crate::content::file_new;
use crate::filing::{Filing, Prepared};
use crate::flags::{Flags, Keywords};
use crate::folder::{self, SpecialUse};
use crate::MailError;

/// Why an address takes no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// The domain is not one of this server.
    #[error("mail for this domain is not taken here")]
    NotHere,
    /// There is no such address.
    #[error("there is no such address")]
    Unknown,
    /// The mailbox is full.
    #[error("the mailbox is full")]
    OverQuota,
    /// The database cannot be reached: later it may work.
    #[error("the storage is unavailable")]
    Unavailable,
}

/// Why a mail was not kept. Nothing of it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// It is larger than the server takes.
    #[error("the message is too large")]
    TooLarge,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// A recipient went away meanwhile, or the storage cannot be reached: trying again tells.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for RecipientError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a recipient could not be looked up");
        Self::Unavailable
    }
}

impl From<MailError> for DeliveryError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::TooLarge(_) => Self::TooLarge,
            MailError::DiskFull => Self::DiskFull,
            MailError::MayNot(_)
            | MailError::Ended(_)
            | MailError::NotFound(_)
            | MailError::Exists
            | MailError::Fixed
            | MailError::HasChildren
            | MailError::BadName
            | MailError::TooMany(_)
            | MailError::OverQuota
            | MailError::Unavailable
            | MailError::Internal => Self::Unavailable,
        }
    }
}

/// A mail that has arrived.
#[derive(Debug, Clone)]
pub struct IncomingMail {
    /// The reverse-path; none is the null one.
    pub sender: Option<EmailAddress>,
    /// The message, with the trace header of the server that received it.
    pub content: Bytes,
    /// When it arrived; none is now.
    pub received_at: Option<Timestamp>,
}

/// A narrow door: puts a mail into inboxes, and does nothing else.
pub struct Delivery {
    access: Access,
    mailboxes: Vec<MailboxId>,
}

impl Access {
    /// Begins to deliver a mail.
    pub fn delivery(&self) -> Delivery {
        Delivery { access: self.clone(), mailboxes: Vec::new() }
    }

    /// What delivers mail of the queue to addresses here.
    pub fn local_delivery(&self) -> Arc<dyn LocalDelivery> {
        Arc::new(Here(self.clone()))
    }
}

impl Delivery {
    /// Adds a recipient, if it takes mail now.
    pub async fn add(&mut self, recipient: &EmailAddress) -> Result<(), RecipientError> {
        let (key, domain) = (recipient.key(), recipient.domain().clone());
        let default_quota = self.access.settings().default_quota_bytes;
        let found = self.access.store().read(move |tx| find(tx, &key, &domain, default_quota)).await?;
        // Two addresses of one mailbox are one copy.
        if !self.mailboxes.contains(&found) {
            self.mailboxes.push(found);
        }
        Ok(())
    }

    /// Keeps the mail for every recipient. Returns when it is durable.
    pub async fn complete(self, mail: IncomingMail) -> Result<(), DeliveryError> {
        let content = with_return_path(mail.sender.as_ref(), &mail.content);
        let prepared = self.access.prepare(content).await?;
        let mailboxes = self.mailboxes;
        let stored = self.access.store().write(move |tx| {
            mailboxes.iter().try_for_each(|mailbox| file(tx, *mailbox, &prepared, mail.received_at))
        });
        Ok(stored.await?)
    }
}

/// The mailbox behind an address.
fn find(
    tx: &mut Tx<'_>,
    key: &str,
    domain: &DomainName,
    default_quota: Option<u64>,
) -> Result<MailboxId, RecipientError> {
    let sql = "SELECT b.mailbox_id, b.used_bytes, b.quota_bytes FROM addresses a \
               JOIN mailboxes b ON b.mailbox_id = a.mailbox_id JOIN domains d ON d.domain_id = b.domain_id \
               WHERE a.address_key = $1 AND b.state = 'active' AND d.verified_at IS NOT NULL";
    let found = tx.find(sql, &[&key], |row| {
        Ok((row.get::<MailboxId>(0)?, row.get::<u64>(1)?, row.get::<Option<u64>>(2)?))
    })?;
    match found {
        Some((_, used, quota)) if quota.or(default_quota).is_some_and(|quota| used >= quota) => {
            Err(RecipientError::OverQuota)
        }
        Some((mailbox, _, _)) => Ok(mailbox),
        None if is_here(tx, domain)? => Err(RecipientError::Unknown),
        None => Err(RecipientError::NotHere),
    }
}

fn is_here(tx: &mut Tx<'_>, domain: &DomainName) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM domains WHERE name = $1 AND verified_at IS NOT NULL";
    Ok(tx.find(sql, &[&domain.as_str()], |_| Ok(()))?.is_some())
}

/// Files a mail in an inbox. The quota was asked when the recipient was taken: a promise given is kept.
fn file(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    mail: &Prepared,
    received_at: Option<Timestamp>,
) -> Result<(), MailError> {
    let state = "SELECT 1 FROM mailboxes WHERE mailbox_id = $1 AND state = 'active'";
    if tx.find(state, &[&mailbox], |_| Ok(()))?.is_none() {
        return Err(MailError::Unavailable);
    }
    let inbox = folder::special(tx, mailbox, SpecialUse::Inbox)?;
    let received_at = received_at.unwrap_or_else(|| tx.now());
    let filing = Filing { folder: inbox, flags: Flags::NONE, keywords: Keywords::default(), received_at };
    file_new(tx, mailbox, mail, &filing, None).map(drop)
}

/// The mail with the header that final delivery adds (RFC 5321 §4.4).
fn with_return_path(sender: Option<&EmailAddress>, content: &[u8]) -> Bytes {
    let sender = sender.map(ToString::to_string).unwrap_or_default();
    let line = format!("Return-Path: <{sender}>\r\n");
    let mut all = BytesMut::with_capacity(line.len() + content.len());
    all.put_slice(line.as_bytes());
    all.put_slice(content);
    all.freeze()
}

struct Here(Access);

impl LocalDelivery for Here {
    fn is_local<'a>(&'a self, domain: &'a DomainName) -> Boxed<'a, Result<bool, LocalFault>> {
        let domain = domain.clone();
        Box::pin(async move {
            let found = self.0.store().read(move |tx| is_here(tx, &domain)).await;
            found.map_err(|error| LocalFault::Temporary(error.to_string()))
        })
    }

    fn deliver<'a>(
        &'a self,
        recipient: &'a EmailAddress,
        sender: Option<&'a EmailAddress>,
        content: Bytes,
    ) -> Boxed<'a, Result<(), LocalFault>> {
        Box::pin(async move {
            let mut delivery = self.0.delivery();
            delivery.add(recipient).await.map_err(|error| match error {
                RecipientError::NotHere | RecipientError::Unknown => LocalFault::Permanent(error.to_string()),
                RecipientError::OverQuota | RecipientError::Unavailable => {
                    LocalFault::Temporary(error.to_string())
                }
            })?;
            let mail = IncomingMail { sender: sender.cloned(), content, received_at: None };
            delivery.complete(mail).await.map_err(|error| match error {
                DeliveryError::TooLarge => LocalFault::Permanent(error.to_string()),
                DeliveryError::DiskFull | DeliveryError::Unavailable => {
                    LocalFault::Temporary(error.to_string())
                }
            })
        })
    }
}
