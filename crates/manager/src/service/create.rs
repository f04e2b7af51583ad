//! Making a mail service (S1).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::role::Verb;
use domain::{DomainName, MailServiceId, OrganizationId, PersonName};
use mailbox::desk::{CreateServiceError, OrganizationDesk};
use ui::{Button, ErrorSummary, Field, FieldFault, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::frame::{Crumbs, Frame, Section};
use crate::words;

/// Asks for its name and domain.
pub(super) async fn ask(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    page(&signed_in, &desk, Typed::default(), Vec::new()).await
}

/// Makes it.
pub(super) async fn create(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = desk(&signed_in, &id).await?;
    let typed = Typed { name: posted.text("name").to_owned(), domain: posted.text("domain").to_owned() };
    match attempt(signed_in.l(), &desk, &typed).await? {
        Ok(service) => Ok(Redirect::to(&format!("/manager/services/{service}")).into_response()),
        Err(faults) => Ok(Visitor::refused(page(&signed_in, &desk, typed, faults).await?)),
    }
}

/// What was typed.
#[derive(Default)]
struct Typed {
    name: String,
    domain: String,
}

async fn desk(signed_in: &SignedIn, id: &Id) -> Result<OrganizationDesk, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    let desk = signed_in.web().access().organization_desk(&signed_in.actor, organization).await?;
    if desk.may(Verb::CreateServices) { Ok(desk) } else { Err(Fault::NotFound) }
}

async fn attempt(
    l: Locale,
    desk: &OrganizationDesk,
    typed: &Typed,
) -> Result<Result<MailServiceId, Vec<FieldFault>>, Fault> {
    let (name, domain) = (typed.name.parse::<PersonName>(), typed.domain.trim().parse::<DomainName>());
    let mut faults = Vec::new();
    if let Err(fault) = &name {
        faults.push(FieldFault { field: "name", words: words::name_fault(l, *fault) });
    }
    if domain.is_err() {
        faults.push(FieldFault { field: "domain", words: l.t("manager-domain-bad") });
    }
    let (Ok(name), Ok(domain)) = (name, domain) else { return Ok(Err(faults)) };
    let (field, key) = match desk.create_service(name.as_str(), &domain).await {
        Ok(service) => return Ok(Ok(service)),
        Err(CreateServiceError::DomainTaken) => ("domain", "manager-domain-taken"),
        Err(CreateServiceError::TooMany) => ("name", "manager-service-too-many"),
        Err(CreateServiceError::Desk(error)) => return Err(error.into()),
    };
    Ok(Err(vec![FieldFault { field, words: l.t(key) }]))
}

async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    typed: Typed,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let view = View { l, csrf: signed_in.visitor.csrf(), organization: desk.id(), typed, faults };
    let frame = Frame::of(signed_in, desk.id()).await?;
    Ok(frame.page(Section::MailService, &l.t("manager-service-create"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "service_new.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    typed: Typed,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn crumbs(&self) -> Html {
        let steps = vec![(format!("/manager/{}", self.organization), self.l.t("manager-mail-service"))];
        Crumbs { l: self.l, steps }.html()
    }

    fn name(&self) -> Html {
        Field {
            id: "name",
            label: self.l.t("manager-name"),
            value: self.typed.name.clone(),
            hint: Some(self.l.t("manager-service-name-hint")),
            fault: ErrorSummary::of_field(&self.faults, "name"),
            limit: domain::person::NAME_LIMIT,
            is_first: self.faults.is_empty(),
            ..Field::default()
        }
        .html()
    }

    fn domain(&self) -> Html {
        Field {
            id: "domain",
            label: self.l.t("manager-domain"),
            value: self.typed.domain.clone(),
            hint: Some(self.l.t("manager-domain-hint")),
            fault: ErrorSummary::of_field(&self.faults, "domain"),
            limit: domain::address::DOMAIN_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn button(&self) -> Html {
        Button::primary(self.l.t("manager-service-create")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    #[test]
    fn each_fault_stands_beside_its_field_and_what_was_typed_stays() {
        for l in shown::locales() {
            let view = View {
                l,
                csrf: "token".to_owned(),
                organization: OrganizationId::from_bytes([1; 16]),
                typed: Typed { name: "Post".to_owned(), domain: "<x>".to_owned() },
                faults: vec![FieldFault { field: "domain", words: l.t("manager-domain-bad") }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            assert!(html.as_str().contains("aria-describedby=\"domain-hint domain-fault\""), "{html}");
            assert!(html.as_str().contains("value=\"Post\"") && !html.as_str().contains("<x>"), "{html}");
        }
    }
}
