//! Adding a user to an address: a member of the organization at once, anybody else by an invitation (I1–I3).

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailboxId, Permission, Permissions, TeamId, UserId};
use identity::teams::TeamView;
use mailbox::desk::{AddressDesk, CANDIDATES, Candidate, ShareError, TeamError};
use serde::Deserialize;
use ui::{
    Banner, Button, EmptyState, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, PermissionSwitches,
    Pick, Picks, Tone,
};
use web::{Fault, Id, Posted, SignedIn, Visitor, confirm_page};

use super::Below;
use crate::frame::{Tab, Tabs};
use crate::words::{self, Obstacle};

/// Whom to add.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    who: String,
    find: String,
}

/// Whom to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// A member of the organization.
    Existing,
    /// Anybody, by a link.
    New,
}

/// Asks whom to add, and what they may do.
pub(super) async fn ask(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    if signed_in.web().identity().confirmed(&signed_in.actor).await?.is_none() {
        return Ok(confirm_page(&signed_in, signed_in.visitor.path()));
    }
    let Asked { who, find } = asked.unwrap_or_default().0;
    let whom = if who == "new" { Whom::New } else { Whom::Existing };
    let filled = Filled { whom, find, user: String::new(), permissions: first() };
    page(&signed_in, &desk, filled, Vec::new()).await
}

/// Gives a member access.
pub(super) async fn existing(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let (user, permissions) = (posted.text("user"), posted.permissions());
    let given = match (user.strip_prefix(TEAM).map(str::parse::<TeamId>), user.parse::<UserId>()) {
        (Some(Ok(team)), _) => add_team(&proof, &desk, team, permissions).await?,
        (None, Ok(user)) => desk.add_existing(&proof.confirmed, user, permissions).await,
        (Some(Err(_)), _) | (None, Err(_)) => Err(ShareError::NotAMember),
    };
    let Err(error) = given else {
        return Ok(Redirect::to(&super::path(desk.mailbox())).into_response());
    };
    let filled = Filled { whom: Whom::Existing, find: String::new(), user: user.to_owned(), permissions };
    refused(&proof.signed_in, &desk, filled, error).await
}

/// What stands before the id of a team in the list of whom to add.
const TEAM: &str = "team-";

/// Gives a team of the organization access.
async fn add_team(
    proof: &web::Proof,
    desk: &AddressDesk,
    team: TeamId,
    permissions: Permissions,
) -> Result<Result<(), ShareError>, Fault> {
    if desk.teams().await?.iter().any(|(known, ..)| *known == team) {
        return Ok(Err(ShareError::HasAccess));
    }
    let access = proof.signed_in.web().access();
    let organization = access.organization_desk(&proof.signed_in.actor, desk.organization()).await?;
    match organization.set_team_access(&proof.confirmed, team, desk.mailbox(), permissions).await {
        Ok(()) => Ok(Ok(())),
        Err(TeamError::AddressIsLogin(_)) => {
            Ok(Err(ShareError::Impossible(mailbox::desk::AddReason::AddressIsLogin)))
        }
        Err(TeamError::NameTaken | TeamError::TooMany | TeamError::Changed) => Err(Fault::NotFound),
        Err(TeamError::Desk(error)) => Err(error.into()),
    }
}

/// The teams of the organization that have no access yet.
async fn free_teams(signed_in: &SignedIn, desk: &AddressDesk) -> Result<Vec<TeamView>, Fault> {
    let access = signed_in.web().access();
    let organization = access.organization_desk(&signed_in.actor, desk.organization()).await?;
    let known = desk.teams().await?;
    let mut all = organization.teams().await?;
    all.retain(|team| !known.iter().any(|(known, ..)| *known == team.id));
    Ok(all)
}

/// Makes an invitation.
pub(super) async fn new(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let permissions = posted.permissions();
    match desk.invite(&proof.confirmed, permissions, proof.signed_in.actor.language()).await {
        Ok(invited) => {
            let path = format!("{}/invitations/{}", super::path(desk.mailbox()), invited.id);
            Ok(Redirect::to(&path).into_response())
        }
        Err(error) => {
            let filled = Filled { whom: Whom::New, find: String::new(), user: String::new(), permissions };
            refused(&proof.signed_in, &desk, filled, error).await
        }
    }
}

/// What is switched on at first: sending, and nothing that changes the address for others.
fn first() -> Permissions {
    Permissions::NONE.with(Permission::Send)
}

/// What was filled in.
struct Filled {
    whom: Whom,
    /// A part of the name or address of whoever is looked for.
    find: String,
    user: String,
    permissions: Permissions,
}

async fn refused(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    filled: Filled,
    error: ShareError,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let words = match error {
        ShareError::HasAccess => l.t("share-has-access"),
        ShareError::NotAMember => l.t("share-not-a-member"),
        ShareError::Impossible(mailbox::desk::AddReason::AddressIsLogin) => {
            words::obstacle(l, Obstacle::AddressIsLogin)
        }
        ShareError::BeingDeleted => words::obstacle(l, Obstacle::BeingDeleted),
        ShareError::Desk(error) => return Err(error.into()),
    };
    let faults = vec![FieldFault { field: "user", words }];
    Ok(Visitor::refused(page(signed_in, desk, filled, faults).await?))
}

async fn page(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    filled: Filled,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let view = View {
        l,
        csrf: signed_in.visitor.csrf(),
        crumbs: super::crumbs(signed_in, desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        reason: Obstacle::of(desk).await?,
        candidates: desk.candidates(&filled.find).await?,
        teams: free_teams(signed_in, desk).await?,
        filled,
        faults,
    };
    super::framed(signed_in, desk, &l.t("share-add-title"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "access_add.html")]
struct View {
    l: Locale,
    csrf: String,
    crumbs: Html,
    mailbox: MailboxId,
    reason: Option<Obstacle>,
    candidates: Vec<Candidate>,
    teams: Vec<TeamView>,
    filled: Filled,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        // A reason that stands in the way of everything is said in the form's place, not twice.
        if self.reason.is_some() {
            Html::empty()
        } else {
            ErrorSummary { l: self.l, faults: &self.faults }.html()
        }
    }

    fn tabs(&self) -> Html {
        let base = format!("{}/add", super::path(self.mailbox));
        let tab = |path: String, key: &str, whom| Tab {
            path,
            label: self.l.t(key),
            is_current: self.filled.whom == whom,
        };
        Tabs {
            label: self.l.t("share-add-title"),
            tabs: vec![
                tab(base.clone(), "share-existing", Whom::Existing),
                tab(format!("{base}?who=new"), "share-new", Whom::New),
            ],
        }
        .html()
    }

    fn impossible(&self, reason: &Obstacle) -> Html {
        Banner { tone: Tone::Warn, words: words::obstacle(self.l, *reason), lines: Vec::new() }.html()
    }

    fn no_candidate(&self) -> Html {
        let path = format!("{}/add?who=new", super::path(self.mailbox));
        EmptyState {
            title: self.l.t("share-no-candidate"),
            hint: self.l.t("share-no-candidate-hint"),
            action: Some((path, self.l.t("share-new"))),
        }
        .html()
    }

    fn user(&self) -> Html {
        let pick = |candidate: &Candidate| Pick {
            value: candidate.user.to_string(),
            label: format!("{} ({})", candidate.name, candidate.address),
        };
        let team = |team: &TeamView| Pick {
            value: format!("{TEAM}{}", team.id),
            label: format!("{} · {}", self.l.t("teams-team"), team.name),
        };
        Picks {
            id: "user",
            label: self.l.t("share-user"),
            picks: self.candidates.iter().map(pick).chain(self.teams.iter().map(team)).collect(),
            picked: self.filled.user.clone(),
            fault: ErrorSummary::of_field(&self.faults, "user"),
        }
        .html()
    }

    /// Where there are more members than are listed, a part of a name is asked for.
    fn finds(&self) -> bool {
        self.candidates.len() >= CANDIDATES || !self.filled.find.is_empty()
    }

    fn find(&self) -> Html {
        Field {
            id: "find",
            label: self.l.t("sharing-explain-search"),
            kind: FieldKind::Search,
            value: self.filled.find.clone(),
            hint: Some(self.l.t_with("sharing-candidates-cut", [("count", &CANDIDATES.to_string())])),
            ..Field::default()
        }
        .html()
    }

    fn find_button(&self) -> Html {
        Button { label: self.l.t("sharing-explain-find"), ..Button::default() }.html()
    }

    fn switches(&self) -> Html {
        PermissionSwitches { l: self.l, permissions: self.filled.permissions }.html()
    }

    fn button(&self) -> Html {
        Button::primary(self.l.t("share-add-user")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    fn html(l: Locale, whom: Whom, reason: Option<Obstacle>, candidates: Vec<Candidate>) -> Html {
        Html::of(&View {
            l,
            csrf: "token".to_owned(),
            crumbs: Html::empty(),
            mailbox: MailboxId::from_bytes([3; 16]),
            reason,
            candidates,
            teams: Vec::new(),
            filled: Filled { whom, find: String::new(), user: String::new(), permissions: first() },
            faults: Vec::new(),
        })
    }

    fn ben() -> Candidate {
        Candidate {
            user: UserId::from_bytes([2; 16]),
            name: "Ben <b>".to_owned(),
            address: "ben@example.org".to_owned(),
        }
    }

    #[test]
    fn a_member_is_picked_and_an_outsider_gets_a_link() {
        for l in shown::locales() {
            let existing = html(l, Whom::Existing, None, vec![ben()]);
            shown::check(&existing);
            assert!(existing.as_str().contains("/add/existing\""), "{existing}");
            assert!(!existing.as_str().contains("<b>"), "{existing}");
            let new = html(l, Whom::New, None, vec![ben()]);
            shown::check(&new);
            assert!(new.as_str().contains("/add/new\"") && !new.as_str().contains("<select"), "{new}");
            for page in [existing, new] {
                assert!(page.as_str().contains(&l.t("share-add-user")), "{page}");
                assert_eq!(page.as_str().matches("role=\"switch\"").count(), 12, "{page}");
            }
        }
    }

    #[test]
    fn where_nobody_is_left_the_page_leads_on_to_an_invitation() {
        let html = html(Locale::default(), Whom::Existing, None, Vec::new());
        shown::check(&html);
        assert!(html.as_str().contains("?who=new\">New user</a>"), "{html}");
        assert!(!html.as_str().contains("<select"), "{html}");
    }

    #[test]
    fn where_nobody_can_be_added_there_is_no_form_but_the_reason() {
        let html = html(Locale::default(), Whom::New, Some(Obstacle::AddressIsLogin), vec![ben()]);
        shown::check(&html);
        assert!(html.as_str().contains("signs in with this address"), "{html}");
        assert!(!html.as_str().contains("<form"), "{html}");
    }
}
