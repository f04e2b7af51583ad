//! `STORE` (RFC 9051 §6.4.6, RFC 7162 §3.1.3).

use mailbox::{ModSeq, Uid};
use wire::imap::{By, Code, SequenceSet, StoreRequest, Told, Writer};

use crate::answer::{Done, Refusal};
use crate::marks;
use crate::selected::{Telling, write_flags};
use crate::session::Session;

/// `STORE`
pub(crate) async fn store(
    session: &mut Session,
    out: &mut Writer,
    by: By,
    set: &SequenceSet,
    request: &StoreRequest,
) -> Result<Done, Refusal> {
    if request.unchanged_since.is_some() {
        session.enabled.condstore = true;
    }
    session.writable()?;
    // What others did is told first: behind this change it would look as if the client had made it.
    session.tell(out, Telling::NoExpunge).await?;
    let selected = session.selected()?;
    let asked = selected.resolve(by, set);
    let (folder, uids) = (selected.folder(), selected.set_of(&asked));
    let change = marks::change(request.mode, &request.flags);
    let since = request.unchanged_since.map(ModSeq);
    let result = session.mailbox()?.set_flags(folder, &uids, change, since).await?;
    session.touch();

    let selected = session.selected()?;
    for entry in &result.entries {
        // RFC 7162 §3.1.3: who asks for UNCHANGEDSINCE is told MODSEQ even when silent.
        let told = request.told == Told::Yes || session.enabled.condstore;
        if told && let Some(place) = selected.place(entry.uid) {
            write_flags(out, place, entry, session.enabled);
        }
    }
    let is_there = |uid: &u32| {
        result.entries.binary_search_by_key(&Uid(*uid), |entry| entry.uid).is_ok()
            || result.modified.binary_search(&Uid(*uid)).is_ok()
    };
    let all_there = asked.iter().all(is_there);
    let modified: Vec<u32> = result.modified.iter().filter_map(|uid| number(session, by, *uid)).collect();
    session.knows(&result.entries);
    if !modified.is_empty() {
        return Ok(Done::with(Code::Modified(modified), "Some messages had changed."));
    }
    if !all_there && by == By::Sequence {
        return Err(Refusal::no(Code::EXPUNGE_ISSUED, "Some messages are gone."));
    }
    Ok(Done::new("Stored."))
}

fn number(session: &Session, by: By, uid: Uid) -> Option<u32> {
    match by {
        By::Uid => Some(uid.0),
        By::Sequence => session.selected.as_ref().and_then(|selected| selected.place(uid)),
    }
}
