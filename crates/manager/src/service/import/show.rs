//! A file that was checked: what it makes, the yes, how far it is, and what became of it.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{ImportId, MailServiceId, ServiceRight};
use mailbox::desk::{ImportOutcome, ImportState, ImportView, ServiceDesk};
use serde::Deserialize;
use ui::{Banner, Button, Html, Locale, Tone};
use web::{Fault, Id, Posted, SignedIn};

use super::words;
use crate::frame::{Crumbs, Frame, Section};

/// How the file was read.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Told {
    encoding: String,
    separator: String,
}

/// Shows it; a part of the page when that asks how far it is.
pub(super) async fn page(
    signed_in: SignedIn,
    id: Id,
    told: Result<Query<Told>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = crate::service::viewed(&signed_in, &id).await?;
    let view = desk.import(id.of("import")?).await?;
    let l = signed_in.l();
    let part = Progress {
        l,
        csrf: signed_in.visitor.csrf(),
        path: super::path(desk.id(), view.id),
        failures: desk.import_failures(view.id).await?,
        can_start: desk.right() == ServiceRight::Manage,
        view,
    };
    if signed_in.visitor.is_fragment() {
        return Ok(Html::of(&part).into_response());
    }
    let Told { encoding, separator } = told.unwrap_or_default().0;
    let page = Show {
        crumbs: crumbs(l, &desk),
        title: words::title(l, part.view.act),
        notices: notices(l, &encoding, &separator),
        path: part.path.clone(),
        is_live: matches!(part.view.state, ImportState::Checked | ImportState::Running),
        part: Html::of(&part),
    };
    let frame = Frame::of(&signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &page.title, Html::of(&page)))
}

/// Says yes to it.
pub(super) async fn start(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = crate::service::desk(&proof.signed_in, &id).await?;
    let import: ImportId = id.of("import")?;
    desk.start_import(&proof.confirmed, import).await?;
    Ok(Redirect::to(&super::path(desk.id(), import)).into_response())
}

/// Throws it away.
pub(super) async fn discard(id: Id, posted: Posted) -> Result<Response, Fault> {
    let desk = crate::service::desk(&posted.signed_in()?, &id).await?;
    desk.discard_import(id.of("import")?).await?;
    Ok(Redirect::to(&super::ask_path(desk.id())).into_response())
}

fn crumbs(l: Locale, desk: &ServiceDesk) -> Html {
    let service: MailServiceId = desk.id();
    let mut steps = crate::service::crumbs(l, desk);
    steps.push((format!("/manager/services/{service}"), desk.name().to_owned()));
    steps.push((super::ask_path(service), l.t("more-import")));
    Crumbs { l, steps }.html()
}

/// What whoever sent the file should look at before they say yes.
fn notices(l: Locale, encoding: &str, separator: &str) -> Html {
    let mut lines = Vec::new();
    if matches!(encoding, "windows-1252" | "UTF-16LE" | "UTF-16BE") {
        lines.push(l.t_with("more-import-read-as", [("encoding", encoding)]));
    }
    match separator {
        "tab" => lines.push(l.t("more-import-read-tab")),
        "semicolon" => lines.push(l.t("more-import-read-semicolon")),
        _ => {}
    }
    if lines.is_empty() {
        return Html::empty();
    }
    Banner { tone: Tone::Warn, words: l.t("more-import-read"), lines }.html()
}

#[derive(Template)]
#[template(path = "import.html")]
struct Show {
    crumbs: Html,
    title: String,
    notices: Html,
    path: String,
    is_live: bool,
    part: Html,
}

/// How far it is: the part of the page that is asked for again.
#[derive(Template)]
#[template(path = "import_progress.html")]
struct Progress {
    l: Locale,
    csrf: String,
    path: String,
    view: ImportView,
    failures: Vec<ImportOutcome>,
    can_start: bool,
}

impl Progress {
    fn state(&self) -> Html {
        let tone = match self.view.state {
            ImportState::Checked | ImportState::Running => Tone::Info,
            ImportState::Done if self.failures.is_empty() => Tone::Ok,
            ImportState::Done | ImportState::Stopped => Tone::Warn,
        };
        Banner { tone, words: words::state(self.l, &self.view), lines: Vec::new() }.html()
    }

    fn is_checked(&self) -> bool {
        self.view.state == ImportState::Checked
    }

    fn is_running(&self) -> bool {
        self.view.state == ImportState::Running
    }

    fn start(&self) -> Html {
        let count = self.view.addresses.to_string();
        Button::primary(self.l.t_with("more-import-start", [("count", &count)])).html()
    }

    fn progress(&self) -> String {
        let percent = (self.view.done * 100).checked_div(self.view.total).unwrap_or(0);
        self.l.t_with("more-import-progress", [("percent", &percent.to_string())])
    }

    fn failed(&self, one: &ImportOutcome) -> String {
        let (line, what) = (one.line.to_string(), words::outcome(self.l, one));
        let values = [("line", line.as_str()), ("address", one.address.as_str()), ("what", what.as_str())];
        self.l.t_with("more-import-failed", values)
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, Timestamp};
    use mailbox::desk::{ImportAct, ImportStep};

    use super::*;
    use crate::shown;

    fn progress(l: Locale, state: ImportState, done: u64) -> Html {
        let view = ImportView {
            id: ImportId::from_bytes([2; 16]),
            act: ImportAct::Import,
            state,
            addresses: 3,
            total: 4,
            done,
            made: 2,
            sent_by: "Olga".to_owned(),
            created_at: Timestamp::from_secs(1),
        };
        let failed = ImportOutcome {
            line: 7,
            address: "a<b>@x.test".to_owned(),
            step: ImportStep::Address,
            user: None,
            outcome: Some("taken".to_owned()),
        };
        let part = Progress {
            l,
            csrf: "token".to_owned(),
            path: "/manager/services/s/imports/i".to_owned(),
            view,
            failures: vec![failed],
            can_start: true,
        };
        Html::of(&Show {
            crumbs: Html::empty(),
            title: "T".to_owned(),
            notices: notices(l, "windows-1252", "semicolon"),
            path: part.path.clone(),
            is_live: true,
            part: Html::of(&part),
        })
    }

    #[test]
    fn the_page_asks_for_the_yes_then_shows_how_far_it_is_and_what_failed() {
        for l in shown::locales() {
            let checked = progress(l, ImportState::Checked, 0);
            shown::check(&checked);
            assert!(checked.as_str().contains("/start\"") && checked.as_str().contains("/discard\""));
            assert!(checked.as_str().contains("windows-1252"), "{checked}");
            let running = progress(l, ImportState::Running, 1);
            shown::check(&running);
            assert!(running.as_str().contains("<progress") && running.as_str().contains("25"), "{running}");
            assert!(!running.as_str().contains("/start\""), "{running}");
            let done = progress(l, ImportState::Done, 4);
            assert!(done.as_str().contains("/result\"") && !done.as_str().contains("<b>"), "{done}");
            assert!(!done.as_str().contains(">more-"), "{done}");
        }
    }
}
