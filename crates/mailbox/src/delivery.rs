//! Mail that arrives: from strangers by SMTP, from the queue for addresses here.
//!
//! **Invariant:** a delivery is one transaction for all its recipients. When it is answered as kept it is durable; when
//! it is not, nothing of it is.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use domain::{DomainName, EmailAddress, MailboxId, Recipient, ReportWishes, Timestamp};
use queue::{Arrival, Boxed, LocalDelivery, LocalFault};
use store::{StoreError, Tx};

use crate::access::Access;
use crate::authentication::BroughtBy;
use crate::content::file_new;
use crate::filing::{Filing, Prepared, Room};
use crate::flags::{Flags, Keywords};
use crate::folder::{self, SpecialUse};
use crate::{MailError, variants};

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
    /// Who brought it.
    pub brought_by: BroughtBy,
}

/// A narrow door: puts a mail into inboxes, and does nothing else.
pub struct Delivery {
    access: Access,
    mailboxes: Vec<MailboxId>,
    asked: Asked,
}

/// What the sender wants to hear.
#[derive(Debug, Clone, Default)]
struct Asked {
    wishes: ReportWishes,
    of: Vec<Recipient>,
}

impl Access {
    /// Begins to deliver a mail.
    pub fn delivery(&self) -> Delivery {
        Delivery { access: self.clone(), mailboxes: Vec::new(), asked: Asked::default() }
    }

    /// What delivers mail of the queue to addresses here.
    pub fn local_delivery(&self) -> Arc<dyn LocalDelivery> {
        Arc::new(Here(self.clone()))
    }
}

impl Delivery {
    /// Adds a recipient, if it takes mail now.
    pub async fn add(&mut self, recipient: &EmailAddress) -> Result<(), RecipientError> {
        let recipient = recipient.clone();
        let default_quota = self.access.settings().default_quota_bytes;
        let found = self.access.store().read(move |tx| find(tx, &recipient, default_quota)).await?;
        // Two addresses of one mailbox are one copy.
        if !self.mailboxes.contains(&found) {
            self.mailboxes.push(found);
        }
        Ok(())
    }

    /// Has the sender told, with the mail's arrival, which of `recipients` have it: those for whom that was asked.
    pub fn report(&mut self, wishes: ReportWishes, recipients: &[Recipient]) {
        let of = recipients.iter().filter(|recipient| recipient.notify.wants_success()).cloned().collect();
        self.asked = Asked { wishes, of };
    }

    /// Keeps the mail for every recipient. Returns when it is durable.
    pub async fn complete(self, mail: IncomingMail) -> Result<(), DeliveryError> {
        let content = self.access.attest(&mail).await;
        let content = with_return_path(mail.sender.as_ref(), &content);
        let prepared = self.access.prepare(content).await?;
        let Self { access, mailboxes, asked } = self;
        let host_name = access.settings().host_name.clone();
        let stored = access.store().write(move |tx| -> Result<(), MailError> {
            mailboxes.iter().try_for_each(|mailbox| file(tx, *mailbox, &prepared, mail.received_at))?;
            if let Some(sender) = &mail.sender {
                let Asked { wishes, of: recipients } = &asked;
                let content = &mail.content;
                let arrival = Arrival { host_name: &host_name, sender, wishes, recipients, content };
                queue::report_arrival(tx, &arrival)?;
            }
            Ok(())
        });
        Ok(stored.await?)
    }
}

/// The mailbox behind an address.
fn find(
    tx: &mut Tx<'_>,
    recipient: &EmailAddress,
    default_quota: Option<u64>,
) -> Result<MailboxId, RecipientError> {
    let sql = "SELECT b.mailbox_id, b.used_bytes, b.quota_bytes FROM mailboxes b \
               JOIN domains d ON d.domain_id = b.domain_id \
               WHERE b.mailbox_id = $1 AND b.state = 'active' AND d.verified_at IS NOT NULL";
    let found = match variants::mailbox_of(tx, recipient)? {
        Some(mailbox) => tx.find(sql, &[&mailbox], |row| {
            Ok((row.get::<MailboxId>(0)?, row.get::<u64>(1)?, row.get::<Option<u64>>(2)?))
        })?,
        None => None,
    };
    match found {
        Some((_, used, quota)) if quota.or(default_quota).is_some_and(|quota| used >= quota) => {
            Err(RecipientError::OverQuota)
        }
        Some((mailbox, _, _)) => Ok(mailbox),
        None if is_here(tx, recipient.domain())? => Err(RecipientError::Unknown),
        None => Err(RecipientError::NotHere),
    }
}

/// Whether a domain of this server is proved to be whose it is.
pub(crate) fn is_here(tx: &mut Tx<'_>, domain: &DomainName) -> Result<bool, StoreError> {
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
    file_new(tx, mailbox, mail, &filing, Room::Promised).map(drop)
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
            let brought_by = BroughtBy::Us;
            let mail = IncomingMail { sender: sender.cloned(), content, received_at: None, brought_by };
            delivery.complete(mail).await.map_err(|error| match error {
                DeliveryError::TooLarge => LocalFault::Permanent(error.to_string()),
                DeliveryError::DiskFull | DeliveryError::Unavailable => {
                    LocalFault::Temporary(error.to_string())
                }
            })
        })
    }
}
