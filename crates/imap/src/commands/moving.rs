//! `COPY`, `MOVE`, `EXPUNGE` (RFC 9051 §6.4.7, §6.4.8, §6.4.3; RFC 4315; RFC 6851).

use domain::FolderId;
use mailbox::{Copied, Mailbox, NewMessage, UidSet};
use wire::imap::{By, Code, MailboxName, SequenceSet, Status, Writer};

use crate::answer::{Done, Refusal};
use crate::scope::Place;
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
    let copied = if to.mailbox.id() == session.mailbox()?.id() {
        session.mailbox()?.copy(folder, &uids, to.folder.id).await?
    } else {
        carry(session.mailbox()?, folder, &uids, &to).await?
    };
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
    if to.folder.id == folder {
        return Err(Refusal::no(Code::CANNOT, "The messages are in this folder already."));
    }
    if to.mailbox.id() != session.mailbox()?.id() {
        // Two mailboxes are two transactions: what is copied and not deleted is there twice, and never lost.
        return Err(Refusal::no(Code::CANNOT, "Into another mailbox messages are copied, and then deleted."));
    }
    let moved = session.mailbox()?.move_to(folder, &uids, to.folder.id).await?;
    session.touch();
    if let Some(code) = copy_uid(moved) {
        out.untagged(Status::Ok, Some(&code), "Moved.");
        return Ok(Done::expunged("Moved."));
    }
    Ok(Done::new("Moved."))
}

/// How much is carried from one mailbox to another at a time, in bytes: all of it is in memory once.
const CARRIED_BYTES: u64 = 64 * 1024 * 1024;

/// Copies messages into another mailbox: all of them, or none.
async fn carry(from: &Mailbox, folder: FolderId, uids: &UidSet, to: &Place) -> Result<Copied, Refusal> {
    let found = from.fetch(folder, uids).await?;
    if found.iter().map(|message| message.size).sum::<u64>() > CARRIED_BYTES {
        return Err(Refusal::no(Code::LIMIT, "Copy fewer messages at a time into another mailbox."));
    }
    let mut messages = Vec::with_capacity(found.len());
    for message in &found {
        messages.push(NewMessage {
            content: from.content_of(message.message).await?,
            flags: message.entry.flags,
            keywords: message.entry.keywords.clone(),
            received_at: Some(message.received_at),
        });
    }
    let appended = to.mailbox.append_all(to.folder.id, messages).await?;
    let pairs = found.iter().zip(&appended).map(|(old, new)| (old.entry.uid, new.uid)).collect();
    Ok(Copied { uid_validity: to.folder.uid_validity, pairs })
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
        let gone = session.mailbox()?.expunge(folder, &uids).await?;
        session.touch();
        if !gone.is_empty() {
            return Ok(Done::expunged("Expunged."));
        }
    }
    Ok(Done::new("Expunged."))
}
