//! One file per command, or per few that belong together.
//!
//! **Invariant:** a command tells what it was asked for and nothing else; what has changed in the folder meanwhile is
//! told after it, by the one who called it.

mod append;
mod fetch;
mod folder;
mod list;
mod moving;
mod search;
mod select;
mod status;
mod store;

use mailbox::Subscription;
use wire::imap::{By, Command, Tag};

use self::append::Appending;
use crate::answer::{Done, Refusal};
use crate::connection::Connection;
use crate::selected::{Condstore, Telling};
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
        Command::Namespace => Ok(list::namespace(out)),
        Command::Status { name, items } => status::status(session, out, &name, &items).await,
        Command::Append { name, flags, received_at, message } => {
            append::append(session, Appending { name, flags, received_at, content: message }).await
        }
        Command::Search { by, request } => search::search(session, out, tag, by, &request).await,
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
        | Command::StartTls
        | Command::Authenticate { .. }
        | Command::Login { .. } => Err(Refusal::Bad("This cannot be asked now.")),
    }
}

/// `ENABLE` (RFC 9051 §6.3.1): of what can be enabled, only CONDSTORE is known here.
fn enable(session: &mut Session, connection: &mut Connection, words: &[String]) -> Done {
    let condstore = words.iter().any(|word| word == "CONDSTORE");
    if condstore {
        session.condstore = Condstore::On;
    }
    connection.writer.line(|line| {
        line.word("ENABLED");
        if condstore {
            line.word("CONDSTORE");
        }
    });
    Done::new("Enabled.")
}

/// What may be told after a command (RFC 9051 §7.5.1: no EXPUNGE while messages are counted by place).
pub(crate) const fn telling(command: &Command) -> Telling {
    match command {
        Command::Fetch { by: By::Sequence, .. }
        | Command::Store { by: By::Sequence, .. }
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
