//! What a client wants to be told of, whatever it is doing (RFC 5465).
//!
//! **Invariant:** a mailbox is told of as it is in that moment; what happened in between is told once, by what came of it.

use std::collections::HashMap;

use domain::FolderId;
use mailbox::{FolderView, INBOX};
use wire::imap::{
    Code, EventGroup, FetchItem, MailboxFilter, MailboxName, NotifyEvent, NotifyRequest, StatusItem, Writer,
};

use crate::answer::{Done, Refusal};
use crate::capability::News;
use crate::commands::{list, status};
use crate::connection::Connection;
use crate::scope::{Place, Root};
use crate::selected::Telling;
use crate::session::{DELIMITER, Session};

/// What a client asked to be told of.
pub(crate) struct Notify {
    groups: Vec<EventGroup>,
    /// The folders as the client was told of them.
    known: HashMap<FolderId, FolderView>,
}

impl Notify {
    /// What is to be told of the selected folder, and when.
    fn selected(&self) -> Option<(&EventGroup, Telling)> {
        self.groups.iter().find_map(|group| match group.filter {
            MailboxFilter::Selected => Some((group, Telling::Everything)),
            MailboxFilter::SelectedDelayed => Some((group, Telling::NoExpunge)),
            MailboxFilter::Inboxes
            | MailboxFilter::Personal
            | MailboxFilter::Subscribed
            | MailboxFilter::Subtree(_)
            | MailboxFilter::Mailboxes(_) => None,
        })
    }

    /// What may be told of the selected folder while the client does nothing; nothing when it does not want that.
    pub(crate) fn unasked(&self) -> Option<Telling> {
        self.selected().filter(|(group, _)| !group.events.is_empty()).map(|(_, telling)| telling)
    }

    /// What is told of each new message in the selected folder.
    fn items(&self) -> Vec<FetchItem> {
        let events = self.selected().map(|(group, _)| group.events.as_slice()).unwrap_or_default();
        let items = events.iter().find_map(|event| match event {
            NotifyEvent::MessageNew(items) => Some(items.clone()),
            NotifyEvent::MessageExpunge
            | NotifyEvent::FlagChange
            | NotifyEvent::MailboxName
            | NotifyEvent::SubscriptionChange
            | NotifyEvent::Unknown(_) => None,
        });
        items.unwrap_or_default()
    }

    /// The events that are told of a folder that is not selected: those of the first group that fits it.
    fn events(&self, folder: &FolderView) -> &[NotifyEvent] {
        let found = self.groups.iter().find(|group| fits(&group.filter, folder));
        found.map(|group| group.events.as_slice()).unwrap_or_default()
    }
}

fn fits(filter: &MailboxFilter, folder: &FolderView) -> bool {
    let is = |name: &MailboxName| name.as_str() == folder.name;
    let is_below = |name: &MailboxName| folder.name.starts_with(&format!("{}{DELIMITER}", name.as_str()));
    match filter {
        MailboxFilter::Selected | MailboxFilter::SelectedDelayed => false,
        // RFC 5465 §6.3: where mail is delivered to.
        MailboxFilter::Inboxes => folder.name == INBOX,
        MailboxFilter::Personal => true,
        MailboxFilter::Subscribed => folder.subscribed,
        MailboxFilter::Subtree(names) => names.iter().any(|name| is(name) || is_below(name)),
        MailboxFilter::Mailboxes(names) => names.iter().any(is),
    }
}

/// `NOTIFY`
pub(crate) async fn notify(
    session: &mut Session,
    out: &mut Writer,
    request: NotifyRequest,
) -> Result<Done, Refusal> {
    if session.notifies() == News::OfSelected {
        return Err(Refusal::no(Code::CANNOT, "There are several mailboxes: this is told of one only."));
    }
    let (status, groups) = match request {
        NotifyRequest::None => (false, Vec::new()),
        NotifyRequest::Set { status, groups } => (status, groups),
    };
    let is_unknown = |event: &NotifyEvent| matches!(event, NotifyEvent::Unknown(_));
    if groups.iter().any(|group| group.events.iter().any(is_unknown)) {
        return Err(Refusal::no(Code::BAD_EVENT, "Not everything of this can be told."));
    }
    let folders = session.mailbox()?.folders().await?;
    let known = folders.iter().map(|folder| (folder.id, folder.clone())).collect();
    let notify = Notify { groups, known };
    let selected = session.selected.as_ref().map(crate::selected::Selected::folder);
    for folder in folders.iter().filter(|folder| Some(folder.id) != selected) {
        if status && notify.events(folder).contains(&NotifyEvent::MessageExpunge) {
            let place = place(session, folder)?;
            status::write(session, out, &place, items_of(session, notify.events(folder))).await?;
        }
    }
    session.notify = Some(notify);
    // RFC 5465 §3.1: what has piled up is told at once.
    session.touch();
    Ok(Done::new("Noted."))
}

/// Tells what has changed: in the selected folder, and elsewhere what the client wants to know of.
pub(crate) async fn tell(
    session: &mut Session,
    connection: &mut Connection,
    telling: Telling,
) -> Result<(), Refusal> {
    session.tell(&mut connection.writer, telling).await?;
    let Some(notify) = &session.notify else { return Ok(()) };
    let items = notify.items();
    let fresh = session.selected.as_mut().map(crate::selected::Selected::take_fresh).unwrap_or_default();
    if !fresh.is_empty() && !items.is_empty() {
        Box::pin(crate::commands::fetch::tell_new(session, connection, &fresh, items)).await?;
    }
    if session.take_elsewhere() {
        tell_elsewhere(session, &mut connection.writer).await?;
    }
    Ok(())
}

async fn tell_elsewhere(session: &mut Session, out: &mut Writer) -> Result<(), Refusal> {
    let folders = session.mailbox()?.folders().await?;
    // Taken out, so that the session can be asked meanwhile; nobody else does.
    let Some(mut notify) = session.notify.take() else { return Ok(()) };
    let told = tell_folders(session, out, &notify, &folders).await;
    notify.known = folders.into_iter().map(|folder| (folder.id, folder)).collect();
    session.notify = Some(notify);
    told
}

async fn tell_folders(
    session: &mut Session,
    out: &mut Writer,
    notify: &Notify,
    folders: &[FolderView],
) -> Result<(), Refusal> {
    let is_there = |id: &FolderId| folders.iter().any(|folder| folder.id == *id);
    for gone in notify.known.values().filter(|folder| !is_there(&folder.id)) {
        if notify.events(gone).contains(&NotifyEvent::MailboxName) {
            list::write_gone(out, &gone.name);
        }
    }
    let selected = session.selected.as_ref().map(crate::selected::Selected::folder);
    for folder in folders {
        let before = notify.known.get(&folder.id);
        let events = notify.events(folder);
        tell_name(out, folders, folder, before, events);
        if Some(folder.id) != selected && before.is_some_and(|before| has_news(before, folder, events)) {
            let place = place(session, folder)?;
            status::write(session, out, &place, items_of(session, events)).await?;
        }
    }
    Ok(())
}

/// A folder of the one mailbox.
fn place(session: &Session, folder: &FolderView) -> Result<Place, Refusal> {
    let root = Root { mailbox: session.mailbox()?.clone(), prefix: String::new() };
    Ok(root.place(folder.clone()))
}

/// Tells that a folder is new, has another name, or is subscribed or not any more (RFC 5465 §5.4, §5.5).
fn tell_name(
    out: &mut Writer,
    folders: &[FolderView],
    folder: &FolderView,
    before: Option<&FolderView>,
    events: &[NotifyEvent],
) {
    let renamed = before.filter(|before| before.name != folder.name);
    let is_named = before.is_none() || renamed.is_some();
    let is_subscribed = before.is_some_and(|before| before.subscribed != folder.subscribed);
    if (is_named && events.contains(&NotifyEvent::MailboxName))
        || (is_subscribed && events.contains(&NotifyEvent::SubscriptionChange))
    {
        list::write_changed(out, folders, folder, renamed.map(|before| before.name.as_str()));
    }
}

/// Whether something happened to messages of a folder that is to be told.
fn has_news(before: &FolderView, now: &FolderView, events: &[NotifyEvent]) -> bool {
    let is_counted = (before.total, before.uid_next) != (now.total, now.uid_next);
    (is_counted && events.contains(&NotifyEvent::MessageExpunge))
        || (before.modseq != now.modseq && events.contains(&NotifyEvent::FlagChange))
}

/// What is told of a folder with news (RFC 5465 §5.1 to §5.3).
fn items_of(session: &Session, events: &[NotifyEvent]) -> &'static [StatusItem] {
    const ITEMS: [StatusItem; 4] =
        [StatusItem::Messages, StatusItem::UidNext, StatusItem::UidValidity, StatusItem::HighestModSeq];
    let tells_changes = session.enabled.condstore || events.contains(&NotifyEvent::FlagChange);
    if tells_changes { &ITEMS } else { &ITEMS[..3] }
}
