//! What an attempt came to, as rows.
//!
//! **Invariant:** a result is written in one transaction with all that follows from it (the bounce, the end of the
//! submission), right after the reply: a process that is killed in between attempts again what has no result, and never
//! tells a sender twice.

use domain::{EmailAddress, Id, ReportWishes, SubmissionId, Timestamp};
use store::{BlobRef, StoreError, Tx};

use crate::plan::{Batch, Due};
use crate::reply::{Outcome, Reply};
use crate::report::{Action, Told};
use crate::schedule::{self, DELAYED_AFTER, Next};
use crate::submission::{NewSubmission, RecipientState, Submission, accept};

/// What follows from an outcome for a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Delivered(Reply),
    Relayed(Reply),
    HandedOver(Reply),
    Again { at: Timestamp, reply: Reply },
    Failed(Reply),
}

/// A recipient with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) recipient: Due,
    pub(crate) verdict: Verdict,
    /// What the sender hears of it now.
    pub(crate) told: Option<Action>,
}

impl Judged {
    /// What a report says of it.
    pub(crate) fn news(&self) -> Told<'_> {
        let Due { address, original, .. } = &self.recipient;
        Told { recipient: address, original: original.as_ref(), reply: self.verdict.reply() }
    }
}

/// Says what follows from each outcome at `now`: mail that is too old is not tried again.
pub(crate) fn judge(
    recipients: &[Due],
    outcomes: Vec<Outcome>,
    accepted_at: Timestamp,
    now: Timestamp,
) -> Vec<Judged> {
    let judged = |(recipient, outcome): (&Due, Outcome)| {
        let verdict = verdict(recipient, outcome, accepted_at, now);
        let told = told(recipient, &verdict, now.since(accepted_at) >= DELAYED_AFTER);
        Judged { recipient: recipient.clone(), verdict, told }
    };
    recipients.iter().zip(outcomes).map(judged).collect()
}

fn verdict(recipient: &Due, outcome: Outcome, accepted_at: Timestamp, now: Timestamp) -> Verdict {
    match outcome {
        Outcome::Delivered(reply) => Verdict::Delivered(reply),
        Outcome::Relayed(reply) => Verdict::Relayed(reply),
        Outcome::HandedOver(reply) => Verdict::HandedOver(reply),
        Outcome::Refused(reply) => Verdict::Failed(reply),
        Outcome::Deferred(reply) => {
            match schedule::next(recipient.attempts.saturating_add(1), accepted_at, now) {
                Next::At(at) => Verdict::Again { at, reply },
                Next::GiveUp => Verdict::Failed(reply),
            }
        }
    }
}

/// What the sender hears, who asked for it or did not (RFC 3461 §5.2).
fn told(recipient: &Due, verdict: &Verdict, is_delayed: bool) -> Option<Action> {
    let notify = recipient.notify;
    match verdict {
        Verdict::Delivered(_) => notify.wants_success().then_some(Action::Delivered),
        Verdict::Relayed(_) => notify.wants_success().then_some(Action::Relayed),
        Verdict::HandedOver(_) => None,
        Verdict::Again { .. } => {
            let is_news = is_delayed && recipient.delay_told_at.is_none();
            (is_news && notify.wants_delay()).then_some(Action::Delayed)
        }
        Verdict::Failed(_) => notify.wants_failure().then_some(Action::Failed),
    }
}

impl Verdict {
    /// What was said.
    pub(crate) const fn reply(&self) -> &Reply {
        match self {
            Self::Delivered(reply)
            | Self::Relayed(reply)
            | Self::HandedOver(reply)
            | Self::Again { reply, .. }
            | Self::Failed(reply) => reply,
        }
    }
}

/// Writes the verdicts, sends the reports there may be, and lets the content go when nobody waits for it any more.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    submission: &Submission,
    judged: &[Judged],
    reports: &[BlobRef],
) -> Result<(), StoreError> {
    // One attempt at a time ends, so that the last one sees that it is the last.
    let lock = format!("SELECT 1 FROM submissions WHERE submission_id = $1{}", tx.for_update());
    tx.load(&lock, &[&submission.id], |_| Ok(()))?;
    for one in judged {
        write_one(tx, submission.id, one)?;
    }
    if let Some(sender) = &submission.sender {
        for report in reports {
            send_report(tx, sender, report)?;
        }
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

/// Sends a report: with the null reverse-path, so that nobody answers it with another (RFC 5321 §4.5.5).
pub(crate) fn send_report(
    tx: &mut Tx<'_>,
    sender: &EmailAddress,
    content: &BlobRef,
) -> Result<SubmissionId, StoreError> {
    let recipients = vec![sender.clone().into()];
    let wishes = ReportWishes::default();
    accept(tx, &NewSubmission { mailbox: None, user: None, sender: None, recipients, wishes, content })
}

fn write_one(tx: &mut Tx<'_>, id: SubmissionId, judged: &Judged) -> Result<(), StoreError> {
    let now = tx.now();
    let (state, due_at, finished_at) = match &judged.verdict {
        Verdict::Delivered(_) | Verdict::Relayed(_) | Verdict::HandedOver(_) => {
            (RecipientState::Delivered, now, Some(now))
        }
        Verdict::Again { at, .. } => (RecipientState::Waiting, *at, None),
        Verdict::Failed(_) => (RecipientState::Failed, now, Some(now)),
    };
    let delay_told_at = match judged.told {
        Some(Action::Delayed) => Some(now),
        Some(Action::Failed | Action::Delivered | Action::Relayed) | None => judged.recipient.delay_told_at,
    };
    let (address, reply) = (judged.recipient.address.to_string(), judged.verdict.reply().to_string());
    tx.execute(
        "UPDATE outgoing_recipients SET state = $3, due_at = $4, finished_at = $5, last_reply = $6, \
         delay_told_at = $7, attempts = attempts + 1, leased_until = 0 WHERE submission_id = $1 AND recipient = $2",
        &[&id, &address, &state, &due_at, &finished_at, &reply, &delay_told_at],
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
