//! The record of an organization: name, postal address, phone, logo (O2). Only an owner sees and changes it here.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::OrganizationId;
use domain::role::Verb;
use mailbox::desk::{OrganizationDesk, POSTAL_ADDRESS_LIMIT, Record, RecordError};
use ui::{Button, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::changed::{self, Changed};
use crate::frame::{Frame, Section};
use crate::words;

/// Shows it.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    page(&signed_in, &desk, None, Vec::new()).await
}

/// Changes it.
pub(super) async fn set(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = desk(&signed_in, &id).await?;
    let l = signed_in.l();
    let typed = Record {
        name: posted.text("name").to_owned(),
        postal_address: posted.text("postal_address").to_owned(),
        phone: posted.text("phone").to_owned(),
    };
    let (field, words) = match desk.set_record(changed::seen(&posted), &typed).await {
        Ok(()) => {
            let path = format!("/manager/{}/organization", desk.id());
            return Ok(Redirect::to(&path).into_response());
        }
        Err(RecordError::Name(fault)) => ("name", words::name_fault(l, fault)),
        Err(RecordError::PostalAddress(fault)) => ("postal_address", words::name_fault(l, fault)),
        Err(RecordError::Phone(_)) => ("phone", l.t("organizations-phone-bad")),
        Err(RecordError::Changed) => {
            return Ok(Visitor::refused(page(&signed_in, &desk, Some(typed), Vec::new()).await?));
        }
        Err(RecordError::Desk(error)) => return Err(error.into()),
    };
    let faults = vec![FieldFault { field, words }];
    Ok(Visitor::refused(page(&signed_in, &desk, Some(typed), faults).await?))
}

/// The desk of an organization for an owner of it; to others there is none.
pub(super) async fn desk(signed_in: &SignedIn, id: &Id) -> Result<OrganizationDesk, Fault> {
    let organization: OrganizationId = id.of("organization")?;
    let desk = signed_in.web().access().organization_desk(&signed_in.actor, organization).await?;
    if desk.may(Verb::ChangeOrganization) { Ok(desk) } else { Err(Fault::NotFound) }
}

pub(super) async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    typed: Option<Record>,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let (now, version) = desk.record().await?;
    let (l, organization, csrf) = (signed_in.l(), desk.id(), signed_in.visitor.csrf());
    let logo = desk.logo().await?.map(web::picture_path);
    let view = View { l, csrf, organization, now, version, logo, typed, faults };
    let frame = Frame::of(signed_in, organization).await?;
    Ok(frame.page(Section::Organization, &l.t("manager-organization"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "organization_record.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    now: Record,
    version: i64,
    logo: Option<String>,
    typed: Option<Record>,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    /// What somebody else changed, beside what was typed: only where nothing else was wrong.
    fn changed(&self) -> Html {
        match &self.typed {
            Some(typed) if self.faults.is_empty() => {
                Changed::html(self.l, &self.lines(&self.now), &self.lines(typed))
            }
            Some(_) | None => Html::empty(),
        }
    }

    fn lines(&self, record: &Record) -> Vec<(String, String)> {
        vec![
            (self.l.t("manager-name"), record.name.trim().to_owned()),
            (
                self.l.t("organizations-postal-address"),
                record.postal_address.replace('\r', "").trim().to_owned(),
            ),
            (self.l.t("organizations-phone-own"), record.phone.trim().to_owned()),
        ]
    }

    fn shown(&self) -> &Record {
        self.typed.as_ref().unwrap_or(&self.now)
    }

    fn fault(&self, field: &'static str) -> Option<String> {
        ErrorSummary::of_field(&self.faults, field)
    }

    fn name(&self) -> Html {
        Field {
            id: "name",
            label: self.l.t("manager-name"),
            value: self.shown().name.clone(),
            fault: self.fault("name"),
            autocomplete: "organization",
            limit: domain::person::NAME_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn phone(&self) -> Html {
        Field {
            id: "phone",
            label: self.l.t("organizations-phone-own"),
            kind: FieldKind::Phone,
            value: self.shown().phone.clone(),
            hint: Some(self.l.t("organizations-phone-own-hint")),
            fault: self.fault("phone"),
            autocomplete: "tel",
            limit: 40,
            ..Field::default()
        }
        .html()
    }

    fn logo_hint(&self) -> String {
        web::picture_hint(self.l)
    }

    fn save_logo(&self) -> Html {
        Button { label: self.l.t("profile-logo-save"), ..Button::default() }.html()
    }

    fn remove_logo(&self) -> Html {
        Button { label: self.l.t("profile-logo-remove"), ..Button::default() }.html()
    }

    fn limit(&self) -> usize {
        POSTAL_ADDRESS_LIMIT
    }

    fn save(&self) -> Html {
        Button::primary(self.l.t("common-save")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    #[test]
    fn the_record_is_shown_and_what_somebody_else_changed_beside_it() {
        let record = |name: &str| Record {
            name: name.to_owned(),
            postal_address: "Main street <1>\nTown".to_owned(),
            phone: "+41446681800".to_owned(),
        };
        for l in shown::locales() {
            for (typed, faults, differs) in [
                (None, Vec::new(), false),
                (Some(record("Acne")), Vec::new(), true),
                (
                    Some(record("")),
                    vec![FieldFault { field: "postal_address", words: "No".to_owned() }],
                    false,
                ),
            ] {
                let html = Html::of(&View {
                    l,
                    csrf: "token".to_owned(),
                    organization: OrganizationId::from_bytes([1; 16]),
                    now: record("Acme <b>"),
                    version: 4,
                    logo: Some("/picture/1".to_owned()),
                    typed,
                    faults,
                });
                shown::check(&html);
                let html = html.as_str();
                assert_eq!(html.contains("class=\"changed\""), differs, "{html}");
                assert!(html.contains("name=\"version\" value=\"4\""), "{html}");
                assert!(!html.contains("<b>") && !html.contains("<1>"), "{html}");
            }
        }
    }
}
