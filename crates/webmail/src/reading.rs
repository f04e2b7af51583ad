//! One message (W3).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::MessageId;
use mailbox::{Flags, FolderView, ListedMessage, MailError, Missing, SpecialUse, Uid};
use ui::{EmptyState, Html, Locale};
use web::Fault;

use crate::around::Around;
use crate::asked::Asked;
use crate::content;
use crate::here::{Here, Panes, View};
use crate::list;
use crate::moments::Moments;
use crate::rows;
use crate::text::{parties, size, subject};

/// `GET /mail/{mailbox}/{folder}/{uid}`: the message beside its list, or alone where only it is asked for.
pub(crate) async fn page(here: Here) -> Result<Response, Fault> {
    let around = Around::load(&here).await?;
    let folder = here.folder().await?;
    let opened = open(&here, &folder).await?;
    let l = here.l();
    let (title, status, reading) = match opened {
        Some(reading) => (reading.subject.clone(), StatusCode::OK, Html::of(&reading)),
        None => (l.t("mail-gone"), StatusCode::NOT_FOUND, gone(l)),
    };
    if here.signed_in.visitor.is_fragment() {
        // A part of a page is swapped in only when it is answered as found.
        return Ok(Html::of(&Fragment { title, reading }).into_response());
    }
    let asked = Asked::of(&here.signed_in.visitor);
    let list = list::pane(&here, &around, &folder, &asked).await?;
    let panes = Panes { title, view: View::Message, folder: folder.id, list, reading };
    Ok((status, here.page(&around, panes)).into_response())
}

/// `GET /mail/{mailbox}/{folder}/{uid}/actions`: what can be done with it, alone.
pub(crate) async fn actions(here: Here) -> Result<Html, Fault> {
    let folder = here.folder().await?;
    acts(&here, &folder).await
}

/// What can be done with the message in the path; that it is gone, when it is.
pub(crate) async fn acts(here: &Here, folder: &FolderView) -> Result<Html, Fault> {
    match here.mailbox.listed(folder.id, here.uid()?).await {
        Ok(message) => Ok(Html::of(&Actions::of(here, folder, &message).await?)),
        Err(MailError::NotFound(Missing::Message)) => Ok(Html::text(&here.l().t("mail-gone"))),
        Err(error) => Err(error.into()),
    }
}

async fn open(here: &Here, folder: &FolderView) -> Result<Option<Reading>, Fault> {
    let message = match here.mailbox.listed(folder.id, here.uid()?).await {
        Ok(message) => message,
        Err(MailError::NotFound(Missing::Message)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let view = content::view(here, message.message).await?;
    let actions = Html::of(&Actions::of(here, folder, &message).await?);
    let (l, moments) = (here.l(), Moments::of(&here.signed_in));
    let at = view.sent_at.unwrap_or(message.received_at);
    Ok(Some(Reading {
        l,
        path: here.path(),
        back: format!("{}/{}", here.path(), folder.id),
        itself: format!("{}/{}/{}", here.path(), folder.id, message.entry.uid),
        name: rows::name(folder.id, message.entry.uid),
        message: message.message,
        is_part: here.signed_in.visitor.is_fragment(),
        is_new: !message.entry.flags.has(Flags::SEEN),
        subject: subject(l, &view.subject),
        from: parties(l, &view.from),
        reply_to: parties(l, &view.reply_to),
        to: parties(l, &view.to),
        cc: parties(l, &view.cc),
        bcc: parties(l, &view.bcc),
        iso: Moments::iso(at),
        date: moments.whole(at),
        has_blocked_images: view.has_blocked_images,
        is_cut: view.is_cut,
        attachments: view.attachments.iter().map(|one| Attached::of(l, one)).collect(),
        actions,
    }))
}

fn gone(l: Locale) -> Html {
    let state = EmptyState { title: l.t("mail-gone"), hint: l.t("mail-gone-hint"), action: None };
    state.html()
}

struct Attached {
    part: u32,
    name: String,
    size: String,
}

impl Attached {
    fn of(l: Locale, attachment: &message::Attachment) -> Self {
        Self { part: attachment.part, name: attachment.name.clone(), size: size(l, attachment.size) }
    }
}

#[derive(Template)]
#[template(path = "reading.html")]
struct Reading {
    l: Locale,
    path: String,
    back: String,
    itself: String,
    name: String,
    message: MessageId,
    is_new: bool,
    /// Whether it is put beside a list that stands already: then it takes the focus.
    is_part: bool,
    subject: String,
    from: String,
    reply_to: String,
    to: String,
    cc: String,
    bcc: String,
    iso: String,
    date: String,
    has_blocked_images: bool,
    is_cut: bool,
    attachments: Vec<Attached>,
    actions: Html,
}

/// A message put into a page that stands already, which takes over its title.
#[derive(Template)]
#[template(source = "<title>{{ title }} · Postroom</title>{{ reading }}", ext = "html")]
struct Fragment {
    title: String,
    reading: Html,
}

/// What can be done with a message.
#[derive(Template)]
#[template(path = "actions.html")]
struct Actions {
    l: Locale,
    csrf: String,
    path: String,
    itself: String,
    message: MessageId,
    no_reply: Option<String>,
    seen: bool,
    starred: bool,
    place: Option<SpecialUse>,
}

impl Actions {
    async fn of(here: &Here, folder: &FolderView, message: &ListedMessage) -> Result<Self, Fault> {
        let uid: Uid = message.entry.uid;
        Ok(Self {
            l: here.l(),
            csrf: here.csrf(),
            path: here.path(),
            itself: format!("{}/{}/{uid}", here.path(), folder.id),
            message: message.message,
            no_reply: here.no_sending().await?,
            seen: message.entry.flags.has(Flags::SEEN),
            starred: message.entry.flags.has(Flags::FLAGGED),
            place: folder.special_use,
        })
    }

    fn is_in(&self, special: SpecialUse) -> bool {
        self.place == Some(special)
    }

    /// Whether it lies where one puts what one does not want before one's eyes.
    fn is_away(&self) -> bool {
        self.is_in(SpecialUse::Archive) || self.is_in(SpecialUse::Trash)
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id, Language};

    use super::*;

    fn actions(no_reply: Option<String>, place: Option<SpecialUse>) -> String {
        let actions = Actions {
            l: Locale::of(Language::En),
            csrf: "token".to_owned(),
            path: "/mail/m".to_owned(),
            itself: "/mail/m/f/7".to_owned(),
            message: MessageId::from_bytes([1; 16]),
            no_reply,
            seen: true,
            starred: false,
            place,
        };
        Html::of(&actions).as_str().to_owned()
    }

    #[test]
    fn answering_that_is_switched_off_says_why() {
        let html = actions(Some("Switched off.".to_owned()), Some(SpecialUse::Inbox));
        assert_eq!(html.matches("disabled aria-describedby=\"no-reply\"").count(), 3, "{html}");
        assert!(html.contains("id=\"no-reply\">Switched off.") && !html.contains("compose"), "{html}");
        let html = actions(None, Some(SpecialUse::Inbox));
        for label in [">Reply<", ">Reply all<", ">Forward<", ">Archive<", ">Junk<", ">Delete<", ">Star<"] {
            assert!(html.contains(label), "{label} in {html}");
        }
    }

    #[test]
    fn each_folder_offers_what_makes_sense_there() {
        assert!(actions(None, Some(SpecialUse::Trash)).contains("Delete for good"));
        assert!(actions(None, Some(SpecialUse::Trash)).contains("Move to the inbox"));
        assert!(!actions(None, Some(SpecialUse::Archive)).contains(">Archive<"));
        assert!(actions(None, Some(SpecialUse::Junk)).contains("Not junk"));
        assert!(!actions(None, Some(SpecialUse::Junk)).contains(">Junk<"));
    }

    #[test]
    fn a_message_is_shown_as_text_around_a_frame_where_nothing_runs() {
        let hostile = "<script>alert(1)</script>".to_owned();
        let reading = Reading {
            l: Locale::of(Language::Fr),
            path: "/mail/m".to_owned(),
            back: "/mail/m/f".to_owned(),
            itself: "/mail/m/f/7".to_owned(),
            name: "f-7".to_owned(),
            message: MessageId::from_bytes([1; 16]),
            is_new: true,
            is_part: true,
            subject: hostile.clone(),
            from: hostile.clone(),
            reply_to: String::new(),
            to: hostile.clone(),
            cc: hostile.clone(),
            bcc: String::new(),
            iso: "2026-11-30T23:05:00Z".to_owned(),
            date: "30 novembre 2026, 23:05".to_owned(),
            has_blocked_images: true,
            is_cut: true,
            attachments: vec![Attached { part: 3, name: hostile, size: "1 Ko".to_owned() }],
            actions: Html::empty(),
        };
        let html = Html::of(&reading);
        let html = html.as_str();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\""), "{html}");
        assert!(html.contains("hx-post=\"/mail/m/f/7/seen\" hx-trigger=\"load\""), "{html}");
        for words in ["Pièces jointes", "images", "trop long", "Copie à", "Source"] {
            assert!(html.contains(words), "{words} in {html}");
        }
        assert_eq!(html.matches("<h2").count(), 1, "{html}");
    }
}
