//! Making a generic address (S4): one that only sends, or one that receives what has no address.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{DomainName, MailServiceId};
use mailbox::AddressKind;
use mailbox::desk::{CreateAddressError, ServiceDesk};
use ui::{Choice, Choices, ErrorSummary, FieldFault, Html, Locale, Pick, Picks};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who};

use super::new_address::{address_fault, create_button};
use crate::frame::{Crumbs, Frame, Section};

/// These pages.
pub(super) fn pages() -> Pages {
    let path = "/manager/services/{service}/addresses/generic";
    Pages::new().get(path, Who::MailManager, ask).post(path, Who::MailManager, Asks::Nothing, create)
}

/// The kinds that can be made.
const KINDS: [AddressKind; 3] = [AddressKind::Refuses, AddressKind::Drops, AddressKind::CatchAll];

/// What was chosen.
#[derive(Default)]
struct Chosen {
    kind: String,
    domain: String,
}

async fn ask(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, Chosen::default(), Vec::new()).await
}

async fn create(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let chosen = Chosen { kind: posted.text("kind").to_owned(), domain: posted.text("domain").to_owned() };
    let kind = KINDS.into_iter().find(|kind| kind.name() == chosen.kind);
    let domain = chosen.domain.parse::<DomainName>().ok();
    let (field, key) = match (kind, domain) {
        (None, _) => ("kind", "settings-generic-missing"),
        (_, None) => ("domain", "address-no-such-domain"),
        (Some(kind), Some(domain)) => match desk.create_generic(&domain, kind).await {
            Ok(mailbox) => return Ok(Redirect::to(&format!("/manager/addresses/{mailbox}")).into_response()),
            Err(CreateAddressError::Desk(error)) => return Err(error.into()),
            Err(error) => ("kind", address_fault(&error)),
        },
    };
    let faults = vec![FieldFault { field, words: signed_in.l().t(key) }];
    Ok(Visitor::refused(page(&signed_in, &desk, chosen, faults).await?))
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    chosen: Chosen,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let verified = desk.domains().await?.into_iter().filter(|domain| domain.verified_at.is_some());
    let mut steps = super::crumbs(l, desk);
    steps.push((format!("/manager/services/{}", desk.id()), desk.name().to_owned()));
    let view = View {
        l,
        csrf: signed_in.visitor.csrf(),
        crumbs: Crumbs { l, steps }.html(),
        service: desk.id(),
        domains: verified.map(|domain| domain.name).collect(),
        chosen,
        faults,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &l.t("settings-generic"), Html::of(&view)))
}

/// The choices among kinds of addresses, by their names.
pub(crate) fn kinds(l: Locale, kinds: &[AddressKind], chosen: &str, fault: Option<String>) -> Html {
    let choice = |kind: &AddressKind| Choice {
        value: kind.name().to_owned(),
        label: l.t(&format!("settings-generic-{}", kind.name())),
        hint: l.t(&format!("settings-generic-{}-hint", kind.name())),
        disabled: None,
    };
    Choices {
        name: "kind",
        legend: l.t("settings-generic-kind"),
        choices: kinds.iter().map(choice).collect(),
        chosen: chosen.to_owned(),
        fault,
    }
    .html()
}

#[derive(Template)]
#[template(path = "address_generic.html")]
struct View {
    l: Locale,
    csrf: String,
    crumbs: Html,
    service: MailServiceId,
    domains: Vec<String>,
    chosen: Chosen,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn kinds(&self) -> Html {
        kinds(self.l, &KINDS, &self.chosen.kind, ErrorSummary::of_field(&self.faults, "kind"))
    }

    fn domain(&self) -> Html {
        let pick = |name: &String| Pick { value: name.clone(), label: format!("@{name}") };
        Picks {
            id: "domain",
            label: self.l.t("manager-domain"),
            picks: self.domains.iter().map(pick).collect(),
            picked: self.chosen.domain.clone(),
            fault: ErrorSummary::of_field(&self.faults, "domain"),
        }
        .html()
    }

    fn button(&self) -> Html {
        create_button(self.l, &self.domains)
    }
}

#[cfg(test)]
mod tests {
    use domain::Id as _;

    use super::*;
    use crate::shown;

    #[test]
    fn each_kind_says_what_becomes_of_mail_to_it() {
        for l in shown::locales() {
            let html = Html::of(&View {
                l,
                csrf: "token".to_owned(),
                crumbs: Html::empty(),
                service: MailServiceId::from_bytes([1; 16]),
                domains: vec!["a.example".to_owned(), "b.example".to_owned()],
                chosen: Chosen { kind: "drops".to_owned(), domain: "b.example".to_owned() },
                faults: vec![FieldFault { field: "kind", words: l.t("address-name-taken") }],
            });
            shown::check(&html);
            assert_eq!(html.as_str().matches("type=\"radio\"").count(), 3, "{html}");
            assert_eq!(html.as_str().matches(" checked").count(), 1, "{html}");
            assert!(!html.as_str().contains(">settings-"), "{html}");
        }
    }
}
