//! Messages as the Mail app lists them.

use domain::{FolderId, MailboxId, MessageId, Timestamp};
use store::search::SearchQuery;
use store::{Row, StoreError, Tx};

use crate::error::Missing;
use crate::filing::{self, Filing, Orphans, Room};
use crate::flags::{Flags, Keywords};
use crate::folder::{self, SpecialUse, existing};
use crate::handle::Mailbox;
use crate::index::{Entry, entry};
use crate::removed::Remover;
use crate::search::{holds, party};
use crate::{Act, Appended, MailError, Uid, UidSet};

/// How many messages a page may have.
const PAGE: usize = 200;

/// Somebody a message went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The name; may be empty.
    pub name: String,
    /// The address as it was written.
    pub address: String,
    /// Whether in Cc rather than To.
    pub copy: bool,
}

impl Recipient {
    pub(crate) fn holds(&self, piece: &str) -> bool {
        holds(&party(&self.name, &self.address), piece)
    }
}

/// A message in a list.
#[derive(Debug, Clone)]
pub struct ListedMessage {
    /// The folder it is in.
    pub folder: FolderId,
    /// Number, flags, keywords there.
    pub entry: Entry,
    /// Which message it is.
    pub message: MessageId,
    /// The conversation it belongs to: the id of its first message here.
    pub thread: MessageId,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What its Date header says.
    pub sent_at: Option<Timestamp>,
    /// The Message-ID header, without brackets.
    pub header_id: Option<String>,
    /// The subject; may be empty.
    pub subject: String,
    /// The sender's name; may be empty.
    pub from_name: String,
    /// The sender's address as it was written.
    pub from_address: String,
    /// To whom.
    pub recipients: Vec<Recipient>,
    /// The beginning of its text.
    pub preview: String,
    /// Whether something is attached.
    pub has_attachment: bool,
    /// How large it is, in bytes.
    pub size: u64,
}

const COLUMNS: &str = "p.uid, p.flags, p.keywords, p.modseq, p.folder_id, p.message_id, m.thread_id, p.received_at, \
                       m.sent_at, m.header_id, m.subject, m.from_name, m.from_address, m.recipients, m.preview, \
                       m.has_attachment, m.size";
const JOINED: &str =
    "FROM placements p JOIN messages m ON m.mailbox_id = p.mailbox_id AND m.message_id = p.message_id";

impl Mailbox {
    /// The newest messages of a folder, before the UID `before` if that is given; `limit` (≤ 200) at most.
    pub async fn list(
        &self,
        folder: FolderId,
        before: Option<Uid>,
        limit: usize,
    ) -> Result<Vec<ListedMessage>, MailError> {
        let (mailbox, limit) = (self.id(), limit.min(PAGE));
        let before = before.unwrap_or(Uid(u32::MAX));
        self.read(Act::Look, move |tx| {
            existing(tx, mailbox, folder)?;
            let sql = format!(
                "SELECT {COLUMNS} {JOINED} WHERE p.mailbox_id = $1 AND p.folder_id = $2 AND p.uid < $3 \
                 ORDER BY p.uid DESC LIMIT $4"
            );
            Ok(tx.query(&sql, &[&mailbox, &folder, &before, &limit], listed)?)
        })
        .await
    }

    /// One message of a folder.
    pub async fn listed(&self, folder: FolderId, uid: Uid) -> Result<ListedMessage, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| {
            let sql = format!(
                "SELECT {COLUMNS} {JOINED} WHERE p.mailbox_id = $1 AND p.folder_id = $2 AND p.uid = $3"
            );
            tx.find(&sql, &[&mailbox, &folder, &uid], listed)?.ok_or(MailError::NotFound(Missing::Message))
        })
        .await
    }

    /// A message wherever it is filed.
    pub async fn located(&self, message: MessageId) -> Result<ListedMessage, MailError> {
        let mailbox = self.id();
        self.read(Act::Look, move |tx| {
            let sql =
                format!("SELECT {COLUMNS} {JOINED} WHERE p.mailbox_id = $1 AND p.message_id = $2 LIMIT 1");
            tx.find(&sql, &[&mailbox, &message], listed)?.ok_or(MailError::NotFound(Missing::Message))
        })
        .await
    }

    /// The message with that Message-ID (without brackets), wherever it is filed; drafts are passed over.
    pub async fn with_header_id(&self, header_id: &str) -> Result<Option<ListedMessage>, MailError> {
        let (mailbox, header_id) = (self.id(), header_id.to_owned());
        self.read(Act::Look, move |tx| {
            let sql =
                format!("SELECT {COLUMNS} {JOINED} WHERE m.mailbox_id = $1 AND m.header_id = $2 LIMIT $3");
            let places = tx.query(&sql, &[&mailbox, &header_id, &PAGE], listed)?;
            Ok(places.into_iter().find(|place| !place.entry.flags.has(Flags::DRAFT)))
        })
        .await
    }

    /// The newest messages with these words as typed, in one folder or in all but Junk and Trash.
    pub async fn find(
        &self,
        words: &str,
        folder: Option<FolderId>,
        limit: usize,
    ) -> Result<Vec<ListedMessage>, MailError> {
        let (mailbox, query, limit) = (self.id(), SearchQuery::typed(words), limit.min(PAGE));
        self.read(Act::Look, move |tx| Ok(found(tx, mailbox, &query, folder, limit)?)).await
    }

    /// Keeps a draft in the folder Drafts, in the place of the one that it replaces.
    pub async fn save_draft(
        &self,
        content: bytes::Bytes,
        replaces: Option<MessageId>,
    ) -> Result<Appended, MailError> {
        // Asked before the content is written, as with `append`.
        self.read(Act::SaveDraft, |_| Ok(())).await?;
        let prepared = self.prepare(content).await?;
        let (mailbox, room) = (self.id(), Room::Within(self.settings().default_quota_bytes));
        self.write(Act::SaveDraft, move |tx| {
            let drafts = folder::special(tx, mailbox, SpecialUse::Drafts)?;
            if let Some(old) = replaces {
                discard_draft(tx, mailbox, drafts, old, Orphans::Destroy)?;
            }
            let flags = Flags::DRAFT.with(Flags::SEEN);
            let received_at = tx.now();
            let filing = Filing { folder: drafts, flags, keywords: Keywords::default(), received_at };
            crate::content::file_new(tx, mailbox, &prepared, &filing, room)
        })
        .await
    }

    /// Throws a draft away: only the one in the folder Drafts; one that is not there any more is no fault.
    pub async fn discard_draft(&self, message: MessageId) -> Result<(), MailError> {
        let (mailbox, remover) = (self.id(), Remover::of(self.actor()));
        self.write(Act::SaveDraft, move |tx| {
            let drafts = folder::special(tx, mailbox, SpecialUse::Drafts)?;
            discard_draft(tx, mailbox, drafts, message, Orphans::Keep(remover))
        })
        .await
    }
}

fn discard_draft(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    drafts: FolderId,
    message: MessageId,
    orphans: Orphans,
) -> Result<(), MailError> {
    let sql = "SELECT uid FROM placements WHERE mailbox_id = $1 AND message_id = $2 AND folder_id = $3";
    let uids = tx.query(sql, &[&mailbox, &message, &drafts], |row| row.get::<Uid>(0))?;
    let uids: UidSet = uids.into_iter().collect();
    filing::take_out(tx, mailbox, drafts, &uids, Flags::DRAFT, orphans).map(drop)
}

/// How many hits are looked at to fill a page: some lie in other folders.
const HITS: usize = 1_000;

fn found(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    query: &SearchQuery,
    folder: Option<FolderId>,
    limit: usize,
) -> Result<Vec<ListedMessage>, StoreError> {
    let mut all = Vec::new();
    for row in store::search::find(tx, mailbox, query, HITS)? {
        let sql = format!(
            "SELECT {COLUMNS} {JOINED} JOIN folders f ON f.mailbox_id = p.mailbox_id AND f.folder_id = p.folder_id \
             WHERE m.mailbox_id = $1 AND m.search_row = $2 AND (f.folder_id = $3 OR $3 IS NULL \
             AND COALESCE(f.special_use, '') NOT IN ('junk', 'trash')) LIMIT 1"
        );
        all.extend(tx.find(&sql, &[&mailbox, &row, &folder], listed)?);
        if all.len() >= limit {
            break;
        }
    }
    Ok(all)
}

fn listed(row: &Row<'_>) -> Result<ListedMessage, StoreError> {
    Ok(ListedMessage {
        entry: entry(row)?,
        folder: row.get(4)?,
        message: row.get(5)?,
        thread: row.get(6)?,
        received_at: row.get(7)?,
        sent_at: row.get(8)?,
        header_id: row.get(9)?,
        subject: row.get(10)?,
        from_name: row.get(11)?,
        from_address: row.get(12)?,
        recipients: recipients(row, 13)?,
        preview: row.get(14)?,
        has_attachment: row.get(15)?,
        size: row.get(16)?,
    })
}

/// Reads `[[name, address, "to"|"cc"], …]`.
pub(crate) fn recipients(row: &Row<'_>, column: usize) -> Result<Vec<Recipient>, StoreError> {
    let Some(text) = row.get::<Option<String>>(column)? else { return Ok(Vec::new()) };
    let all: Vec<[String; 3]> =
        serde_json::from_str(&text).map_err(|fault| StoreError::Corrupt(format!("recipients: {fault}")))?;
    Ok(all.into_iter().map(|[name, address, kind]| Recipient { name, address, copy: kind == "cc" }).collect())
}
