//! Restorations (S17): the messages that were deleted in the last thirty days, by day, and the way back.
//!
//! What was deleted is mail, so that a role does not show it: in the Manager too it is the access with the permission
//! that opens the list.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MessageId, Permission, Right, Timestamp};
use mailbox::{Mailbox, OpenError, RemovedMessage, RemovedPage, RemovedPlace, Restored};
use ui::{Banner, EmptyState, Html, Locale, Tone};

use super::{SettingsPage, Side, lack_said, notice, path_of};
use crate::{Asks, Fault, Pages, Posted, Who, asked, with_query};

/// The pages, for a side and whoever may look there and restore something.
pub fn pages<S: Side>([look, change]: [Who; 2], path: &'static str) -> Pages {
    Pages::new().get(path, look, show::<S>).post(path, change, Asks::Nothing, restore::<S>)
}

/// How many characters of typed words are looked for.
const WORDS: usize = 200;

async fn show<S: Side>(side: S) -> Result<Response, Fault> {
    let signed_in = side.signed_in();
    let visitor = &signed_in.visitor;
    let words: String = asked(visitor.path(), "search").chars().take(WORDS).collect();
    let behind = place(&asked(visitor.path(), "behind"));
    let (because, page) = match opened(&side).await? {
        Ok(mailbox) => (None, mailbox.removed(&words, behind).await?),
        Err(because) => (Some(because), RemovedPage { messages: Vec::new(), next: None }),
    };
    let view = View {
        l: signed_in.l(),
        zone: visitor.zone().to_owned(),
        csrf: visitor.csrf(),
        path: path_of(&side, SettingsPage::Restorations),
        because,
        done: asked(visitor.path(), "done"),
        words,
        page,
    };
    side.framed(SettingsPage::Restorations, Html::of(&view)).await
}

/// Restores one message, those that are ticked, or those of a day.
async fn restore<S: Side>(side: S, posted: Posted) -> Result<Response, Fault> {
    let mailbox = opened(&side).await?.map_err(|_| Fault::NotFound)?;
    let day = posted.text("day");
    let done = if !day.is_empty() {
        let moment = day.parse().map(Timestamp::from_millis).map_err(|_| Fault::NotFound)?;
        mailbox.restore_day(moment).await?
    } else {
        let one = posted.text("one");
        let ticked: Vec<&str> = if one.is_empty() { posted.all("message").collect() } else { vec![one] };
        let parsed = ticked.into_iter().map(str::parse::<MessageId>).collect::<Result<Vec<_>, _>>();
        mailbox.restore(&parsed.map_err(|_| Fault::NotFound)?).await?
    };
    let path = path_of(&side, SettingsPage::Restorations);
    Ok(Redirect::to(&with_query(&path, "done", &told(done))).into_response())
}

/// The mailbox for whoever may restore its messages; otherwise why they may not.
async fn opened<S: Side>(side: &S) -> Result<Result<Mailbox, String>, Fault> {
    let (signed_in, l) = (side.signed_in(), side.signed_in().l());
    let mailbox = match signed_in.web().access().open(&signed_in.actor, side.settings().mailbox()).await {
        Ok(mailbox) => mailbox,
        Err(OpenError::NotFound) => return Ok(Err(l.t("restorations-no-access"))),
        Err(error) => return Err(error.into()),
    };
    if mailbox.rights().await?.allow(Right::Permission(Permission::Restorations)) {
        return Ok(Ok(mailbox));
    }
    let lack = mailbox::Lack::Permission(Permission::Restorations);
    Ok(Err(lack_said(l, lack, &mailbox.address().to_string())))
}

/// A place in the list, as a path says it: `time-message`.
fn place(said: &str) -> Option<RemovedPlace> {
    let (at, message) = said.split_once('-')?;
    Some(RemovedPlace {
        removed_at: Timestamp::from_millis(at.parse().ok()?),
        message: message.parse().ok()?,
    })
}

/// What was done, as the path of the next page says it.
fn told(done: Restored) -> String {
    let more = match (done.is_full, done.has_more) {
        (true, _) => "-full",
        (false, true) => "-more",
        (false, false) => "",
    };
    format!("{}{more}", done.count)
}

#[derive(Template)]
#[template(path = "restorations.html")]
struct View {
    l: Locale,
    zone: String,
    csrf: String,
    path: String,
    because: Option<String>,
    /// What was done just before, as [`told`] says it.
    done: String,
    words: String,
    page: RemovedPage,
}

/// What was removed on one day.
struct Day<'a> {
    heading: String,
    /// A moment of the day.
    at: i64,
    messages: Vec<&'a RemovedMessage>,
}

impl View {
    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    /// What was done just before.
    fn told(&self) -> Html {
        let (count, more) = self.done.split_once('-').unwrap_or((&self.done, ""));
        let Ok(count) = count.parse::<u32>() else { return Html::empty() };
        let said = self.l.t_with("restorations-done", [("count", &count.to_string())]);
        let (tone, key) = match more {
            "full" => (Tone::Warn, Some("restorations-full")),
            "more" => (Tone::Ok, Some("restorations-more")),
            _ => (Tone::Ok, None),
        };
        let words = key.map_or(said.clone(), |key| format!("{said} {}", self.l.t(key)));
        Banner { tone, words, lines: Vec::new() }.html()
    }

    fn nothing(&self) -> Html {
        let (title, hint) = if self.words.is_empty() {
            ("restorations-none", "restorations-none-hint")
        } else {
            ("restorations-none-found", "restorations-none-found-hint")
        };
        EmptyState { title: self.l.t(title), hint: self.l.t(hint), action: None }.html()
    }

    fn days(&self) -> Vec<Day<'_>> {
        let mut days: Vec<Day<'_>> = Vec::new();
        for message in &self.page.messages {
            let heading = self.l.day(message.removed_at, &self.zone);
            match days.last_mut().filter(|day| day.heading == heading) {
                Some(day) => day.messages.push(message),
                None => days.push(Day { heading, at: message.removed_at.millis(), messages: vec![message] }),
            }
        }
        days
    }

    fn subject(&self, message: &RemovedMessage) -> String {
        if message.subject.is_empty() { self.l.t("restorations-no-subject") } else { message.subject.clone() }
    }

    fn sender(message: &RemovedMessage) -> &str {
        if message.from_name.is_empty() { &message.from_address } else { &message.from_name }
    }

    /// Who removed it, and with what.
    fn who(&self, message: &RemovedMessage) -> String {
        let name = if message.removed_by.is_empty() {
            self.l.t("restorations-somebody")
        } else {
            message.removed_by.clone()
        };
        if message.removed_with.is_empty() {
            return name;
        }
        let device = message.removed_with.as_str();
        self.l.t_with("restorations-with", [("name", &name), ("device", device)])
    }

    fn tick(&self, message: &RemovedMessage) -> String {
        self.l.t_with("restorations-choose", [("subject", &self.subject(message))])
    }

    fn label(&self, message: &RemovedMessage) -> String {
        self.l.t_with("restorations-restore-one", [("subject", &self.subject(message))])
    }

    fn day_label(&self, day: &Day<'_>) -> String {
        self.l.t_with("restorations-restore-day", [("day", &day.heading)])
    }

    /// The path of the next page.
    fn more(&self) -> Option<String> {
        let next = self.page.next?;
        let behind = format!("{}-{}", next.removed_at.millis(), next.message);
        let path = with_query(&self.path, "behind", &behind);
        if self.words.is_empty() {
            return Some(path);
        }
        let search = with_query("", "search", &self.words);
        Some(format!("{path}&{}", search.trim_start_matches('?')))
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;

    use super::*;
    use crate::setting::shown;

    fn view(l: Locale, because: Option<&str>, messages: Vec<RemovedMessage>) -> Html {
        let next =
            messages.first().map(|one| RemovedPlace { removed_at: one.removed_at, message: one.message });
        Html::of(&View {
            l,
            zone: "Europe/Paris".to_owned(),
            csrf: "token".to_owned(),
            path: "/mail/m/settings/restorations".to_owned(),
            because: because.map(str::to_owned),
            done: "2-full".to_owned(),
            words: "a b".to_owned(),
            page: RemovedPage { messages, next },
        })
    }

    fn message(number: u8, secs: i64, device: &str) -> RemovedMessage {
        RemovedMessage {
            message: MessageId::from_bytes([number; 16]),
            subject: "<Invoice>".to_owned(),
            from_name: String::new(),
            from_address: "far@far.test".to_owned(),
            folder: "Work/<Old>".to_owned(),
            received_at: Timestamp::from_millis(0),
            removed_at: Timestamp::from_millis(secs * 1_000),
            removed_by: "Anna".to_owned(),
            removed_with: device.to_owned(),
            size: 10,
        }
    }

    #[test]
    fn deleted_messages_stand_by_day_each_with_the_way_back() {
        for l in shown::locales() {
            let all = vec![message(1, 200_000, "phone"), message(2, 190_000, ""), message(3, 10, "")];
            let html = view(l, None, all);
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.matches("name=\"day\"").count(), 2, "{html}");
            assert_eq!(html.matches("name=\"one\"").count(), 3, "{html}");
            assert!(
                html.contains("phone") && !html.contains("<Invoice>") && !html.contains("<Old>"),
                "{html}"
            );
            assert!(html.contains("search=a%20b") && !html.contains(">restorations-"), "{html}");
        }
    }

    #[test]
    fn whoever_may_not_restore_sees_why_and_no_form() {
        for l in shown::locales() {
            let html = view(l, Some("Switched off."), Vec::new());
            shown::check(&html);
            assert!(html.as_str().contains("Switched off.") && !html.as_str().contains("<form"), "{html}");
        }
    }

    #[test]
    fn a_place_is_said_in_a_path_and_read_from_it() {
        let id = MessageId::from_bytes([7; 16]);
        let read = place(&format!("12-{id}")).unwrap();
        assert_eq!((read.removed_at.millis(), read.message), (12, id));
        assert!(place("").is_none() && place("x-y").is_none());
    }
}
