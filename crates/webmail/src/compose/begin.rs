//! What stands on a sheet: nothing yet, an answer, a mail to pass on, a draft.

use domain::{EmailAddress, FolderId, MailboxId, MessageId};
use mailbox::ListedMessage;
use message::{Party, View};
use web::Fault;

use super::mail;
use crate::around::{Around, may_send};
use crate::asked::Asked;
use crate::content;
use crate::here::Here;
use crate::moments::Moments;
use crate::text::{called, parties, shown, unturned};

/// What is written so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    /// From which address.
    pub(super) from: Option<MailboxId>,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) bcc: String,
    pub(super) subject: String,
    pub(super) text: String,
    /// Which signature was chosen, as it is sent.
    pub(super) signature: String,
    /// The message that it answers.
    pub(super) answers: Option<MessageId>,
    /// The message that it passes on.
    pub(super) forwards: Option<MessageId>,
    /// The draft that it goes on with.
    pub(super) draft: Option<MessageId>,
    /// The list that one came from.
    pub(super) folder: Option<FolderId>,
    /// What makes this sheet another than every other.
    pub(super) once: String,
    /// The attachments of other messages that go along.
    pub(super) carried: Vec<Carried>,
}

impl Written {
    /// The same without its recipients.
    pub(super) fn without_people(&self) -> Self {
        Self { to: String::new(), cc: String::new(), bcc: String::new(), ..self.clone() }
    }
}

/// An attachment of a message of this mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Carried {
    /// Of which message.
    pub(super) message: MessageId,
    /// Under which number.
    pub(super) part: u32,
}

impl Carried {
    /// Reads `message.part`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (message, part) = text.split_once('.')?;
        Some(Self { message: message.parse().ok()?, part: part.parse().ok()? })
    }
}

/// What the address of the page asks for.
pub(super) async fn begin(here: &Here) -> Result<Written, Fault> {
    let asked = Asked::of(&here.signed_in.visitor);
    let mut written = if let Some(draft) = asked.find("draft") {
        draft_again(here, draft).await?
    } else if let Some(message) = asked.find("answers") {
        answer(here, message, asked.text("all") == "on").await?
    } else if let Some(message) = asked.find("forwards") {
        forward(here, message).await?
    } else {
        Written { to: asked.text("to").to_owned(), ..Written::default() }
    };
    written.answers = written.answers.or(asked.find("answers"));
    written.folder = written.folder.or(asked.find("folder"));
    written.signature = signature(asked.text("signature"));
    written.once = mail::once(here);
    Ok(written)
}

/// A choice of a signature as it may stand in an address of a page.
pub(super) fn signature(text: &str) -> String {
    let is_choice = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_choice { text.to_owned() } else { String::new() }
}

/// The attachments of a message, all of them.
pub(super) async fn attachments_of(here: &Here, message: MessageId) -> Result<Vec<Carried>, Fault> {
    let view = content::view(here, message).await?;
    Ok(all_of(message, &view))
}

fn all_of(message: MessageId, view: &View) -> Vec<Carried> {
    view.attachments.iter().map(|attachment| Carried { message, part: attachment.part }).collect()
}

async fn answer(here: &Here, message: MessageId, to_all: bool) -> Result<Written, Fault> {
    let listed = here.mailbox.located(message).await?;
    let view = content::view(here, message).await?;
    let own = own_addresses(here).await?;
    let (to, cc) = answered(&view, &own, to_all);
    Ok(Written {
        to: typed(&to),
        cc: typed(&cc),
        subject: message::reply_subject(&shown(&view.subject)),
        text: format!("\n\n{}", message::quoted(&unturned(&view.text), &opening(here, &listed, &view))),
        answers: Some(message),
        folder: Some(listed.folder),
        ..Written::default()
    })
}

/// To whom an answer goes, and who gets a copy. Of a mail that one wrote oneself, its recipients are meant.
fn answered(view: &View, own: &[String], to_all: bool) -> (Vec<Party>, Vec<Party>) {
    let is_own = |party: &Party| {
        let key = party.address.parse::<EmailAddress>().map(|address| address.key());
        key.is_ok_and(|key| own.contains(&key))
    };
    let is_mine = !view.from.is_empty() && view.from.iter().all(is_own);
    let authors = if view.reply_to.is_empty() { &view.from } else { &view.reply_to };
    let to = if is_mine { view.to.clone() } else { authors.clone() };
    if !to_all {
        return (to, Vec::new());
    }
    let others = if is_mine { Vec::new() } else { view.to.clone() };
    let mut copies: Vec<Party> = Vec::new();
    for party in others.into_iter().chain(view.cc.iter().cloned()) {
        let is_known = |known: &Party| known.address.eq_ignore_ascii_case(&party.address);
        if !is_own(&party) && !to.iter().any(is_known) && !copies.iter().any(is_known) {
            copies.push(party);
        }
    }
    (to, copies)
}

async fn own_addresses(here: &Here) -> Result<Vec<String>, Fault> {
    let around = Around::load(here).await?;
    // An address that one only reads belongs to others: it is answered like any other.
    let own = around.addresses.iter().filter(|view| may_send(view) || view.mailbox == here.mailbox.id());
    Ok(own.map(|view| view.address.key()).collect())
}

fn opening(here: &Here, listed: &ListedMessage, view: &View) -> String {
    let l = here.l();
    let date = Moments::of(&here.signed_in).whole(view.sent_at.unwrap_or(listed.received_at));
    let name = called(l, &listed.from_name, &listed.from_address);
    l.t_with("mail-quote-opening", [("date", &date), ("name", &name)])
}

async fn forward(here: &Here, message: MessageId) -> Result<Written, Fault> {
    let listed = here.mailbox.located(message).await?;
    let view = content::view(here, message).await?;
    let l = here.l();
    let date = Moments::of(&here.signed_in).whole(view.sent_at.unwrap_or(listed.received_at));
    let head = [
        (l.t("mail-from"), parties(l, &view.from)),
        (l.t("mail-to"), parties(l, &view.to)),
        (l.t("mail-date"), date),
        (l.t("mail-subject"), shown(&view.subject)),
    ];
    let head: String = head.into_iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
    Ok(Written {
        subject: message::forward_subject(&shown(&view.subject)),
        text: format!("\n\n{}\n{head}\n{}", l.t("mail-forward-opening"), unturned(&view.text)),
        forwards: Some(message),
        folder: Some(listed.folder),
        carried: all_of(message, &view),
        ..Written::default()
    })
}

async fn draft_again(here: &Here, message: MessageId) -> Result<Written, Fault> {
    let listed = here.mailbox.located(message).await?;
    let view = content::view(here, message).await?;
    let around = Around::load(here).await?;
    let from = view.from.first().and_then(|party| party.address.parse::<EmailAddress>().ok());
    let from = from.map(|from| from.key());
    let from = around.addresses.iter().find(|view| Some(view.address.key()) == from).map(|view| view.mailbox);
    let answers = match &view.in_reply_to {
        Some(header_id) => here.mailbox.with_header_id(header_id).await?.map(|answered| answered.message),
        None => None,
    };
    Ok(Written {
        from,
        to: typed(&view.to),
        cc: typed(&view.cc),
        bcc: typed(&view.bcc),
        subject: view.subject.clone(),
        text: view.text.clone(),
        answers,
        draft: Some(message),
        folder: Some(listed.folder),
        carried: all_of(message, &view),
        ..Written::default()
    })
}

/// Recipients as a person would type them.
fn typed(all: &[Party]) -> String {
    all.iter().map(one_typed).collect::<Vec<_>>().join(", ")
}

fn one_typed(party: &Party) -> String {
    let name: String = shown(&party.name).chars().filter(|letter| !matches!(letter, '"' | '\\')).collect();
    if name.trim().is_empty() {
        return party.address.clone();
    }
    let is_plain = name.chars().all(|letter| letter.is_alphanumeric() || letter == ' ');
    let name = if is_plain { name } else { format!("\"{name}\"") };
    format!("{name} <{}>", party.address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str, address: &str) -> Party {
        Party { name: name.to_owned(), address: address.to_owned() }
    }

    fn view() -> View {
        View {
            from: vec![party("Anna", "anna@example.test")],
            to: vec![party("", "Info@firm.test"), party("", "ben@example.test")],
            cc: vec![party("", "cleo@example.test"), party("", "BEN@example.test")],
            ..View::default()
        }
    }

    #[test]
    fn an_answer_to_all_leaves_oneself_out() {
        let own = ["info@firm.test".to_owned()];
        let (to, cc) = answered(&view(), &own, true);
        assert_eq!(typed(&to), "Anna <anna@example.test>");
        assert_eq!(typed(&cc), "ben@example.test, cleo@example.test");
        assert!(answered(&view(), &own, false).1.is_empty());
    }

    #[test]
    fn an_answer_goes_where_the_author_wants_it() {
        let asked = View { reply_to: vec![party("", "list@example.test")], ..view() };
        assert_eq!(typed(&answered(&asked, &[], false).0), "list@example.test");
    }

    #[test]
    fn answering_oneself_means_those_who_were_written_to() {
        let own = ["anna@example.test".to_owned()];
        let (to, cc) = answered(&view(), &own, true);
        assert_eq!(typed(&to), "Info@firm.test, ben@example.test");
        assert_eq!(typed(&cc), "cleo@example.test");
    }

    #[test]
    fn a_name_cannot_add_a_recipient() {
        assert_eq!(one_typed(&party("Muster, \"Anna\\", "a@b.test")), "\"Muster, Anna\" <a@b.test>");
        assert_eq!(one_typed(&party("Åsa Öst", "a@b.test")), "Åsa Öst <a@b.test>");
    }

    #[test]
    fn an_attachment_is_named_by_its_message_and_number() {
        let id = "018bcfe5-687b-7bab-abab-abababababab";
        assert_eq!(Carried::read(&format!("{id}.7")).map(|carried| carried.part), Some(7));
        for text in ["", "x.1", id, &format!("{id}.-1")] {
            assert_eq!(Carried::read(text), None, "{text}");
        }
    }
}
