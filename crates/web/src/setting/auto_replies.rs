//! The auto-replies of an address (S11), and which of them answers.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::AutoReplyId;
use mailbox::{Act, AutoReplies, AutoReply, AutoReplyView, Day, TimeZoneError};
use ui::{
    Button, Disabled, EmptyState, ErrorSummary, FieldFault, Html, Locale, Pick, Picks, Tag, Tone, time_zones,
};

use super::{SettingsPage, Side, auto_reply, because, notice, path_of};
use crate::{Asks, Fault, Pages, Posted, Visitor, Who};

/// The pages, for a side and whoever may look there and change something: the list, a new one, one of them.
pub fn pages<S: Side>([look, change]: [Who; 2], [list, new, one]: [&'static str; 3]) -> Pages {
    Pages::new()
        .get(list, look, show::<S>)
        .post(list, change, Asks::Nothing, act::<S>)
        .get(new, look, auto_reply::begin::<S>)
        .post(new, change, Asks::Nothing, auto_reply::add::<S>)
        .get(one, look, auto_reply::show::<S>)
        .post(one, change, Asks::Nothing, auto_reply::change::<S>)
}

async fn show<S: Side>(side: S) -> Result<Response, Fault> {
    page(&side, Vec::new()).await
}

/// Activates, pauses or deletes one, or sets the time zone.
async fn act<S: Side>(side: S, posted: Posted) -> Result<Response, Fault> {
    let settings = side.settings();
    let reply = || posted.text("reply").parse::<AutoReplyId>().map_err(|_| Fault::NotFound);
    match posted.text("act") {
        "activate" => settings.activate_auto_reply(reply()?).await?,
        "pause" => settings.pause_auto_replies().await?,
        "delete" => settings.delete_auto_reply(reply()?).await?,
        "zone" => match settings.set_time_zone(posted.text("zone")).await {
            Ok(()) => {}
            Err(TimeZoneError::Settings(error)) => return Err(error.into()),
            Err(TimeZoneError::Unknown) => {
                let words = side.signed_in().l().t("settings-zone-unknown");
                let faults = vec![FieldFault { field: "zone", words }];
                return Ok(Visitor::refused(page(&side, faults).await?));
            }
        },
        _ => return Err(Fault::NotFound),
    }
    Ok(Redirect::to(&path_of(&side, SettingsPage::AutoReplies)).into_response())
}

async fn page<S: Side>(side: &S, faults: Vec<FieldFault>) -> Result<Response, Fault> {
    let signed_in = side.signed_in();
    let view = View {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        path: path_of(side, SettingsPage::AutoReplies),
        because: because(side, Act::ChangeAutoReplies).await?,
        replies: side.settings().auto_replies().await?,
        faults,
    };
    side.framed(SettingsPage::AutoReplies, Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "auto_replies.html")]
struct View {
    l: Locale,
    csrf: String,
    path: String,
    because: Option<String>,
    replies: AutoReplies,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    fn may_change(&self) -> bool {
        self.because.is_none()
    }

    /// The way to a new one: a link, or a button that says why there is none.
    fn no_new(&self) -> Html {
        let disabled = self.because.as_ref().map(|because| Disabled { because: because.clone() });
        let (id, label) = ("new-auto-reply".to_owned(), self.l.t("settings-auto-reply-new"));
        Button { id, label, disabled, ..Button::default() }.html()
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("settings-auto-reply-none"), self.l.t("settings-auto-reply-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn state(&self, view: &AutoReplyView) -> Html {
        let (tone, key) = match (view.is_active, self.replies.answers_now) {
            (true, true) => (Tone::Ok, "settings-auto-reply-answers"),
            (true, false) => (Tone::Warn, "settings-auto-reply-waits"),
            (false, _) => (Tone::Info, "settings-auto-reply-off"),
        };
        Tag { tone, words: self.l.t(key) }.html()
    }

    fn when(&self, view: &AutoReplyView) -> String {
        when(self.l, &view.reply)
    }

    fn zone(&self) -> Html {
        let picks =
            time_zones().iter().map(|name| Pick { value: name.clone(), label: name.replace('_', " ") });
        Picks {
            id: "zone",
            label: self.l.t("settings-zone"),
            picks: picks.collect(),
            picked: self.replies.time_zone.clone(),
            fault: ErrorSummary::of_field(&self.faults, "zone"),
        }
        .html()
    }
}

/// When an auto-reply answers, in words.
fn when(l: Locale, reply: &AutoReply) -> String {
    let said = |day: Day| l.day(day.noon(), "UTC");
    let dates = match (reply.first_day(), reply.last_day()) {
        (None, None) => None,
        (Some(first), None) => Some(l.t_with("settings-from-day", [("day", &said(first))])),
        (None, Some(last)) => Some(l.t_with("settings-until-day", [("day", &said(last))])),
        (Some(first), Some(last)) => {
            Some(l.t_with("settings-from-until-day", [("first", &said(first)), ("last", &said(last))]))
        }
    };
    let all = (0u8..7).zip(auto_reply::WEEKDAYS);
    let on = all.filter(|(number, _)| reply.weekdays().has(*number));
    let on: Vec<String> = on.map(|(_, field)| auto_reply::weekday(l, field)).collect();
    let days = (on.len() < 7).then(|| on.join(", "));
    match (dates, days) {
        (None, None) => l.t("settings-always"),
        (Some(only), None) | (None, Some(only)) => only,
        (Some(dates), Some(days)) => format!("{dates} · {days}"),
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;
    use mailbox::{NewAutoReply, Weekdays};

    use super::*;
    use crate::setting::shown;

    fn view(l: Locale, because: Option<&str>, is_active: bool) -> Html {
        let new = NewAutoReply {
            name: "<Holidays>",
            subject: "",
            text: "Back soon.",
            first_day: "2026-12-24",
            last_day: "",
            weekdays: Weekdays::NONE.with(5).with(6),
            every_days: "7",
        };
        let reply = AutoReply::new(&new).unwrap();
        let one = AutoReplyView { id: AutoReplyId::from_bytes([1; 16]), reply, is_active };
        Html::of(&View {
            l,
            csrf: "token".to_owned(),
            path: "/mail/m/settings/auto-replies".to_owned(),
            because: because.map(str::to_owned),
            replies: AutoReplies { all: vec![one], time_zone: "Europe/Paris".to_owned(), answers_now: false },
            faults: Vec::new(),
        })
    }

    #[test]
    fn each_auto_reply_says_when_it_answers_and_can_be_switched() {
        for l in shown::locales() {
            let html = view(l, None, false);
            shown::check(&html);
            assert!(
                html.as_str().contains("value=\"activate\"") && !html.as_str().contains("<Holidays>"),
                "{html}"
            );
            let active = view(l, None, true);
            shown::check(&active);
            assert!(
                active.as_str().contains("value=\"pause\"") && active.as_str().contains("2026"),
                "{active}"
            );
        }
    }

    #[test]
    fn whoever_may_not_change_them_sees_why_and_no_form() {
        for l in shown::locales() {
            let html = view(l, Some("Switched off."), true);
            shown::check(&html);
            assert!(html.as_str().contains("Switched off.") && !html.as_str().contains("<form"), "{html}");
        }
    }
}
