//! `COPY`, `MOVE`, `EXPUNGE` (RFC 9051 §6.4.7, §6.4.8, §6.4.3; RFC 4315; RFC 6851).

use mailbox::{Copied, UidSet};
use wire::imap::{By, Code, MailboxName, SequenceSet, Status, Writer};

use crate::answer::{Done, Refusal};
use crate::session::Session;

/// `COPY`
pub(crate) async fn copy(
    session: &mut Session,
    by: By,
    set: &SequenceSet,
    to: &MailboxName,
) -> Result<Done, Refusal> {
    let selected = session.selected()?;
    let (folder, uids) = (selected.folder(), selected.resolve(by, set));
    let uids = selected.set_of(&uids);
    let to = session.destination(to).await?;
    let copied = session.mailbox.copy(folder, &uids, to.id).await?;
    session.touch();
    Ok(Done::maybe(copy_uid(copied), "Copied."))
}

/// `MOVE`. The new UIDs are told before the old ones are gone (RFC 6851 §4.3).
pub(crate) async fn move_to(
    session: &mut Session,
    out: &mut Writer,
    by: By,
    set: &SequenceSet,
    to: &MailboxName,
) -> Result<Done, Refusal> {
    let selected = session.writable()?;
    let (folder, uids) = (selected.folder(), selected.resolve(by, set));
    let uids = selected.set_of(&uids);
    let to = session.destination(to).await?;
    if to.id == folder {
        return Err(Refusal::no(Code::CANNOT, "The messages are in this folder already."));
    }
    let moved = session.mailbox.move_to(folder, &uids, to.id).await?;
    session.touch();
    if let Some(code) = copy_uid(moved) {
        out.untagged(Status::Ok, Some(&code), "Moved.");
        return Ok(Done::expunged("Moved."));
    }
    Ok(Done::new("Moved."))
}

fn copy_uid(copied: Copied) -> Option<Code> {
    let (from, to): (Vec<u32>, Vec<u32>) = copied.pairs.into_iter().map(|(old, new)| (old.0, new.0)).unzip();
    (!from.is_empty()).then_some(Code::CopyUid { uid_validity: copied.uid_validity.0, from, to })
}

/// `EXPUNGE`, and `UID EXPUNGE` with its set.
pub(crate) async fn expunge(session: &mut Session, set: Option<&SequenceSet>) -> Result<Done, Refusal> {
    let selected = session.writable()?;
    let uids = match set {
        Some(set) => selected.set_of(&selected.resolve(By::Uid, set)),
        None => UidSet::all(),
    };
    let folder = selected.folder();
    if !uids.is_empty() {
        let gone = session.mailbox.expunge(folder, &uids).await?;
        session.touch();
        if !gone.is_empty() {
            return Ok(Done::expunged("Expunged."));
        }
    }
    Ok(Done::new("Expunged."))
}
