//! Mail that arrives: from strangers by SMTP, from the queue for addresses here.
//!
//! **Invariant:** a delivery is one transaction for all its recipients. When it is answered as kept it is durable; when
//! it is not, nothing of it is.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use domain::{DomainName, EmailAddress, MailboxId, Recipient, ReportWishes, Timestamp};
use queue::{Arrival, Boxed, LocalDelivery, LocalFault, Rewriter};
use store::{StoreError, Tx};

use crate::access::{Access, MailSettings, address};
use crate::authentication::{Attested, BroughtBy, Sender};
use crate::content::file_new;
use crate::filing::{Filing, Prepared, Room};
use crate::flags::{Flags, Keywords};
use crate::folder::{self, SpecialUse};
use crate::setting::BlockedMail;
use crate::setting::answering::{self, Arriving};
use crate::setting::senders::{self, Standing};
use crate::{AddressKind, MailError, forwarding, variants};

/// Why an address takes no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// The domain is not one of this server.
    #[error("mail for this domain is not taken here")]
    NotHere,
    /// There is no such address.
    #[error("there is no such address")]
    Unknown,
    /// The address only sends.
    #[error("this address takes no mail")]
    OnlySends,
    /// The address has blocked the sender, and wants them to know.
    #[error("this address takes no mail from this sender")]
    SenderBlocked,
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
    /// It stays with an address that sends on all it gets, could not send on this, and is full.
    #[error("the mailbox is full")]
    OverQuota,
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
            MailError::OverQuota => Self::OverQuota,
            MailError::DiskFull => Self::DiskFull,
            MailError::MayNot(_)
            | MailError::Ended(_)
            | MailError::NotFound(_)
            | MailError::Exists
            | MailError::Fixed
            | MailError::HasChildren
            | MailError::BadName
            | MailError::TooMany(_)
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
    sort: Sort,
    /// Who sends it, when that is known before its content.
    sender: Option<EmailAddress>,
    mailboxes: Vec<MailboxId>,
    /// Those of them whose mail goes elsewhere as well.
    redirected: Vec<(MailboxId, EmailAddress)>,
    /// To whom a bounce goes that came back to a rewritten reverse-path.
    returned_to: Vec<EmailAddress>,
    asked: Asked,
}

/// What sort of mail it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Any.
    Mail,
    /// One with the null reverse-path: the only one that is sent on to where a rewritten reverse-path leads.
    Bounce,
}

/// Where mail for a recipient goes.
enum Place {
    Mailbox(MailboxId, Option<EmailAddress>),
    Sender(EmailAddress),
    /// Nowhere: it is taken, and nothing is kept.
    Nowhere,
}

/// What an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A mailbox.
    Mailbox(MailboxId),
    /// Nothing: what comes is taken and not kept.
    Nowhere,
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
        Delivery {
            access: self.clone(),
            sort: Sort::Mail,
            sender: None,
            mailboxes: Vec::new(),
            redirected: Vec::new(),
            returned_to: Vec::new(),
            asked: Asked::default(),
        }
    }

    /// Begins to deliver a mail with the null reverse-path, which may be for whoever sent what was sent on from here.
    pub fn bounce_delivery(&self) -> Delivery {
        Delivery { sort: Sort::Bounce, ..self.delivery() }
    }

    pub(crate) fn rewriter(&self) -> Rewriter {
        Rewriter::new(self.identity().secret_for("reverse-paths"))
    }

    /// What delivers mail of the queue to addresses here.
    pub fn local_delivery(&self) -> Arc<dyn LocalDelivery> {
        Arc::new(Here(self.clone()))
    }
}

impl Delivery {
    /// The same for a mail of this sender: whoever has blocked them can refuse it.
    #[must_use]
    pub fn of_sender(self, sender: EmailAddress) -> Self {
        Self { sender: Some(sender), ..self }
    }

    /// Adds a recipient, if it takes mail now.
    pub async fn add(&mut self, recipient: &EmailAddress) -> Result<(), RecipientError> {
        let recipient = recipient.clone();
        let default_quota = self.access.settings().default_quota_bytes;
        let (rewriter, sort) = (self.access.rewriter(), self.sort);
        let sender = self.sender.clone();
        let place = self.access.store().read(move |tx| {
            let place = place(tx, &rewriter, sort, &recipient, default_quota)?;
            refuse_blocked(tx, sender.as_ref(), &place)?;
            Ok::<_, RecipientError>(place)
        });
        match place.await? {
            // Two addresses of one mailbox are one copy.
            Place::Mailbox(mailbox, redirected) if !self.mailboxes.contains(&mailbox) => {
                self.mailboxes.push(mailbox);
                self.redirected.extend(redirected.map(|address| (mailbox, address)));
            }
            Place::Sender(sender) if !self.returned_to.contains(&sender) => self.returned_to.push(sender),
            Place::Mailbox(..) | Place::Sender(_) | Place::Nowhere => {}
        }
        Ok(())
    }

    /// Has the sender told, with the mail's arrival, which of `recipients` have it: those for whom that was asked. Nobody
    /// is told who is not known to be the sender.
    pub fn report(&mut self, wishes: ReportWishes, recipients: &[Recipient]) {
        let of = recipients.iter().filter(|recipient| recipient.notify.wants_success()).cloned().collect();
        self.asked = Asked { wishes, of };
    }

    /// Keeps the mail for every recipient. Returns when it is durable.
    pub async fn complete(self, mail: IncomingMail) -> Result<(), DeliveryError> {
        let Attested { content, sender } =
            self.access.attest(&return_path(mail.sender.as_ref()), &mail).await;
        let arriving = Arriving::of(mail.sender.as_ref(), &content, self.access.verdicts(&content).as_ref());
        let prepared = self.access.prepare(content).await?;
        let Self { access, mailboxes, redirected, returned_to, asked, sort: _, sender: _ } = self;
        let asked_later: HashSet<MailboxId> = redirected.iter().map(|(mailbox, _)| *mailbox).collect();
        let passing = forwarding::passing(&access, &mail, redirected).await?;
        let bounce = match returned_to.is_empty() {
            true => None,
            false => Some(access.store().blobs().put(mail.content.clone()).await.map_err(MailError::from)?),
        };
        let MailSettings { host_name, default_quota_bytes, .. } = access.settings().clone();
        let rewriter = access.rewriter();
        let stored = access.store().write(move |tx| -> Result<(), MailError> {
            let spread = forwarding::spread(tx, &mailboxes, &passing, default_quota_bytes, &arriving)?;
            for mailbox in &spread.kept {
                let standing = answering::standing_to(tx, *mailbox, &arriving)?;
                // The quota of a recipient that sends nothing on was asked when it was taken.
                let room = match mailboxes.contains(mailbox) && !asked_later.contains(mailbox) {
                    true => Room::Promised,
                    false => forwarding::room(tx, *mailbox, default_quota_bytes)?,
                };
                file(tx, *mailbox, &prepared, mail.received_at, standing, room)?;
            }
            spread.send(tx, &rewriter, mail.sender.as_ref(), &passing)?;
            for mailbox in &mailboxes {
                answering::answer(tx, host_name.as_str(), *mailbox, &arriving)?;
            }
            forwarding::return_bounce(tx, &returned_to, bounce.as_ref())?;
            report_arrival(tx, &host_name, &mail, sender, &asked)
        });
        Ok(stored.await?)
    }
}

/// Reports the arrival to the sender who asked for it and is known to be the sender: anybody can ask in another's name,
/// and have the other flooded with reports on mail they never sent.
fn report_arrival(
    tx: &mut Tx<'_>,
    host_name: &DomainName,
    mail: &IncomingMail,
    proof: Sender,
    Asked { wishes, of: recipients }: &Asked,
) -> Result<(), MailError> {
    match (proof, &mail.sender) {
        (Sender::Proven, Some(sender)) => {
            let arrival = Arrival { host_name, sender, wishes, recipients, content: &mail.content };
            Ok(queue::report_arrival(tx, &arrival)?)
        }
        (Sender::Claimed, _) | (Sender::Proven, None) => Ok(()),
    }
}

/// Refuses mail of a sender whom the address has blocked, if it wants that.
fn refuse_blocked(
    tx: &mut Tx<'_>,
    sender: Option<&EmailAddress>,
    place: &Place,
) -> Result<(), RecipientError> {
    let (Some(sender), Place::Mailbox(mailbox, _)) = (sender, place) else { return Ok(()) };
    match senders::standing(tx, *mailbox, sender)? {
        Standing::Blocked(BlockedMail::Refused) => Err(RecipientError::SenderBlocked),
        Standing::Blocked(BlockedMail::Junk) | Standing::Approved | Standing::Unlisted => Ok(()),
    }
}

/// Where mail for an address goes: into a mailbox, or, of a bounce, to whoever sent what was sent on.
fn place(
    tx: &mut Tx<'_>,
    rewriter: &Rewriter,
    sort: Sort,
    recipient: &EmailAddress,
    default_quota: Option<u64>,
) -> Result<Place, RecipientError> {
    match find(tx, recipient, default_quota) {
        Ok(Found::Nowhere) => Ok(Place::Nowhere),
        Ok(Found::Mailbox(mailbox)) => {
            let is_redirected = forwarding::is_redirected(tx, mailbox)?;
            let sql = "SELECT address FROM mailboxes WHERE mailbox_id = $1";
            let own = match is_redirected {
                true => Some(tx.load(sql, &[&mailbox], |row| address(row.text(0)?))?),
                false => None,
            };
            Ok(Place::Mailbox(mailbox, own))
        }
        Err(RecipientError::Unknown) if sort == Sort::Bounce => {
            let sender = forwarding::sender_of_bounce(tx, rewriter, recipient)?;
            sender.map(Place::Sender).ok_or(RecipientError::Unknown)
        }
        Err(error) => Err(error),
    }
}

/// The mailbox behind an address.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    recipient: &EmailAddress,
    default_quota: Option<u64>,
) -> Result<Found, RecipientError> {
    let sql = "SELECT b.mailbox_id, b.used_bytes, b.quota_bytes, b.kind FROM mailboxes b \
               JOIN domains d ON d.domain_id = b.domain_id \
               WHERE b.mailbox_id = $1 AND b.state = 'active' AND d.verified_at IS NOT NULL";
    let led = match variants::mailbox_of(tx, recipient)? {
        None => variants::caught_by(tx, recipient)?,
        found => found,
    };
    let found = match led {
        Some(mailbox) => tx.find(sql, &[&mailbox], |row| {
            let quota = row.get::<Option<u64>>(2)?;
            Ok((row.get::<MailboxId>(0)?, row.get::<u64>(1)?, quota, row.get::<AddressKind>(3)?))
        })?,
        None => None,
    };
    match found {
        Some((_, _, _, AddressKind::Refuses)) => Err(RecipientError::OnlySends),
        Some((_, _, _, AddressKind::Drops)) => Ok(Found::Nowhere),
        Some((mailbox, used, quota, AddressKind::Usual | AddressKind::CatchAll))
            if quota.or(default_quota).is_some_and(|quota| used >= quota)
                && !forwarding::only_redirects(tx, mailbox)? =>
        {
            Err(RecipientError::OverQuota)
        }
        Some((mailbox, _, _, AddressKind::Usual | AddressKind::CatchAll)) => Ok(Found::Mailbox(mailbox)),
        None if is_here(tx, recipient.domain())? => Err(RecipientError::Unknown),
        None => Err(RecipientError::NotHere),
    }
}

/// Whether a domain of this server is proved to be whose it is.
pub(crate) fn is_here(tx: &mut Tx<'_>, domain: &DomainName) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM domains WHERE name = $1 AND verified_at IS NOT NULL";
    Ok(tx.find(sql, &[&domain.as_str()], |_| Ok(()))?.is_some())
}

/// Files a mail in an inbox, or in Junk if its sender is blocked. The quota was asked when the recipient was taken: a
/// promise given is kept.
fn file(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    mail: &Prepared,
    received_at: Option<Timestamp>,
    standing: Standing,
    room: Room,
) -> Result<(), MailError> {
    let state = "SELECT 1 FROM mailboxes WHERE mailbox_id = $1 AND state = 'active'";
    if tx.find(state, &[&mailbox], |_| Ok(()))?.is_none() {
        return Err(MailError::Unavailable);
    }
    let special = match standing {
        Standing::Unlisted | Standing::Approved => SpecialUse::Inbox,
        Standing::Blocked(_) => SpecialUse::Junk,
    };
    let folder = folder::special(tx, mailbox, special)?;
    let received_at = received_at.unwrap_or_else(|| tx.now());
    let filing = Filing { folder, flags: Flags::NONE, keywords: Keywords::default(), received_at };
    file_new(tx, mailbox, mail, &filing, room).map(drop)
}

/// The header that final delivery adds (RFC 5321 §4.4).
fn return_path(sender: Option<&EmailAddress>) -> String {
    format!("Return-Path: <{}>\r\n", sender.map(ToString::to_string).unwrap_or_default())
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
            let mut delivery = match sender {
                Some(sender) => self.0.delivery().of_sender(sender.clone()),
                None => self.0.bounce_delivery(),
            };
            delivery.add(recipient).await.map_err(|error| match error {
                RecipientError::NotHere
                | RecipientError::Unknown
                | RecipientError::OnlySends
                | RecipientError::SenderBlocked => LocalFault::Permanent(error.to_string()),
                RecipientError::OverQuota | RecipientError::Unavailable => {
                    LocalFault::Temporary(error.to_string())
                }
            })?;
            let brought_by = BroughtBy::Us;
            let mail = IncomingMail { sender: sender.cloned(), content, received_at: None, brought_by };
            delivery.complete(mail).await.map_err(|error| match error {
                DeliveryError::TooLarge => LocalFault::Permanent(error.to_string()),
                DeliveryError::OverQuota | DeliveryError::DiskFull | DeliveryError::Unavailable => {
                    LocalFault::Temporary(error.to_string())
                }
            })
        })
    }
}
