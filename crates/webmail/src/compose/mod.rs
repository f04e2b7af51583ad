//! Writing (W4): a new mail, an answer, a mail passed on, a draft.

mod begin;
mod faults;
mod form;
mod mail;
mod sheet;
mod signing;

use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, FolderId, MessageId, Recipient, ReportWishes};
use mailbox::{FlagChange, Flags, Mailbox, OpenError, Outgoing, SentCopy, SubmitError, UidSet};
use web::{Fault, Visitor};

use self::begin::Written;
use self::faults::{Faults, Field};
use self::form::{Sent, WrittenAct};
use crate::done::Done;
use crate::here::Here;

pub(crate) use form::FORM_BYTES;

/// `GET /mail/{mailbox}/compose`: an empty sheet, or what `answers`, `forwards` or `draft` asks for.
pub(crate) async fn page(here: Here) -> Result<Response, Fault> {
    if let Some(reason) = here.no_sending().await? {
        return sheet::switched_off(&here, reason).await;
    }
    let written = begin::begin(&here).await?;
    sheet::page(&here, &written, &Faults::default()).await
}

/// `POST /mail/{mailbox}/compose`: sends what was written, or keeps it as a draft.
pub(crate) async fn send(here: Here, sent: Sent) -> Result<Response, Fault> {
    let Sent { act, mut written, files } = sent;
    let done = match act {
        WrittenAct::Send => dispatch(&here, &written, &files).await,
        WrittenAct::Draft => keep(&here, &written, &files).await,
    };
    let mut faults = match done {
        Ok(response) => return Ok(response),
        Err(Stopped::Fault(fault)) => return Err(fault),
        Err(Stopped::Faults(faults)) => faults,
    };
    if !files.is_empty() {
        match hold(&here, &mut written, &files).await {
            Ok(()) => {}
            // A page cannot give files back to a form: whoever wrote is told to choose them again.
            Err(Stopped::Faults(_)) => faults.add(Field::Files, here.l().t("mail-fault-files-again")),
            Err(Stopped::Fault(fault)) => return Err(fault),
        }
    }
    Ok(Visitor::refused(sheet::page(&here, &written, &faults).await?))
}

/// Why nothing was done.
enum Stopped {
    /// The sheet comes back with these.
    Faults(Faults),
    /// Another page is the answer.
    Fault(Fault),
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Sends it.
async fn dispatch(here: &Here, written: &Written, files: &[form::File]) -> Result<Response, Stopped> {
    let from = sender(here, written).await?;
    // A button is quickly pressed twice: the same sheet is sent once.
    let header_id = mail::header_id(here, &written.once);
    if from.with_header_id(&header_id).await.map_err(Fault::from)?.is_some() {
        return Ok(back(here, written, Done::Sent).await?);
    }
    let mut draft = mail::draft(here, &from, written, files).await?;
    signing::sign(here, &from, written, &mut draft).await?;
    let recipients = recipients(here, &draft)?;
    let content = mail::built(here, draft, header_id).await?;
    let is_own = from.id() == here.mailbox.id();
    let outgoing = Outgoing {
        recipients: recipients.into_iter().map(Recipient::from).collect(),
        wishes: ReportWishes::default(),
        content,
        sent_copy: SentCopy::Save,
        answers: written.answers.filter(|_| is_own),
    };
    let sender = from.sender().await.map_err(|error| faults::of_mail(here.l(), &from, error))?;
    match sender.submit_once(outgoing).await {
        Ok(_) | Err(SubmitError::SentAlready) => {}
        Err(error) => return Err(faults::of_submit(here.l(), &from, error)),
    }
    settle(here, written, is_own).await?;
    Ok(back(here, written, Done::Sent).await?)
}

/// The mailbox from whose address it is sent.
async fn sender(here: &Here, written: &Written) -> Result<Mailbox, Stopped> {
    let from = match written.from {
        None => return Ok(here.mailbox.clone()),
        Some(from) if from == here.mailbox.id() => return Ok(here.mailbox.clone()),
        Some(from) => from,
    };
    match here.web().access().open(&here.signed_in.actor, from).await {
        Ok(mailbox) => Ok(mailbox),
        Err(OpenError::NotFound) => {
            Err(Stopped::Faults(Faults::one(Field::From, here.l().t("mail-fault-from-gone"))))
        }
        Err(error) => Err(Stopped::Fault(error.into())),
    }
}

fn recipients(here: &Here, draft: &message::Draft) -> Result<Vec<EmailAddress>, Stopped> {
    let mut faults = Faults::default();
    let mut all: Vec<EmailAddress> = Vec::new();
    for (field, parties) in [(Field::To, &draft.to), (Field::Cc, &draft.cc), (Field::Bcc, &draft.bcc)] {
        for party in parties {
            match party.address.parse::<EmailAddress>() {
                Ok(address) if all.iter().any(|known| known.key() == address.key()) => {}
                Ok(address) => all.push(address),
                Err(_) => faults.add(field, faults::no_address(here.l(), &party.address)),
            }
        }
    }
    if all.is_empty() && faults.is_empty() {
        faults.add(Field::To, here.l().t("mail-fault-no-recipient"));
    }
    if faults.is_empty() { Ok(all) } else { Err(Stopped::Faults(faults)) }
}

/// What follows sending: the draft goes, and the message that was answered from another address is marked here.
async fn settle(here: &Here, written: &Written, is_own: bool) -> Result<(), Fault> {
    if let Some(draft) = written.draft {
        here.mailbox.discard_draft(draft).await?;
    }
    if let (Some(answered), false) = (written.answers, is_own)
        && let Some(place) = found(here, answered).await?
    {
        let uids = UidSet::one(place.entry.uid);
        here.mailbox.set_flags(place.folder, &uids, FlagChange::add(Flags::ANSWERED), None).await?;
    }
    Ok(())
}

/// Keeps it as a draft; one goes on writing.
async fn keep(here: &Here, written: &Written, files: &[form::File]) -> Result<Response, Stopped> {
    let message = save(here, written, files).await?;
    let answers = written.answers.map(|answers| format!("&answers={answers}")).unwrap_or_default();
    let folder = written.folder.map(|folder| format!("&folder={folder}")).unwrap_or_default();
    let signature = match written.signature.as_str() {
        "" => String::new(),
        signature => format!("&signature={signature}"),
    };
    let done = Done::Drafted.query();
    Ok(Redirect::to(&format!("{}/compose{done}&draft={message}{answers}{folder}{signature}", here.path()))
        .into_response())
}

async fn save(here: &Here, written: &Written, files: &[form::File]) -> Result<MessageId, Stopped> {
    let from = sender(here, written).await?;
    let draft = mail::draft(here, &from, written, files).await?;
    let content = mail::built(here, draft, mail::header_id(here, "")).await?;
    let saved = here.mailbox.save_draft(content, written.draft).await;
    let saved = saved.map_err(|error| faults::of_mail(here.l(), &here.mailbox, error))?;
    Ok(saved.message)
}

/// Keeps the files of a sheet that comes back with faults, as a draft: what cannot be read yet is left out of it.
async fn hold(here: &Here, written: &mut Written, files: &[form::File]) -> Result<(), Stopped> {
    let message = save(here, &written.without_people(), files).await?;
    written.draft = Some(message);
    written.carried = begin::attachments_of(here, message).await?;
    Ok(())
}

/// To where one was: the message that was answered, or the list.
async fn back(here: &Here, written: &Written, done: Done) -> Result<Response, Fault> {
    let answered = match written.answers.or(written.forwards) {
        Some(message) => found(here, message).await?,
        None => None,
    };
    let place = match (answered, written.folder) {
        (Some(message), _) => format!("/{}/{}", message.folder, message.entry.uid),
        (None, Some(folder)) => list_of(here, folder).await?,
        (None, None) => list_of(here, crate::around::Around::load(here).await?.inbox()?.id).await?,
    };
    Ok(Redirect::to(&format!("{}{place}{}", here.path(), done.query())).into_response())
}

async fn list_of(here: &Here, folder: FolderId) -> Result<String, Fault> {
    Ok(format!("/{}", here.mailbox.folder(folder).await?.id))
}

/// A message of this mailbox, if it is there.
async fn found(here: &Here, message: MessageId) -> Result<Option<mailbox::ListedMessage>, Fault> {
    match here.mailbox.located(message).await {
        Ok(message) => Ok(Some(message)),
        Err(mailbox::MailError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
