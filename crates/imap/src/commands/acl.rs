//! `MYRIGHTS`, and the commands that would show or change those of others (RFC 4314 §3).
//!
//! Who may do what is one grant for a whole mailbox, given in the Manager. Here everybody sees their own.

use domain::Rights;
use mailbox::Act;
use wire::imap::{AclCommand, Code, MailboxName, Writer};

use crate::answer::{Done, Refusal};
use crate::scope::Place;
use crate::session::Session;

/// A command about rights.
pub(crate) async fn acl(session: &Session, out: &mut Writer, command: &AclCommand) -> Result<Done, Refusal> {
    let (AclCommand::Mine(name) | AclCommand::Get(name) | AclCommand::List(name) | AclCommand::Change(name)) =
        command;
    let place = session.folder(name).await?;
    match command {
        AclCommand::Mine(_) => {
            write_mine(out, &place, place.mailbox.rights().await?);
            Ok(Done::new("Told."))
        }
        AclCommand::Get(_) | AclCommand::List(_) => {
            Err(Refusal::no(Code::NO_PERM, "Who has access is shown in the Manager."))
        }
        AclCommand::Change(_) => {
            Err(Refusal::no(Code::NO_PERM, "Access is given and taken away in the Manager."))
        }
    }
}

/// Tells what the client may do with a folder.
pub(crate) fn write_mine(out: &mut Writer, place: &Place, rights: Rights) {
    out.line(|line| {
        line.word("MYRIGHTS");
        line.mailbox(&MailboxName::new(&place.folder.name));
        line.word(&letters(place, rights));
    });
}

/// What each letter stands for at the door (RFC 4314 §2.1). Nobody posts to a folder (`p`), and nobody administers here
/// (`a`). `c` and `d` are for programs of before (RFC 4314 §2.1.1).
const LETTERS: [(char, Act); 11] = [
    ('l', Act::Look),
    ('r', Act::ReadMessage),
    ('s', Act::SetFlags),
    ('w', Act::SetFlags),
    ('i', Act::Append),
    ('t', Act::SetFlags),
    ('e', Act::Expunge),
    ('k', Act::CreateFolder),
    ('x', Act::DeleteFolder),
    ('c', Act::CreateFolder),
    ('d', Act::Expunge),
];

fn letters(place: &Place, rights: Rights) -> String {
    // INBOX stays, whoever asks.
    let is_possible = |act: Act| act != Act::DeleteFolder || !place.is_inbox;
    let allowed = LETTERS.into_iter().filter(|(_, act)| rights.allow(act.right()) && is_possible(*act));
    allowed.map(|(letter, _)| letter).collect()
}
