//! `APPEND` and `REPLACE` (RFC 9051 §6.3.12, RFC 3502, RFC 8508).

use bytes::Bytes;
use mailbox::{Appended, NewMessage};
use wire::imap::{Bound, By, Code, Handed, HandedContent, MailboxName, SequenceSet, Status, Writer};

use super::catenate::catenate;
use crate::answer::{Done, Refusal};
use crate::marks;
use crate::scope::Place;
use crate::session::Session;

/// `APPEND`: all of the messages, or none.
pub(crate) async fn append(
    session: &mut Session,
    name: &MailboxName,
    handed: Vec<Handed>,
) -> Result<Done, Refusal> {
    let Place { mailbox, folder, .. } = session.destination(name).await?;
    let mut messages = Vec::with_capacity(handed.len());
    for handed in handed {
        messages.push(new_message(session, handed).await?);
    }
    let appended = mailbox.append_all(folder.id, messages).await?;
    session.touch();
    Ok(Done::maybe(append_uid(&appended), "Appended."))
}

/// `REPLACE`: the new one is filed and the old one is gone in one step.
pub(crate) async fn replace(
    session: &mut Session,
    out: &mut Writer,
    by: By,
    old: Bound,
    name: &MailboxName,
    handed: Handed,
) -> Result<Done, Refusal> {
    let selected = session.writable()?;
    let (from, old) = (selected.folder(), selected.resolve(by, &SequenceSet::one(old)));
    let [old] = old[..] else {
        return Err(Refusal::No(None, "There is no such message.".to_owned()));
    };
    let Place { mailbox, folder, .. } = session.destination(name).await?;
    if mailbox.id() != session.mailbox()?.id() {
        return Err(Refusal::no(Code::CANNOT, "The new message lies in the mailbox of the old one."));
    }
    let message = new_message(session, handed).await?;
    let appended = mailbox.replace(from, mailbox::Uid(old), folder.id, message).await?;
    session.touch();
    // RFC 8508 §3.3: told before the old one is gone.
    out.untagged(Status::Ok, append_uid(&[appended]).as_ref(), "Appended.");
    Ok(Done::expunged("Replaced."))
}

fn append_uid(appended: &[Appended]) -> Option<Code> {
    let uid_validity = appended.first()?.uid_validity.0;
    Some(Code::AppendUid { uid_validity, uids: appended.iter().map(|appended| appended.uid.0).collect() })
}

async fn new_message(session: &Session, handed: Handed) -> Result<NewMessage, Refusal> {
    let content = content(session, handed.content).await?;
    if content.is_empty() {
        // RFC 3502 §6.3.11: an empty literal takes the command back.
        return Err(Refusal::No(None, "There is no message.".to_owned()));
    }
    if content.contains(&0) {
        // RFC 3516 §4.4: a zero byte can be handed in, and be kept only where it can be told again.
        return Err(Refusal::no(Code::UNKNOWN_CTE, "A message with zero bytes is not kept."));
    }
    let (flags, keywords) = marks::parse(&handed.flags);
    Ok(NewMessage { content, flags, keywords, received_at: handed.received_at })
}

async fn content(session: &Session, content: HandedContent) -> Result<Bytes, Refusal> {
    match content {
        HandedContent::Whole(bytes) => Ok(bytes),
        HandedContent::Pieces(pieces) => Box::pin(catenate(session, pieces)).await,
    }
}
