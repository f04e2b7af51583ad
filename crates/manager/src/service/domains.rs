//! The domains of a mail service: whether each is proved, what its DNS should say and says (S1).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{DomainId, DomainName, MailServiceId};
use mailbox::desk::{
    AddDomainError, DomainView, ProofRecord, RecordPurpose, RecordState, RemoveDomainError, ServiceDesk,
};
use ui::{
    Banner, Button, ButtonLook, CopyLine, Disabled, ErrorSummary, Field, FieldFault, Html, Locale, Tag, Tone,
};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who};

use super::Shown;
use crate::frame::{Frame, Section};
use crate::organization::verified;

/// These pages.
pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/manager/services/{service}/domains", Who::ServiceViewer, list)
        .post("/manager/services/{service}/domains", Who::MailManager, Asks::Nothing, add)
        .post("/manager/services/{service}/domains/{domain}/check", Who::MailManager, Asks::Nothing, check)
        .post("/manager/services/{service}/domains/{domain}/keys", Who::MailManager, Asks::Nothing, renew)
        .post("/manager/services/{service}/domains/{domain}/remove", Who::MailManager, Asks::Proof, remove)
}

/// Lists them.
async fn list(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    page(&signed_in, &desk, String::new(), Vec::new()).await
}

/// Adds one.
async fn add(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let typed = posted.text("domain");
    let key = match typed.trim().parse::<DomainName>() {
        Err(_) => "manager-domain-bad",
        Ok(name) => match desk.add_domain(&name).await {
            Ok(_) => return Ok(Redirect::to(&path(desk.id())).into_response()),
            Err(AddDomainError::Taken) => "manager-domain-taken",
            Err(AddDomainError::TooMany) => "domains-too-many",
            Err(AddDomainError::Desk(error)) => return Err(error.into()),
        },
    };
    let faults = vec![FieldFault { field: "domain", words: signed_in.l().t(key) }];
    Ok(Visitor::refused(page(&signed_in, &desk, typed.to_owned(), faults).await?))
}

/// Asks the DNS of one.
async fn check(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let domain: DomainId = id.of("domain")?;
    desk.check_domain(domain).await?;
    Ok(Redirect::to(&path(desk.id())).into_response())
}

/// Makes new keys for one.
async fn renew(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let domain: DomainId = id.of("domain")?;
    desk.renew_keys(domain).await?;
    Ok(Redirect::to(&path(desk.id())).into_response())
}

/// Takes one away.
async fn remove(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    match desk.remove_domain(&proof.confirmed, id.of("domain")?).await {
        Ok(()) => Ok(Redirect::to(&path(desk.id())).into_response()),
        Err(RemoveDomainError::InUse) => {
            let words = proof.signed_in.l().t("safety-domain-used");
            let faults = vec![FieldFault { field: "domain", words }];
            Ok(Visitor::refused(page(&proof.signed_in, &desk, String::new(), faults).await?))
        }
        Err(RemoveDomainError::Desk(error)) => Err(error.into()),
    }
}

fn path(service: MailServiceId) -> String {
    format!("/manager/services/{service}/domains")
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    typed: String,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let (domains, used) = (desk.domains().await?, desk.used_domains().await?);
    let (l, zone) = (signed_in.l(), signed_in.visitor.zone());
    let (head, csrf) = (super::head(l, desk, Shown::Domains), signed_in.visitor.csrf());
    let view = View { l, zone, csrf, head, service: desk.id(), domains, used, typed, faults };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    let title = format!("{} · {}", l.t("manager-domains"), desk.name());
    let content = crate::frame::as_allowed(l, desk.right(), Html::of(&view));
    Ok(frame.page(Section::MailService, &title, content))
}

#[derive(Template)]
#[template(path = "domains.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    service: MailServiceId,
    domains: Vec<DomainView>,
    used: Vec<DomainId>,
    typed: String,
    faults: Vec<FieldFault>,
}

impl View<'_> {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn path(&self) -> String {
        path(self.service)
    }

    fn stands_for(&self, domain: &DomainView, other: &str) -> String {
        self.l.t_with("more-domain-stands-for", [("domain", domain.name.as_str()), ("other", other)])
    }

    fn state(&self, domain: &DomainView) -> Html {
        verified(self.l, domain.verified_at.is_some())
    }

    /// What to do about a domain, or since when there is nothing to do.
    fn advice(&self, domain: &DomainView) -> Html {
        match domain.verified_at {
            Some(at) => {
                let words = self.l.t_with("manager-domain-verified", [("day", &self.l.day(at, self.zone))]);
                Banner { tone: Tone::Ok, words, lines: Vec::new() }.html()
            }
            None => Banner {
                tone: Tone::Warn,
                words: self.l.t_with("manager-domain-unverified", [("domain", &domain.name)]),
                lines: vec![
                    self.l.t("manager-domain-todo"),
                    self.l.t_with("manager-domain-trust", [("domain", &domain.name)]),
                ],
            }
            .html(),
        }
    }

    /// When the DNS was asked.
    fn checked(&self, domain: &DomainView) -> String {
        match domain.checked_at {
            Some(at) => self.l.t_with("domains-checked", [("moment", self.l.moment(at, self.zone).as_str())]),
            None => self.l.t("domains-not-checked"),
        }
    }

    fn check(&self, domain: &DomainView) -> Html {
        let key = if domain.checked_at.is_some() { "domains-check-again" } else { "domains-check" };
        Button { label: self.l.t(key), ..Button::default() }.html()
    }

    fn renew(&self) -> Html {
        Button { label: self.l.t("domains-keys-renew"), ..Button::default() }.html()
    }

    fn remove(&self, domain: &DomainView) -> Html {
        let is_used = self.used.contains(&domain.id);
        let disabled = is_used.then(|| Disabled { because: self.l.t("safety-domain-used") });
        let label = self.l.t_with("safety-domain-remove", [("domain", domain.name.as_str())]);
        let id = format!("remove-{}", domain.id);
        Button { id, label, look: ButtonLook::Danger, disabled, ..Button::default() }.html()
    }

    fn field(&self) -> Html {
        Field {
            id: "domain",
            label: self.l.t("manager-domain"),
            value: self.typed.clone(),
            hint: Some(self.l.t("manager-domain-hint")),
            fault: ErrorSummary::of_field(&self.faults, "domain"),
            limit: domain::address::DOMAIN_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn add(&self) -> Html {
        Button { label: self.l.t("domains-add"), ..Button::default() }.html()
    }

    /// The records of a domain, with ids that no other on the page has.
    fn records(&self, domain: &DomainView) -> Vec<Record> {
        let place = self.domains.iter().position(|one| one.id == domain.id).unwrap_or(0);
        let records = domain.records.iter().enumerate();
        records.map(|(number, record)| Record::of(self.l, &format!("{place}-{number}"), record)).collect()
    }
}

/// One record, to copy, and what was found in its place.
struct Record {
    title: String,
    state: Html,
    name: Html,
    value: Html,
    found: Vec<String>,
}

impl Record {
    fn of(l: Locale, number: &str, record: &ProofRecord) -> Self {
        let line = |id: &str, label: &str, value: &str, button: &str| {
            let (label, button) = (l.t(label), l.t(button));
            CopyLine { l, id: format!("{id}-{number}"), label, value: value.to_owned(), button }.html()
        };
        Self {
            title: format!("{} · {}", record.kind, l.t(purpose(record.purpose))),
            state: state(l, record.state),
            name: line("name", "manager-record-name", &record.name, "manager-record-copy-name"),
            value: line("value", "manager-record-value", &record.value, "manager-record-copy-value"),
            found: record.found.clone(),
        }
    }
}

/// What the DNS said, as a word and a colour.
fn state(l: Locale, state: RecordState) -> Html {
    let (tone, key) = match state {
        RecordState::Unchecked => return Html::empty(),
        RecordState::Right => (Tone::Ok, "domains-right"),
        RecordState::Wrong => (Tone::Danger, "domains-wrong"),
        RecordState::Missing => (Tone::Danger, "domains-missing"),
        RecordState::Unanswered => (Tone::Warn, "domains-unanswered"),
    };
    Tag { tone, words: l.t(key) }.html()
}

/// What a record is for.
const fn purpose(purpose: RecordPurpose) -> &'static str {
    match purpose {
        RecordPurpose::Exchanger => "manager-record-mx",
        RecordPurpose::Spf => "manager-record-spf",
        RecordPurpose::Dmarc => "manager-record-dmarc",
        RecordPurpose::Dkim => "manager-record-dkim",
        RecordPurpose::NextDkim => "domains-record-next",
        RecordPurpose::Proof => "manager-record-proof",
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, Timestamp};

    use super::*;
    use crate::shown;

    fn record(purpose: RecordPurpose, kind: &'static str, value: &str, state: RecordState) -> ProofRecord {
        let found = vec!["found <i>".to_owned()];
        ProofRecord { purpose, kind, name: "example.org".to_owned(), value: value.to_owned(), state, found }
    }

    fn domain(number: u8, name: &str, at: Option<Timestamp>, records: &[ProofRecord]) -> DomainView {
        DomainView {
            id: DomainId::from_bytes([number; 16]),
            name: name.to_owned(),
            verified_at: at,
            stands_for: None,
            checked_at: at,
            records: records.to_vec(),
        }
    }

    #[test]
    fn each_record_stands_beside_what_was_found_in_its_place() {
        let records = vec![
            record(RecordPurpose::Proof, "TXT", "postroom-domain=<x>", RecordState::Missing),
            record(RecordPurpose::Exchanger, "MX", "10 mail.example.net.", RecordState::Right),
            record(RecordPurpose::NextDkim, "TXT", "v=DKIM1", RecordState::Unanswered),
        ];
        for l in shown::locales() {
            let head =
                Html::of(&super::super::Head { crumbs: Html::empty(), name: "Post", tabs: Html::empty() });
            let view = View {
                l,
                zone: "UTC",
                csrf: "token".to_owned(),
                head,
                service: MailServiceId::from_bytes([9; 16]),
                domains: vec![
                    domain(1, "example.org", None, &records),
                    domain(2, "example.net", Some(Timestamp::from_secs(1)), &records[..2]),
                ],
                used: vec![DomainId::from_bytes([2; 16])],
                typed: "bad \"domain".to_owned(),
                faults: vec![FieldFault { field: "domain", words: l.t("manager-domain-bad") }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.matches("data-copy=").count(), 10, "{html}");
            assert_eq!(html.matches("postroom domain trust example.org").count(), 1, "{html}");
            assert_eq!(html.matches("/keys\"").count(), 1, "keys wait for the other: {html}");
            assert!(html.contains("/remove\"") && html.contains(&l.t("safety-domain-used")), "{html}");
            for words in ["domains-right", "domains-missing", "domains-unanswered"] {
                assert!(html.contains(&l.t(words)), "{words}: {html}");
            }
            assert!(!html.contains("=<x>") && !html.contains("<i>"), "{html}");
        }
    }
}
