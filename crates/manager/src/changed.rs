//! Two people changing the same thing: the second sees what there is now beside what they typed, and decides.

use askama::Template;
use identity::Seen;
use ui::{Banner, Html, Locale, Tone};
use web::Posted;

/// What somebody else changed meanwhile.
#[derive(Template)]
#[template(path = "changed.html")]
pub(crate) struct Changed {
    l: Locale,
    rows: Vec<Row>,
}

/// A value that is not what was typed.
struct Row {
    label: String,
    now: String,
    typed: String,
}

impl Changed {
    /// The values that differ, each under its label; nothing where none does.
    pub(crate) fn html(l: Locale, now: &[(String, String)], typed: &[(String, String)]) -> Html {
        let labels = now.iter().chain(typed.iter().filter(|(label, _)| value(now, label).is_empty()));
        let row = |(label, _): &(String, String)| Row {
            label: label.clone(),
            now: value(now, label),
            typed: value(typed, label),
        };
        let rows: Vec<Row> = labels.map(row).filter(|row| row.now != row.typed).collect();
        if rows.is_empty() {
            return Html::empty();
        }
        Html::of(&Self { l, rows })
    }

    fn banner(&self) -> Html {
        let words = self.l.t("organizations-changed");
        Banner { tone: Tone::Warn, words, lines: vec![self.l.t("organizations-changed-hint")] }.html()
    }
}

fn value(of: &[(String, String)], label: &str) -> String {
    of.iter().find(|(known, _)| known == label).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// What whoever sent a form had before them.
pub(crate) fn seen(posted: &Posted) -> Seen {
    // A form without it was made by no page of ours: what there is counts as another version.
    Seen::Version(posted.text("version").parse().unwrap_or(-1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;

    #[test]
    fn only_what_differs_is_shown_with_both_values() {
        let line = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        for l in shown::locales() {
            let now = [line("Name", "Acme <b>"), line("Phone", "1")];
            let html = Changed::html(l, &now, &[line("Name", "Acne"), line("Phone", "1")]);
            shown::check_part(html.as_str());
            assert!(html.as_str().contains("Acne") && !html.as_str().contains("Phone"), "{html}");
            assert!(!html.as_str().contains("<b>"), "{html}");
            assert!(Changed::html(l, &now, &now).as_str().is_empty());
        }
    }
}
