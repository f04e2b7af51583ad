//! The queue as an operator sees it, and whoever manages a mail service.

use domain::{EmailAddress, Event, Id, MailServiceId, MailboxId, SubmissionId, Timestamp};
use store::{Row, StoreError, Tx};

use crate::submission::{RecipientState, address, sender};

/// Mail that has not left yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMail {
    /// Its id.
    pub id: SubmissionId,
    /// The mailbox it is sent from; none when the server itself speaks.
    pub mailbox: Option<MailboxId>,
    /// The reverse-path; none is the null one.
    pub sender: Option<EmailAddress>,
    /// Its size in bytes.
    pub size: u64,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Its recipients, those who have it included.
    pub recipients: Vec<QueuedRecipient>,
}

/// One recipient of queued mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedRecipient {
    /// To whom.
    pub address: EmailAddress,
    /// What became of it so far.
    pub state: RecipientState,
    /// How often it was attempted.
    pub attempts: u32,
    /// When it is attempted next, if it waits.
    pub due_at: Timestamp,
    /// What was said at the last attempt.
    pub last_reply: Option<String>,
}

/// The mail with recipients that wait, the oldest first, `limit` at most.
pub fn list(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<QueuedMail>, StoreError> {
    let mails = tx.query(LIST, &[&limit], mail)?;
    with_recipients(tx, mails)
}

/// The same of the addresses of one mail service, after the mail `after`.
pub fn of_service(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    after: Option<SubmissionId>,
    limit: usize,
) -> Result<Vec<QueuedMail>, StoreError> {
    let after = after.unwrap_or_else(|| SubmissionId::from_bytes([0; 16]));
    let mails = tx.query(OF_SERVICE, &[&service, &after, &limit], mail)?;
    with_recipients(tx, mails)
}

/// The mailbox that a mail is sent from, if it has not left yet.
pub fn mailbox_of(tx: &mut Tx<'_>, id: SubmissionId) -> Result<Option<MailboxId>, StoreError> {
    let sql = "SELECT mailbox_id FROM submissions \
               WHERE submission_id = $1 AND (content IS NOT NULL OR blob_hash IS NOT NULL)";
    Ok(tx.find(sql, &[&id], |row| row.get::<Option<MailboxId>>(0))?.flatten())
}

fn mail(row: &Row<'_>) -> Result<QueuedMail, StoreError> {
    Ok(QueuedMail {
        id: row.get(0)?,
        mailbox: row.get(1)?,
        sender: sender(row, 2)?,
        size: row.get(3)?,
        accepted_at: row.get(4)?,
        recipients: Vec::new(),
    })
}

fn with_recipients(tx: &mut Tx<'_>, mut mails: Vec<QueuedMail>) -> Result<Vec<QueuedMail>, StoreError> {
    for mail in &mut mails {
        mail.recipients = recipients(tx, mail.id)?;
    }
    Ok(mails)
}

/// Mail of one mail service that waits. What has left has no content any more.
const OF_SERVICE: &str = "SELECT s.submission_id, s.mailbox_id, s.sender, s.size, s.created_at FROM mailboxes b \
     JOIN submissions s ON s.mailbox_id = b.mailbox_id AND (s.content IS NOT NULL OR s.blob_hash IS NOT NULL) \
     WHERE b.mail_service_id = $1 AND s.submission_id > $2 ORDER BY s.submission_id LIMIT $3";

/// Mail that waits. Ids go up with time.
pub(crate) const LIST: &str = "SELECT s.submission_id, s.mailbox_id, s.sender, s.size, s.created_at FROM \
     (SELECT DISTINCT submission_id FROM outgoing_recipients WHERE state IN ('waiting', 'cancelled') \
      ORDER BY submission_id LIMIT $1) w JOIN submissions s ON s.submission_id = w.submission_id \
     ORDER BY s.submission_id";

/// Has the recipients of a mail attempted at once that wait and are not being attempted just now; how many those are.
pub fn retry(tx: &mut Tx<'_>, id: SubmissionId) -> Result<u64, StoreError> {
    let now = tx.now();
    let touched = tx.execute(
        "UPDATE outgoing_recipients SET due_at = $2 \
         WHERE submission_id = $1 AND state = 'waiting' AND leased_until <= $2",
        &[&id, &now],
    )?;
    tx.publish(Event::QueueDue);
    Ok(touched)
}

/// Gives up the recipients of a mail that wait and are not being attempted just now; how many those are. The sender
/// gets a bounce.
pub fn cancel(tx: &mut Tx<'_>, id: SubmissionId) -> Result<u64, StoreError> {
    let now = tx.now();
    let touched = tx.execute(
        "UPDATE outgoing_recipients SET state = $3, due_at = $2 \
         WHERE submission_id = $1 AND state = 'waiting' AND leased_until <= $2",
        &[&id, &now, &RecipientState::Cancelled],
    )?;
    tx.publish(Event::QueueDue);
    Ok(touched)
}

fn recipients(tx: &mut Tx<'_>, id: SubmissionId) -> Result<Vec<QueuedRecipient>, StoreError> {
    let sql = "SELECT recipient, state, attempts, due_at, last_reply FROM outgoing_recipients \
               WHERE submission_id = $1 ORDER BY recipient";
    tx.query(sql, &[&id], |row| {
        Ok(QueuedRecipient {
            address: address(row.text(0)?)?,
            state: row.get(1)?,
            attempts: row.get(2)?,
            due_at: row.get(3)?,
            last_reply: row.get(4)?,
        })
    })
}
