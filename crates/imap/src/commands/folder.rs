//! `CREATE`, `DELETE`, `RENAME`, `SUBSCRIBE`, `UNSUBSCRIBE` (RFC 9051 §6.3.4 to §6.3.8, RFC 6154 §3).

use mailbox::{SpecialUse, Subscription};
use wire::imap::{Code, MailboxName, Status, Writer};

use crate::answer::{Done, Refusal};
use crate::object_id;
use crate::scope::Place;
use crate::session::Session;

/// `CREATE`
pub(crate) async fn create(
    session: &mut Session,
    name: &MailboxName,
    uses: &[String],
) -> Result<Done, Refusal> {
    let special = match uses {
        [] => None,
        [one] => Some(special_use(one)?),
        [_, ..] => return Err(unknown_use()),
    };
    let (root, inner) = session.scope().root_of(name.as_str()).await?;
    let folder = root.mailbox.create_folder(inner, special).await?;
    // RFC 8474 §4.1: who makes a folder is told its id.
    Ok(Done::with(Code::MailboxId(object_id::folder(folder)), "Created."))
}

fn special_use(attribute: &str) -> Result<SpecialUse, Refusal> {
    let name = attribute.trim_start_matches('\\').to_ascii_lowercase();
    let found = SpecialUse::ALL.into_iter().find(|special| special.as_str() == name);
    found.filter(|special| *special != SpecialUse::Inbox).ok_or_else(unknown_use)
}

fn unknown_use() -> Refusal {
    Refusal::no(Code::USE_ATTR, "A folder cannot have this use.")
}

/// `DELETE`
pub(crate) async fn delete(
    session: &mut Session,
    out: &mut Writer,
    name: &MailboxName,
) -> Result<Done, Refusal> {
    let Place { mailbox, folder, .. } = session.folder(name).await?;
    mailbox.delete_folder(folder.id).await?;
    if session.selected.as_ref().is_some_and(|selected| selected.folder() == folder.id) {
        session.leave();
        out.untagged(Status::Ok, Some(&Code::CLOSED), "The selected folder was deleted.");
    }
    Ok(Done::new("Deleted."))
}

/// `RENAME`
pub(crate) async fn rename(
    session: &mut Session,
    from: &MailboxName,
    to: &MailboxName,
) -> Result<Done, Refusal> {
    let Place { mailbox, folder, .. } = session.folder(from).await?;
    let (root, inner) = session.scope().root_of(to.as_str()).await?;
    if root.mailbox.id() != mailbox.id() {
        return Err(Refusal::no(Code::CANNOT, "A folder stays in its mailbox."));
    }
    mailbox.rename_folder(folder.id, inner).await?;
    Ok(Done::new("Renamed."))
}

/// `SUBSCRIBE` and `UNSUBSCRIBE`
pub(crate) async fn subscribe(
    session: &mut Session,
    name: &MailboxName,
    to: Subscription,
) -> Result<Done, Refusal> {
    let Place { mailbox, folder, .. } = session.folder(name).await?;
    mailbox.subscribe(folder.id, to).await?;
    Ok(Done::new("Noted."))
}
