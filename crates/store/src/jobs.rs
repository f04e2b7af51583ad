//! Jobs: what is to be done after a transaction, as rows written in it.
//!
//! **Invariant:** a job is leased to one worker at a time, and is there until it is finished or cancelled. A worker that
//! dies lets its lease run out, and another does the job again: a job's work must bear being done twice.

use std::fmt::Write;
use std::time::Duration;

use domain::{Event, JobId, Timestamp};

use crate::{Row, StoreError, ToValue, Tx};

/// How much of an error's text is kept with a job.
const ERROR_CHARACTERS: usize = 500;

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What sort of work it is.
    pub kind: String,
    /// What it is about; unique within its kind.
    pub key: String,
    /// What its worker needs to know, as JSON.
    pub payload: String,
    /// Not before.
    pub due_at: Timestamp,
    /// How often it was leased.
    pub attempts: u32,
    /// Leased until then; in the past when nobody works on it.
    pub leased_until: Timestamp,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "job_id, kind, key, payload, due_at, attempts, leased_until, last_error, created_at";

/// Asks for work. When the kind has a job of that key already, nothing is added and that one's id returned.
pub fn enqueue(
    tx: &mut Tx<'_>,
    kind: &str,
    key: &str,
    payload: &str,
    due_at: Timestamp,
) -> Result<JobId, StoreError> {
    let (id, now) = (tx.id::<JobId>(), tx.now());
    let added = tx.execute(
        "INSERT INTO jobs (job_id, kind, key, payload, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (kind, key) DO NOTHING",
        &[&id, &kind, &key, &payload, &due_at, &now],
    )?;
    if added == 0 {
        return tx
            .load("SELECT job_id FROM jobs WHERE kind = $1 AND key = $2", &[&kind, &key], |row| row.get(0));
    }
    tx.publish(Event::JobsDue { kind: kind.to_owned() });
    Ok(id)
}

/// Takes up to `limit` due jobs of these kinds for `lease_for`, the longest due first.
pub fn lease(
    tx: &mut Tx<'_>,
    kinds: &[&str],
    limit: usize,
    lease_for: Duration,
) -> Result<Vec<Job>, StoreError> {
    let now = tx.now();
    let sql = format!(
        "SELECT {COLUMNS} FROM jobs WHERE due_at <= $1 AND leased_until <= $1 AND {} ORDER BY due_at LIMIT $2{}",
        among(kinds, 3),
        tx.dialect().for_update_skip_locked()
    );
    let mut params: Vec<&dyn ToValue> = vec![&now, &limit];
    params.extend(kinds.iter().map(|kind| kind as &dyn ToValue));
    let mut jobs = tx.query(&sql, &params, read)?;
    let until = now.plus(lease_for);
    for job in &mut jobs {
        job.attempts = job.attempts.saturating_add(1);
        job.leased_until = until;
        tx.execute(
            "UPDATE jobs SET attempts = $2, leased_until = $3 WHERE job_id = $1",
            &[&job.id, &job.attempts, &until],
        )?;
    }
    Ok(jobs)
}

/// When the next job of these kinds is due or its lease runs out; none when there is no job.
pub fn next_due(tx: &mut Tx<'_>, kinds: &[&str]) -> Result<Option<Timestamp>, StoreError> {
    let sql = format!(
        "SELECT min(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END) FROM jobs WHERE {}",
        among(kinds, 1)
    );
    let params: Vec<&dyn ToValue> = kinds.iter().map(|kind| kind as &dyn ToValue).collect();
    tx.load(&sql, &params, |row| row.get(0))
}

/// Ends a job that was done.
pub fn finish(tx: &mut Tx<'_>, id: JobId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM jobs WHERE job_id = $1", &[&id]).map(drop)
}

/// Gives a job back, to be done again at `due_at`.
pub fn retry(tx: &mut Tx<'_>, id: JobId, due_at: Timestamp, error: &str) -> Result<(), StoreError> {
    let error: String = error.chars().take(ERROR_CHARACTERS).collect();
    let kind = tx.find(
        "UPDATE jobs SET due_at = $2, leased_until = 0, last_error = $3 WHERE job_id = $1 RETURNING kind",
        &[&id, &due_at, &error],
        |row| row.get(0),
    )?;
    if let Some(kind) = kind {
        tx.publish(Event::JobsDue { kind });
    }
    Ok(())
}

/// The jobs of a kind, or of all, the next due first, `limit` at most.
pub fn list(tx: &mut Tx<'_>, kind: Option<&str>, limit: usize) -> Result<Vec<Job>, StoreError> {
    match kind {
        Some(kind) => {
            let sql = format!("SELECT {COLUMNS} FROM jobs WHERE kind = $1 ORDER BY due_at, job_id LIMIT $2");
            tx.query(&sql, &[&kind, &limit], read)
        }
        None => {
            tx.query(&format!("SELECT {COLUMNS} FROM jobs ORDER BY due_at, job_id LIMIT $1"), &[&limit], read)
        }
    }
}

/// Takes a job away, done or not. Whether it was there.
pub fn cancel(tx: &mut Tx<'_>, id: JobId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM jobs WHERE job_id = $1", &[&id])? > 0)
}

fn read(row: &Row<'_>) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        key: row.get(2)?,
        payload: row.get(3)?,
        due_at: row.get(4)?,
        attempts: row.get(5)?,
        leased_until: row.get(6)?,
        last_error: row.get(7)?,
        created_at: row.get(8)?,
    })
}

/// `kind IN ($3, $4, …)`.
fn among(kinds: &[&str], first: usize) -> String {
    let mut sql = "kind IN (".to_owned();
    for index in 0..kinds.len() {
        let comma = if index == 0 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(sql, "{comma}${}", first + index);
    }
    sql.push(')');
    sql
}
