//! `SELECT`, `EXAMINE`, `CLOSE`, `UNSELECT` (RFC 9051 §6.3.2, §6.3.3, §6.4.1, §6.4.2; RFC 7162 §3.2.5).

use mailbox::{FolderIndex, FolderView, UidSet};
use wire::imap::{Code, Flag, MailboxName, Parameter, Remembered, SelectMode, Status, Writer, write_numbers};

use super::list;
use crate::answer::{Done, Refusal};
use crate::enabled::Enabled;
use crate::selected::{Selected, write_flags};
use crate::session::Session;
use crate::{marks, object_id};

/// `SELECT` and `EXAMINE`. A folder that is not there leaves none selected.
pub(crate) async fn select(
    session: &mut Session,
    out: &mut Writer,
    name: &MailboxName,
    mode: SelectMode,
    parameters: &[Parameter],
) -> Result<Done, Refusal> {
    let remembered = switch_on(session, parameters)?;
    if session.selected.is_some() {
        session.leave();
        out.untagged(Status::Ok, Some(&Code::CLOSED), "The folder before is closed.");
    }
    let place = session.folder(name).await?;
    // Watched before it is read, so that nothing falls between.
    session.enter(&place.mailbox);
    let index = place.mailbox.index(place.folder.id).await?;
    let selected = Selected::new(&index, mode);
    write(out, &index, mode, &selected, session.enabled);
    if session.enabled.rev2 {
        // RFC 9051 §6.3.2: what the folder is called is part of the answer.
        list::write_one(session, out, &place).await?;
    }
    if let Some(remembered) = remembered {
        catch_up(session, out, &index.view, &selected, remembered).await?;
    }
    session.selected = Some(selected);
    Ok(match mode {
        SelectMode::ReadWrite => Done::with(Code::READ_WRITE, "Selected."),
        SelectMode::ReadOnly => Done::with(Code::READ_ONLY, "Selected for reading."),
    })
}

/// Does what the options ask for; what the client remembers of the folder, if it says so.
fn switch_on<'a>(
    session: &mut Session,
    parameters: &'a [Parameter],
) -> Result<Option<&'a Remembered>, Refusal> {
    let mut found = None;
    for parameter in parameters {
        match parameter {
            Parameter::Condstore => session.enabled.condstore = true,
            Parameter::Qresync(remembered) if session.enabled.qresync => found = Some(remembered),
            Parameter::Qresync(_) => return Err(Refusal::Bad("Enable QRESYNC first.")),
            Parameter::Unknown(_) => return Err(Refusal::Bad("An unknown SELECT parameter.")),
        }
    }
    Ok(found)
}

/// Tells what happened in the folder since the client knew it (RFC 7162 §3.2.5.1, §3.2.5.2).
async fn catch_up(
    session: &Session,
    out: &mut Writer,
    view: &FolderView,
    selected: &Selected,
    remembered: &Remembered,
) -> Result<(), Refusal> {
    if remembered.uid_validity != view.uid_validity.0 {
        return Ok(());
    }
    let changes = session.mailbox()?.changes_since(view.id, mailbox::ModSeq(remembered.mod_seq)).await?;
    let last = view.uid_next.0.saturating_sub(1);
    let known = match &remembered.known {
        Some(set) => UidSet::of_ranges(set.resolve(last)),
        None => UidSet::all(),
    };
    write_vanished(out, changes.vanished.iter().filter(|uid| known.contains(**uid)).map(|uid| uid.0));
    for entry in changes.changed.iter().filter(|entry| known.contains(entry.uid)) {
        if let Some(place) = selected.place(entry.uid) {
            write_flags(out, place, entry, session.enabled);
        }
    }
    Ok(())
}

/// `VANISHED (EARLIER)`: gone before, so no number changes (RFC 7162 §3.2.10).
pub(crate) fn write_vanished(out: &mut Writer, uids: impl Iterator<Item = u32>) {
    let numbers = write_numbers(uids);
    if !numbers.is_empty() {
        out.line(|line| {
            line.word("VANISHED (EARLIER)");
            line.word(&numbers);
        });
    }
}

fn write(out: &mut Writer, index: &FolderIndex, mode: SelectMode, selected: &Selected, enabled: Enabled) {
    let flags: Vec<Flag> = marks::SYSTEM.into_iter().map(|(flag, _)| flag).collect();
    out.line(|line| {
        line.word("FLAGS");
        line.flags(&flags);
    });
    write_count(out, index.uids.count(), "EXISTS");
    if !enabled.rev2 {
        // RFC 9051 appendix E: IMAP4rev2 knows neither.
        write_count(out, 0, "RECENT");
        if let Some(place) = index.first_unseen.and_then(|uid| selected.place(uid)) {
            out.untagged(Status::Ok, Some(&Code::Unseen(place)), "The first that is not read.");
        }
    }
    match mode {
        SelectMode::ReadWrite => {
            out.untagged(Status::Ok, Some(&Code::PermanentFlags(flags)), "Keywords as you like.");
        }
        SelectMode::ReadOnly => {
            out.untagged(Status::Ok, Some(&Code::NO_PERMANENT_FLAGS), "For reading only.");
        }
    }
    let view = &index.view;
    out.untagged(Status::Ok, Some(&Code::UidValidity(view.uid_validity.0)), "UIDs are valid.");
    out.untagged(Status::Ok, Some(&Code::UidNext(view.uid_next.0)), "The next UID.");
    out.untagged(Status::Ok, Some(&Code::HighestModSeq(view.modseq.0)), "The latest change.");
    out.untagged(Status::Ok, Some(&Code::MailboxId(object_id::folder(view.id))), "The folder.");
}

fn write_count(out: &mut Writer, number: u64, word: &str) {
    out.line(|line| {
        line.number(number);
        line.word(word);
    });
}

/// `CLOSE`: deletes what is marked, without a word, and leaves the folder.
pub(crate) async fn close(session: &mut Session) -> Result<Done, Refusal> {
    let selected = session.selected()?;
    let mut code = None;
    if selected.mode() == SelectMode::ReadWrite {
        let gone = session.mailbox()?.expunge(selected.folder(), &UidSet::all()).await?;
        if session.enabled.qresync && !gone.is_empty() && !selected.owes() {
            code = Some(known_up_to(session, selected, &gone).await?);
        }
    }
    session.leave();
    Ok(Done::maybe(code, "Closed."))
}

/// Up to which change the client knows the folder (RFC 7162 §3.2.8): to the last one, if all since is its own.
async fn known_up_to(session: &Session, selected: &Selected, gone: &[mailbox::Uid]) -> Result<Code, Refusal> {
    let changes = session.mailbox()?.changes_since(selected.folder(), selected.told()).await?;
    let is_own = |uid: &mailbox::Uid| gone.binary_search(uid).is_ok();
    let all_its_own = changes.changed.is_empty() && changes.vanished.iter().all(is_own);
    let known = if all_its_own { changes.view.modseq } else { selected.told() };
    Ok(Code::HighestModSeq(known.0))
}

/// `UNSELECT`: leaves the folder as it is.
pub(crate) fn unselect(session: &mut Session) -> Result<Done, Refusal> {
    session.selected()?;
    session.leave();
    Ok(Done::new("Left."))
}
