//! Messages, where they are filed, their contents and their documents in the search index, row by row.

use domain::{FolderId, Id, MailboxId, MessageId};
use store::blobs::BlobHash;
use store::{Row, StoreError, Tx, proof};

use super::{Finding, Hear, Looked, PAGE, Topic, VerifyError, address_of, counted};
use crate::access::Access;

/// Every row that makes up a message.
pub(super) async fn verify(
    access: &Access,
    hear: &mut Hear<'_>,
    looked: &mut Looked,
) -> Result<(), VerifyError> {
    let (mailbox, folder) = (MailboxId::from_bytes([0; 16]), FolderId::from_bytes([0; 16]));
    let message = MessageId::from_bytes([0; 16]);
    looked.messages = walk(access, hear, (mailbox, message), messages).await?;
    walk(access, hear, (mailbox, message), bodies).await?;
    walk(access, hear, (mailbox, folder, 0), placements).await?;
    walk(access, hear, (mailbox, folder, 0, 0), expunged).await?;
    walk(access, hear, (mailbox, message), removed).await?;
    access.store().read(documents).await?.into_iter().for_each(hear);
    Ok(())
}

/// Some rows in the order of their key.
struct Page<K> {
    /// The key of the last one; none when there was no row.
    last: Option<K>,
    rows: u64,
    found: Vec<Finding>,
}

/// Looks at every page from the beginning; how many rows there were.
async fn walk<K: Copy + Send + 'static>(
    access: &Access,
    hear: &mut Hear<'_>,
    first: K,
    page: fn(&mut Tx<'_>, K) -> Result<Page<K>, StoreError>,
) -> Result<u64, VerifyError> {
    let (mut after, mut rows) = (first, 0);
    loop {
        let read = access.store().read(move |tx| page(tx, after)).await?;
        read.found.into_iter().for_each(&mut *hear);
        rows += read.rows;
        match read.last {
            Some(last) => after = last,
            None => return Ok(rows),
        }
    }
}

/// A message with what belongs to it.
struct Message {
    mailbox: MailboxId,
    id: MessageId,
    size: i64,
    blob: Option<BlobHash>,
    body: Option<i64>,
    places: u64,
    uses: u64,
    documents: u64,
    is_removed: bool,
}

fn messages(
    tx: &mut Tx<'_>,
    (mailbox, message): (MailboxId, MessageId),
) -> Result<Page<(MailboxId, MessageId)>, StoreError> {
    let sql = format!(
        "SELECT m.mailbox_id, m.message_id, m.size, m.blob_hash, length(c.content), \
         (SELECT count(*) FROM placements p WHERE p.mailbox_id = m.mailbox_id AND p.message_id = m.message_id), \
         (SELECT count(*) FROM blob_uses u WHERE u.hash = m.blob_hash AND u.owner = m.message_id), {}, \
         (SELECT count(*) FROM removed_messages r WHERE r.mailbox_id = m.mailbox_id AND r.message_id = m.message_id) \
         FROM messages m LEFT JOIN bodies c ON c.mailbox_id = m.mailbox_id AND c.message_id = m.message_id \
         WHERE (m.mailbox_id, m.message_id) > ($1, $2) ORDER BY m.mailbox_id, m.message_id LIMIT $3",
        proof::documents_of_message(tx.dialect())
    );
    let read = |row: &Row<'_>| {
        Ok(Message {
            mailbox: row.get(0)?,
            id: row.get(1)?,
            size: row.get(2)?,
            blob: row.get(3)?,
            body: row.get(4)?,
            places: row.get(5)?,
            uses: row.get(6)?,
            documents: row.get(7)?,
            is_removed: row.get::<u64>(8)? > 0,
        })
    };
    let page = tx.query(&sql, &[&mailbox, &message, &PAGE], read)?;
    let mut found = Vec::new();
    for message in &page {
        for (topic, words) in faults_of(message) {
            let place = format!("{}, message {}", address_of(tx, message.mailbox)?, message.id);
            found.push(Finding::fault(topic, place, words));
        }
    }
    let last = page.last().map(|message| (message.mailbox, message.id));
    Ok(Page { last, rows: page.len() as u64, found })
}

fn faults_of(message: &Message) -> Vec<(Topic, String)> {
    let mut found = Vec::new();
    match (&message.blob, message.body) {
        (None, None) => found.push((Topic::Content, "its content is not there".to_owned())),
        (Some(_), Some(_)) => found.push((Topic::Content, "it has two contents".to_owned())),
        (None, Some(length)) if length != message.size => {
            found.push((Topic::Content, format!("its size is {}, its content has {length}", message.size)));
        }
        (Some(hash), None) if message.uses == 0 => {
            let words = format!("its blob {} does not know that it is used", proof::hex(hash));
            found.push((Topic::Blob, words));
        }
        (Some(_), None) | (None, Some(_)) => {}
    }
    if message.places == 0 && !message.is_removed {
        found.push((Topic::Orphan, "no folder holds it".to_owned()));
    }
    if message.places > 0 && message.is_removed {
        found.push((Topic::Orphan, "a folder holds it, and it counts as removed".to_owned()));
    }
    if message.documents == 0 && !message.is_removed {
        found.push((Topic::Search, "the search index does not have it".to_owned()));
    }
    if message.documents > 0 && message.is_removed {
        found.push((Topic::Search, "the search index has it, and it was removed".to_owned()));
    }
    found
}

fn bodies(
    tx: &mut Tx<'_>,
    (mailbox, message): (MailboxId, MessageId),
) -> Result<Page<(MailboxId, MessageId)>, StoreError> {
    let sql = "SELECT c.mailbox_id, c.message_id, (SELECT count(*) FROM messages m \
               WHERE m.mailbox_id = c.mailbox_id AND m.message_id = c.message_id) FROM bodies c \
               WHERE (c.mailbox_id, c.message_id) > ($1, $2) ORDER BY c.mailbox_id, c.message_id LIMIT $3";
    let page = tx.query(sql, &[&mailbox, &message, &PAGE], |row| {
        Ok((row.get::<MailboxId>(0)?, row.get::<MessageId>(1)?, row.get::<u64>(2)?))
    })?;
    let mut found = Vec::new();
    for (mailbox, message, _) in page.iter().filter(|(_, _, messages)| *messages == 0) {
        let words = format!("there is a content of the message {message}, and no such message");
        found.push(Finding::fault(Topic::Orphan, address_of(tx, *mailbox)?, words));
    }
    let last = page.last().map(|(mailbox, message, _)| (*mailbox, *message));
    Ok(Page { last, rows: page.len() as u64, found })
}

/// A folder, and a UID in it.
type Place = (MailboxId, FolderId, i64);

fn placements(tx: &mut Tx<'_>, (mailbox, folder, uid): Place) -> Result<Page<Place>, StoreError> {
    let sql = "SELECT p.mailbox_id, p.folder_id, p.uid, (SELECT count(*) FROM messages m \
               WHERE m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id), (SELECT count(*) FROM folders f \
               WHERE f.mailbox_id = p.mailbox_id AND f.folder_id = p.folder_id) FROM placements p \
               WHERE (p.mailbox_id, p.folder_id, p.uid) > ($1, $2, $3) \
               ORDER BY p.mailbox_id, p.folder_id, p.uid LIMIT $4";
    let page = tx.query(sql, &[&mailbox, &folder, &uid, &PAGE], |row| {
        let place: Place = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((place, row.get::<u64>(3)?, row.get::<u64>(4)?))
    })?;
    let mut found = Vec::new();
    for (place, messages, folders) in &page {
        if *messages == 0 {
            found.push(orphan(tx, *place, "there is no message with this number")?);
        }
        if *folders == 0 {
            found.push(orphan(tx, *place, "there is no such folder")?);
        }
    }
    Ok(Page { last: page.last().map(|(place, _, _)| *place), rows: page.len() as u64, found })
}

fn orphan(tx: &mut Tx<'_>, (mailbox, folder, uid): Place, words: &str) -> Result<Finding, StoreError> {
    let place = place_of(tx, (mailbox, folder, uid))?;
    Ok(Finding::fault(Topic::Orphan, place, words))
}

fn place_of(tx: &mut Tx<'_>, (mailbox, folder, uid): Place) -> Result<String, StoreError> {
    let sql = "SELECT name FROM folders WHERE mailbox_id = $1 AND folder_id = $2";
    let name = tx.find(sql, &[&mailbox, &folder], |row| row.get(0))?;
    let name: String = name.unwrap_or_else(|| folder.to_string());
    Ok(format!("{}, folder {name}, UID {uid}", address_of(tx, mailbox)?))
}

/// The numbers that are gone: none of them may be given to a message again (RFC 9051 §2.3.1.1).
fn expunged(
    tx: &mut Tx<'_>,
    (mailbox, folder, modseq, uid): (MailboxId, FolderId, i64, i64),
) -> Result<Page<(MailboxId, FolderId, i64, i64)>, StoreError> {
    let sql = "SELECT e.mailbox_id, e.folder_id, e.modseq, e.uid, (SELECT count(*) FROM placements p \
               WHERE p.mailbox_id = e.mailbox_id AND p.folder_id = e.folder_id AND p.uid = e.uid) FROM expunged e \
               WHERE (e.mailbox_id, e.folder_id, e.modseq, e.uid) > ($1, $2, $3, $4) \
               ORDER BY e.mailbox_id, e.folder_id, e.modseq, e.uid LIMIT $5";
    let page = tx.query(sql, &[&mailbox, &folder, &modseq, &uid, &PAGE], |row| {
        let key: (MailboxId, FolderId, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok((key, row.get::<u64>(4)?))
    })?;
    let mut found = Vec::new();
    for ((mailbox, folder, _, uid), _) in page.iter().filter(|(_, again)| *again > 0) {
        let place = place_of(tx, (*mailbox, *folder, *uid))?;
        found.push(Finding::fault(Topic::Numbers, place, "this UID was given twice"));
    }
    Ok(Page { last: page.last().map(|(key, _)| *key), rows: page.len() as u64, found })
}

/// Removed messages: what they are must be there still, so that they can be restored.
fn removed(
    tx: &mut Tx<'_>,
    (mailbox, message): (MailboxId, MessageId),
) -> Result<Page<(MailboxId, MessageId)>, StoreError> {
    let sql = "SELECT r.mailbox_id, r.message_id, (SELECT count(*) FROM messages m \
               WHERE m.mailbox_id = r.mailbox_id AND m.message_id = r.message_id AND m.size = r.size) \
               FROM removed_messages r WHERE (r.mailbox_id, r.message_id) > ($1, $2) \
               ORDER BY r.mailbox_id, r.message_id LIMIT $3";
    let page = tx.query(sql, &[&mailbox, &message, &PAGE], |row| {
        Ok((row.get::<MailboxId>(0)?, row.get::<MessageId>(1)?, row.get::<u64>(2)?))
    })?;
    let mut found = Vec::new();
    for (mailbox, message, _) in page.iter().filter(|(_, _, messages)| *messages == 0) {
        let words =
            format!("the message {message} was removed, and cannot be restored: there is no such message");
        found.push(Finding::fault(Topic::Orphan, address_of(tx, *mailbox)?, words));
    }
    let last = page.last().map(|(mailbox, message, _)| (*mailbox, *message));
    Ok(Page { last, rows: page.len() as u64, found })
}

/// What the search index has beside the messages: each message was asked for its own document already.
fn documents(tx: &mut Tx<'_>) -> Result<Option<Finding>, StoreError> {
    let sql = "SELECT (SELECT count(*) FROM messages) - (SELECT count(*) FROM removed_messages)";
    let messages: i64 = tx.load(sql, &[], |row| row.get(0))?;
    let messages = u64::try_from(messages).unwrap_or(0);
    let documents = proof::documents(tx)?;
    let words = format!(
        "it has {} for {}: some belong to no message",
        counted(documents, "document", "documents"),
        counted(messages, "message", "messages")
    );
    Ok((documents > messages).then(|| Finding::fault(Topic::Search, "the search index", words)))
}
