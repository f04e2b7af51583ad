//! One user: what they are, their teams, and what they open (O5, O6).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{OrganizationId, Role, TeamId, UserId};
use identity::Terms;
use identity::members::{Held, MemberFault};
use mailbox::desk::{Inside, MemberError, OrganizationDesk, UserDetails};
use ui::{Button, ButtonLook, Disabled, ErrorSummary, FieldFault, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use super::terms::{self, NoticeFields, ServiceFields};
use crate::changed::{self, Changed};

/// Shows them.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, id.of("user")?, Vec::new()).await
}

/// Sets their role, rights and notification switches.
pub(super) async fn set_terms(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let user: UserId = id.of("user")?;
    let l = proof.signed_in.l();
    let Ok(role) = posted.text("role").parse::<Role>() else {
        let faults = vec![FieldFault { field: "role", words: l.t("users-role-missing") }];
        return Ok(Visitor::refused(page(&proof.signed_in, &desk, user, faults).await?));
    };
    let (typed, seen) = (terms::sent(&posted, role), changed::seen(&posted));
    let words = match desk.set_terms(&proof.confirmed, user, seen, &typed).await {
        // Whoever gave away their own right goes where they may still be.
        Ok(()) if user == proof.signed_in.actor.user() => {
            return Ok(Redirect::to("/manager/organizations").into_response());
        }
        Ok(()) => return Ok(back(&desk, user)),
        Err(MemberError::Changed(_)) => {
            let view = View { typed: Some(typed), ..View::load(&proof.signed_in, &desk, user).await? };
            return Ok(Visitor::refused(view.framed(&proof.signed_in).await?));
        }
        Err(MemberError::Fault(fault)) => super::fault(l, fault),
        Err(MemberError::NotAMember) => l.t("users-external-no-role"),
        Err(MemberError::Desk(error)) => return Err(error.into()),
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
    let view = View { faults, ..View::load(signed_in, desk, user).await? };
    view.framed(signed_in).await
}

#[derive(Template)]
#[template(path = "user.html")]
struct View {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    details: UserDetails,
    has_gateway: bool,
    /// What was typed, where somebody else changed it meanwhile.
    typed: Option<Terms>,
    faults: Vec<FieldFault>,
}

impl View {
    async fn load(signed_in: &SignedIn, desk: &OrganizationDesk, user: UserId) -> Result<Self, Fault> {
        Ok(Self {
            l: signed_in.l(),
            csrf: signed_in.visitor.csrf(),
            organization: desk.id(),
            details: desk.user(user).await?,
            has_gateway: signed_in.web().identity().has_sms_gateway(),
            typed: None,
            faults: Vec::new(),
        })
    }

    async fn framed(&self, signed_in: &SignedIn) -> Result<Response, Fault> {
        let name = self.details.person.name.clone();
        super::framed(signed_in, self.organization, &name, Html::of(self)).await
    }

    /// What stands in the form: what was typed, or what there is.
    fn terms(&self) -> Terms {
        let now = || self.details.terms.as_ref().map(|(terms, _)| terms.clone());
        self.typed.clone().or_else(now).unwrap_or_else(|| Terms::of(self.details.person.role))
    }

    fn version(&self) -> i64 {
        self.details.terms.as_ref().map_or(0, |(_, version)| *version)
    }

    /// What somebody else changed, beside what was typed.
    fn changed(&self) -> Html {
        let (Some(typed), Some((now, _))) = (&self.typed, &self.details.terms) else { return Html::empty() };
        let lines = |terms| terms::lines(self.l, terms, &self.details.services);
        Changed::html(self.l, &lines(now), &lines(typed))
    }

    fn notices(&self) -> Html {
        Html::of(&NoticeFields {
            l: self.l,
            legend: "organizations-notices",
            notices: self.terms().notices,
            is_only_owner: self.details.is_only_owner,
            has_gateway: self.has_gateway,
        })
    }

    fn service_rights(&self) -> Html {
        let given = self.terms().services;
        Html::of(&ServiceFields { l: self.l, services: &self.details.services, given: &given })
    }

    fn billing(&self) -> Html {
        terms::billing_field(self.l, self.terms().billing)
    }

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
        terms::role_field(self.l, self.terms().role.name(), ErrorSummary::of_field(&self.faults, "role"))
    }

    fn save_role(&self) -> Html {
        Button::primary(self.l.t("common-save")).html()
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
        version: 1,
    };
    let service = domain::MailServiceId::from_bytes([6; 16]);
    UserDetails {
        person: super::sample(2, "Ben <b>", role),
        terms: (role != Role::External).then(|| (Terms::of(role), 3)),
        is_only_owner: role == Role::Owner,
        services: vec![(service, "Post <i>".to_owned())],
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
                has_gateway: false,
                typed: Some(Terms::of(Role::Administrator)),
                faults: vec![FieldFault { field: "role", words: "No".to_owned() }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.contains("type=\"radio\""), role != Role::External, "{html}");
            assert_eq!(html.contains("remove-reason"), role == Role::Owner, "{html}");
            assert_eq!(html.contains("notice-billing-mail-reason"), role == Role::Owner, "{html}");
            let differs = matches!(role, Role::Owner | Role::Collaborator);
            assert_eq!(html.contains("class=\"changed\""), differs, "{html}");
            assert_eq!(html.contains("name=\"version\" value=\"3\""), role != Role::External, "{html}");
            assert!(html.contains("info@example.org") && html.contains(" checked"), "{html}");
            assert!(!html.contains("<b>") && !html.contains("<i>"), "{html}");
        }
    }
}
