//! What is to be attempted now: the due recipients, by destination and submission.
//!
//! **Invariant:** a recipient is leased to one attempt at a time. A lease is longer than any attempt lasts, so what is
//! attempted again was not being attempted any more.

use std::collections::HashMap;
use std::time::Duration;

use domain::duration::minutes;
use domain::{EmailAddress, Notify, OriginalRecipient, Recipient, SubmissionId, Timestamp};
use store::{Dialect, Row, StoreError, Tx};

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
    /// Of what the sender wants to hear.
    pub(crate) notify: Notify,
    /// To whom it went at first.
    pub(crate) original: Option<OriginalRecipient>,
    /// When the sender heard of the delay.
    pub(crate) delay_told_at: Option<Timestamp>,
}

impl Due {
    /// The recipient, as the next server hears of it.
    pub(crate) fn recipient(&self) -> Recipient {
        Recipient { address: self.address.clone(), notify: self.notify, original: self.original.clone() }
    }
}

/// Leases what is due, as far as there is room beside the conversations that are `under_way`.
pub(crate) fn lease(tx: &mut Tx<'_>, under_way: &HashMap<String, usize>) -> Result<Vec<Batch>, StoreError> {
    let mut room = CONVERSATIONS.saturating_sub(under_way.values().sum());
    let mut batches = lease_of(tx, destinations_by_age, under_way, &mut room)?;
    if room > 0 {
        // What is oldest may be all for destinations that have their share: others must not wait behind it.
        batches.extend(lease_of(tx, destinations_by_name, &counted(under_way, &batches), &mut room)?);
    }
    Ok(batches)
}

/// How destinations with due recipients are found.
type Find = fn(&mut Tx<'_>) -> Result<Vec<String>, StoreError>;

fn lease_of(
    tx: &mut Tx<'_>,
    find: Find,
    under_way: &HashMap<String, usize>,
    room: &mut usize,
) -> Result<Vec<Batch>, StoreError> {
    let mut batches = Vec::new();
    if *room == 0 {
        return Ok(batches);
    }
    for destination in find(tx)? {
        let used = under_way.get(&destination).copied().unwrap_or(0);
        let here = PER_DESTINATION.saturating_sub(used).min(*room);
        if here > 0 {
            let leased = lease_at(tx, &destination, here)?;
            *room -= leased.len();
            batches.extend(leased);
        }
    }
    Ok(batches)
}

/// What is under way, with what has just been leased.
fn counted(under_way: &HashMap<String, usize>, batches: &[Batch]) -> HashMap<String, usize> {
    let mut all = under_way.clone();
    for batch in batches {
        *all.entry(batch.destination.clone()).or_default() += 1;
    }
    all
}

/// When something becomes due next that is not yet, leases running out included; none when nothing will. What is due
/// already waits for room, and so for the end of an attempt.
pub(crate) fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let now = tx.now();
    tx.load(NEXT_DUE, &[&now], |row| row.get(0))
}

/// Takes back what a process that is gone had leased. Only one process uses an embedded database; on a shared one the
/// leases of others must run out by themselves.
pub(crate) fn forget_leases(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let now = tx.now();
    match tx.dialect() {
        Dialect::Sqlite => {
            let sql = "UPDATE outgoing_recipients SET leased_until = 0, due_at = $1 \
                       WHERE state IN ('waiting', 'cancelled') AND leased_until > $1";
            tx.execute(sql, &[&now]).map(drop)
        }
        Dialect::Postgres => Ok(()),
    }
}

/// The destinations of what has been due for longest.
fn destinations_by_age(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let now = tx.now();
    tx.query(BY_AGE, &[&now, &WINDOW, &(CONVERSATIONS * 2)], |row| row.get(0))
}

/// Destinations with due recipients in the order of their names, each looked up through the index after the one before.
fn destinations_by_name(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let now = tx.now();
    tx.query(BY_NAME, &[&now, &STEPS], |row| row.get(0))
}

/// Leases up to `conversations` batches for one destination.
fn lease_at(tx: &mut Tx<'_>, destination: &str, conversations: usize) -> Result<Vec<Batch>, StoreError> {
    let (now, most) = (tx.now(), conversations * PER_CONVERSATION);
    let mut due = Vec::new();
    for state in [RecipientState::Waiting, RecipientState::Cancelled] {
        let sql = format!("{DUE_AT}{}", tx.dialect().for_update_skip_locked());
        due.extend(tx.query(&sql, &[&now, &state, &destination, &most], read_due)?);
    }
    let batches = batches(destination, due, conversations);
    let until = now.plus(LEASE_FOR);
    for batch in &batches {
        for recipient in &batch.recipients {
            tx.execute(
                "UPDATE outgoing_recipients SET leased_until = $3, due_at = $3 \
                 WHERE submission_id = $1 AND recipient = $2",
                &[&batch.submission, &recipient.address.to_string(), &until],
            )?;
        }
    }
    Ok(batches)
}

fn read_due(row: &Row<'_>) -> Result<(SubmissionId, Due), StoreError> {
    let notify = Notify::from_bits(row.get(4)?).unwrap_or_default();
    let original = row.get::<Option<String>>(5)?.as_deref().and_then(OriginalRecipient::new);
    let due = Due {
        address: address(row.text(1)?)?,
        attempts: row.get(2)?,
        state: row.get(3)?,
        notify,
        original,
        delay_told_at: row.get(6)?,
    };
    Ok((row.get(0)?, due))
}

/// How many recipients are looked at for the destinations that have waited for longest.
const WINDOW: usize = 2_000;
/// How many destinations are looked up by name at most.
const STEPS: usize = 500;

// A lease moves `due_at` behind its end, so that the queries below meet nothing that is leased.

/// What becomes due next.
pub(crate) const NEXT_DUE: &str = "SELECT min(due_at) FROM ( \
     SELECT min(due_at) AS due_at FROM outgoing_recipients WHERE state = 'waiting' AND due_at > $1 UNION ALL \
     SELECT min(due_at) AS due_at FROM outgoing_recipients WHERE state = 'cancelled' AND due_at > $1) w";
/// The destinations of the oldest that is due.
pub(crate) const BY_AGE: &str = "SELECT destination FROM ( \
     SELECT * FROM (SELECT destination, due_at FROM outgoing_recipients \
     WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT $2) a UNION ALL \
     SELECT * FROM (SELECT destination, due_at FROM outgoing_recipients \
     WHERE state = 'cancelled' AND due_at <= $1 ORDER BY due_at LIMIT $2) b) w \
     GROUP BY destination ORDER BY min(due_at) LIMIT $3";
/// The destinations with something due, by name.
pub(crate) const BY_NAME: &str = "WITH RECURSIVE d(destination) AS ( \
     SELECT (SELECT min(destination) FROM outgoing_recipients WHERE state = 'waiting') UNION ALL \
     SELECT (SELECT min(r.destination) FROM outgoing_recipients r \
     WHERE r.state = 'waiting' AND r.destination > d.destination) FROM d WHERE d.destination IS NOT NULL) \
     SELECT destination FROM (SELECT destination FROM d LIMIT $2) e WHERE EXISTS (SELECT 1 FROM outgoing_recipients r \
     WHERE r.state = 'waiting' AND r.destination = e.destination AND r.due_at <= $1)";
/// What is due for one destination, the oldest first.
pub(crate) const DUE_AT: &str = "SELECT submission_id, recipient, attempts, state, notify, original_recipient, delay_told_at \
     FROM outgoing_recipients WHERE state = $2 AND destination = $3 AND due_at <= $1 AND leased_until <= $1 \
     ORDER BY due_at LIMIT $4";

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
        let due = Due {
            address,
            attempts: 0,
            state: RecipientState::Waiting,
            notify: Notify::USUAL,
            original: None,
            delay_told_at: None,
        };
        (SubmissionId::from_bytes([submission; 16]), due)
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
