//! How much is mailed to one address on somebody's asking, and how many wrong codes one asker gives for it.
//!
//! **Invariant:** an address is counted whether it exists or not, whoever asks and from wherever, so that its count
//! tells nothing; and it never says no for good: of mails, one an hour is always left.

use std::time::Duration;

use domain::Timestamp;
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

/// How many mails go to one address in an hour: a code may get lost, and be mistyped.
const MAILS_AN_HOUR: i64 = 5;
/// How many in a day, before there is one an hour only: nobody's mailbox is filled.
const MAILS_A_DAY: i64 = 20;
/// How many wrong codes somebody may give for an address in a day, however many codes were mailed. A code is one of a
/// million.
const WRONG_CODES_A_DAY: i64 = 10;

const HOUR: Duration = domain::duration::minutes(60);
const DAY: Duration = domain::duration::days(1);

/// What was counted of this hour and this day.
struct Counts {
    hour_from: Timestamp,
    hour: i64,
    day_from: Timestamp,
    day: i64,
}

/// Counts a mail to an address; how long to wait instead, if there were too many.
pub(crate) fn mail(tx: &mut Tx<'_>, address_key: &str) -> Result<Option<Duration>, StoreError> {
    let key = hash("mail", &[], address_key);
    let counts = counts(tx, key)?;
    let (now, is_full) = (tx.now(), counts.hour >= MAILS_AN_HOUR);
    if is_full || (counts.day >= MAILS_A_DAY && counts.hour > 0) {
        return Ok(Some(HOUR.saturating_sub(now.since(counts.hour_from))));
    }
    add(tx, key, &counts)?;
    Ok(None)
}

/// Whether `asker` gave too many wrong codes for an address today. Who gives one at the same time waits.
pub(crate) fn codes_are_spent(tx: &mut Tx<'_>, asker: &[u8], address_key: &str) -> Result<bool, StoreError> {
    Ok(counts(tx, hash("code", asker, address_key))?.day >= WRONG_CODES_A_DAY)
}

/// Counts a wrong code of `asker` for an address.
pub(crate) fn wrong_code(tx: &mut Tx<'_>, asker: &[u8], address_key: &str) -> Result<(), StoreError> {
    let key = hash("code", asker, address_key);
    let counts = counts(tx, key)?;
    add(tx, key, &counts)
}

/// Takes those away that count no more.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let before = tx.now().minus(DAY);
    tx.execute("DELETE FROM address_counts WHERE day_from <= $1", &[&before]).map(drop)
}

/// The counts of now, locked until the end of the transaction.
fn counts(tx: &mut Tx<'_>, key: [u8; 32]) -> Result<Counts, StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO address_counts (count_key, hour_from, hour_count, day_from, day_count) \
               VALUES ($1, $2, 0, $2, 0) ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&key, &now])?;
    let sql = format!(
        "SELECT hour_from, hour_count, day_from, day_count FROM address_counts WHERE count_key = $1{}",
        tx.for_update()
    );
    let kept = tx.load(&sql, &[&key], |row| {
        Ok(Counts { hour_from: row.get(0)?, hour: row.get(1)?, day_from: row.get(2)?, day: row.get(3)? })
    })?;
    let (is_old_hour, is_old_day) = (now.since(kept.hour_from) >= HOUR, now.since(kept.day_from) >= DAY);
    let (hour_from, hour) = if is_old_hour { (now, 0) } else { (kept.hour_from, kept.hour) };
    let (day_from, day) = if is_old_day { (now, 0) } else { (kept.day_from, kept.day) };
    Ok(Counts { hour_from, hour, day_from, day })
}

fn add(tx: &mut Tx<'_>, key: [u8; 32], counts: &Counts) -> Result<(), StoreError> {
    let sql = "UPDATE address_counts SET hour_from = $2, hour_count = $3, day_from = $4, day_count = $5 \
               WHERE count_key = $1";
    let Counts { hour_from, hour, day_from, day } = counts;
    tx.execute(sql, &[&key, hour_from, &(hour + 1), day_from, &(day + 1)]).map(drop)
}

fn hash(what: &str, asker: &[u8], address_key: &str) -> [u8; 32] {
    let seed = Sha256::new().chain_update(what).chain_update([0]).chain_update(asker);
    seed.chain_update([0]).chain_update(address_key).finalize().into()
}
