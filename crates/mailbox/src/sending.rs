//! Mail that leaves: the only road to the queue.
//!
//! **Invariant:** what is sent as an address was sent by somebody who may send from it, at that moment, and its From
//! header says that address; queue rows, the one Sent copy and the answered flag are one transaction.

use std::collections::HashSet;

use bytes::Bytes;
use domain::{EmailAddress, MailboxId, MessageId, Recipient, ReportWishes, SubmissionId, duration};
use identity::Actor;
use mailauth::Signer;
use queue::NewSubmission;
use store::{StoreError, Tx};

use crate::access::Access;
use crate::content::file_new;
use crate::filing::{self, Filing, Prepared, Room};
use crate::flags::{Flags, Keywords};
use crate::folder::{self, SpecialUse};
use crate::handle::Mailbox;
use crate::{Act, MailError, ModSeq, OpenError, variants};

/// How many recipients a mail may have: RFC 5321 §4.5.3.1.8 asks for 100 at least.
pub const RECIPIENTS: usize = 100;

/// How many recipients an address may write to within a day (S18): a minute each, more than people write, and few for
/// whoever has stolen a password.
pub const RECIPIENTS_PER_DAY: usize = 1_440;

/// Whether a copy goes into the Sent folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentCopy {
    /// One does, unless there is one of this Message-ID already.
    Save,
    /// None does.
    Skip,
}

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// To whom, whatever the header says.
    pub recipients: Vec<Recipient>,
    /// What the sender wants of reports on it.
    pub wishes: ReportWishes,
    /// The message.
    pub content: Bytes,
    /// Whether a copy is kept.
    pub sent_copy: SentCopy,
    /// The message of this mailbox that it answers.
    pub answers: Option<MessageId>,
}

/// Why an address cannot be sent from.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// There is no such address, or the actor has no access to it: the answer is the same.
    #[error("not found")]
    NotFound,
    /// The access does not allow sending, or has ended, or the storage failed.
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// Why a mail was not taken for sending. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The From header does not name exactly the address it is sent from.
    #[error("the From header must name exactly the address that the mail is sent from")]
    FromMismatch,
    /// There is no recipient.
    #[error("there is no recipient")]
    NoRecipient,
    /// There are too many.
    #[error("there are more than {RECIPIENTS} recipients")]
    TooManyRecipients,
    /// With this mail the address would have written to too many within a day.
    #[error("the address has written to {RECIPIENTS_PER_DAY} recipients within a day")]
    TooManyToday,
    /// A mail of this Message-ID was sent from here before.
    #[error("this mail was sent already")]
    SentAlready,
    /// The access does not allow sending, or has ended, or the storage failed.
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        Self::Mail(error.into())
    }
}

/// What becomes of a mail that was sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// It is sent again: programs know what they do.
    Sends,
    /// It is not.
    IsRefused,
}

/// A mail that was taken for sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Its place in the queue.
    pub id: SubmissionId,
}

/// A narrow door: sends mail from one address, and does nothing else.
#[derive(Clone)]
pub struct SendAs {
    mailbox: Mailbox,
}

impl Access {
    /// Opens an address for sending, if the actor may do that now.
    pub async fn send_as(&self, actor: &Actor, from: &EmailAddress) -> Result<SendAs, SendError> {
        let from = from.clone();
        let found = self.store().read(move |tx| Ok::<_, MailError>(variants::mailbox_of(tx, &from)?));
        let id = found.await?.ok_or(SendError::NotFound)?;
        let mailbox = self.open(actor, id).await.map_err(|error| match error {
            OpenError::NotFound => SendError::NotFound,
            OpenError::Ended(reason) => SendError::Mail(MailError::Ended(reason)),
            OpenError::Unavailable => SendError::Mail(MailError::Unavailable),
            OpenError::Internal => SendError::Mail(MailError::Internal),
        })?;
        mailbox.read(Act::Send, |_| Ok(())).await?;
        Ok(SendAs { mailbox })
    }
}

impl Mailbox {
    /// The mailbox for sending, if the access allows that now.
    pub async fn sender(&self) -> Result<SendAs, MailError> {
        self.read(Act::Send, |_| Ok(())).await?;
        Ok(SendAs { mailbox: self.clone() })
    }
}

impl SendAs {
    /// Ends with the access, the session and the device password.
    pub fn lease(&self) -> &bus::Lease {
        self.mailbox.lease()
    }

    /// Takes a mail for sending. When this returns it is on its way for good.
    pub async fn submit(&self, mail: Outgoing) -> Result<Submitted, SubmitError> {
        self.take(mail, Repeat::Sends).await
    }

    /// The same, unless a mail of its Message-ID lies in Sent already: a button that is pressed twice sends once.
    pub async fn submit_once(&self, mail: Outgoing) -> Result<Submitted, SubmitError> {
        self.take(mail, Repeat::IsRefused).await
    }

    async fn take(&self, mail: Outgoing, repeat: Repeat) -> Result<Submitted, SubmitError> {
        if mail.recipients.is_empty() {
            return Err(SubmitError::NoRecipient);
        }
        if mail.recipients.len() > RECIPIENTS {
            return Err(SubmitError::TooManyRecipients);
        }
        let from = from(&mail.content)?;
        let content = self.complete(&mail.content, &from).await?;
        let prepared = self.mailbox.prepare(content).await?;
        let (mailbox, room) =
            (self.mailbox.clone(), Room::Within(self.mailbox.settings().default_quota_bytes));
        let accepted = self.mailbox.store().write(move |tx| -> Result<SubmissionId, SubmitError> {
            mailbox.check_to_write(tx, Act::Send)?;
            if repeat == Repeat::IsRefused && is_sent(tx, mailbox.id(), &prepared)? {
                return Err(SubmitError::SentAlready);
            }
            check_day(tx, mailbox.id(), &mail.recipients)?;
            let id = queue::accept(
                tx,
                &NewSubmission {
                    mailbox: Some(mailbox.id()),
                    user: Some(mailbox.actor().user()),
                    sender: Some(mailbox.address().clone()),
                    recipients: mail.recipients.clone(),
                    wishes: mail.wishes.clone(),
                    content: &prepared.content,
                },
            )?;
            if mail.sent_copy == SentCopy::Save {
                save_sent(tx, mailbox.id(), &prepared, room)?;
            }
            if let Some(answered) = mail.answers {
                mark_answered(tx, mailbox.id(), answered)?;
            }
            Ok(id)
        });
        Ok(Submitted { id: accepted.await? })
    }

    /// Without Bcc, with the headers that must be there (RFC 6409 §8), signed.
    async fn complete(&self, content: &[u8], from: &EmailAddress) -> Result<Bytes, SubmitError> {
        let host = self.mailbox.settings().host_name.clone();
        let id = self.mailbox.id();
        // Asked here and, as everywhere, where it is done: what may not be sent is not written to the disk either.
        let from = from.clone();
        let read = self.mailbox.read(Act::Send, move |tx| {
            // The address that people see must be one of this mailbox (RFC 6409 §6.1, and P12).
            if variants::mailbox_of(tx, &from)? != Some(id) {
                return Ok(None);
            }
            // Signed by the domain that people see, which an alias may have of its own (RFC 7489 §3.1).
            let signer = Signer::of_domain(tx, from.domain())?;
            Ok(Some((signer, tx.now(), format!("{}@{host}", tx.id::<MessageId>()))))
        });
        let (signer, now, message_id) = read.await?.ok_or(SubmitError::FromMismatch)?;
        let complete = message::header::complete(content, now, &message_id);
        let Some(signer) = signer else { return Ok(complete.into()) };
        let signed = tokio::task::spawn_blocking(move || signer.sign(&complete, now)).await;
        signed.map(Bytes::from).map_err(|_| SubmitError::Mail(MailError::Internal))
    }
}

/// The one address in the From header.
fn from(content: &[u8]) -> Result<EmailAddress, SubmitError> {
    match message::header::from_addresses(content).as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(SubmitError::FromMismatch),
    }
}

/// Whether these recipients are not too many for this day, which began 24 hours ago.
fn check_day(tx: &mut Tx<'_>, mailbox: MailboxId, recipients: &[Recipient]) -> Result<(), SubmitError> {
    // The mailbox is locked by now: two mails at once do not both take what is left.
    let since = tx.now().minus(duration::days(1));
    let new = recipients.iter().map(|recipient| recipient.address.key()).collect::<HashSet<_>>().len();
    match queue::recipients_since(tx, mailbox, since)?.saturating_add(new) {
        ..=RECIPIENTS_PER_DAY => Ok(()),
        _ => Err(SubmitError::TooManyToday),
    }
}

/// One copy in Sent, whoever saves it: known by its Message-ID.
fn save_sent(tx: &mut Tx<'_>, mailbox: MailboxId, mail: &Prepared, room: Room) -> Result<(), MailError> {
    if is_sent(tx, mailbox, mail)? {
        return Ok(());
    }
    let sent = folder::special(tx, mailbox, SpecialUse::Sent)?;
    let now = tx.now();
    let filing = Filing { folder: sent, flags: Flags::SEEN, keywords: Keywords::default(), received_at: now };
    file_new(tx, mailbox, mail, &filing, room).map(drop)
}

/// Whether a mail of this Message-ID lies in Sent.
fn is_sent(tx: &mut Tx<'_>, mailbox: MailboxId, mail: &Prepared) -> Result<bool, StoreError> {
    let Some(header_id) = &mail.summary.header_id else { return Ok(false) };
    let sent = folder::special(tx, mailbox, SpecialUse::Sent)?;
    is_in(tx, mailbox, sent, header_id)
}

fn is_in(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    folder: domain::FolderId,
    header_id: &str,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM messages m JOIN placements p ON p.mailbox_id = m.mailbox_id \
               AND p.message_id = m.message_id WHERE m.mailbox_id = $1 AND m.header_id = $2 \
               AND p.folder_id = $3 LIMIT 1";
    Ok(tx.find(sql, &[&mailbox, &header_id, &folder], |_| Ok(()))?.is_some())
}

fn mark_answered(tx: &mut Tx<'_>, mailbox: MailboxId, message: MessageId) -> Result<(), MailError> {
    // Before the flags are read, so that two changes at once cannot miss one another's.
    let modseq: ModSeq = filing::next_modseq(tx, mailbox)?;
    let sql = "SELECT folder_id, uid, flags FROM placements WHERE mailbox_id = $1 AND message_id = $2";
    let places = tx.query(sql, &[&mailbox, &message], |row| {
        Ok((row.get::<domain::FolderId>(0)?, row.get::<crate::Uid>(1)?, row.get::<Flags>(2)?))
    })?;
    for (folder, uid, flags) in places {
        let flags = flags.with(Flags::ANSWERED);
        let sql = "UPDATE placements SET flags = $4, modseq = $5 WHERE mailbox_id = $1 AND folder_id = $2 \
                   AND uid = $3";
        tx.execute(sql, &[&mailbox, &folder, &uid, &flags, &modseq])?;
        let sql = "UPDATE folders SET modseq = $3 WHERE mailbox_id = $1 AND folder_id = $2";
        tx.execute(sql, &[&mailbox, &folder, &modseq])?;
        filing::tell(tx, mailbox, folder, false);
    }
    Ok(())
}
