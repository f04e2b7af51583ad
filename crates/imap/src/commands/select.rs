//! `SELECT`, `EXAMINE`, `CLOSE`, `UNSELECT` (RFC 9051 §6.3.2, §6.3.3, §6.4.1, §6.4.2).

use mailbox::{FolderIndex, UidSet};
use wire::imap::{Code, Flag, MailboxName, Parameter, SelectMode, Status, Writer};

use crate::answer::{Done, Refusal};
use crate::marks;
use crate::selected::{Condstore, Selected};
use crate::session::Session;

/// `SELECT` and `EXAMINE`. A folder that is not there leaves none selected.
pub(crate) async fn select(
    session: &mut Session,
    out: &mut Writer,
    name: &MailboxName,
    mode: SelectMode,
    parameters: &[Parameter],
) -> Result<Done, Refusal> {
    for parameter in parameters {
        match parameter {
            Parameter::Condstore => session.condstore = Condstore::On,
            Parameter::Unknown(_) => return Err(Refusal::Bad("An unknown SELECT parameter.")),
        }
    }
    if session.selected.take().is_some() {
        out.untagged(Status::Ok, Some(&Code::CLOSED), "The folder before is closed.");
    }
    let view = session.folder(name).await?;
    let index = session.mailbox.index(view.id).await?;
    let selected = Selected::new(&index, mode);
    write(out, &index, mode, &selected);
    session.selected = Some(selected);
    Ok(match mode {
        SelectMode::ReadWrite => Done::with(Code::READ_WRITE, "Selected."),
        SelectMode::ReadOnly => Done::with(Code::READ_ONLY, "Selected for reading."),
    })
}

fn write(out: &mut Writer, index: &FolderIndex, mode: SelectMode, selected: &Selected) {
    let flags: Vec<Flag> = marks::SYSTEM.into_iter().map(|(flag, _)| flag).collect();
    out.line(|line| {
        line.word("FLAGS");
        line.flags(&flags);
    });
    let exists = index.uids.len() as u64;
    for (number, word) in [(exists, "EXISTS"), (0, "RECENT")] {
        out.line(|line| {
            line.number(number);
            line.word(word);
        });
    }
    if let Some(place) = index.first_unseen.and_then(|uid| selected.place(uid)) {
        out.untagged(Status::Ok, Some(&Code::Unseen(place)), "The first that is not read.");
    }
    match mode {
        SelectMode::ReadWrite => {
            out.untagged(Status::Ok, Some(&Code::PermanentFlags(flags)), "Keywords as you like.");
        }
        SelectMode::ReadOnly => {
            out.untagged(Status::Ok, Some(&Code::NO_PERMANENT_FLAGS), "For reading only.");
        }
    }
    out.untagged(Status::Ok, Some(&Code::UidValidity(index.view.uid_validity.0)), "UIDs are valid.");
    out.untagged(Status::Ok, Some(&Code::UidNext(index.view.uid_next.0)), "The next UID.");
    out.untagged(Status::Ok, Some(&Code::HighestModSeq(index.view.modseq.0)), "The latest change.");
}

/// `CLOSE`: deletes what is marked, without a word, and leaves the folder.
pub(crate) async fn close(session: &mut Session) -> Result<Done, Refusal> {
    let selected = session.selected()?;
    if selected.mode() == SelectMode::ReadWrite {
        session.mailbox.expunge(selected.folder(), &UidSet::all()).await?;
    }
    session.selected = None;
    Ok(Done::new("Closed."))
}

/// `UNSELECT`: leaves the folder as it is.
pub(crate) fn unselect(session: &mut Session) -> Result<Done, Refusal> {
    session.selected()?;
    session.selected = None;
    Ok(Done::new("Left."))
}
