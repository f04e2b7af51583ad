//! A domain that stands for another of the same mail service (S10).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::DomainId;
use mailbox::desk::{DomainAliasError, DomainView, ServiceDesk};
use ui::{Button, ErrorSummary, FieldFault, Html, Locale, Pick, Picks};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who};

use crate::frame::{Crumbs, Frame, Section};

const PATH: &str = "/manager/services/{service}/domains/{domain}/alias";
/// The field of the other domain.
const OTHER: &str = "other";

/// These pages.
pub(super) fn pages() -> Pages {
    Pages::new().get(PATH, Who::MailManager, ask).post(PATH, Who::MailManager, Asks::Nothing, set)
}

/// Asks which one.
async fn ask(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, id.of("domain")?, Vec::new()).await
}

/// Has it stand for that one, or for itself.
async fn set(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let domain: DomainId = id.of("domain")?;
    let outcome = match posted.text(OTHER) {
        "" => desk.stand_alone(domain).await.map_err(DomainAliasError::from),
        other => desk.stand_for(domain, other.parse().map_err(|_| Fault::NotFound)?).await,
    };
    let key = match outcome {
        Ok(()) => return Ok(Redirect::to(&back(&desk)).into_response()),
        Err(DomainAliasError::Unverified) => "more-domain-alias-unverified",
        Err(DomainAliasError::Same) => "more-domain-alias-same",
        Err(DomainAliasError::HasAddresses) => "more-domain-alias-addresses",
        Err(DomainAliasError::Chain) => "more-domain-alias-chain",
        Err(DomainAliasError::AddressIsLogin) => "more-domain-alias-login",
        Err(DomainAliasError::Desk(error)) => return Err(error.into()),
    };
    let faults = vec![FieldFault { field: OTHER, words: signed_in.l().t(key) }];
    Ok(Visitor::refused(page(&signed_in, &desk, domain, faults).await?))
}

fn back(desk: &ServiceDesk) -> String {
    format!("/manager/services/{}/domains", desk.id())
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    domain: DomainId,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let (l, all) = (signed_in.l(), desk.domains().await?);
    let stands_for = desk.domain_alias(domain).await?;
    let name = all.iter().find(|view| view.id == domain).ok_or(Fault::NotFound)?.name.clone();
    let mut steps = super::crumbs(l, desk);
    steps.push((format!("/manager/services/{}", desk.id()), desk.name().to_owned()));
    steps.push((back(desk), l.t("manager-domains")));
    let crumbs = Crumbs { l, steps }.html();
    let csrf = signed_in.visitor.csrf();
    let view = View { l, csrf, crumbs, name, domain, all, stands_for, back: back(desk), faults };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &view.title(), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "domain_alias.html")]
struct View {
    l: Locale,
    csrf: String,
    crumbs: Html,
    name: String,
    domain: DomainId,
    all: Vec<DomainView>,
    stands_for: Option<DomainId>,
    back: String,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn title(&self) -> String {
        self.l.t_with("more-domain-alias-title", [("domain", self.name.as_str())])
    }

    fn intro(&self) -> String {
        self.l.t_with("more-domain-alias-intro", [("domain", self.name.as_str())])
    }

    fn others(&self) -> Html {
        let none = Pick { value: String::new(), label: self.l.t("more-domain-alias-none") };
        let others = self.all.iter().filter(|view| view.id != self.domain && view.verified_at.is_some());
        let picks = others.map(|view| Pick { value: view.id.to_string(), label: view.name.clone() });
        Picks {
            id: OTHER,
            label: self.l.t("more-domain-alias-of"),
            picks: std::iter::once(none).chain(picks).collect(),
            picked: self.stands_for.map(|id| id.to_string()).unwrap_or_default(),
            fault: ErrorSummary::of_field(&self.faults, OTHER),
        }
        .html()
    }

    fn save(&self) -> Html {
        Button::primary(self.l.t("common-save")).html()
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, Timestamp};

    use super::*;
    use crate::shown;

    #[test]
    fn the_other_verified_domains_can_be_chosen() {
        let domain = |number: u8, name: &str, verified_at| DomainView {
            id: DomainId::from_bytes([number; 16]),
            name: name.to_owned(),
            verified_at,
            stands_for: None,
            checked_at: None,
            records: Vec::new(),
        };
        for l in shown::locales() {
            let html = Html::of(&View {
                l,
                csrf: "token".to_owned(),
                crumbs: Html::empty(),
                name: "<b>.test".to_owned(),
                domain: DomainId::from_bytes([1; 16]),
                all: vec![
                    domain(1, "one.test", Some(Timestamp::from_secs(1))),
                    domain(2, "two.test", Some(Timestamp::from_secs(1))),
                    domain(3, "three.test", None),
                ],
                stands_for: None,
                back: "/back".to_owned(),
                faults: vec![FieldFault { field: OTHER, words: l.t("more-domain-alias-chain") }],
            });
            shown::check(&html);
            let html = html.as_str();
            assert!(
                html.contains("two.test") && !html.contains("three.test") && !html.contains("<b>"),
                "{html}"
            );
            assert!(!html.contains(">one.test") && html.contains("other-fault"), "{html}");
        }
    }
}
