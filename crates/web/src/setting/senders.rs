//! Blocked and approved senders (S14), and what becomes of mail of those who are blocked.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use mailbox::{Act, BlockedMail, ListedSender, SenderError, SenderList, SenderPattern, SenderStanding};
use ui::{Choice, Choices, ErrorSummary, Field, FieldFault, Html, Locale, Tag, Tone};

use super::{SettingsPage, Side, because, notice, path_of};
use crate::{Asks, Fault, Pages, Posted, Visitor, Who};

/// The pages, for a side and whoever may look there and change something.
pub fn pages<S: Side>([look, change]: [Who; 2], path: &'static str) -> Pages {
    Pages::new().get(path, look, show::<S>).post(path, change, Asks::Nothing, act::<S>)
}

async fn show<S: Side>(side: S) -> Result<Response, Fault> {
    page(&side, TypedSender::default()).await
}

/// Lists a sender, takes one from the list, or chooses what becomes of blocked mail.
async fn act<S: Side>(side: S, posted: Posted) -> Result<Response, Fault> {
    let settings = side.settings();
    let typed = TypedSender::sent(&posted);
    match posted.text("act") {
        "list" => {
            let fault = match typed.read() {
                Ok((pattern, standing)) => match settings.list_sender(&pattern, standing).await {
                    Ok(()) => None,
                    Err(SenderError::Settings(error)) => return Err(error.into()),
                    Err(SenderError::TooMany) => Some("settings-senders-many"),
                },
                Err(key) => Some(key),
            };
            if let Some(key) = fault {
                return Ok(Visitor::refused(page(&side, typed.faulty(key)).await?));
            }
        }
        "unlist" => settings.unlist_sender(posted.text("pattern")).await?,
        "blocked" => settings.set_blocked_mail(blocked_way(&posted)?).await?,
        _ => return Err(Fault::NotFound),
    }
    Ok(Redirect::to(&path_of(&side, SettingsPage::Security)).into_response())
}

/// Behind which sender the page begins that a visitor asks for.
pub fn behind(visitor: &Visitor) -> String {
    crate::asked(visitor.path(), "after")
}

/// What was chosen for blocked mail.
pub fn blocked_way(posted: &Posted) -> Result<BlockedMail, Fault> {
    let way = BlockedMail::ALL.into_iter().find(|way| way.name() == posted.text("blocked_mail"));
    way.ok_or(Fault::NotFound)
}

/// A sender as somebody typed them.
#[derive(Debug, Clone, Default)]
pub struct TypedSender {
    pattern: String,
    standing: String,
    /// The key of what is wrong.
    fault: Option<&'static str>,
}

impl TypedSender {
    /// What was sent.
    pub fn sent(posted: &Posted) -> Self {
        Self {
            pattern: posted.text("pattern").to_owned(),
            standing: posted.text("standing").to_owned(),
            fault: None,
        }
    }

    /// The same with what is wrong.
    #[must_use]
    pub fn faulty(self, key: &'static str) -> Self {
        Self { fault: Some(key), ..self }
    }

    /// Whom it means, and how they are to be listed; otherwise the key of what is wrong.
    pub fn read(&self) -> Result<(SenderPattern, SenderStanding), &'static str> {
        let standing = SenderStanding::ALL.into_iter().find(|standing| standing.name() == self.standing);
        let pattern = self.pattern.parse().map_err(|_| "settings-fault-sender")?;
        Ok((pattern, standing.ok_or("settings-fault-sender")?))
    }
}

async fn page<S: Side>(side: &S, typed: TypedSender) -> Result<Response, Fault> {
    let signed_in = side.signed_in();
    let after = behind(&signed_in.visitor);
    let view = View {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        path: path_of(side, SettingsPage::Security),
        because: because(side, Act::ChangeSenders).await?,
        list: side.settings().senders(&after).await?,
        intro: "settings-senders-intro",
        typed,
    };
    side.framed(SettingsPage::Security, Html::of(&view)).await
}

/// The list of a mail service for all its addresses, for its page: under `path`.
pub fn sender_list(
    l: Locale,
    csrf: String,
    path: String,
    because: Option<String>,
    list: SenderList,
    typed: TypedSender,
) -> Html {
    Html::of(&View { l, csrf, path, because, list, intro: "settings-senders-service-intro", typed })
}

#[derive(Template)]
#[template(path = "senders.html")]
struct View {
    l: Locale,
    csrf: String,
    path: String,
    because: Option<String>,
    list: SenderList,
    intro: &'static str,
    typed: TypedSender,
}

impl View {
    fn faults(&self) -> Vec<FieldFault> {
        let fault = self.typed.fault.map(|key| FieldFault { field: "pattern", words: self.l.t(key) });
        fault.into_iter().collect()
    }

    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults() }.html()
    }

    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    fn may_change(&self) -> bool {
        self.because.is_none()
    }

    fn standing(&self, sender: &ListedSender) -> Html {
        let tone = match sender.standing {
            SenderStanding::Blocked => Tone::Danger,
            SenderStanding::Approved => Tone::Ok,
        };
        Tag { tone, words: self.l.t(&format!("settings-sender-{}", sender.standing.name())) }.html()
    }

    fn pattern(&self) -> Html {
        Field {
            id: "pattern",
            label: self.l.t("settings-sender"),
            value: self.typed.pattern.clone(),
            hint: Some(self.l.t("settings-sender-pattern-hint")),
            fault: self.typed.fault.map(|key| self.l.t(key)),
            limit: 320,
            ..Field::default()
        }
        .html()
    }

    fn standings(&self) -> Html {
        let choice = |standing: SenderStanding| Choice {
            value: standing.name().to_owned(),
            label: self.l.t(&format!("settings-sender-{}-choice", standing.name())),
            hint: self.l.t(&format!("settings-sender-{}-hint", standing.name())),
            disabled: None,
        };
        let chosen = match self.typed.standing.as_str() {
            "" => SenderStanding::Blocked.name().to_owned(),
            standing => standing.to_owned(),
        };
        Choices {
            name: "standing",
            legend: self.l.t("settings-sender-standing"),
            choices: SenderStanding::ALL.into_iter().map(choice).collect(),
            chosen,
            fault: None,
        }
        .html()
    }

    fn blocked_mail(&self) -> Html {
        let choice = |way: BlockedMail| Choice {
            value: way.name().to_owned(),
            label: self.l.t(&format!("settings-blocked-{}", way.name())),
            hint: self.l.t(&format!("settings-blocked-{}-hint", way.name())),
            disabled: None,
        };
        Choices {
            name: "blocked_mail",
            legend: self.l.t("settings-blocked-mail"),
            choices: BlockedMail::ALL.into_iter().map(choice).collect(),
            chosen: self.list.blocked_mail.name().to_owned(),
            fault: None,
        }
        .html()
    }

    /// The way to what stands behind the last one; it is made of letters that an address of a page may have.
    fn more(&self) -> Option<String> {
        let last = self.list.senders.last().filter(|_| self.list.has_more)?;
        Some(crate::with_query(&self.path, "after", &last.pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::shown;

    fn view(l: Locale, because: Option<&str>) -> View {
        let sender = |pattern: &str, standing| ListedSender { pattern: pattern.to_owned(), standing };
        View {
            l,
            csrf: "token".to_owned(),
            path: "/x/security".to_owned(),
            because: because.map(str::to_owned),
            list: SenderList {
                senders: vec![
                    sender("*@far.test", SenderStanding::Blocked),
                    sender("\"a&b\"@far.test", SenderStanding::Approved),
                ],
                has_more: true,
                blocked_mail: BlockedMail::Refused,
            },
            intro: "settings-senders-intro",
            typed: TypedSender { pattern: "<x>".to_owned(), standing: String::new(), fault: None },
        }
    }

    #[test]
    fn senders_are_listed_with_the_way_to_more_of_them() {
        for l in shown::locales() {
            let typed = TypedSender {
                fault: Some("settings-fault-sender"),
                pattern: "<x>".to_owned(),
                ..TypedSender::default()
            };
            let html = Html::of(&View { typed, ..view(l, None) });
            shown::check(&html);
            let text = html.as_str();
            assert!(
                text.contains("after=%22a%26b%22%40far.test") && text.contains("id=\"pattern-fault\""),
                "{text}"
            );
            assert!(!text.contains("<x>") && text.matches(" checked").count() == 2, "{text}");
            let refused = Html::of(&view(l, Some("Switched off.")));
            shown::check(&refused);
            assert!(
                refused.as_str().contains("Switched off.") && !refused.as_str().contains("<form"),
                "{refused}"
            );
        }
    }
}
