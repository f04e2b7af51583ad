//! One user: what they are, their teams, and what they open (O5, O6).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{OrganizationId, Role, TeamId, UserId};
use identity::members::{Held, MemberFault};
use mailbox::desk::{Inside, MemberError, OrganizationDesk, UserDetails};
use ui::{Button, ButtonLook, Choice, Choices, Disabled, ErrorSummary, FieldFault, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor};

/// Shows them.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, id.of("user")?, Vec::new()).await
}

/// Gives them another role.
pub(super) async fn set_role(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let user: UserId = id.of("user")?;
    let l = proof.signed_in.l();
    let words = match posted.text("role").parse::<Role>() {
        Err(_) => l.t("users-role-missing"),
        Ok(role) => match desk.set_role(&proof.confirmed, user, role).await {
            // Whoever gave away their own right goes where they may still be.
            Ok(()) if user == proof.signed_in.actor.user() => {
                return Ok(Redirect::to("/manager/organizations").into_response());
            }
            Ok(()) => return Ok(back(&desk, user)),
            Err(MemberError::Fault(fault)) => super::fault(l, fault),
            Err(MemberError::NotAMember) => l.t("users-external-no-role"),
            Err(MemberError::Desk(error)) => return Err(error.into()),
        },
    };
    let faults = vec![FieldFault { field: "role", words }];
    Ok(Visitor::refused(page(&proof.signed_in, &desk, user, faults).await?))
}

/// Puts them into the teams that are ticked, and out of the others.
pub(super) async fn set_teams(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let user: UserId = id.of("user")?;
    let ticked: Vec<TeamId> = posted.all("team").filter_map(|text| text.parse().ok()).collect();
    for (team, is_inside) in desk.user(user).await?.teams {
        let wanted = ticked.contains(&team.id);
        if wanted != is_inside {
            let inside = if wanted { Inside::Yes } else { Inside::No };
            desk.set_in_team(&proof.confirmed, team.id, user, inside).await?;
        }
    }
    // An external whose last team is gone is nobody here any more.
    match desk.user(user).await {
        Ok(_) => Ok(back(&desk, user)),
        Err(mailbox::desk::DeskError::NotFound) => Ok(Redirect::to(&super::path(desk.id())).into_response()),
        Err(error) => Err(error.into()),
    }
}

fn back(desk: &OrganizationDesk, user: UserId) -> Response {
    Redirect::to(&format!("{}/{user}", super::path(desk.id()))).into_response()
}

async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    user: UserId,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let details = desk.user(user).await?;
    let (l, organization, csrf) = (signed_in.l(), desk.id(), signed_in.visitor.csrf());
    let name = details.person.name.clone();
    let view = View { l, csrf, organization, details, faults };
    super::framed(signed_in, organization, &name, Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "user.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    details: UserDetails,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn crumbs(&self) -> Html {
        super::crumbs(self.l, self.organization, None)
    }

    fn path(&self) -> String {
        format!("{}/{}", super::path(self.organization), self.details.person.user)
    }

    fn is_external(&self) -> bool {
        self.details.person.role == Role::External
    }

    fn role(&self) -> Html {
        let choice = |role: Role| Choice {
            value: role.name().to_owned(),
            label: super::role(self.l, role),
            hint: self.l.t(&format!("users-role-{}-hint", role.name())),
            disabled: None,
        };
        Choices {
            name: "role",
            legend: self.l.t("users-role"),
            choices: [Role::Owner, Role::Administrator, Role::Collaborator].map(choice).into(),
            chosen: self.details.person.role.name().to_owned(),
            fault: ErrorSummary::of_field(&self.faults, "role"),
        }
        .html()
    }

    fn save_role(&self) -> Html {
        Button::primary(self.l.t("users-role-change")).html()
    }

    fn save_teams(&self) -> Html {
        Button { label: self.l.t("users-save-teams"), ..Button::default() }.html()
    }

    fn how(&self, held: &Held) -> String {
        how(self.l, held)
    }

    /// The button that cannot be used, with its reason.
    fn cannot_remove(&self, fault: &MemberFault) -> Html {
        Button {
            id: "remove".to_owned(),
            label: self.l.t("users-remove"),
            look: ButtonLook::Danger,
            disabled: Some(Disabled { because: super::fault(self.l, *fault) }),
            ..Button::default()
        }
        .html()
    }
}

/// By which ways somebody opens a mailbox.
pub(super) fn how(l: Locale, held: &Held) -> String {
    let teams = held.teams.join(", ");
    match (held.is_own, held.teams.is_empty()) {
        (true, true) => l.t("users-own"),
        (true, false) => l.t_with("users-own-and", [("teams", &teams)]),
        (false, true | false) => l.t_with("users-through", [("teams", &teams)]),
    }
}

#[cfg(test)]
pub(super) fn sample_details(role: Role) -> UserDetails {
    use domain::Id as _;
    let held = |is_own, teams: Vec<String>| Held {
        mailbox: domain::MailboxId::from_bytes([8; 16]),
        address: "info@example.org".to_owned(),
        is_own,
        teams,
        devices: vec!["Phone <i>".to_owned()],
    };
    let team = identity::teams::TeamView {
        id: TeamId::from_bytes([7; 16]),
        name: "Sales <i>".to_owned(),
        color: identity::teams::Color::Red,
        members: 1,
        accesses: 1,
    };
    UserDetails {
        person: super::sample(2, "Ben <b>", role),
        holding: identity::members::Holding {
            mailboxes: vec![held(true, vec!["Sales <i>".to_owned()]), held(false, vec!["Sales".to_owned()])],
            teams: vec!["Sales <i>".to_owned()],
            invitations: 2,
        },
        teams: vec![(team, true)],
        removal_fault: (role == Role::Owner).then_some(MemberFault::LastOwner),
        open: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    #[test]
    fn the_page_shows_role_teams_and_addresses_and_why_somebody_cannot_be_removed() {
        for (l, role) in shown::locales().into_iter().flat_map(|l| Role::ALL.map(|role| (l, role))) {
            let view = View {
                l,
                csrf: "token".to_owned(),
                organization: OrganizationId::from_bytes([1; 16]),
                details: sample_details(role),
                faults: vec![FieldFault { field: "role", words: "No".to_owned() }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.contains("type=\"radio\""), role != Role::External, "{html}");
            assert_eq!(html.contains("remove-reason"), role == Role::Owner, "{html}");
            assert!(html.contains("info@example.org") && html.contains(" checked"), "{html}");
            assert!(!html.contains("<b>") && !html.contains("<i>"), "{html}");
        }
    }
}
