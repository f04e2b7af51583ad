//! `GETMETADATA` and `SETMETADATA` (RFC 5464 §4.2, §4.3). What is said of the server is kept with the mailbox.

use bytes::Bytes;
use domain::FolderId;
use mailbox::{MailError, Mailbox, NOTE_BYTES, Note, NoteOf};
use wire::imap::{Code, Depth, EntryName, MailboxName, MetadataCommand, Visibility, Writer};

use crate::answer::{Done, Refusal};
use crate::scope::absent;
use crate::session::Session;

/// A command about annotations.
pub(crate) async fn metadata(
    session: &Session,
    out: &mut Writer,
    command: MetadataCommand,
) -> Result<Done, Refusal> {
    match command {
        MetadataCommand::Get { name, depth, max_size, entries } => {
            get(session, out, &name, depth, max_size, &entries).await
        }
        MetadataCommand::Set { name, entries } => set(session, &name, entries).await,
    }
}

async fn get(
    session: &Session,
    out: &mut Writer,
    name: &MailboxName,
    depth: Depth,
    max_size: Option<u64>,
    entries: &[EntryName],
) -> Result<Done, Refusal> {
    let (mailbox, folder) = place(session, name).await?;
    let notes = mailbox.notes(folder).await?;
    let mut told: Vec<(String, Option<Bytes>)> = Vec::new();
    let mut longest = None;
    for entry in entries {
        let found = notes.iter().filter(|note| is_asked_for(entry, depth, note));
        let before = told.len();
        for note in found {
            let size = note.value.as_ref().map_or(0, |value| value.len() as u64);
            if max_size.is_some_and(|max_size| size > max_size) {
                longest = longest.max(Some(size));
            } else {
                told.push((name_of(note).text(), note.value.clone()));
            }
        }
        if told.len() == before && depth == Depth::Zero && longest.is_none() {
            told.push((entry.text(), None));
        }
    }
    // Two entries that were asked for may both name one below them.
    told.sort_by(|(one, _), (other, _)| one.cmp(other));
    told.dedup_by(|(one, _), (other, _)| one == other);
    write(out, name, &told);
    Ok(Done::maybe(longest.map(Code::MetadataLongEntries), "Told."))
}

/// Whether a note is the one asked for, or lies as deep below it as was asked for.
fn is_asked_for(entry: &EntryName, depth: Depth, note: &Note) -> bool {
    let name = name_of(note);
    if name.visibility != entry.visibility {
        return false;
    }
    let Some(below) = name.path.strip_prefix(&entry.path) else { return false };
    match depth {
        Depth::Zero => below.is_empty(),
        Depth::One => below.is_empty() || (below.starts_with('/') && !below[1..].contains('/')),
        Depth::Infinity => below.is_empty() || below.starts_with('/'),
    }
}

fn write(out: &mut Writer, name: &MailboxName, told: &[(String, Option<Bytes>)]) {
    if told.is_empty() {
        return;
    }
    out.line(|line| {
        line.word("METADATA");
        line.mailbox(name);
        line.open();
        for (entry, value) in told {
            line.astring(entry);
            match value {
                Some(value) if value.contains(&0) => line.literal8(value.clone()),
                Some(value) => line.string(value),
                None => line.word("NIL"),
            }
        }
        line.close();
    });
}

async fn set(
    session: &Session,
    name: &MailboxName,
    entries: Vec<(EntryName, Option<Bytes>)>,
) -> Result<Done, Refusal> {
    let note = |(entry, value): (EntryName, Option<Bytes>)| {
        let of = match entry.visibility {
            Visibility::Private => NoteOf::One,
            Visibility::Shared => NoteOf::All,
        };
        Note { of, name: entry.path, value }
    };
    let notes = entries.into_iter().map(note).collect();
    let (mailbox, folder) = place(session, name).await?;
    let noted = mailbox.note(folder, notes).await;
    noted.map_err(|error| match error {
        MailError::TooLarge(_) => {
            Refusal::no(Code::MetadataMaxSize(NOTE_BYTES as u64), "An annotation is not larger than this.")
        }
        MailError::TooMany(_) => Refusal::no(Code::METADATA_TOO_MANY, "There cannot be more annotations."),
        other @ (MailError::MayNot(_)
        | MailError::Ended(_)
        | MailError::NotFound(_)
        | MailError::Exists
        | MailError::Fixed
        | MailError::HasChildren
        | MailError::BadName
        | MailError::OverQuota
        | MailError::DiskFull
        | MailError::Unavailable
        | MailError::Internal) => other.into(),
    })?;
    Ok(Done::new("Noted."))
}

/// The folder of a name; none is the server, whose notes lie in the client's own mailbox.
async fn place(session: &Session, name: &MailboxName) -> Result<(Mailbox, Option<FolderId>), Refusal> {
    if name.as_str().is_empty() {
        return Ok((session.scope().own().await?.ok_or_else(absent)?, None));
    }
    let place = session.folder(name).await?;
    Ok((place.mailbox, Some(place.folder.id)))
}

fn name_of(note: &Note) -> EntryName {
    let visibility = match note.of {
        NoteOf::One => Visibility::Private,
        NoteOf::All => Visibility::Shared,
    };
    EntryName { visibility, path: note.name.clone() }
}
