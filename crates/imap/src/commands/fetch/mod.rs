//! `FETCH` (RFC 9051 §6.4.5, RFC 7162 §3.1.4 and §3.2.6).
//!
//! **Invariant:** at most one message's content is in memory, and what is written is passed on before it grows.

mod address;
mod decoded;
mod item;
mod parts;
mod section;
mod structure;
mod tree;
mod value;

use bytes::Bytes;
use domain::FolderId;
use mailbox::{Entry, Fetched, FlagChange, Flags, FolderChanges, MailError, Mailbox, ModSeq, UidSet};
use wire::imap::{By, Code, FetchItem, FetchRequest, Section, SelectMode, SequenceSet};

use self::decoded::Decoded;
use self::item::Need;
use self::parts::Parts;
use super::select::write_vanished;
use crate::answer::{Done, Refusal};
use crate::connection::Connection;
use crate::session::Session;

/// How many messages are read at a time: enough that reading is not what takes time, few enough to be small.
const PAGE: usize = 500;

/// `FETCH`
pub(crate) async fn fetch(
    session: &mut Session,
    connection: &mut Connection,
    by: By,
    set: &SequenceSet,
    request: &FetchRequest,
) -> Result<Done, Refusal> {
    let mut items = request.items.clone();
    if by == By::Uid && !items.contains(&FetchItem::Uid) {
        items.insert(0, FetchItem::Uid);
    }
    if items.contains(&FetchItem::ModSeq) {
        session.enabled.condstore = true;
    }
    if request.vanished && !(by == By::Uid && session.enabled.qresync) {
        return Err(Refusal::Bad("VANISHED is told by UID, after QRESYNC was enabled."));
    }
    let selected = session.selected()?;
    let mut uids = selected.resolve(by, set);
    if let Some(since) = request.changed_since {
        let changes = session.mailbox()?.changes_since(selected.folder(), ModSeq(since)).await?;
        if request.vanished {
            let asked = UidSet::of_ranges(set.resolve(selected.last()));
            let gone = changes.vanished.iter().filter(|uid| asked.contains(**uid));
            write_vanished(&mut connection.writer, gone.map(|uid| uid.0));
        }
        only_changed(&mut uids, &changes);
    }
    let selected = session.selected()?;
    let fetch = Fetch {
        folder: selected.folder(),
        marks_seen: selected.mode() == SelectMode::ReadWrite && items.iter().any(FetchItem::marks_seen),
        need: item::need(&items),
        items,
    };
    let mut all_there = true;
    for page in uids.chunks(PAGE) {
        all_there &= fetch.page(session, connection, page).await?;
    }
    if !all_there && by == By::Sequence {
        return Err(Refusal::no(Code::EXPUNGE_ISSUED, "Some messages are gone."));
    }
    Ok(Done::new("Fetched."))
}

/// Tells of messages that have just arrived.
pub(crate) async fn tell_new(
    session: &mut Session,
    connection: &mut Connection,
    uids: &[u32],
    mut items: Vec<FetchItem>,
) -> Result<(), Refusal> {
    if !items.contains(&FetchItem::Uid) {
        items.insert(0, FetchItem::Uid);
    }
    let folder = session.selected()?.folder();
    let fetch = Fetch { folder, marks_seen: false, need: item::need(&items), items };
    for page in uids.chunks(PAGE) {
        fetch.page(session, connection, page).await?;
    }
    Ok(())
}

/// What a section of a message holds.
pub(super) async fn section_of(content: Bytes, section: &Section) -> Option<Bytes> {
    Parts::of(content).await.section(section)
}

/// What is told of how a message is made up, for tests with messages that nobody would keep.
#[cfg(test)]
pub(crate) fn described(content: Bytes) -> Vec<Bytes> {
    use wire::imap::SectionText;
    let parts = Parts::whole(content);
    let mut out = wire::imap::Writer::new();
    out.line(|line| {
        parts.envelope().write(line);
        parts.body().write_body(line);
        parts.body().write_structure(line);
    });
    for part in [&[1][..], &[2], &[2, 1], &[1, 1, 1]] {
        for text in [SectionText::All, SectionText::Mime, SectionText::Header, SectionText::Text] {
            let _ = parts.section(&Section { part: part.to_vec(), text });
        }
    }
    out.take()
}

/// Leaves those that changed.
fn only_changed(uids: &mut Vec<u32>, changes: &FolderChanges) {
    uids.retain(|uid| changes.changed.binary_search_by_key(uid, |entry| entry.uid.0).is_ok());
}

/// What is asked of each message.
struct Fetch {
    folder: FolderId,
    marks_seen: bool,
    need: Need,
    items: Vec<FetchItem>,
}

/// What is known of a message: its marks, and the rest where an item needs it.
struct Found {
    entry: Entry,
    rest: Option<Fetched>,
}

impl Fetch {
    /// Tells of some messages; whether all of them were there.
    async fn page(
        &self,
        session: &mut Session,
        connection: &mut Connection,
        uids: &[u32],
    ) -> Result<bool, Refusal> {
        let set = session.set_of(uids)?;
        if self.marks_seen {
            self.mark_seen(session, &set).await?;
        }
        let found = self.find(session, &set).await?;
        let mailbox = session.mailbox()?.clone();
        let mut told = 0;
        for message in &found {
            let Some(place) = session.selected()?.place(message.entry.uid) else { continue };
            let content = match self.content(&mailbox, message).await {
                Ok(content) => content,
                Err(MailError::NotFound(_)) => continue,
                Err(error) => return Err(error.into()),
            };
            let parts = if self.items.iter().any(item::needs_structure) {
                Parts::of(content).await
            } else {
                Parts::whole(content)
            };
            let decoded = Decoded::of(&parts, &self.items)?;
            told += 1;
            connection.writer.line(|line| {
                line.number(u64::from(place));
                line.word("FETCH");
                line.open();
                for item in &self.items {
                    item::write(line, item, message, &parts, &decoded);
                }
                line.close();
            });
            connection.pass_on().await?;
        }
        Ok(told == uids.len())
    }

    /// Marks messages as read, because the client reads them. It is told so, here or with what else has changed.
    async fn mark_seen(&self, session: &mut Session, set: &UidSet) -> Result<(), Refusal> {
        let marked =
            session.mailbox()?.set_flags(self.folder, set, FlagChange::add(Flags::SEEN), None).await?;
        session.touch();
        if self.items.contains(&FetchItem::Flags) {
            session.knows(&marked.entries);
        }
        Ok(())
    }

    async fn find(&self, session: &Session, set: &UidSet) -> Result<Vec<Found>, Refusal> {
        if self.items.iter().any(item::needs_row) {
            let rows = session.mailbox()?.fetch(self.folder, set).await?;
            let found = |row: Fetched| Found { entry: row.entry.clone(), rest: Some(row) };
            return Ok(rows.into_iter().map(found).collect());
        }
        let entries = session.mailbox()?.entries(self.folder, set).await?;
        Ok(entries.into_iter().map(|entry| Found { entry, rest: None }).collect())
    }

    async fn content(&self, mailbox: &Mailbox, message: &Found) -> Result<Bytes, MailError> {
        match (&message.rest, self.need) {
            (Some(row), Need::Whole) => mailbox.content_of(row.message).await,
            (Some(row), Need::Header) => mailbox.header_of(row.message).await,
            (Some(_), Need::Row) | (None, _) => Ok(Bytes::new()),
        }
    }
}
