//! What every page must hold to, whatever it shows.

use domain::Language;
use ui::{Html, Locale};

/// Both languages.
pub(crate) fn locales() -> [Locale; 2] {
    [Locale::of(Language::En), Locale::of(Language::Fr)]
}

/// Checks a page: one heading of the first order, every field with its label, no id twice, every text translated, and
/// nothing that the content security policy would refuse.
pub(crate) fn check(html: &Html) {
    let html = html.as_str();
    assert_eq!(html.matches("<h1").count(), 1, "{html}");
    check_part(html);
}

/// Checks a part of a page.
pub(crate) fn check_part(html: &str) {
    let mut ids: Vec<&str> = values(html, " id=\"").collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice in {html}");
    for tag in html.split("<input").skip(1).chain(html.split("<select").skip(1)) {
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        if tag.contains("type=\"hidden\"")
            || tag.contains("type=\"checkbox\"")
            || tag.contains("type=\"radio\"")
        {
            continue;
        }
        let id = values(tag, " id=\"").next().unwrap_or_default();
        assert!(html.contains(&format!("for=\"{id}\"")), "{tag} has no label in {html}");
    }
    for bad in [" style=", " onclick=", "<script", "hx-on", "js:"] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
    for prefix in [
        ">manager-",
        ">address-",
        ">share-",
        ">addresses-",
        ">domains-",
        ">users-",
        ">teams-",
        ">organizations-",
        "\"manager-",
        "\"share-",
    ] {
        assert!(!html.contains(prefix), "a text is missing ({prefix}) in {html}");
    }
}

fn values<'a>(html: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}
