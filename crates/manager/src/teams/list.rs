//! The list of teams, and making one.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{OrganizationId, PersonName};
use identity::teams::{Color, TeamView};
use mailbox::desk::OrganizationDesk;
use ui::{Button, EmptyState, ErrorSummary, Field, FieldFault, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::people::{self, Shown, desk};
use crate::words;

/// Shows it.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    page(&signed_in, &desk, String::new(), Color::default(), Vec::new()).await
}

/// Makes a team.
pub(super) async fn create(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = desk(&signed_in, &id).await?;
    let (l, typed) = (signed_in.l(), posted.text("name"));
    let color: Color = posted.text("color").parse().unwrap_or_default();
    let words = match typed.parse::<PersonName>() {
        Err(fault) => words::name_fault(l, fault),
        Ok(name) => match desk.create_team(&name, color).await {
            Ok(team) => return Ok(Redirect::to(&super::path(desk.id(), team)).into_response()),
            Err(error) => super::said(l, error)?,
        },
    };
    let faults = vec![FieldFault { field: "name", words }];
    Ok(Visitor::refused(page(&signed_in, &desk, typed.to_owned(), color, faults).await?))
}

async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    name: String,
    color: Color,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let (l, organization, csrf) = (signed_in.l(), desk.id(), signed_in.visitor.csrf());
    let view = View { l, csrf, organization, teams: desk.teams().await?, name, color, faults };
    people::framed(signed_in, organization, &l.t("users-teams"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "teams.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    teams: Vec<TeamView>,
    name: String,
    color: Color,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn tabs(&self) -> Html {
        people::tabs(self.l, self.organization, Shown::Teams)
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("teams-none"), self.l.t("teams-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn path(&self, team: &TeamView) -> String {
        super::path(self.organization, team.id)
    }

    fn swatch(&self, team: &TeamView) -> Html {
        super::swatch(self.l, team.color)
    }

    fn field(&self) -> Html {
        Field {
            id: "name",
            label: self.l.t("teams-name"),
            value: self.name.clone(),
            fault: ErrorSummary::of_field(&self.faults, "name"),
            limit: domain::person::NAME_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn colors(&self) -> Html {
        super::colors(self.l, self.color)
    }

    fn button(&self) -> Html {
        Button::primary(self.l.t("teams-create")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, TeamId};

    #[test]
    fn the_list_shows_teams_and_how_to_make_one() {
        for (l, full) in shown::locales().into_iter().flat_map(|l| [(l, true), (l, false)]) {
            let team = |(number, color)| TeamView {
                id: TeamId::from_bytes([number; 16]),
                name: "Sales <b>".to_owned(),
                color,
                members: 3,
                accesses: 2,
                version: 1,
            };
            let teams: Vec<_> = (1..).zip(Color::ALL).map(team).collect();
            let view = View {
                l,
                csrf: "token".to_owned(),
                organization: OrganizationId::from_bytes([1; 16]),
                teams: if full { teams } else { Vec::new() },
                name: "<b>".to_owned(),
                color: Color::Green,
                faults: vec![FieldFault { field: "name", words: l.t("teams-name-taken") }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            assert!(html.as_str().contains("value=\"green\" selected"), "{html}");
            assert!(!html.as_str().contains("<b>"), "{html}");
        }
    }
}
