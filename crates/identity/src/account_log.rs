//! What users did with their own accounts: sign-ins, passwords, addresses (A9).
//!
//! **Invariant:** an entry is written in the transaction of what it tells, and read by its own user alone.

use domain::{AccountEntryId, Timestamp, UserId};
use store::{StoreError, Tx};

use crate::actor::{Actor, Origin};
use crate::identity::{Identity, Unavailable};

/// How many entries the page and the export show: the newest.
const SHOWN: usize = 500;
/// How long entries are kept.
const KEPT: std::time::Duration = domain::duration::days(365);

/// Something that a user did.
#[derive(Debug, Clone)]
pub struct ActivityEntry {
    /// When.
    pub at: Timestamp,
    /// What: `sign-in`, or as the organization's log calls it, `access.add`.
    pub verb: String,
    /// To what; may be empty.
    pub object: String,
    /// From which network address; may be empty.
    pub ip: String,
    /// In which organization; empty for the account itself.
    pub organization: String,
}

impl Identity {
    /// What the actor did, the newest first: with their account, and in their organizations.
    pub async fn own_activity(&self, actor: &Actor) -> Result<Vec<ActivityEntry>, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(of(tx, user)?)).await
    }
}

/// What a user did, the newest first.
pub(crate) fn of(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<ActivityEntry>, StoreError> {
    let sql = "SELECT at, verb, object, ip, '' FROM account_entries WHERE user_id = $1 \
               ORDER BY entry_id DESC LIMIT $2";
    let mut all = tx.query(sql, &[&user, &SHOWN], read)?;
    let sql = "SELECT e.at, e.verb, e.object, e.ip, o.name FROM audit_entries e JOIN organizations o \
               ON o.organization_id = e.organization_id WHERE e.actor = $1 ORDER BY e.at DESC LIMIT $2";
    all.extend(tx.query(sql, &[&user, &SHOWN], read)?);
    all.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    all.truncate(SHOWN);
    Ok(all)
}

fn read(row: &store::Row<'_>) -> Result<ActivityEntry, StoreError> {
    Ok(ActivityEntry {
        at: row.get(0)?,
        verb: row.get(1)?,
        object: row.get(2)?,
        ip: row.get(3)?,
        organization: row.get(4)?,
    })
}

/// Notes something that came from a browser.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    user: UserId,
    origin: &Origin,
    verb: &str,
    object: &str,
) -> Result<(), StoreError> {
    let (id, now) = (tx.id::<AccountEntryId>(), tx.now());
    let sql = "INSERT INTO account_entries (user_id, entry_id, at, verb, object, ip, browser) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let ip = origin.ip.to_string();
    tx.execute(sql, &[&user, &id, &now, &verb, &object, &ip, &origin.browser_kept()]).map(drop)
}

/// Notes something that a user who is signed in did.
pub(crate) fn note_by(tx: &mut Tx<'_>, by: &Actor, verb: &str, object: &str) -> Result<(), StoreError> {
    note_of(tx, by.user(), by, verb, object)
}

/// Notes something that `by` did to the account of `user`.
pub(crate) fn note_of(
    tx: &mut Tx<'_>,
    user: UserId,
    by: &Actor,
    verb: &str,
    object: &str,
) -> Result<(), StoreError> {
    let (id, now) = (tx.id::<AccountEntryId>(), tx.now());
    let ip = by.ip().filter(|_| by.user() == user).map(|ip| ip.to_string()).unwrap_or_default();
    let sql = "INSERT INTO account_entries (user_id, entry_id, at, verb, object, ip, browser) \
               VALUES ($1, $2, $3, $4, $5, $6, '')";
    tx.execute(sql, &[&user, &id, &now, &verb, &object, &ip]).map(drop)
}

/// Takes entries away whose time is over.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let before = tx.now().millis() - i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
    tx.execute("DELETE FROM account_entries WHERE at < $1", &[&before]).map(drop)
}
