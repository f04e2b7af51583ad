//! Fills a folder with messages straight through the store: `fill DATA ADDRESS COUNT`. For the bench, while no server runs.
//!
//! **Invariant:** what it leaves is in order: counters, UIDs, MODSEQ and the search index are those of the messages
//! (`postroom verify`).

#![expect(clippy::unwrap_used, reason = "a tool of the bench: what cannot go on must stop")]

use std::path::Path;
use std::sync::Arc;

use bus::Bus;
use domain::MailboxId;
use store::search::{LetterField, SearchDocument};
use store::{Database, Store, StoreError, Tx};

/// How many messages one transaction files.
const AT_ONCE: i64 = 20_000;
/// How long a message is, in bytes: all of them alike, so that sums are known.
const SIZE: i64 = 640;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data, address, count] = &arguments[..] else { panic!("fill DATA ADDRESS COUNT") };
    let count: i64 = count.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(fill(Path::new(data), address, count));
}

async fn fill(data: &Path, address: &str, count: i64) {
    let (ambient, _) = testkit::clock::ambient(1);
    let database = Database::Sqlite { path: data.join("postroom.db") };
    let store = Store::open(database, data.join("blobs"), ambient, Arc::new(Bus::new())).await.unwrap();
    let address = address.to_owned();
    let mailbox: MailboxId = store
        .read(move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            tx.load("SELECT mailbox_id FROM mailboxes WHERE address = $1", &[&address], |row| row.get(0))
        })
        .await
        .unwrap();
    for from in (1..=count).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let to = (from + AT_ONCE - 1).min(count);
        store.write(move |tx: &mut Tx<'_>| piece(tx, mailbox, from, to)).await.unwrap();
    }
    store.close().await;
}

/// Files the messages numbered so.
fn piece(tx: &mut Tx<'_>, mailbox: MailboxId, from: i64, to: i64) -> Result<(), StoreError> {
    const NUMBERS: &str =
        "WITH RECURSIVE n(i) AS (SELECT $2 UNION ALL SELECT i + 1 FROM n WHERE i < $3) INSERT INTO";
    const INBOX: &str = "(SELECT folder_id FROM folders WHERE mailbox_id = $1 AND name = 'INBOX')";
    let first: i64 = tx.load("SELECT last FROM search_counter", &[], |row| row.get(0))?;
    let shift = first + 1 - from;
    tx.execute(
        &format!(
            "{NUMBERS} messages (mailbox_id, message_id, thread_id, search_row, size, received_at, sent_at, header_id, \
             subject, from_name, from_address, recipients, preview, has_attachment) SELECT $1, \
             CAST(printf('%016d', i) AS BLOB), CAST(printf('%016d', i) AS BLOB), i + $4, {SIZE}, i * 1000, i * 1000, \
             printf('m%d@fill.test', i), printf('Report %d of w%x', i, (i * 2654435761) & 4095), 'Bob', \
             'bob@fill.test', '[[\"\",\"info@bench.test\",\"to\"]]', 'A short report.', 0 FROM n"
        ),
        &[&mailbox, &from, &to, &shift],
    )?;
    let header = "'From: Bob <bob@fill.test>' || char(13,10) || 'To: info@bench.test' || char(13,10) || \
                  printf('Subject: Report %d of w%x', i, (i * 2654435761) & 4095) || char(13,10) || \
                  printf('Message-ID: <m%d@fill.test>', i) || char(13,10) || \
                  'Date: Mon, 23 Nov 2026 10:00:00 +0000' || char(13,10,13,10)";
    tx.execute(
        &format!(
            "{NUMBERS} bodies (mailbox_id, message_id, content) SELECT $1, CAST(printf('%016d', i) AS BLOB), \
             CAST(substr({header} || printf('A short report. %.*c', 600, 'x'), 1, {SIZE}) AS BLOB) FROM n"
        ),
        &[&mailbox, &from, &to],
    )?;
    tx.execute(
        &format!(
            "{NUMBERS} placements (mailbox_id, folder_id, uid, message_id, flags, modseq, received_at, saved_at) \
             SELECT $1, {INBOX}, i, CAST(printf('%016d', i) AS BLOB), i % 5 > 0, i + 1, i * 1000, i * 1000 FROM n"
        ),
        &[&mailbox, &from, &to],
    )?;
    for number in from..=to {
        index(tx, mailbox, number, shift)?;
    }
    tx.execute("UPDATE search_counter SET last = $1", &[&(to + shift)])?;
    tx.execute(
        "UPDATE folders SET total = $2, unseen = $2 / 5, size_bytes = $2 * 640, uid_next = $2 + 1, modseq = $2 + 1 \
         WHERE mailbox_id = $1 AND name = 'INBOX'",
        &[&mailbox, &to],
    )?;
    let sql =
        "UPDATE mailboxes SET used_bytes = $2 * 640, modseq = max(modseq, $2 + 1) WHERE mailbox_id = $1";
    tx.execute(sql, &[&mailbox, &to]).map(drop)
}

/// Makes a message be found as one that arrived.
fn index(tx: &mut Tx<'_>, mailbox: MailboxId, number: i64, shift: i64) -> Result<(), StoreError> {
    let subject = format!("Report {number} of w{:x}", (number * 2_654_435_761) & 4_095);
    let header_id = format!("m{number}@fill.test");
    let document = SearchDocument {
        subject: &subject,
        people: "Bob bob@fill.test info@bench.test",
        body: "A short report.",
        letters: &[
            (LetterField::Subject, &subject),
            (LetterField::From, "Bob <bob@fill.test>"),
            (LetterField::HeaderId, &header_id),
            (LetterField::To, " <info@bench.test>"),
        ],
    };
    store::search::index(tx, mailbox, number + shift, &document)
}
