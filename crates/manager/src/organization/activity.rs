//! The activity log of an organization (O9): who did what, when, from where.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use domain::{OrganizationId, Permissions};
use identity::audit::Entry;
use serde::Deserialize;
use ui::{EmptyState, Html, Locale};
use web::{Fault, Id, SignedIn};

use crate::frame::{Frame, Section};

/// How many entries a page has.
const PAGE: usize = 200;

/// Where the list begins.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    before: Option<i64>,
}

/// Lists the newest entries.
pub(super) async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    let desk = signed_in.web().access().organization_desk(&signed_in.actor, organization).await?;
    let before = asked.unwrap_or_default().0.before;
    let mut entries = desk.activity(before, PAGE + 1).await?;
    let has_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let (l, zone) = (signed_in.l(), signed_in.visitor.zone());
    let view = View { l, zone, organization, entries, has_more, is_newest: before.is_none() };
    let frame = Frame::of(&signed_in, organization).await?;
    Ok(frame.page(Section::Activity, &l.t("manager-activity"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "activity.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    organization: OrganizationId,
    entries: Vec<Entry>,
    has_more: bool,
    is_newest: bool,
}

impl View<'_> {
    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("manager-no-activity"), self.l.t("manager-no-activity-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn what(&self, entry: &Entry) -> String {
        web::act_words(self.l, &entry.verb)
    }

    fn more(&self, entry: &Entry) -> String {
        said(self.l, &entry.detail)
    }

    fn last(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.seq)
    }
}

/// The details of an entry that people understand: whom it was about, where it was sent, what is allowed since.
fn said(l: Locale, detail: &str) -> String {
    let Ok(detail) = serde_json::from_str::<serde_json::Value>(detail) else { return String::new() };
    let text = |name: &str| detail.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut parts: Vec<String> = ["name", "to", "domain"].map(|name| text(name).to_owned()).into();
    if let (Some(_), Ok(permissions)) =
        (detail.get("permissions"), text("permissions").parse::<Permissions>())
    {
        parts.push(crate::words::permissions(l, permissions));
    }
    if let Ok(role) = text("role").parse::<domain::Role>() {
        parts.push(crate::people::role(l, role));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, Timestamp};

    fn entry(verb: &str, detail: &str) -> Entry {
        Entry {
            seq: 7,
            at: Timestamp::from_secs(1_796_079_900),
            actor: None,
            actor_name: "Anna <Muster>".to_owned(),
            verb: verb.to_owned(),
            object: "info@example.org".to_owned(),
            detail: detail.to_owned(),
            ip: "192.0.2.1".to_owned(),
        }
    }

    #[test]
    fn an_entry_says_who_did_what_to_whom_when_and_from_where() {
        for l in shown::locales() {
            let detail = r#"{"user":"x","name":"Ben <b>","permissions":"send"}"#;
            let view = View {
                l,
                zone: "UTC",
                organization: OrganizationId::from_bytes([1; 16]),
                entries: vec![entry("access.add", detail), entry("what.ever", "no json")],
                has_more: true,
                is_newest: false,
            };
            let html = Html::of(&view);
            shown::check(&html);
            for piece in ["2026, 23:05", "info@example.org", "192.0.2.1", "what.ever", "?before=7", "Ben "] {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(html.as_str().contains(&l.t("manager-act-access-add")), "{html}");
            assert!(html.as_str().contains(&l.t("permission-send")), "{html}");
            assert!(!html.as_str().contains("<b>") && !html.as_str().contains("<Muster>"), "{html}");
        }
    }
}
