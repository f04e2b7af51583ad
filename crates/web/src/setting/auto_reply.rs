//! One auto-reply: what it says and when.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::AutoReplyId;
use mailbox::{Act, AutoReply, AutoReplyError, AutoReplyFault, NewAutoReply, Weekdays};
use ui::{Area, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, Tick};

use super::{SettingsPage, Side, because, notice, path_of};
use crate::{Fault, Id, Posted, Visitor};

/// The fields of the weekdays; Monday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What a weekday is called.
pub(super) fn weekday(l: Locale, field: &str) -> String {
    l.t(&format!("settings-{field}"))
}

/// What stands in the form.
struct Typed {
    name: String,
    subject: String,
    text: String,
    first_day: String,
    last_day: String,
    weekdays: Weekdays,
    every_days: String,
}

impl Typed {
    fn begun() -> Self {
        let empty = String::new;
        Self {
            name: empty(),
            subject: empty(),
            text: empty(),
            first_day: empty(),
            last_day: empty(),
            weekdays: Weekdays::ALL,
            every_days: "7".to_owned(),
        }
    }

    fn of(reply: &AutoReply) -> Self {
        let day = |day: Option<mailbox::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            name: reply.name().to_owned(),
            subject: reply.subject().to_owned(),
            text: reply.text().to_owned(),
            first_day: day(reply.first_day()),
            last_day: day(reply.last_day()),
            weekdays: reply.weekdays(),
            every_days: reply.every_days().to_string(),
        }
    }

    fn sent(posted: &Posted) -> Self {
        let text = |name: &str| posted.text(name).to_owned();
        let ticked = (0u8..7).zip(WEEKDAYS).filter(|(_, field)| posted.is_on(field));
        Self {
            name: text("name"),
            subject: text("subject"),
            text: text("text"),
            first_day: text("first_day"),
            last_day: text("last_day"),
            weekdays: ticked.fold(Weekdays::NONE, |all, (number, _)| all.with(number)),
            every_days: text("every_days"),
        }
    }

    fn reply(&self) -> Result<AutoReply, AutoReplyFault> {
        AutoReply::new(&NewAutoReply {
            name: &self.name,
            subject: &self.subject,
            text: &self.text,
            first_day: &self.first_day,
            last_day: &self.last_day,
            weekdays: self.weekdays,
            every_days: &self.every_days,
        })
    }
}

/// The form of a new one.
pub(super) async fn begin<S: Side>(side: S) -> Result<Response, Fault> {
    page(&side, None, Typed::begun(), Vec::new()).await
}

/// Saves a new one.
pub(super) async fn add<S: Side>(side: S, posted: Posted) -> Result<Response, Fault> {
    let typed = Typed::sent(&posted);
    let words = match typed.reply() {
        Ok(reply) => match side.settings().add_auto_reply(&reply).await {
            Ok(_) => return Ok(to_list(&side)),
            Err(AutoReplyError::Settings(error)) => return Err(error.into()),
            Err(AutoReplyError::TooMany) => ("name", "settings-auto-reply-many"),
        },
        Err(fault) => said(fault),
    };
    refused(&side, None, typed, words).await
}

/// Shows one.
pub(super) async fn show<S: Side>(side: S, id: Id) -> Result<Response, Fault> {
    let id: AutoReplyId = id.of("reply")?;
    let all = side.settings().auto_replies().await?.all;
    let view = all.into_iter().find(|view| view.id == id).ok_or(Fault::NotFound)?;
    page(&side, Some(id), Typed::of(&view.reply), Vec::new()).await
}

/// Changes one.
pub(super) async fn change<S: Side>(side: S, id: Id, posted: Posted) -> Result<Response, Fault> {
    let (id, typed) = (id.of("reply")?, Typed::sent(&posted));
    match typed.reply() {
        Ok(reply) => {
            side.settings().change_auto_reply(id, &reply).await?;
            Ok(to_list(&side))
        }
        Err(fault) => refused(&side, Some(id), typed, said(fault)).await,
    }
}

fn to_list<S: Side>(side: &S) -> Response {
    Redirect::to(&path_of(side, SettingsPage::AutoReplies)).into_response()
}

/// The field of a fault, and its words.
fn said(fault: AutoReplyFault) -> (&'static str, &'static str) {
    match fault {
        AutoReplyFault::NoName => ("name", "settings-fault-no-name"),
        AutoReplyFault::LongName => ("name", "settings-fault-long-name"),
        AutoReplyFault::LongSubject => ("subject", "settings-fault-long-subject"),
        AutoReplyFault::NoText => ("text", "settings-fault-no-text"),
        AutoReplyFault::LongText => ("text", "settings-fault-long-text"),
        AutoReplyFault::FirstDay => ("first_day", "settings-fault-day"),
        AutoReplyFault::LastDay => ("last_day", "settings-fault-day"),
        AutoReplyFault::EndsEarly => ("last_day", "settings-fault-ends-early"),
        AutoReplyFault::NoWeekday => ("weekdays", "settings-fault-no-weekday"),
        AutoReplyFault::EveryDays => ("every_days", "settings-fault-every-days"),
    }
}

async fn refused<S: Side>(
    side: &S,
    id: Option<AutoReplyId>,
    typed: Typed,
    (field, key): (&'static str, &str),
) -> Result<Response, Fault> {
    let faults = vec![FieldFault { field, words: side.signed_in().l().t(key) }];
    Ok(Visitor::refused(page(side, id, typed, faults).await?))
}

async fn page<S: Side>(
    side: &S,
    id: Option<AutoReplyId>,
    typed: Typed,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let signed_in = side.signed_in();
    let list = path_of(side, SettingsPage::AutoReplies);
    let view = View {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        action: id.map_or_else(|| format!("{list}/new"), |id| format!("{list}/{id}")),
        list,
        is_new: id.is_none(),
        because: because(side, Act::ChangeAutoReplies).await?,
        typed,
        faults,
    };
    side.framed(SettingsPage::AutoReplies, Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "auto_reply.html")]
struct View {
    l: Locale,
    csrf: String,
    list: String,
    action: String,
    is_new: bool,
    because: Option<String>,
    typed: Typed,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    fn title(&self) -> String {
        if self.is_new { self.l.t("settings-auto-reply-new") } else { self.typed.name.clone() }
    }

    fn fault(&self, id: &str) -> Option<String> {
        ErrorSummary::of_field(&self.faults, id)
    }

    fn line(&self, id: &'static str, key: &str, value: &str, hint: &str, limit: usize) -> Html {
        let hint = (!hint.is_empty()).then(|| self.l.t(hint));
        let (label, value, fault) = (self.l.t(key), value.to_owned(), self.fault(id));
        Field { id, label, value, hint, fault, limit, ..Field::default() }.html()
    }

    fn name(&self) -> Html {
        self.line("name", "settings-name", &self.typed.name, "settings-auto-reply-name-hint", 80)
    }

    fn subject(&self) -> Html {
        self.line("subject", "settings-subject", &self.typed.subject, "settings-auto-reply-subject-hint", 200)
    }

    fn text(&self) -> Html {
        Area {
            id: "text",
            label: self.l.t("settings-text"),
            value: self.typed.text.clone(),
            hint: None,
            fault: self.fault("text"),
            rows: 8,
            limit: 8_000,
        }
        .html()
    }

    fn day(&self, id: &'static str, key: &str, value: &str) -> Html {
        let (label, value, fault) = (self.l.t(key), value.to_owned(), self.fault(id));
        Field { id, label, value, fault, kind: FieldKind::Date, limit: 10, ..Field::default() }.html()
    }

    fn days(&self) -> Html {
        Html::join([
            self.day("first_day", "settings-first-day", &self.typed.first_day),
            self.day("last_day", "settings-last-day", &self.typed.last_day),
        ])
    }

    fn weekdays(&self) -> Html {
        Html::join((0u8..7).zip(WEEKDAYS).map(|(number, id)| {
            let (label, is_ticked) = (weekday(self.l, id), self.typed.weekdays.has(number));
            Tick { id, label, is_ticked, ..Tick::default() }.html()
        }))
    }

    fn every_days(&self) -> Html {
        let key = "settings-every-days";
        self.line("every_days", key, &self.typed.every_days, "settings-every-days-hint", 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::shown;

    #[test]
    fn what_was_typed_stays_beside_what_is_wrong_with_it() {
        for l in shown::locales() {
            let typed = Typed { text: "</textarea><b>".to_owned(), ..Typed::begun() };
            for fault in [AutoReplyFault::NoName, AutoReplyFault::NoWeekday, AutoReplyFault::EveryDays] {
                let (field, key) = said(fault);
                let html = Html::of(&View {
                    l,
                    csrf: "token".to_owned(),
                    list: "/x".to_owned(),
                    action: "/x/new".to_owned(),
                    is_new: true,
                    because: None,
                    typed: Typed { text: typed.text.clone(), ..Typed::begun() },
                    faults: vec![FieldFault { field, words: l.t(key) }],
                });
                shown::check(&html);
                assert!(html.as_str().contains(&format!("href=\"#{field}\"")), "{html}");
                assert!(html.as_str().contains(&format!("id=\"{field}-fault\"")), "{html}");
                assert!(!html.as_str().contains("<b>"), "{html}");
            }
        }
    }
}
