//! `FETCH` (RFC 9051 §6.4.5, RFC 7162 §3.1.4).
//!
//! **Invariant:** at most one message's content is in memory, and what is written is passed on before it grows.

mod address;
mod parts;
mod section;
mod structure;
mod tree;
mod value;

use bytes::Bytes;
use domain::FolderId;
use mailbox::{Entry, Fetched, FlagChange, Flags, MailError, ModSeq, UidSet};
use wire::imap::{By, Code, FetchItem, FetchRequest, Line, SelectMode, SequenceSet, format_date_time};

use self::parts::Parts;
use crate::answer::{Done, Refusal};
use crate::connection::Connection;
use crate::marks;
use crate::selected::Condstore;
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
        session.condstore = Condstore::On;
    }
    let selected = session.selected()?;
    let mut uids = selected.resolve(by, set);
    if let Some(since) = request.changed_since {
        uids = only_changed(session, uids, ModSeq(since)).await?;
    }
    let selected = session.selected()?;
    let fetch = Fetch {
        folder: selected.folder(),
        marks_seen: selected.mode() == SelectMode::ReadWrite && items.iter().any(FetchItem::marks_seen),
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

/// Those of `uids` that changed after `since`.
async fn only_changed(session: &Session, uids: Vec<u32>, since: ModSeq) -> Result<Vec<u32>, Refusal> {
    let folder = session.selected()?.folder();
    let changes = session.mailbox.changes_since(folder, since).await?;
    let changed = |uid: &u32| changes.changed.binary_search_by_key(uid, |entry| entry.uid.0).is_ok();
    Ok(uids.into_iter().filter(changed).collect())
}

/// What is asked of each message.
struct Fetch {
    folder: FolderId,
    marks_seen: bool,
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
        let mut told = 0;
        for message in &found {
            let Some(place) = session.selected()?.place(message.entry.uid) else { continue };
            let content = match self.content(session, message).await {
                Ok(content) => content,
                Err(MailError::NotFound(_)) => continue,
                Err(error) => return Err(error.into()),
            };
            let parts = if self.items.iter().any(needs_structure) {
                Parts::of(content).await
            } else {
                Parts::whole(content)
            };
            told += 1;
            connection.writer.line(|line| {
                line.number(u64::from(place));
                line.word("FETCH");
                line.open();
                for item in &self.items {
                    write_item(line, item, message, &parts);
                }
                line.close();
            });
            connection.pass_on().await?;
        }
        Ok(told == uids.len())
    }

    /// Marks messages as read, because the client reads them. It is told so, here or with what else has changed.
    async fn mark_seen(&self, session: &mut Session, set: &UidSet) -> Result<(), Refusal> {
        let marked = session.mailbox.set_flags(self.folder, set, FlagChange::add(Flags::SEEN), None).await?;
        session.touch();
        if self.items.contains(&FetchItem::Flags) {
            session.knows(&marked.entries);
        }
        Ok(())
    }

    async fn find(&self, session: &Session, set: &UidSet) -> Result<Vec<Found>, Refusal> {
        if self.items.iter().any(needs_row) {
            let rows = session.mailbox.fetch(self.folder, set).await?;
            let found = |row: Fetched| Found { entry: row.entry.clone(), rest: Some(row) };
            return Ok(rows.into_iter().map(found).collect());
        }
        let entries = session.mailbox.entries(self.folder, set).await?;
        Ok(entries.into_iter().map(|entry| Found { entry, rest: None }).collect())
    }

    async fn content(&self, session: &Session, message: &Found) -> Result<Bytes, MailError> {
        match &message.rest {
            Some(row) if self.items.iter().any(needs_content) => {
                session.mailbox.content_of(row.message).await
            }
            Some(_) | None => Ok(Bytes::new()),
        }
    }
}

/// Whether an item needs more than the marks of a message.
const fn needs_row(item: &FetchItem) -> bool {
    !matches!(item, FetchItem::Flags | FetchItem::Uid | FetchItem::ModSeq)
}

/// Whether an item needs the message itself.
const fn needs_content(item: &FetchItem) -> bool {
    needs_row(item) && !matches!(item, FetchItem::InternalDate | FetchItem::Size)
}

/// Whether an item needs to know of the parts of a message.
fn needs_structure(item: &FetchItem) -> bool {
    match item {
        FetchItem::Body | FetchItem::BodyStructure => true,
        FetchItem::Section { section, .. } => !section.part.is_empty(),
        FetchItem::Envelope
        | FetchItem::Flags
        | FetchItem::InternalDate
        | FetchItem::Size
        | FetchItem::Uid
        | FetchItem::ModSeq
        | FetchItem::Rfc822
        | FetchItem::Rfc822Header
        | FetchItem::Rfc822Text => false,
    }
}

fn write_item(line: &mut Line<'_>, item: &FetchItem, message: &Found, parts: &Parts) {
    match item {
        FetchItem::Uid => {
            line.word("UID");
            line.number(u64::from(message.entry.uid.0));
        }
        FetchItem::Flags => {
            line.word("FLAGS");
            line.flags(&marks::of(&message.entry));
        }
        FetchItem::ModSeq => {
            line.word("MODSEQ");
            line.open();
            line.number(message.entry.modseq.0);
            line.close();
        }
        FetchItem::InternalDate => {
            line.word("INTERNALDATE");
            let at = message.rest.as_ref().map(|row| format_date_time(row.received_at));
            line.nstring(at.as_deref());
        }
        FetchItem::Size => {
            line.word("RFC822.SIZE");
            line.number(message.rest.as_ref().map_or(0, |row| row.size));
        }
        FetchItem::Envelope => {
            line.word("ENVELOPE");
            parts.envelope().write(line);
        }
        FetchItem::Body => {
            line.word("BODY");
            parts.body().write_body(line);
        }
        FetchItem::BodyStructure => {
            line.word("BODYSTRUCTURE");
            parts.body().write_structure(line);
        }
        FetchItem::Rfc822 => write_bytes(line, "RFC822", parts.content()),
        FetchItem::Rfc822Header => write_bytes(line, "RFC822.HEADER", parts.header()),
        FetchItem::Rfc822Text => write_bytes(line, "RFC822.TEXT", parts.text()),
        FetchItem::Section { section, partial, .. } => {
            line.section(section, partial.map(|partial| partial.start));
            match parts.section(section) {
                Some(bytes) => line.literal(section::cut(bytes, *partial)),
                None => line.word("NIL"),
            }
        }
    }
}

fn write_bytes(line: &mut Line<'_>, name: &str, bytes: Bytes) {
    line.word(name);
    line.literal(bytes);
}
