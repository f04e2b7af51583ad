//! Deleting an organization, once it is empty (O10).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::OrganizationId;
use mailbox::desk::{DeleteOrganizationError, OrganizationDesk, Remains};
use ui::{Button, ButtonLook, Disabled, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use super::record::desk;
use crate::frame::{Crumbs, Frame, Section};

/// Says what is still there, or asks.
pub(super) async fn review(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    let remains = desk.remains().await?;
    page(&signed_in, &desk, remains).await
}

/// Deletes it.
pub(super) async fn delete(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = desk(&proof.signed_in, &id).await?;
    match desk.delete(&proof.confirmed).await {
        Ok(()) => Ok(Redirect::to("/manager/organizations").into_response()),
        Err(DeleteOrganizationError::NotEmpty(remains)) => {
            Ok(Visitor::refused(page(&proof.signed_in, &desk, remains).await?))
        }
        Err(DeleteOrganizationError::Desk(error)) => Err(error.into()),
    }
}

async fn page(signed_in: &SignedIn, desk: &OrganizationDesk, remains: Remains) -> Result<Response, Fault> {
    let (l, csrf, organization) = (signed_in.l(), signed_in.visitor.csrf(), desk.id());
    let view = View { l, csrf, organization, name: desk.name(), remains };
    let frame = Frame::of(signed_in, organization).await?;
    Ok(frame.page(Section::Organization, &l.t("organizations-delete"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "organization_delete.html")]
struct View<'a> {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    name: &'a str,
    remains: Remains,
}

impl View<'_> {
    fn path(&self) -> String {
        format!("/manager/{}/organization", self.organization)
    }

    fn crumbs(&self) -> Html {
        Crumbs { l: self.l, steps: vec![(self.path(), self.l.t("manager-organization"))] }.html()
    }

    fn intro(&self) -> String {
        self.l.t_with("organizations-delete-intro", [("organization", self.name)])
    }

    /// What is still there, each with where it is ended.
    fn lines(&self) -> Vec<(String, String)> {
        let base = format!("/manager/{}", self.organization);
        let mut lines: Vec<_> = self
            .remains
            .services
            .iter()
            .map(|name| (base.clone(), self.l.t_with("organizations-remains-service", [("name", name)])))
            .collect();
        for (count, key, path) in [
            (self.remains.members, "organizations-remains-members", "users"),
            (self.remains.teams, "organizations-remains-teams", "teams"),
            (self.remains.invitations, "organizations-remains-invitations", "users?kind=invited"),
        ] {
            if count > 0 {
                lines.push((format!("{base}/{path}"), self.l.t_with(key, [("count", &count.to_string())])));
            }
        }
        lines
    }

    fn button(&self) -> Html {
        let because = || self.l.t("organizations-not-empty");
        Button {
            id: "delete".to_owned(),
            label: self.l.t("organizations-delete"),
            look: ButtonLook::Danger,
            disabled: (!self.remains.is_empty()).then(|| Disabled { because: because() }),
            ..Button::default()
        }
        .html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    #[test]
    fn the_page_says_what_is_still_there_or_asks() {
        let full = Remains { services: vec!["Post <b>".to_owned()], members: 2, teams: 1, invitations: 1 };
        for l in shown::locales() {
            for remains in [Remains::default(), full.clone()] {
                let is_empty = remains.is_empty();
                let organization = OrganizationId::from_bytes([1; 16]);
                let html =
                    Html::of(&View { l, csrf: "token".to_owned(), organization, name: "Acme <b>", remains });
                shown::check(&html);
                assert_eq!(html.as_str().contains("delete-reason"), !is_empty, "{html}");
                assert_eq!(html.as_str().matches("<li><a").count(), if is_empty { 1 } else { 5 }, "{html}");
                assert!(!html.as_str().contains("<b>"), "{html}");
            }
        }
    }
}
