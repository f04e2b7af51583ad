//! The accesses of a mail service under review (I11): who opens what, through what, used when, until when; several are
//! removed at once.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailServiceId, MailboxId, OrganizationId, Timestamp, UserId};
use mailbox::desk::{AfterAccess, Kept, Reviewed, ServiceDesk};
use serde::Deserialize;
use ui::{Banner, Button, ButtonLook, EmptyState, Field, FieldKind, Html, Locale, Pick, Picks, Tone};
use web::{Fault, Id, Posted, SignedIn};

use super::Shown;
use crate::frame::{Frame, Section};
use crate::words;

/// How many accesses a page has.
const PAGE: usize = 50;

/// What is looked at, and where the page begins.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
    kept: String,
    after: String,
}

/// Lists them.
pub(super) async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    page(&signed_in, &desk, asked.unwrap_or_default().0, None).await
}

/// Removes those that are ticked, and says what was closed.
pub(super) async fn remove(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let chosen: Vec<(MailboxId, UserId)> = posted.all("access").filter_map(chosen).collect();
    if chosen.is_empty() {
        return Ok(Redirect::to(&path(desk.id())).into_response());
    }
    let (removed, report) = desk.remove_accesses(&proof.confirmed, &chosen).await?;
    let l = proof.signed_in.l();
    let mut lines = crate::address::open(l, &report.closed);
    lines.extend(report.devices.iter().map(|name| l.t_with("sharing-revoked", [("name", name)])));
    let words = l.t_with("sharing-review-removed", [("count", &removed.to_string())]);
    let done = Banner { tone: Tone::Ok, words, lines }.html();
    page(&proof.signed_in, &desk, Asked::default(), Some(done)).await
}

fn chosen(text: &str) -> Option<(MailboxId, UserId)> {
    let (mailbox, user) = text.split_once('/')?;
    Some((mailbox.parse().ok()?, user.parse().ok()?))
}

fn path(service: MailServiceId) -> String {
    format!("/manager/services/{service}/accesses")
}

/// What can be kept of the list, with its name in the path.
const KEPT: [(&str, Kept); 4] =
    [("all", Kept::All), ("ending", Kept::Ending), ("teams", Kept::Teams), ("unused", Kept::Unused)];

/// Where a page begins, as it stands in a path: the user, the team or nothing, the address.
fn after(text: &str) -> Option<AfterAccess> {
    let mut parts = text.splitn(3, '/');
    let (user, team) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok());
    Some(AfterAccess { address: parts.next()?.to_owned(), user, team })
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    asked: Asked,
    done: Option<Html>,
) -> Result<Response, Fault> {
    let kept = KEPT.iter().find(|(name, _)| *name == asked.kept).map(|(_, kept)| *kept).unwrap_or_default();
    let mut rows = desk.review(&asked.search, kept, after(&asked.after).as_ref(), PAGE + 1).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let l = signed_in.l();
    let view = View {
        l,
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        head: super::head(l, desk, Shown::Accesses),
        done: done.unwrap_or(Html::empty()),
        service: desk.id(),
        organization: desk.organization(),
        may_remove: desk.may_remove(),
        asked,
        rows,
        has_more,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &l.t("sharing-review"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "service_accesses.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    done: Html,
    service: MailServiceId,
    organization: OrganizationId,
    may_remove: bool,
    asked: Asked,
    rows: Vec<Reviewed>,
    has_more: bool,
}

impl View<'_> {
    fn path(&self) -> String {
        path(self.service)
    }

    fn search(&self) -> Html {
        Field {
            id: "search",
            label: self.l.t("sharing-review-search"),
            kind: FieldKind::Search,
            value: self.asked.search.clone(),
            ..Field::default()
        }
        .html()
    }

    fn kept(&self) -> Html {
        let pick =
            |name: &str| Pick { value: name.to_owned(), label: self.l.t(&format!("sharing-review-{name}")) };
        Picks {
            id: "kept",
            label: self.l.t("sharing-review-show"),
            picks: KEPT.iter().map(|(name, _)| pick(name)).collect(),
            picked: self.asked.kept.clone(),
            fault: None,
        }
        .html()
    }

    fn find(&self) -> Html {
        Button { label: self.l.t("sharing-explain-find"), ..Button::default() }.html()
    }

    fn remove(&self) -> Html {
        let label = self.l.t("sharing-review-remove");
        Button { label, look: ButtonLook::Danger, ..Button::default() }.html()
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("sharing-review-none"), self.l.t("sharing-review-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn person(&self, row: &Reviewed) -> String {
        format!("/manager/addresses/{}/users/{}", row.mailbox, row.user)
    }

    fn label(&self, row: &Reviewed) -> String {
        self.l.t_with("sharing-review-choose", [("name", &row.name), ("address", &row.address)])
    }

    fn allowed(&self, row: &Reviewed) -> String {
        words::permissions(self.l, row.permissions)
    }

    /// The last sign of use: of a program on the address, or of the person on the pages.
    fn used(&self, row: &Reviewed) -> String {
        let said = |key: &str, at: Timestamp| self.l.t_with(key, [("day", &self.l.day(at, self.zone))]);
        match (row.device_used_at, row.seen_at) {
            (Some(device), Some(seen)) if device < seen => said("sharing-review-seen", seen),
            (None, Some(seen)) => said("sharing-review-seen", seen),
            (Some(device), _) => said("sharing-review-device", device),
            (None, None) => self.l.t("sharing-review-never"),
        }
    }

    fn until(&self, row: &Reviewed) -> String {
        let end = row.ends_at.map(|end| self.l.moment(end, self.zone));
        let hours = row.hours.as_ref().map(|hours| {
            let days: Vec<String> = hours.days().map(|day| self.l.t(&format!("sharing-day-{day}"))).collect();
            format!("{} {}–{} ({})", days.join(", "), hours.from(), hours.to(), hours.zone())
        });
        let all: Vec<String> = end.into_iter().chain(hours).collect();
        if all.is_empty() { self.l.t("sharing-review-no-end") } else { all.join(" · ") }
    }

    fn next_path(&self) -> String {
        let Some(last) = self.rows.last() else { return self.path() };
        let team = last.team.as_ref().map(|(team, _)| team.to_string()).unwrap_or_default();
        let after = super::encoded(&format!("{}/{team}/{}", last.user, last.address));
        let search = super::encoded(&self.asked.search);
        format!("{}?search={search}&kept={}&after={after}", self.path(), super::encoded(&self.asked.kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, Permissions, TeamId};

    fn row(team: Option<(TeamId, String)>) -> Reviewed {
        Reviewed {
            mailbox: MailboxId::from_bytes([3; 16]),
            address: "info@example.org".to_owned(),
            user: UserId::from_bytes([2; 16]),
            name: "Ben <b>".to_owned(),
            login: "ben@example.net".to_owned(),
            team,
            permissions: Permissions::ALL,
            ends_at: Some(Timestamp::from_secs(1_796_079_600)),
            hours: None,
            device_used_at: None,
            seen_at: Some(Timestamp::from_secs(1_796_000_000)),
        }
    }

    #[test]
    fn the_review_offers_to_remove_what_is_somebodys_own() {
        for l in shown::locales() {
            let html = Html::of(&View {
                l,
                zone: "UTC",
                csrf: "token".to_owned(),
                head: Html::empty(),
                done: Html::empty(),
                service: MailServiceId::from_bytes([1; 16]),
                organization: OrganizationId::from_bytes([4; 16]),
                may_remove: true,
                asked: Asked::default(),
                rows: vec![row(None), row(Some((TeamId::from_bytes([5; 16]), "Sales <u>".to_owned())))],
                has_more: true,
            });
            shown::check_part(html.as_str());
            let html = html.as_str();
            assert_eq!(html.matches("name=\"access\"").count(), 1, "{html}");
            assert!(!html.contains("<b>") && !html.contains("<u>") && !html.contains("sharing-"), "{html}");
            assert!(html.contains("after="), "{html}");
        }
    }

    #[test]
    fn where_a_page_begins_reads_back() {
        let (user, team) = (UserId::from_bytes([2; 16]), TeamId::from_bytes([5; 16]));
        let address = "a/b@example.org".to_owned();
        let own = AfterAccess { address: address.clone(), user, team: None };
        assert_eq!(after(&format!("{user}//{address}")), Some(own));
        assert_eq!(
            after(&format!("{user}/{team}/{address}")),
            Some(AfterAccess { address, user, team: Some(team) })
        );
        assert_eq!(after("nonsense"), None);
    }
}
