//! Sending a file, and what is wrong with one.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use domain::{DomainName, MailServiceId};
use mailbox::desk::{Column, IMPORT_LINES, ImportNotice, ImportState, ImportView, ServiceDesk, SheetError};
use ui::{Banner, Button, Html, Locale, Pick, Picks, Tone};
use web::{Fault, Id, SignedIn, Visitor};

use super::upload::Upload;
use super::words;
use crate::frame::{Crumbs, Frame, Section};
use crate::service::encoded;

/// Asks for a file.
pub(super) async fn page(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = crate::service::desk(&signed_in, &id).await?;
    shown(&signed_in, &desk, String::new(), None).await
}

/// Checks a file, and keeps it until somebody says yes.
pub(super) async fn check(upload: Upload) -> Result<Response, Fault> {
    let Upload { signed_in, desk, domain, file } = upload;
    let error = match (domain.parse::<DomainName>(), file) {
        (Ok(name), Some(file)) => match desk.check_import(&name, Bytes::from(file)).await {
            Ok((import, notices)) => {
                let path = format!("{}{}", super::path(desk.id(), import), told(&notices));
                return Ok(Redirect::to(&path).into_response());
            }
            Err(SheetError::Desk(error)) => return Err(error.into()),
            Err(error) => error,
        },
        (_, None) => SheetError::TooLarge,
        (Err(_), Some(_)) => SheetError::Domain,
    };
    Ok(Visitor::refused(shown(&signed_in, &desk, domain, Some(error)).await?))
}

/// What the next page says about how the file was read.
fn told(notices: &[ImportNotice]) -> String {
    let said = notices.iter().map(|notice| match notice {
        ImportNotice::Encoding(name) => format!("encoding={}", encoded(name)),
        ImportNotice::Separator('\t') => "separator=tab".to_owned(),
        ImportNotice::Separator(_) => "separator=semicolon".to_owned(),
    });
    let said = said.collect::<Vec<_>>().join("&");
    if said.is_empty() { said } else { format!("?{said}") }
}

async fn shown(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    domain: String,
    error: Option<SheetError>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let mut steps = crate::service::crumbs(l, desk);
    steps.push((format!("/manager/services/{}", desk.id()), desk.name().to_owned()));
    let domains = desk.domains().await?;
    let usable = domains.into_iter().filter(|view| view.verified_at.is_some() && view.stands_for.is_none());
    let view = Ask {
        l,
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        crumbs: Crumbs { l, steps }.html(),
        service: desk.id(),
        domains: usable.map(|view| view.name).collect(),
        domain,
        imports: desk.imports().await?,
        error,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &l.t("more-import"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "import_ask.html")]
struct Ask<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    crumbs: Html,
    service: MailServiceId,
    domains: Vec<String>,
    domain: String,
    imports: Vec<ImportView>,
    error: Option<SheetError>,
}

impl Ask<'_> {
    fn refused(&self) -> Html {
        let Some(error) = &self.error else { return Html::empty() };
        let lines = match error {
            SheetError::Faults(faults) => faults.iter().map(|fault| words::fault(self.l, fault)).collect(),
            SheetError::TooLarge
            | SheetError::NotText
            | SheetError::NotCsv(_)
            | SheetError::NoLocalPart
            | SheetError::Column(_)
            | SheetError::ColumnTwice(_)
            | SheetError::Empty
            | SheetError::TooMany
            | SheetError::Domain
            | SheetError::TooManyFiles
            | SheetError::Desk(_) => Vec::new(),
        };
        Banner { tone: Tone::Danger, words: words::refusal(self.l, error), lines }.html()
    }

    fn action(&self) -> String {
        super::ask_path(self.service)
    }

    fn import_path(&self, view: &ImportView) -> String {
        super::path(self.service, view.id)
    }

    fn intro(&self) -> String {
        self.l.t_with("more-import-intro", [("count", &IMPORT_LINES.to_string())])
    }

    fn columns(&self) -> Vec<(&'static str, String)> {
        let about =
            |column: Column| self.l.t(&format!("more-import-column-{}", column.name().replace('_', "-")));
        Column::ALL.into_iter().map(|column| (column.name(), about(column))).collect()
    }

    fn several_domains(&self) -> Html {
        let picks = self.domains.iter().map(|name| Pick { value: name.clone(), label: name.clone() });
        let (id, label, picked) = ("domain", self.l.t("manager-domain"), self.domain.clone());
        Picks { id, label, picks: picks.collect(), picked, fault: None }.html()
    }

    fn send(&self) -> Html {
        Button::primary(self.l.t("more-import-check")).html()
    }

    fn state(&self, view: &ImportView) -> String {
        words::state(self.l, view)
    }

    fn when(&self, view: &ImportView) -> String {
        self.l.moment(view.created_at, self.zone)
    }

    fn is_waiting(&self, view: &ImportView) -> bool {
        view.state == ImportState::Checked
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, ImportId, Timestamp};
    use mailbox::desk::{FaultKind, ImportAct, ImportFault};

    use super::*;
    use crate::shown;

    #[test]
    fn every_fault_of_a_file_is_said_with_its_line_and_column() {
        for l in shown::locales() {
            let faults = vec![
                ImportFault { line: 7, column: Column::LocalPart, kind: FaultKind::Taken },
                ImportFault { line: 9, column: Column::QuotaMb, kind: FaultKind::BadQuota },
            ];
            let import = ImportView {
                id: ImportId::from_bytes([2; 16]),
                act: ImportAct::Import,
                state: ImportState::Done,
                addresses: 3,
                total: 4,
                done: 4,
                made: 2,
                sent_by: "Olga <b>".to_owned(),
                created_at: Timestamp::from_secs(1),
            };
            let html = Html::of(&Ask {
                l,
                zone: "UTC",
                csrf: "token".to_owned(),
                crumbs: Html::empty(),
                service: MailServiceId::from_bytes([1; 16]),
                domains: vec!["one.test".to_owned(), "two.test".to_owned()],
                domain: "two.test".to_owned(),
                imports: vec![import],
                error: Some(SheetError::Faults(faults)),
            });
            shown::check(&html);
            let html = html.as_str();
            assert!(html.contains("7") && html.contains("local_part") && html.contains("quota_mb"), "{html}");
            assert!(html.contains("value=\"two.test\" selected") && !html.contains("<b>"), "{html}");
            assert!(html.contains("multipart/form-data") && !html.contains(">more-"), "{html}");
        }
    }

    #[test]
    fn how_a_file_was_read_is_told_on_the_next_page() {
        let notices = [ImportNotice::Encoding("windows-1252"), ImportNotice::Separator(';')];
        assert_eq!(told(&notices), "?encoding=windows-1252&separator=semicolon");
        assert_eq!(told(&[]), "");
    }
}
