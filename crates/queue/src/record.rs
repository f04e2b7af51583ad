//! What an attempt came to, as rows.
//!
//! **Invariant:** a result is written in one transaction with all that follows from it (the bounce, the end of the
//! submission), right after the reply: a process that is killed in between attempts again what has no result, and never
//! tells a sender twice.

use domain::{Id, SubmissionId, Timestamp};
use store::{BlobRef, StoreError, Tx};

use crate::plan::{Batch, Due};
use crate::reply::{Outcome, Reply};
use crate::schedule::{self, Next};
use crate::submission::{NewSubmission, RecipientState, Submission, accept};

/// What follows from an outcome for a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Delivered(Reply),
    Again { at: Timestamp, reply: Reply },
    Failed(Reply),
}

/// A recipient with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) recipient: Due,
    pub(crate) verdict: Verdict,
}

/// Says what follows from each outcome at `now`: mail that is too old is not tried again.
pub(crate) fn judge(
    recipients: &[Due],
    outcomes: Vec<Outcome>,
    accepted_at: Timestamp,
    now: Timestamp,
) -> Vec<Judged> {
    let verdict = |(recipient, outcome): (&Due, Outcome)| {
        let verdict = match outcome {
            Outcome::Delivered(reply) => Verdict::Delivered(reply),
            Outcome::Refused(reply) => Verdict::Failed(reply),
            Outcome::Deferred(reply) => {
                match schedule::next(recipient.attempts.saturating_add(1), accepted_at, now) {
                    Next::At(at) => Verdict::Again { at, reply },
                    Next::GiveUp => Verdict::Failed(reply),
                }
            }
        };
        Judged { recipient: recipient.clone(), verdict }
    };
    recipients.iter().zip(outcomes).map(verdict).collect()
}

/// Writes the verdicts, sends the bounce there may be, and lets the content go when nobody waits for it any more.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    submission: &Submission,
    judged: &[Judged],
    bounce: Option<&BlobRef>,
) -> Result<(), StoreError> {
    // One attempt at a time ends, so that the last one sees that it is the last.
    let lock = format!("SELECT 1 FROM submissions WHERE submission_id = $1{}", tx.for_update());
    tx.load(&lock, &[&submission.id], |_| Ok(()))?;
    for one in judged {
        write_one(tx, submission.id, one)?;
    }
    if let (Some(bounce), Some(sender)) = (bounce, &submission.sender) {
        // The null reverse-path: nobody answers a bounce with another (RFC 5321 §4.5.5).
        accept(
            tx,
            &NewSubmission {
                mailbox: None,
                user: None,
                sender: None,
                recipients: vec![sender.clone()],
                content: bounce,
            },
        )?;
    }
    let waiting = tx.find(
        "SELECT 1 FROM outgoing_recipients WHERE submission_id = $1 AND state IN ('waiting', 'cancelled')",
        &[&submission.id],
        |_| Ok(()),
    )?;
    if waiting.is_none() {
        tx.execute(
            "UPDATE submissions SET content = NULL, blob_hash = NULL WHERE submission_id = $1",
            &[&submission.id],
        )?;
        store::blobs::release(tx, submission.id.bytes())?;
    }
    Ok(())
}

fn write_one(tx: &mut Tx<'_>, id: SubmissionId, judged: &Judged) -> Result<(), StoreError> {
    let now = tx.now();
    let (state, due_at, finished_at, reply) = match &judged.verdict {
        Verdict::Delivered(reply) => (RecipientState::Delivered, now, Some(now), reply),
        Verdict::Again { at, reply } => (RecipientState::Waiting, *at, None, reply),
        Verdict::Failed(reply) => (RecipientState::Failed, now, Some(now), reply),
    };
    tx.execute(
        "UPDATE outgoing_recipients SET state = $3, due_at = $4, finished_at = $5, last_reply = $6, \
         attempts = attempts + 1, leased_until = 0 WHERE submission_id = $1 AND recipient = $2",
        &[&id, &judged.recipient.address.to_string(), &state, &due_at, &finished_at, &reply.to_string()],
    )?;
    Ok(())
}

/// Gives a batch back that could not be attempted, for reasons of our own, until `at`.
pub(crate) fn put_off(tx: &mut Tx<'_>, batch: &Batch, at: Timestamp) -> Result<(), StoreError> {
    for recipient in &batch.recipients {
        tx.execute(
            "UPDATE outgoing_recipients SET due_at = $3, leased_until = 0 \
             WHERE submission_id = $1 AND recipient = $2 AND state IN ('waiting', 'cancelled')",
            &[&batch.submission, &recipient.address.to_string(), &at],
        )?;
    }
    Ok(())
}
