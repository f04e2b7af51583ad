//! Mail accepted for sending, as rows.
//!
//! **Invariant:** what [`accept`] was committed for is delivered, or bounced, or given up by somebody who had the right
//! to; a recipient leaves the state `waiting` once.

use std::fmt;

use bytes::Bytes;
use domain::{EmailAddress, Event, Id, MailboxId, SubmissionId, Timestamp, UserId};
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
    pub recipients: Vec<EmailAddress>,
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
    tx.execute(
        "INSERT INTO submissions (submission_id, mailbox_id, user_id, sender, size, blob_hash, content, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&id, &new.mailbox, &new.user, &sender, &new.content.size(), &hash, &content, &now],
    )?;
    store::blobs::claim(tx, new.content, id.bytes())?;
    for recipient in &new.recipients {
        tx.execute(
            "INSERT INTO outgoing_recipients (submission_id, recipient, destination, state, due_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            &[&id, &recipient.to_string(), &recipient.domain().as_str(), &RecipientState::Waiting, &now],
        )?;
    }
    tx.publish(Event::QueueDue);
    Ok(id)
}

/// A submission as a worker needs it.
#[derive(Debug, Clone)]
pub(crate) struct Submission {
    pub(crate) id: SubmissionId,
    pub(crate) sender: Option<EmailAddress>,
    pub(crate) content: BlobRef,
    pub(crate) accepted_at: Timestamp,
}

/// Reads a submission whose content is still there.
pub(crate) fn load(tx: &mut Tx<'_>, id: SubmissionId) -> Result<Submission, StoreError> {
    let sql = "SELECT sender, size, blob_hash, content, created_at FROM submissions \
               WHERE submission_id = $1";
    tx.load(sql, &[&id], |row| {
        let (hash, content) = (row.get::<Option<BlobHash>>(2)?, row.get::<Option<Bytes>>(3)?);
        let content = match (hash, content) {
            (Some(hash), _) => BlobRef::Stored { hash, size: row.get(1)? },
            (None, Some(content)) => BlobRef::Inline(content),
            (None, None) => return Err(StoreError::Corrupt(format!("{id:?} has no content any more"))),
        };
        Ok(Submission { id, sender: sender(row, 0)?, content, accepted_at: row.get(4)? })
    })
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
