//! The activity log: one chain of hashes for each organization.
//!
//! **Invariant:** an entry is written in the transaction of what it tells, and its hash covers the entry before it: an
//! altered, removed or reordered entry breaks the chain. How many there are, and the hash of the last one, is kept apart:
//! entries cut off at the end are missed.

use domain::{Id, OrganizationId, Timestamp, UserId};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use crate::actor::{Actor, Way};

/// How long the texts of an entry may be, in characters.
const TEXT_CHARACTERS: usize = 4_000;

/// An entry of the activity log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who, if a user.
    pub actor: Option<UserId>,
    /// Their name then.
    pub actor_name: String,
    /// What was done: `access.add`.
    pub verb: String,
    /// To what.
    pub object: String,
    /// More, as JSON.
    pub detail: String,
    /// From which network address; empty for the command line.
    pub ip: String,
}

/// Where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entry {seq} was altered or removed, or one before it")]
pub struct Broken {
    /// The first entry that does not fit.
    pub seq: i64,
}

/// Writes an entry.
pub fn write(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    by: &Actor,
    verb: &str,
    object: &str,
    detail: &str,
) -> Result<(), StoreError> {
    let actor = match by.way() {
        Way::Operator => None,
        Way::Browser(_) | Way::Device { .. } | Way::AllAddresses { .. } | Way::Task => Some(by.user()),
    };
    let ip = by.ip().map(|ip| ip.to_string()).unwrap_or_default();
    append(tx, organization, actor, by.name(), &ip, verb, object, detail)
}

/// Writes an entry about somebody who has no account, or need not be signed in: whoever holds a link.
pub fn write_of_stranger(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    name: &str,
    verb: &str,
    object: &str,
    detail: &str,
) -> Result<(), StoreError> {
    append(tx, organization, None, name, "", verb, object, detail)
}

/// Writes an entry about somebody who is not signed in yet.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(crate) fn append(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    actor: Option<UserId>,
    actor_name: &str,
    ip: &str,
    verb: &str,
    object: &str,
    detail: &str,
) -> Result<(), StoreError> {
    // The organization's row is locked, so that two entries at once do not follow the same one.
    let lock = format!("SELECT 1 FROM organizations WHERE organization_id = $1{}", tx.for_update());
    tx.find(&lock, &[&organization], |_| Ok(()))?;
    // It goes on after what was there, not after what is left of it.
    let head = head(tx, organization)?;
    let (seq, previous) = head.map_or((1, [0; 32]), |(entries, hash)| (entries + 1, hash));
    let cut = |text: &str| text.chars().take(TEXT_CHARACTERS).collect::<String>();
    let entry = Entry {
        seq,
        at: tx.now(),
        actor,
        actor_name: cut(actor_name),
        verb: cut(verb),
        object: cut(object),
        detail: cut(detail),
        ip: ip.to_owned(),
    };
    let hash = hash(organization, &previous, &entry);
    tx.execute(
        "INSERT INTO audit_entries (organization_id, seq, at, actor, actor_name, verb, object, detail, ip, \
         previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &organization,
            &entry.seq,
            &entry.at,
            &entry.actor,
            &entry.actor_name,
            &entry.verb,
            &entry.object,
            &entry.detail,
            &entry.ip,
            &previous,
            &hash,
        ],
    )?;
    let sql = "INSERT INTO audit_heads (organization_id, entries, hash) VALUES ($1, $2, $3) \
               ON CONFLICT (organization_id) DO UPDATE SET entries = excluded.entries, hash = excluded.hash";
    tx.execute(sql, &[&organization, &seq, &hash]).map(drop)
}

/// How many entries an organization's log has, and the hash of the last one.
fn head(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Option<(i64, [u8; 32])>, StoreError> {
    let sql = "SELECT entries, hash FROM audit_heads WHERE organization_id = $1";
    tx.find(sql, &[&organization], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Checks the whole chain of an organization; how many entries it has.
pub fn verify(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Result<i64, Broken>, StoreError> {
    let sql = "SELECT seq, at, actor, actor_name, verb, object, detail, ip, previous_hash, hash \
               FROM audit_entries WHERE organization_id = $1 ORDER BY seq";
    let (mut previous, mut expected, mut broken) = ([0u8; 32], 1i64, None);
    tx.query(sql, &[&organization], |row| {
        let entry = read(row)?;
        let (claimed, stored) = (row.get::<[u8; 32]>(8)?, row.get::<[u8; 32]>(9)?);
        let fits =
            entry.seq == expected && claimed == previous && stored == hash(organization, &previous, &entry);
        if !fits && broken.is_none() {
            broken = Some(Broken { seq: expected });
        }
        (previous, expected) = (stored, entry.seq + 1);
        Ok(())
    })?;
    let (entries, last) = head(tx, organization)?.unwrap_or((0, [0; 32]));
    let is_whole = entries == expected - 1 && last == previous;
    Ok(match broken {
        Some(broken) => Err(broken),
        None if is_whole => Ok(entries),
        None => Err(Broken { seq: expected.min(entries.saturating_add(1)) }),
    })
}

/// The newest entries, before `before` if that is given.
pub fn list(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT seq, at, actor, actor_name, verb, object, detail, ip FROM audit_entries \
               WHERE organization_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    tx.query(sql, &[&organization, &before.unwrap_or(i64::MAX), &limit], read)
}

/// The newest entries about one thing, not older than `since`, before `before` if that is given.
pub fn of_object(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    object: &str,
    since: Timestamp,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT seq, at, actor, actor_name, verb, object, detail, ip FROM audit_entries \
               WHERE organization_id = $1 AND object = $2 AND at >= $3 AND seq < $4 ORDER BY seq DESC LIMIT $5";
    tx.query(sql, &[&organization, &object, &since, &before.unwrap_or(i64::MAX), &limit], read)
}

fn read(row: &store::Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        actor_name: row.get(3)?,
        verb: row.get(4)?,
        object: row.get(5)?,
        detail: row.get(6)?,
        ip: row.get(7)?,
    })
}

fn hash(organization: OrganizationId, previous: &[u8; 32], entry: &Entry) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(organization.bytes());
    hasher.update(entry.seq.to_be_bytes());
    hasher.update(entry.at.millis().to_be_bytes());
    hasher.update(entry.actor.as_ref().map_or(&[0u8; 16], UserId::bytes));
    for text in [&entry.actor_name, &entry.verb, &entry.object, &entry.detail, &entry.ip] {
        // The length goes in front, so that no text can flow into the next.
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize().into()
}
