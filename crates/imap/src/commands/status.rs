//! `STATUS` (RFC 9051 §6.3.11).

use wire::imap::{MailboxName, StatusItem, Writer};

use crate::answer::{Done, Refusal};
use crate::object_id;
use crate::scope::Place;
use crate::session::Session;

/// `STATUS`
pub(crate) async fn status(
    session: &mut Session,
    out: &mut Writer,
    name: &MailboxName,
    items: &[StatusItem],
) -> Result<Done, Refusal> {
    let place = session.folder(name).await?;
    write(session, out, &place, items).await?;
    Ok(Done::new("Told."))
}

/// What is told of a folder.
enum Value {
    Number(u64),
    Id(String),
}

/// Tells the status of a folder.
pub(crate) async fn write(
    session: &mut Session,
    out: &mut Writer,
    place: &Place,
    items: &[StatusItem],
) -> Result<(), Refusal> {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        values.push((item.name(), value(session, place, *item).await?));
    }
    out.line(|line| {
        line.word("STATUS");
        line.mailbox(&MailboxName::new(&place.folder.name));
        line.open();
        for (name, value) in values {
            line.word(name);
            match value {
                Value::Number(number) => line.number(number),
                Value::Id(id) => {
                    line.open();
                    line.word(&id);
                    line.close();
                }
            }
        }
        line.close();
    });
    Ok(())
}

async fn value(session: &mut Session, place: &Place, item: StatusItem) -> Result<Value, Refusal> {
    let Place { mailbox, folder, .. } = place;
    Ok(Value::Number(match item {
        StatusItem::Messages => u64::from(folder.total),
        StatusItem::UidNext => u64::from(folder.uid_next.0),
        StatusItem::UidValidity => u64::from(folder.uid_validity.0),
        StatusItem::Unseen => u64::from(folder.unseen),
        StatusItem::Deleted => mailbox.deleted(folder.id).await?.count,
        StatusItem::DeletedStorage => mailbox.deleted(folder.id).await?.bytes,
        StatusItem::Size => folder.size_bytes,
        StatusItem::Recent => 0,
        StatusItem::AppendLimit => mailbox.message_limit_bytes(),
        StatusItem::HighestModSeq => {
            // RFC 7162 §3.1: who asks for it is told MODSEQ from now on.
            session.enabled.condstore = true;
            folder.modseq.0
        }
        StatusItem::MailboxId => return Ok(Value::Id(object_id::folder(folder.id))),
    }))
}
