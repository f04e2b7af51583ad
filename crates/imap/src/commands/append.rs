//! `APPEND` (RFC 9051 §6.3.12).

use bytes::Bytes;
use domain::Timestamp;
use mailbox::NewMessage;
use wire::imap::{Code, Flag, MailboxName};

use crate::answer::{Done, Refusal};
use crate::marks;
use crate::session::Session;

/// A message to append, as the command has it.
pub(crate) struct Appending {
    pub(crate) name: MailboxName,
    pub(crate) flags: Vec<Flag>,
    pub(crate) received_at: Option<Timestamp>,
    pub(crate) content: Bytes,
}

/// `APPEND`
pub(crate) async fn append(session: &mut Session, new: Appending) -> Result<Done, Refusal> {
    let folder = session.destination(&new.name).await?;
    if new.content.is_empty() {
        // RFC 9051 §6.3.12: an empty literal takes the command back.
        return Err(Refusal::No(None, "There is no message.".to_owned()));
    }
    let (flags, keywords) = marks::parse(&new.flags);
    let message = NewMessage { content: new.content, flags, keywords, received_at: new.received_at };
    let appended = session.mailbox.append(folder.id, message).await?;
    session.touch();
    let code = Code::AppendUid { uid_validity: appended.uid_validity.0, uid: appended.uid.0 };
    Ok(Done::with(code, "Appended."))
}
