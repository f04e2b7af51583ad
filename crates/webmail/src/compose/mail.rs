//! The mail that a sheet becomes.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use domain::MessageId;
use mailbox::Mailbox;
use message::{Draft, NewAttachment, Party, View};
use web::Fault;

use super::begin::{Carried, Written};
use super::faults::{self, Faults, Field};
use super::form::File;
use super::{Stopped, found};
use crate::content;
use crate::here::Here;

/// What makes a sheet another than every other.
pub(super) fn once(here: &Here) -> String {
    here.web().random::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The Message-ID of the mail that a sheet becomes, without brackets.
pub(super) fn header_id(here: &Here, once: &str) -> String {
    let is_ours = once.len() == 32 && once.bytes().all(|byte| byte.is_ascii_hexdigit());
    let local = if is_ours { once.to_ascii_lowercase() } else { self::once(here) };
    format!("{local}@{}", here.web().access().host_name())
}

/// What was written and attached, from an address.
pub(super) async fn draft(
    here: &Here,
    from: &Mailbox,
    written: &Written,
    files: &[File],
) -> Result<Draft, Stopped> {
    let (to, cc, bcc) = people(here, written)?;
    let (in_reply_to, references) = thread(here, written).await?;
    let mut attachments = carried(here, &written.carried).await?;
    attachments.extend(files.iter().map(|file| NewAttachment {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        content: file.content.to_vec(),
    }));
    Ok(Draft {
        from: Party { name: from.display_name().to_owned(), address: from.address().to_string() },
        to,
        cc,
        bcc,
        subject: written.subject.clone(),
        text: written.text.clone(),
        rich: None,
        reply_to: Vec::new(),
        in_reply_to,
        references,
        attachments,
    })
}

type People = (Vec<Party>, Vec<Party>, Vec<Party>);

/// Every recipient; each field that cannot be read is named.
fn people(here: &Here, written: &Written) -> Result<People, Stopped> {
    let mut faults = Faults::default();
    let mut read = |field, text: &str| match message::parse_recipients(text) {
        Ok(parties) => parties,
        Err(fault) => {
            faults.add(field, faults::of_recipients(here.l(), &fault));
            Vec::new()
        }
    };
    let people = (read(Field::To, &written.to), read(Field::Cc, &written.cc), read(Field::Bcc, &written.bcc));
    if faults.is_empty() { Ok(people) } else { Err(Stopped::Faults(faults)) }
}

/// The message that it answers, and those before that one.
async fn thread(here: &Here, written: &Written) -> Result<(Option<String>, Vec<String>), Fault> {
    let Some(answered) = written.answers else { return Ok((None, Vec::new())) };
    if found(here, answered).await?.is_none() {
        return Ok((None, Vec::new()));
    }
    let View { header_id, mut references, .. } = content::view(here, answered).await?;
    references.extend(header_id.clone());
    Ok((header_id, references))
}

/// The attachments of other messages that go along.
async fn carried(here: &Here, all: &[Carried]) -> Result<Vec<NewAttachment>, Stopped> {
    let mut attachments = Vec::with_capacity(all.len());
    let (mut taken, mut bytes) = (HashSet::new(), 0);
    for Carried { message, part } in all {
        if !taken.insert((*message, *part)) {
            continue;
        }
        let loaded = content::load_part(here, *message, *part).await;
        let loaded = match loaded {
            Ok(Some(part)) => part,
            Ok(None) | Err(Fault::NotFound) => {
                let words = here.l().t("mail-fault-attachment-gone");
                return Err(Stopped::Faults(Faults::one(Field::Files, words)));
            }
            Err(fault) => return Err(Stopped::Fault(fault)),
        };
        let (name, media_type, content) = (loaded.name, loaded.media_type, loaded.content);
        bytes += content.len() as u64;
        // No more is held in memory than could be sent.
        if bytes > here.web().access().message_limit_bytes() {
            return Err(Stopped::Faults(Faults::one(
                Field::Files,
                faults::too_large(here.l(), here.web().access().message_limit_bytes()),
            )));
        }
        attachments.push(NewAttachment { name, media_type, content });
    }
    Ok(attachments)
}

/// What is shown of attachments that go along; those that are gone are left out.
pub(super) async fn described(
    here: &Here,
    all: &[Carried],
) -> Result<Vec<(Carried, message::Attachment)>, Fault> {
    let mut views: HashMap<MessageId, View> = HashMap::new();
    for message in all.iter().map(|carried| carried.message).collect::<HashSet<_>>() {
        match content::view(here, message).await {
            Ok(view) => drop(views.insert(message, view)),
            Err(Fault::NotFound) => {}
            Err(fault) => return Err(fault),
        }
    }
    let described = all.iter().filter_map(|carried| {
        let attachments = &views.get(&carried.message)?.attachments;
        let attachment = attachments.iter().find(|one| one.part == carried.part)?;
        Some((*carried, attachment.clone()))
    });
    Ok(described.collect())
}

/// The bytes of the mail, made away from the runtime's threads: attachments may be large.
pub(super) async fn built(here: &Here, draft: Draft, header_id: String) -> Result<Bytes, Fault> {
    let (now, seed) = (here.web().now(), here.web().random());
    let built = tokio::task::spawn_blocking(move || message::build(&draft, now, &header_id, seed)).await;
    built.map(Bytes::from).map_err(|_| Fault::Internal)
}
