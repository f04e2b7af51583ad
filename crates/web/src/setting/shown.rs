//! What every page of settings must hold to.

use domain::Language;
use ui::{Html, Locale};

/// Both languages.
pub(super) fn locales() -> [Locale; 2] {
    [Locale::of(Language::En), Locale::of(Language::Fr)]
}

/// Checks the content of a page: no heading of the first order, which the side has; no id twice, each field with its
/// label, each text translated.
pub(super) fn check(html: &Html) {
    let html = html.as_str();
    assert!(!html.contains("<h1"), "{html}");
    let mut ids: Vec<&str> = values(html, " id=\"").collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice in {html}");
    for tag in ["<input", "<select", "<textarea"].iter().flat_map(|tag| html.split(tag).skip(1)) {
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        if tag.contains("type=\"hidden\"") || tag.contains("type=\"radio\"") {
            continue;
        }
        let id = values(tag, " id=\"").next().unwrap_or_default();
        assert!(html.contains(&format!("for=\"{id}\"")), "{tag} has no label in {html}");
    }
    for bad in [" style=", " onclick=", "<script", ">settings-", "\"settings-", ">common-", ">permission-"] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
}

fn values<'a>(html: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}
