//! Mail on its way out of the addresses of a mail service (M4).

use ::queue::RecipientState;
use ::queue::desk::{QueuedMail, QueuedRecipient};
use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailServiceId, SubmissionId};
use serde::Deserialize;
use ui::{Banner, EmptyState, Html, Locale, Tone};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Who};

use super::Shown;
use crate::frame::{Frame, Section};
use crate::size::size;

/// How many mails a page has.
const PAGE: usize = 50;
/// How many recipients of one mail are shown: the others are counted.
const RECIPIENTS: usize = 10;

/// The pages of the queue.
pub(super) fn pages() -> Pages {
    let (retry, cancel) =
        ("/manager/services/{service}/queue/{mail}/retry", "/manager/services/{service}/queue/{mail}/cancel");
    Pages::new()
        .get("/manager/services/{service}/queue", Who::MailManager, list)
        .post(retry, Who::MailManager, Asks::Nothing, self::retry)
        .post(cancel, Who::MailManager, Asks::Proof, self::cancel)
}

/// What was done before, and where the page begins.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    done: String,
    after: String,
}

/// Lists what has not left yet.
async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let asked = asked.unwrap_or_default().0;
    let mut mails = desk.outgoing(asked.after.parse().ok(), PAGE + 1).await?;
    let has_more = mails.len() > PAGE;
    mails.truncate(PAGE);
    let l = signed_in.l();
    let view = View {
        l,
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        head: super::head(l, &desk, Shown::Queue),
        done: done(l, &asked.done),
        service: desk.id(),
        mails,
        has_more,
    };
    let frame = Frame::of(&signed_in, desk.organization()).await?;
    let title = format!("{} · {}", l.t("queue-title"), desk.name());
    Ok(frame.page(Section::MailService, &title, Html::of(&view)))
}

/// Has a mail tried again.
async fn retry(id: Id, posted: Posted) -> Result<Response, Fault> {
    let desk = super::desk(&posted.signed_in()?, &id).await?;
    let touched = desk.retry_outgoing(id.of("mail")?).await?;
    Ok(back(desk.id(), touched, "retried"))
}

/// Gives a mail up.
async fn cancel(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let touched = desk.cancel_outgoing(&proof.confirmed, id.of("mail")?).await?;
    Ok(back(desk.id(), touched, "cancelled"))
}

fn back(service: MailServiceId, touched: u64, done: &str) -> Response {
    let done = if touched == 0 { "busy" } else { done };
    Redirect::to(&format!("/manager/services/{service}/queue?done={done}")).into_response()
}

/// What is said of what was done.
fn done(l: Locale, done: &str) -> Html {
    let (tone, key) = match done {
        "retried" => (Tone::Ok, "queue-retried"),
        "cancelled" => (Tone::Ok, "queue-cancelled"),
        "busy" => (Tone::Warn, "queue-busy"),
        _ => return Html::empty(),
    };
    Banner { tone, words: l.t(key), lines: Vec::new() }.html()
}

#[derive(Template)]
#[template(path = "queue.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    done: Html,
    service: MailServiceId,
    mails: Vec<QueuedMail>,
    has_more: bool,
}

impl View<'_> {
    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("queue-none"), self.l.t("queue-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn from(&self, mail: &QueuedMail) -> String {
        mail.sender.as_ref().map_or_else(|| self.l.t("queue-nobody"), ToString::to_string)
    }

    fn accepted(&self, mail: &QueuedMail) -> String {
        let at = self.l.moment(mail.accepted_at, self.zone);
        format!("{at} · {}", size(self.l, mail.size))
    }

    fn waiting<'m>(&self, mail: &'m QueuedMail) -> Vec<&'m QueuedRecipient> {
        mail.recipients.iter().filter(|recipient| waits(recipient)).take(RECIPIENTS).collect()
    }

    /// How many wait that are not shown, and how many wait for nothing any more.
    fn others(&self, mail: &QueuedMail) -> Vec<String> {
        let waiting = mail.recipients.iter().filter(|recipient| waits(recipient)).count();
        let said = |key: &str, count: usize| {
            (count > 0).then(|| self.l.t_with(key, [("count", &count.to_string())]))
        };
        let hidden = said("queue-more", waiting.saturating_sub(RECIPIENTS));
        hidden.into_iter().chain(said("queue-settled", mail.recipients.len() - waiting)).collect()
    }

    fn state(&self, recipient: &QueuedRecipient) -> String {
        match (recipient.state, recipient.attempts) {
            (RecipientState::Cancelled, _) => self.l.t("queue-state-cancelled"),
            (RecipientState::Waiting | RecipientState::Delivered | RecipientState::Failed, 0) => {
                self.l.t("queue-state-new")
            }
            (RecipientState::Waiting | RecipientState::Delivered | RecipientState::Failed, attempts) => {
                let next = self.l.moment(recipient.due_at, self.zone);
                self.l.t_with("queue-state-waiting", [("count", &attempts.to_string()), ("next", &next)])
            }
        }
    }

    fn path(&self, id: &SubmissionId, act: &str) -> String {
        format!("/manager/services/{}/queue/{id}/{act}", self.service)
    }

    fn label(&self, key: &str, mail: &QueuedMail) -> String {
        let to = mail.recipients.iter().find(|recipient| waits(recipient));
        let to = to.map(|recipient| recipient.address.to_string()).unwrap_or_default();
        self.l.t_with(key, [("from", &self.from(mail)), ("to", &to)])
    }

    fn next_path(&self) -> String {
        let last = self.mails.last().map(|mail| mail.id.to_string()).unwrap_or_default();
        format!("/manager/services/{}/queue?after={last}", self.service)
    }
}

const fn waits(recipient: &QueuedRecipient) -> bool {
    match recipient.state {
        RecipientState::Waiting | RecipientState::Cancelled => true,
        RecipientState::Delivered | RecipientState::Failed => false,
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, Timestamp};

    use super::*;
    use crate::shown;

    fn recipient(to: &str, state: RecipientState, attempts: u32) -> QueuedRecipient {
        QueuedRecipient {
            address: to.parse().unwrap(),
            state,
            attempts,
            due_at: Timestamp::from_secs(1_796_079_900),
            last_reply: (attempts > 0).then(|| "4.2.1 <b>come back later</b>".to_owned()),
        }
    }

    fn mail() -> QueuedMail {
        let many = (0..12).map(|n| recipient(&format!("r{n}@far.example"), RecipientState::Waiting, 0));
        let mut recipients = vec![
            recipient("a@far.example", RecipientState::Waiting, 3),
            recipient("b@far.example", RecipientState::Delivered, 1),
            recipient("c@far.example", RecipientState::Cancelled, 1),
        ];
        recipients.extend(many);
        QueuedMail {
            id: SubmissionId::from_bytes([1; 16]),
            mailbox: None,
            sender: Some("info@example.org".parse().unwrap()),
            size: 1_500,
            accepted_at: Timestamp::from_secs(1_796_000_000),
            recipients,
        }
    }

    fn html(l: Locale, mails: Vec<QueuedMail>, has_more: bool) -> Html {
        let head = Html::of(&super::super::Head { crumbs: Html::empty(), name: "Post", tabs: Html::empty() });
        let service = MailServiceId::from_bytes([2; 16]);
        let done = done(l, "busy");
        Html::of(&View { l, zone: "UTC", csrf: "token".to_owned(), head, done, service, mails, has_more })
    }

    #[test]
    fn each_mail_says_how_its_delivery_goes_and_can_be_tried_again_or_given_up() {
        for l in shown::locales() {
            let full = html(l, vec![mail()], true);
            shown::check(&full);
            let text = full.as_str();
            for part in ["info@example.org", "a@far.example", "/retry\"", "/cancel\"", "?after="] {
                assert!(text.contains(part), "{part} is missing in {text}");
            }
            assert!(!text.contains("b@far.example"), "who has it waits for nothing: {text}");
            assert!(!text.contains("<b>come"), "{text}");
            assert!(!text.contains("r11@far.example"), "{text}");
            let empty = html(l, Vec::new(), false);
            shown::check(&empty);
            assert!(!empty.as_str().contains("<table"), "{empty}");
        }
    }
}
