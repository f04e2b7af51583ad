//! Mail accepted for sending, as rows.
//!
//! **Invariant:** what [`accept`] was committed for is delivered, or bounced, or given up by somebody who had the right
//! to; a recipient leaves the state `waiting` once.

use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;
use domain::{
    EmailAddress, EnvelopeId, Event, Id, Language, MailboxId, OriginalRecipient, Recipient, ReportWishes,
    Returned, SubmissionId, Timestamp, UserId,
};
use store::blobs::BlobHash;
use store::{BlobRef, FromValue, Mismatch, Row, StoreError, ToValue, Tx, ValueRef};

/// Mail to be sent.
#[derive(Debug, Clone)]
pub struct NewSubmission<'a> {
    /// The mailbox it is sent from; none when the server itself speaks.
    pub mailbox: Option<MailboxId>,
    /// Who sends it.
    pub user: Option<UserId>,
    /// The reverse-path, to which a bounce goes; none is the null one (RFC 5321 §4.5.5), for which there is no bounce.
    pub sender: Option<EmailAddress>,
    /// To whom. The same address twice is one recipient.
    pub recipients: Vec<Recipient>,
    /// What the sender wants of reports on it.
    pub wishes: ReportWishes,
    /// The message, signed and complete; a stored one is claimed here.
    pub content: &'a BlobRef,
}

/// What became of a recipient so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecipientState {
    /// It is tried, now or later.
    Waiting,
    /// The next server has taken it.
    Delivered,
    /// It was given up, and the sender told unless the sender is the null one.
    Failed,
    /// Somebody gave it up; the sender has yet to be told.
    Cancelled,
}

impl RecipientState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for RecipientState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ToValue for RecipientState {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Text(self.as_str()))
    }
}

impl FromValue for RecipientState {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let states = [Self::Waiting, Self::Delivered, Self::Failed, Self::Cancelled];
        let known = states.into_iter().find(|state| value == ValueRef::Text(state.as_str()));
        known.ok_or_else(|| value.mismatch("the state of a recipient"))
    }
}

/// Accepts mail for sending: once the transaction is committed, it is on its way.
pub fn accept(tx: &mut Tx<'_>, new: &NewSubmission<'_>) -> Result<SubmissionId, StoreError> {
    let (id, now) = (tx.id::<SubmissionId>(), tx.now());
    let (content, hash) = new.content.columns();
    let sender = new.sender.as_ref().map(ToString::to_string).unwrap_or_default();
    let envelope_id = new.wishes.envelope_id.as_ref().map(EnvelopeId::as_str);
    let recipients = once_each(&new.recipients);
    tx.execute(
        "INSERT INTO submissions (submission_id, mailbox_id, user_id, sender, envelope_id, return_full, recipients, \
         size, blob_hash, content, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &id,
            &new.mailbox,
            &new.user,
            &sender,
            &envelope_id,
            &returned_bits(new.wishes.returned),
            &recipients.len(),
            &new.content.size(),
            &hash,
            &content,
            &now,
        ],
    )?;
    store::blobs::claim(tx, new.content, id.bytes())?;
    for (address, recipient) in recipients {
        let (destination, notify) = (recipient.address.domain().as_str(), u32::from(recipient.notify.bits()));
        let original = recipient.original.as_ref().map(OriginalRecipient::as_str);
        tx.execute(
            "INSERT INTO outgoing_recipients \
             (submission_id, recipient, destination, state, due_at, notify, original_recipient) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[&id, &address, &destination, &RecipientState::Waiting, &now, &notify, &original],
        )?;
    }
    tx.publish(Event::QueueDue);
    Ok(id)
}

/// Each recipient once, the first wins, with its address as it is written.
fn once_each(recipients: &[Recipient]) -> Vec<(String, &Recipient)> {
    let mut seen = HashSet::new();
    let named = recipients.iter().map(|recipient| (recipient.address.to_string(), recipient));
    named.filter(|(address, _)| seen.insert(address.clone())).collect()
}

/// As in `return_full`: 0 nothing was said, 1 all of it, 2 its header.
const fn returned_bits(returned: Option<Returned>) -> u32 {
    match returned {
        None => 0,
        Some(Returned::Full) => 1,
        Some(Returned::Headers) => 2,
    }
}

/// How many recipients a mailbox has written to since `since`, in mail that was accepted.
pub fn recipients_since(tx: &mut Tx<'_>, mailbox: MailboxId, since: Timestamp) -> Result<usize, StoreError> {
    let sql = "SELECT CAST(coalesce(sum(recipients), 0) AS BIGINT) FROM submissions \
               WHERE mailbox_id = $1 AND created_at > $2";
    tx.load(sql, &[&mailbox, &since], |row| row.get(0))
}

/// A submission as a worker needs it.
#[derive(Debug, Clone)]
pub(crate) struct Submission {
    pub(crate) id: SubmissionId,
    pub(crate) sender: Option<EmailAddress>,
    pub(crate) content: BlobRef,
    pub(crate) accepted_at: Timestamp,
    pub(crate) wishes: ReportWishes,
    /// The language of whoever sent it.
    pub(crate) language: Language,
}

/// Reads a submission whose content is still there.
pub(crate) fn load(tx: &mut Tx<'_>, id: SubmissionId) -> Result<Submission, StoreError> {
    let sql = "SELECT s.sender, s.size, s.blob_hash, s.content, s.created_at, s.envelope_id, s.return_full, \
               u.language FROM submissions s LEFT JOIN users u ON u.user_id = s.user_id \
               WHERE s.submission_id = $1";
    tx.load(sql, &[&id], |row| {
        let (hash, content) = (row.get::<Option<BlobHash>>(2)?, row.get::<Option<Bytes>>(3)?);
        let content = match (hash, content) {
            (Some(hash), _) => BlobRef::Stored { hash, size: row.get(1)? },
            (None, Some(content)) => BlobRef::Inline(content),
            (None, None) => return Err(StoreError::Corrupt(format!("{id:?} has no content any more"))),
        };
        let language = row.get::<Option<String>>(7)?.and_then(|code| code.parse().ok()).unwrap_or_default();
        let (sender, accepted_at) = (sender(row, 0)?, row.get(4)?);
        Ok(Submission { id, sender, content, accepted_at, wishes: wishes(row)?, language })
    })
}

fn wishes(row: &Row<'_>) -> Result<ReportWishes, StoreError> {
    let envelope_id = row.get::<Option<String>>(5)?.as_deref().and_then(EnvelopeId::new);
    let returned = match row.get::<u32>(6)? {
        1 => Some(Returned::Full),
        2 => Some(Returned::Headers),
        _ => None,
    };
    Ok(ReportWishes { envelope_id, returned })
}

/// The reverse-path in a column; an empty one is the null one.
pub(crate) fn sender(row: &Row<'_>, column: usize) -> Result<Option<EmailAddress>, StoreError> {
    match row.text(column)? {
        "" => Ok(None),
        text => address(text).map(Some),
    }
}

/// An address as it was written into a row.
pub(crate) fn address(text: &str) -> Result<EmailAddress, StoreError> {
    text.parse().map_err(|fault| StoreError::Corrupt(format!("{text:?} in the queue: {fault}")))
}
