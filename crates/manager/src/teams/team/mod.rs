//! One team: name and color, its people, and the addresses that it opens.

pub(super) mod acts;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailboxId, OrganizationId, Permission, Permissions, PersonName, TeamId};
use identity::members::Person;
use identity::teams::{Color, TeamAccess};
use mailbox::desk::{OrganizationDesk, TeamDetails, TeamError};
use ui::{
    Button, ButtonLook, ErrorSummary, Field, FieldFault, Html, Locale, PermissionIcons, PermissionSwitches,
    Pick, Picks,
};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::changed::{self, Changed};
use crate::frame::Crumbs;
use crate::people::{self, desk};
use crate::words;

/// Shows it.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    page(&signed_in, &desk, id.of("team")?, None, Vec::new()).await
}

/// Sets name and color.
pub(super) async fn set(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = desk(&signed_in, &id).await?;
    let team: TeamId = id.of("team")?;
    let (l, typed) = (signed_in.l(), posted.text("name"));
    let color: Color = posted.text("color").parse().unwrap_or_default();
    let words = match typed.parse::<PersonName>() {
        Err(fault) => words::name_fault(l, fault),
        Ok(name) => match desk.set_team(team, changed::seen(&posted), &name, color).await {
            Ok(()) => return Ok(back(&desk, team)),
            Err(TeamError::Changed) => {
                let typed = Some((typed.to_owned(), color));
                return Ok(Visitor::refused(page(&signed_in, &desk, team, typed, Vec::new()).await?));
            }
            Err(error) => super::said(l, error)?,
        },
    };
    let faults = vec![FieldFault { field: "name", words }];
    Ok(Visitor::refused(page(&signed_in, &desk, team, Some((typed.to_owned(), color)), faults).await?))
}

fn back(desk: &OrganizationDesk, team: TeamId) -> Response {
    Redirect::to(&super::path(desk.id(), team)).into_response()
}

async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    team: TeamId,
    typed: Option<(String, Color)>,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let details = desk.team(team).await?;
    let mut free = desk.mailboxes().await?;
    free.retain(|(mailbox, _)| !details.accesses.iter().any(|access| access.mailbox == *mailbox));
    let (name, color) = typed.unwrap_or_else(|| (details.team.name.clone(), details.team.color));
    let (l, organization, csrf) = (signed_in.l(), desk.id(), signed_in.visitor.csrf());
    let title = details.team.name.clone();
    let view = View { l, csrf, organization, details, free, name, color, faults };
    people::framed(signed_in, organization, &title, Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "team.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    details: TeamDetails,
    free: Vec<(MailboxId, String)>,
    name: String,
    color: Color,
    faults: Vec<FieldFault>,
}

impl View {
    /// What somebody else changed, beside what was typed: only where nothing else was wrong.
    fn changed(&self) -> Html {
        let lines = |name: &str, color: Color| {
            let color = self.l.t(&format!("teams-color-{}", color.name()));
            vec![(self.l.t("teams-name"), name.trim().to_owned()), (self.l.t("teams-color"), color)]
        };
        if !self.faults.is_empty() {
            return Html::empty();
        }
        let team = &self.details.team;
        Changed::html(self.l, &lines(&team.name, team.color), &lines(&self.name, self.color))
    }

    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn crumbs(&self) -> Html {
        let steps = vec![(format!("/manager/{}/teams", self.organization), self.l.t("users-teams"))];
        Crumbs { l: self.l, steps }.html()
    }

    fn path(&self) -> String {
        super::path(self.organization, self.details.team.id)
    }

    fn swatch(&self) -> Html {
        super::swatch(self.l, self.details.team.color)
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

    fn row(&self, access: &TeamAccess) -> Html {
        let (l, csrf, path) = (self.l, self.csrf.as_str(), self.path());
        Html::of(&Row { l, csrf, path: &path, team: &self.details.team.name, access })
    }

    fn role(&self, person: &Person) -> String {
        people::role(self.l, person.role)
    }

    fn mailbox(&self) -> Html {
        let pick = |(mailbox, address): &(MailboxId, String)| Pick {
            value: mailbox.to_string(),
            label: address.clone(),
        };
        Picks {
            id: "mailbox",
            label: self.l.t("teams-address"),
            picks: self.free.iter().map(pick).collect(),
            picked: String::new(),
            fault: ErrorSummary::of_field(&self.faults, "mailbox"),
        }
        .html()
    }

    fn switches(&self) -> Html {
        PermissionSwitches { l: self.l, permissions: Permissions::NONE.with(Permission::Send) }.html()
    }

    fn ordinary(&self, key: &str) -> Html {
        Button { label: self.l.t(key), ..Button::default() }.html()
    }

    fn danger(&self) -> Html {
        Button { label: self.l.t("teams-delete"), look: ButtonLook::Danger, ..Button::default() }.html()
    }
}

/// One address of the team: what a switched permission is answered with.
#[derive(Template)]
#[template(path = "team_address_row.html")]
struct Row<'a> {
    l: Locale,
    csrf: &'a str,
    path: &'a str,
    team: &'a str,
    access: &'a TeamAccess,
}

impl Row<'_> {
    fn icons(&self) -> Html {
        let mailbox = self.access.mailbox;
        let whose = format!("{} · {}", self.team, self.access.address);
        PermissionIcons {
            l: self.l,
            whose: &whose,
            permissions: self.access.permissions,
            action: &format!("{}/addresses/{mailbox}/permissions", self.path),
            target: &format!("#address-{mailbox}"),
            csrf: self.csrf,
            disabled: None,
        }
        .html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, Role};
    use identity::teams::TeamView;

    #[test]
    fn the_page_shows_people_and_addresses_with_their_switches() {
        for l in shown::locales() {
            let mailbox = MailboxId::from_bytes([4; 16]);
            let view = View {
                l,
                csrf: "token".to_owned(),
                organization: OrganizationId::from_bytes([1; 16]),
                details: TeamDetails {
                    team: TeamView {
                        id: TeamId::from_bytes([2; 16]),
                        name: "Sales <b>".to_owned(),
                        color: Color::Amber,
                        members: 1,
                        accesses: 1,
                        version: 2,
                    },
                    people: vec![
                        (people::sample(5, "Anna <b>", Role::Owner), true),
                        (people::sample(6, "Ben", Role::External), false),
                    ],
                    accesses: vec![TeamAccess {
                        mailbox,
                        address: "info@example.org".to_owned(),
                        permissions: Permissions::ALL,
                    }],
                },
                free: vec![(MailboxId::from_bytes([7; 16]), "other@example.org".to_owned())],
                name: "Sales <b>".to_owned(),
                color: Color::Amber,
                faults: vec![FieldFault { field: "mailbox", words: "No".to_owned() }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            let html = html.as_str();
            assert!(html.contains("other@example.org") && html.contains("info@example.org"), "{html}");
            assert_eq!(html.matches("name=\"member\"").count(), 2, "{html}");
            assert!(!html.contains("<b>"), "{html}");
        }
    }
}
