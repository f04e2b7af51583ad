//! The history of an address (S16): who changed what.

use askama::Template;
use axum::response::Response;
use mailbox::{Act, HistoryLine, HistoryPage};
use ui::{EmptyState, Html, Locale};

use super::{SettingsPage, Side, because, notice, path_of};
use crate::{Fault, Pages, Who, act_words, asked, with_query};

/// The page, for a side and whoever may look there.
pub fn pages<S: Side>(look: Who, path: &'static str) -> Pages {
    Pages::new().get(path, look, show::<S>)
}

/// How many characters of a typed name are looked for.
const WORDS: usize = 200;

async fn show<S: Side>(side: S) -> Result<Response, Fault> {
    let signed_in = side.signed_in();
    let visitor = &signed_in.visitor;
    let person: String = asked(visitor.path(), "search").chars().take(WORDS).collect();
    let before = asked(visitor.path(), "before").parse::<i64>().ok();
    let because = because(&side, Act::SeeHistory).await?;
    let page = match because {
        None => side.settings().history(&person, before).await?,
        Some(_) => HistoryPage { lines: Vec::new(), next: None },
    };
    let view = View {
        l: signed_in.l(),
        zone: visitor.zone().to_owned(),
        path: path_of(&side, SettingsPage::History),
        because,
        person,
        page,
    };
    side.framed(SettingsPage::History, Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "history.html")]
struct View {
    l: Locale,
    zone: String,
    path: String,
    because: Option<String>,
    person: String,
    page: HistoryPage,
}

impl View {
    fn notice(&self) -> Html {
        notice(self.because.as_deref())
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("history-none"), self.l.t("history-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn what(&self, line: &HistoryLine) -> String {
        act_words(self.l, &line.verb)
    }

    /// The path of the next page.
    fn older(&self) -> Option<String> {
        let path = with_query(&self.path, "before", &self.page.next?.to_string());
        if self.person.is_empty() {
            return Some(path);
        }
        let search = with_query("", "search", &self.person);
        Some(format!("{path}&{}", search.trim_start_matches('?')))
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;
    use crate::setting::shown;

    #[test]
    fn each_change_says_who_made_it_and_whoever_may_not_see_it_is_told_why() {
        for l in shown::locales() {
            let line = HistoryLine {
                seq: 7,
                at: Timestamp::from_secs(1_796_079_900),
                by: "Anna <b>".to_owned(),
                verb: "sender.list".to_owned(),
                about: "*@far.test".to_owned(),
            };
            let view = |because: Option<&str>, lines| {
                Html::of(&View {
                    l,
                    zone: "UTC".to_owned(),
                    path: "/mail/m/settings/history".to_owned(),
                    because: because.map(str::to_owned),
                    person: "an na".to_owned(),
                    page: HistoryPage { lines, next: Some(7) },
                })
            };
            let html = view(None, vec![line]);
            shown::check(&html);
            let html = html.as_str();
            assert!(
                html.contains("*@far.test") && html.contains("before=7") && html.contains("search=an%20na"),
                "{html}"
            );
            assert!(!html.contains("<b>") && !html.contains(">history-"), "{html}");
            let refused = view(Some("Switched off."), Vec::new());
            assert!(refused.as_str().contains("Switched off.") && !refused.as_str().contains("<form"));
        }
    }
}
