//! What is to be attempted now: the due recipients, by destination and submission.
//!
//! **Invariant:** a recipient is leased to one attempt at a time. A lease is longer than any attempt lasts, so what is
//! attempted again was not being attempted any more.

use std::collections::HashMap;
use std::time::Duration;

use domain::duration::minutes;
use domain::{EmailAddress, SubmissionId, Timestamp};
use store::{Dialect, StoreError, Tx};

use crate::submission::{RecipientState, address};

/// How many conversations run at once on a node: each holds a message in memory.
pub(crate) const CONVERSATIONS: usize = 40;
/// How many of them go to one destination: more is taken for an attack by many servers.
pub(crate) const PER_DESTINATION: usize = 4;
/// The most recipients of one conversation: RFC 5321 §4.5.3.1.8 lets servers refuse more than a hundred.
pub(crate) const PER_CONVERSATION: usize = 100;
/// The longest that one attempt may take, over all servers of a destination.
pub(crate) const ATTEMPT_FOR: Duration = minutes(30);
/// How long recipients are leased for an attempt.
const LEASE_FOR: Duration = minutes(32);

/// Recipients of one submission at one destination: one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) submission: SubmissionId,
    pub(crate) destination: String,
    pub(crate) recipients: Vec<Due>,
}

/// A recipient whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) address: EmailAddress,
    /// How often it was attempted before.
    pub(crate) attempts: u32,
    /// Whether it is only to be reported as given up.
    pub(crate) state: RecipientState,
}

/// Leases what is due, as far as there is room beside the conversations that are `under_way`.
pub(crate) fn lease(tx: &mut Tx<'_>, under_way: &HashMap<String, usize>) -> Result<Vec<Batch>, StoreError> {
    let mut room = CONVERSATIONS.saturating_sub(under_way.values().sum());
    let mut batches = Vec::new();
    for destination in destinations(tx)? {
        let used = under_way.get(&destination).copied().unwrap_or(0);
        let here = PER_DESTINATION.saturating_sub(used).min(room);
        if here > 0 {
            let leased = lease_at(tx, &destination, here)?;
            room -= leased.len();
            batches.extend(leased);
        }
    }
    Ok(batches)
}

/// When there may be something to attempt next, with what is leased coming back then; none when the queue is empty.
pub(crate) fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    tx.load(
        "SELECT min(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END) FROM outgoing_recipients \
         WHERE state IN ('waiting', 'cancelled')",
        &[],
        |row| row.get(0),
    )
}

/// Takes back what a process that is gone had leased. Only one process uses an embedded database; on a shared one the
/// leases of others must run out by themselves.
pub(crate) fn forget_leases(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    match tx.dialect() {
        Dialect::Sqlite => {
            tx.execute("UPDATE outgoing_recipients SET leased_until = 0 WHERE leased_until <> 0", &[]).map(drop)
        }
        Dialect::Postgres => Ok(()),
    }
}

/// The destinations with due recipients, the longest due first.
fn destinations(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let now = tx.now();
    tx.query(
        "SELECT destination FROM outgoing_recipients \
         WHERE state IN ('waiting', 'cancelled') AND due_at <= $1 AND leased_until <= $1 \
         GROUP BY destination ORDER BY min(due_at) LIMIT $2",
        &[&now, &(CONVERSATIONS * 2)],
        |row| row.get(0),
    )
}

/// Leases up to `conversations` batches for one destination.
fn lease_at(tx: &mut Tx<'_>, destination: &str, conversations: usize) -> Result<Vec<Batch>, StoreError> {
    let now = tx.now();
    let sql = format!(
        "SELECT submission_id, recipient, attempts, state FROM outgoing_recipients \
         WHERE state IN ('waiting', 'cancelled') AND due_at <= $1 AND leased_until <= $1 AND destination = $2 \
         ORDER BY due_at, submission_id, recipient LIMIT $3{}",
        tx.dialect().for_update_skip_locked()
    );
    let due = tx.query(&sql, &[&now, &destination, &(conversations * PER_CONVERSATION)], |row| {
        let due = Due { address: address(row.text(1)?)?, attempts: row.get(2)?, state: row.get(3)? };
        Ok((row.get(0)?, due))
    })?;
    let batches = batches(destination, due, conversations);
    let until = now.plus(LEASE_FOR);
    for batch in &batches {
        for recipient in &batch.recipients {
            tx.execute(
                "UPDATE outgoing_recipients SET leased_until = $3 WHERE submission_id = $1 AND recipient = $2",
                &[&batch.submission, &recipient.address.to_string(), &until],
            )?;
        }
    }
    Ok(batches)
}

/// Puts recipients of one submission together, in the order of their coming; what does not fit waits for another turn.
fn batches(destination: &str, due: Vec<(SubmissionId, Due)>, conversations: usize) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for (submission, recipient) in due {
        let is_full = batches.len() >= conversations;
        let open = batches
            .iter_mut()
            .find(|batch| batch.submission == submission && batch.recipients.len() < PER_CONVERSATION);
        match open {
            Some(batch) => batch.recipients.push(recipient),
            None if !is_full => batches.push(Batch {
                submission,
                destination: destination.to_owned(),
                recipients: vec![recipient],
            }),
            None => {}
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use domain::Id;

    use super::*;

    fn due(submission: u8, number: usize) -> (SubmissionId, Due) {
        let address = format!("r{number}@far.example").parse().unwrap();
        (SubmissionId::from_bytes([submission; 16]), Due { address, attempts: 0, state: RecipientState::Waiting })
    }

    #[test]
    fn a_submission_goes_to_a_destination_in_one_conversation() {
        let planned = batches("far.example", vec![due(1, 1), due(2, 1), due(1, 2)], 4);
        let sizes: Vec<usize> = planned.iter().map(|batch| batch.recipients.len()).collect();
        assert_eq!(sizes, [2, 1]);
    }

    #[test]
    fn a_conversation_has_a_hundred_recipients_and_the_rest_waits() {
        let planned = batches("far.example", (0..250).map(|number| due(1, number)).collect(), 2);
        let sizes: Vec<usize> = planned.iter().map(|batch| batch.recipients.len()).collect();
        assert_eq!(sizes, [100, 100]);
    }
}
