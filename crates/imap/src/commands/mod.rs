//! One file per command, or per few that belong together.
//!
//! **Invariant:** a command tells what it was asked for and nothing else; what has changed in the folder meanwhile is
//! told after it, by the one who called it.

mod acl;
mod append;
mod catenate;
mod criteria;
pub(crate) mod fetch;
mod folder;
pub(crate) mod list;
mod metadata;
mod moving;
mod order;
mod quota;
mod search;
mod select;
pub(crate) mod status;
mod store;

use mailbox::Subscription;
use wire::imap::{By, Command, Tag};

use crate::answer::{Done, Refusal};
use crate::connection::Connection;
use crate::enabled::enable;
use crate::notify;
use crate::selected::Telling;
use crate::session::Session;

/// Does a command of a signed-in client. Those that need the connection itself never come here.
pub(crate) async fn run(
    session: &mut Session,
    connection: &mut Connection,
    tag: &Tag,
    command: Command,
) -> Result<Done, Refusal> {
    let out = &mut connection.writer;
    match command {
        Command::Select { name, mode, parameters } => {
            select::select(session, out, &name, mode, &parameters).await
        }
        Command::Close => select::close(session).await,
        Command::Unselect => select::unselect(session),
        Command::Create { name, special_use } => folder::create(session, &name, &special_use).await,
        Command::Delete(name) => folder::delete(session, out, &name).await,
        Command::Rename { from, to } => folder::rename(session, &from, &to).await,
        Command::Subscribe(name) => folder::subscribe(session, &name, Subscription::On).await,
        Command::Unsubscribe(name) => folder::subscribe(session, &name, Subscription::Off).await,
        Command::List(request) => list::list(session, out, &request).await,
        Command::Lsub { reference, pattern } => list::lsub(session, out, &reference, &pattern).await,
        Command::Namespace => Ok(list::namespace(session, out)),
        Command::Status { name, items } => status::status(session, out, &name, &items).await,
        Command::Append { name, messages } => append::append(session, &name, messages).await,
        Command::Replace { by, old, name, message } => {
            append::replace(session, out, by, old, &name, message).await
        }
        Command::Search { by, request } => search::search(session, out, tag, by, &request).await,
        Command::Sort { by, request } => order::sort(session, out, tag, by, &request).await,
        Command::Thread { by, algorithm, key } => order::thread(session, out, by, algorithm, &key).await,
        Command::Quota(command) => quota::quota(session, out, &command).await,
        Command::Notify(request) => notify::notify(session, out, request).await,
        Command::Metadata(command) => metadata::metadata(session, out, command).await,
        Command::Acl(command) => acl::acl(session, out, &command).await,
        Command::Fetch { by, set, request } => {
            Box::pin(fetch::fetch(session, connection, by, &set, &request)).await
        }
        Command::Store { by, set, request } => store::store(session, out, by, &set, &request).await,
        Command::Copy { by, set, to } => moving::copy(session, by, &set, &to).await,
        Command::Move { by, set, to } => moving::move_to(session, out, by, &set, &to).await,
        Command::Expunge(set) => moving::expunge(session, set.as_ref()).await,
        Command::Enable(words) => Ok(enable(session, connection, &words)),
        Command::Noop => {
            session.touch();
            Ok(Done::new("Here."))
        }
        Command::Check => {
            session.selected()?;
            session.touch();
            Ok(Done::new("Here."))
        }
        Command::Capability
        | Command::Logout
        | Command::Id(_)
        | Command::Idle
        | Command::Compress(_)
        | Command::StartTls
        | Command::Authenticate { .. }
        | Command::Login { .. } => Err(Refusal::Bad("This cannot be asked now.")),
    }
}

/// Whether a client asks with it for what has changed, or changes something itself: then it is told in any case.
pub(crate) const fn asks_for_news(command: &Command) -> bool {
    matches!(
        command,
        Command::Noop
            | Command::Check
            | Command::Idle
            | Command::Notify(_)
            | Command::Expunge(_)
            | Command::Move { .. }
            | Command::Replace { .. }
            | Command::Store { .. }
            | Command::Fetch { .. }
    )
}

/// What may be told after a command (RFC 9051 §7.5.1: no EXPUNGE while messages are counted by place).
pub(crate) const fn telling(command: &Command) -> Telling {
    match command {
        Command::Fetch { by: By::Sequence, .. }
        | Command::Store { by: By::Sequence, .. }
        | Command::Sort { by: By::Sequence, .. }
        | Command::Thread { by: By::Sequence, .. }
        | Command::Search { by: By::Sequence, .. } => Telling::NoExpunge,
        Command::Capability
        | Command::Noop
        | Command::Logout
        | Command::StartTls
        | Command::Authenticate { .. }
        | Command::Login { .. }
        | Command::Id(_)
        | Command::Enable(_)
        | Command::Select { .. }
        | Command::Create { .. }
        | Command::Delete(_)
        | Command::Rename { .. }
        | Command::Subscribe(_)
        | Command::Unsubscribe(_)
        | Command::List(_)
        | Command::Lsub { .. }
        | Command::Namespace
        | Command::Status { .. }
        | Command::Append { .. }
        | Command::Replace { .. }
        | Command::Sort { by: By::Uid, .. }
        | Command::Thread { by: By::Uid, .. }
        | Command::Quota(_)
        | Command::Acl(_)
        | Command::Metadata(_)
        | Command::Notify(_)
        | Command::Compress(_)
        | Command::Idle
        | Command::Check
        | Command::Close
        | Command::Unselect
        | Command::Expunge(_)
        | Command::Search { by: By::Uid, .. }
        | Command::Fetch { by: By::Uid, .. }
        | Command::Store { by: By::Uid, .. }
        | Command::Copy { .. }
        | Command::Move { .. } => Telling::Everything,
    }
}
