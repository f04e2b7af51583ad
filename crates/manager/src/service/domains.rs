//! The domains of a mail service: whether each is proved, and every record that its DNS should have (S1).

use askama::Template;
use axum::response::Response;
use mailbox::desk::{DomainView, ProofRecord};
use ui::{Banner, CopyLine, Html, Locale, Tone};
use web::{Fault, Id, SignedIn};

use super::Shown;
use crate::frame::{Frame, Section};
use crate::organization::verified;

/// Lists them.
pub(super) async fn list(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let domains = desk.domains().await?;
    let (l, zone) = (signed_in.l(), signed_in.visitor.zone());
    let view = View { l, zone, head: super::head(l, &desk, Shown::Domains), domains };
    let frame = Frame::of(&signed_in, desk.organization()).await?;
    let title = format!("{} · {}", l.t("manager-domains"), desk.name());
    Ok(frame.page(Section::MailService, &title, Html::of(&view)))
}

#[derive(Template)]
#[template(path = "domains.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    head: Html,
    domains: Vec<DomainView>,
}

impl View<'_> {
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

    /// The records of a domain, with ids that no other on the page has.
    fn records(&self, domain: &DomainView) -> Vec<Record> {
        let place = self.domains.iter().position(|one| one.name == domain.name).unwrap_or(0);
        let records = domain.records.iter().enumerate();
        records.map(|(number, record)| Record::of(self.l, &format!("{place}-{number}"), record)).collect()
    }
}

/// One record, to copy.
struct Record {
    title: String,
    name: Html,
    value: Html,
}

impl Record {
    fn of(l: Locale, number: &str, record: &ProofRecord) -> Self {
        let line = |id: &str, label: &str, value: &str, button: &str| {
            let (label, button) = (l.t(label), l.t(button));
            CopyLine { l, id: format!("{id}-{number}"), label, value: value.to_owned(), button }.html()
        };
        Self {
            title: format!("{} · {}", record.kind, l.t(purpose(record))),
            name: line("name", "manager-record-name", &record.name, "manager-record-copy-name"),
            value: line("value", "manager-record-value", &record.value, "manager-record-copy-value"),
        }
    }
}

/// What a record is for.
fn purpose(record: &ProofRecord) -> &'static str {
    if record.kind == "MX" {
        "manager-record-mx"
    } else if record.value.starts_with("v=spf1") {
        "manager-record-spf"
    } else if record.value.starts_with("v=DMARC1") {
        "manager-record-dmarc"
    } else if record.name.contains("._domainkey.") {
        "manager-record-dkim"
    } else {
        "manager-record-proof"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Timestamp;

    fn record(kind: &'static str, name: &str, value: &str) -> ProofRecord {
        ProofRecord { kind, name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_domain_that_is_not_proved_says_what_to_do_and_shows_every_record() {
        let records = vec![
            record("TXT", "_postroom.example.org", "postroom-domain=<x>"),
            record("MX", "example.org", "10 mail.example.net."),
        ];
        let domains = vec![
            DomainView { name: "example.org".to_owned(), verified_at: None, records: records.clone() },
            DomainView {
                name: "example.net".to_owned(),
                verified_at: Some(Timestamp::from_secs(1)),
                records,
            },
        ];
        for l in shown::locales() {
            let head =
                Html::of(&super::super::Head { crumbs: Html::empty(), name: "Post", tabs: Html::empty() });
            let html = Html::of(&View { l, zone: "UTC", head, domains: domains.clone() });
            shown::check(&html);
            assert_eq!(html.as_str().matches("data-copy=").count(), 8, "{html}");
            assert_eq!(html.as_str().matches("postroom domain trust example.org").count(), 1, "{html}");
            assert!(!html.as_str().contains("=<x>"), "{html}");
        }
    }
}
