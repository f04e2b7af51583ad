//! Which organization: all of them, and making one more (O1).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{OrganizationId, PersonName, Role};
use identity::{CreateOrganizationError, OrganizationView};
use ui::{Button, EmptyState, ErrorSummary, Field, FieldFault, Html, Locale};
use web::{Fault, Posted, SignedIn, Visitor};

use crate::frame::{Frame, Section};
use crate::words;

/// Goes to the only organization, or lets one choose.
pub(super) async fn enter(signed_in: SignedIn) -> Result<Response, Fault> {
    let all = signed_in.web().identity().organizations(&signed_in.actor).await?;
    match all.as_slice() {
        [only] if only.is_managed => Ok(Redirect::to(&format!("/manager/{}", only.id)).into_response()),
        _ => page(&signed_in, all, String::new(), Vec::new()).await,
    }
}

/// Every organization of the user.
pub(super) async fn list(signed_in: SignedIn) -> Result<Response, Fault> {
    let all = signed_in.web().identity().organizations(&signed_in.actor).await?;
    page(&signed_in, all, String::new(), Vec::new()).await
}

/// Makes an organization.
pub(super) async fn create(posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let (l, identity) = (signed_in.l(), signed_in.web().identity().clone());
    let typed = posted.text("name");
    let words = match typed.parse::<PersonName>() {
        Err(fault) => words::name_fault(l, fault),
        Ok(name) => match identity.create_organization(&signed_in.actor, &name).await {
            Ok(organization) => return Ok(Redirect::to(&format!("/manager/{organization}")).into_response()),
            Err(CreateOrganizationError::TooMany) => l.t("manager-organization-too-many"),
            Err(CreateOrganizationError::Ended(_)) => return Err(Fault::SignedOut),
            Err(CreateOrganizationError::Unavailable) => return Err(Fault::Unavailable),
        },
    };
    let all = identity.organizations(&signed_in.actor).await?;
    let faults = vec![FieldFault { field: "name", words }];
    Ok(Visitor::refused(page(&signed_in, all, typed.to_owned(), faults).await?))
}

async fn page(
    signed_in: &SignedIn,
    organizations: Vec<OrganizationView>,
    name: String,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let (l, csrf) = (signed_in.l(), signed_in.visitor.csrf());
    let outside = signed_in.web().identity().outside_of(&signed_in.actor).await?;
    let view = View { l, csrf, organizations: &organizations, outside, name, faults };
    let content = Html::of(&view);
    let frame = Frame::without(signed_in, organizations);
    Ok(frame.page(Section::Organizations, &l.t("manager-organizations"), content))
}

#[derive(Template)]
#[template(path = "organizations.html")]
struct View<'a> {
    l: Locale,
    csrf: String,
    organizations: &'a [OrganizationView],
    /// Where the user is external.
    outside: Vec<(OrganizationId, String)>,
    name: String,
    faults: Vec<FieldFault>,
}

impl View<'_> {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("manager-no-organization"), self.l.t("manager-no-organization-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn role(&self, role: Role) -> String {
        self.l.t(&format!("manager-role-{}", role.name()))
    }

    fn field(&self) -> Html {
        Field {
            id: "name",
            label: self.l.t("manager-name"),
            value: self.name.clone(),
            fault: ErrorSummary::of_field(&self.faults, "name"),
            autocomplete: "organization",
            limit: domain::person::NAME_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn button(&self) -> Html {
        Button::primary(self.l.t("manager-organization-create")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id;

    fn html(l: Locale, organizations: &[OrganizationView], faults: Vec<FieldFault>) -> Html {
        let outside = vec![(OrganizationId::from_bytes([9; 16]), "<9>".to_owned())];
        let csrf = "token".to_owned();
        Html::of(&View { l, csrf, organizations, outside, name: "<b>".to_owned(), faults })
    }

    #[test]
    fn organizations_that_may_not_be_managed_say_so_instead_of_leading_nowhere() {
        let organization = |number: u8, role| OrganizationView {
            id: OrganizationId::from_bytes([number; 16]),
            logo: None,
            name: format!("<{number}>"),
            role,
            is_managed: role == Role::Owner,
        };
        for l in shown::locales() {
            let html =
                html(l, &[organization(1, Role::Owner), organization(2, Role::Collaborator)], Vec::new());
            shown::check(&html);
            // Each may be left; only what is managed leads somewhere else.
            assert_eq!(html.as_str().matches("/leave\"").count(), 3, "{html}");
            assert_eq!(html.as_str().matches("href=\"/manager/").count(), 6, "{html}");
            assert!(html.as_str().contains(&l.t("manager-not-managed")), "{html}");
            assert!(!html.as_str().contains("<1>") && !html.as_str().contains("<b>"), "{html}");
        }
    }

    #[test]
    fn whoever_has_no_organization_is_told_what_to_do() {
        let faults = vec![FieldFault { field: "name", words: "Give it a name".to_owned() }];
        let html = html(Locale::default(), &[], faults);
        shown::check(&html);
        assert!(html.as_str().contains("You are in no organization yet"), "{html}");
        assert!(html.as_str().contains("href=\"#name\""), "{html}");
    }
}
