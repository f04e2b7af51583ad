//! The first tab of an address: who has access, and who is invited (I1–I3, I8). The tables follow what happens.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Response};
use domain::invitation::State;
use domain::{GrantId, MailboxId, OrganizationId, Permissions, TeamId};
use identity::grants::{GrantView, TeamShare};
use identity::invitations::InvitationRow;
use mailbox::desk::AddressDesk;
use serde::Deserialize;
use ui::{Button, Disabled, EmptyState, Html, Locale, PermissionIcons, Tag, Tone};
use web::{Fault, Id, SignedIn};

use super::Shown;
use crate::words::{self, Obstacle};

/// How many users a page has.
const PAGE: usize = 100;

/// Where a page begins: after that access.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

/// Shows them; asked for as a part, the tables alone.
pub(super) async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let after = asked.unwrap_or_default().0.after.parse().ok();
    let tables = Tables::load(&signed_in, &desk, after).await?;
    if signed_in.visitor.is_fragment() {
        return Ok(Html::of(&tables).into_response());
    }
    let head = super::head(&signed_in, &desk, Shown::Users).await?;
    let view = View { head, mailbox: desk.mailbox(), tables: Html::of(&tables) };
    super::framed(&signed_in, &desk, &signed_in.l().t("address-users"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "address_users.html")]
struct View {
    head: Html,
    mailbox: MailboxId,
    tables: Html,
}

/// Both tables with what stands above them.
#[derive(Template)]
#[template(path = "address_tables.html")]
struct Tables<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    mailbox: MailboxId,
    add_reason: Option<Obstacle>,
    users: Vec<GrantView>,
    after: Option<GrantId>,
    has_more: bool,
    organization: OrganizationId,
    teams: Vec<(TeamId, String, Permissions)>,
    shares: Vec<TeamShare>,
    invitations: Vec<InvitationRow>,
}

impl<'a> Tables<'a> {
    async fn load(
        signed_in: &'a SignedIn,
        desk: &AddressDesk,
        after: Option<GrantId>,
    ) -> Result<Self, Fault> {
        let mut users = desk.users_after(after, PAGE + 1).await?;
        let has_more = users.len() > PAGE;
        users.truncate(PAGE);
        Ok(Self {
            l: signed_in.l(),
            zone: signed_in.visitor.zone(),
            csrf: signed_in.visitor.csrf(),
            mailbox: desk.mailbox(),
            add_reason: Obstacle::of(desk).await?,
            users,
            after,
            has_more,
            organization: desk.organization(),
            teams: desk.teams().await?,
            shares: desk.team_shares().await?,
            invitations: desk.invitations().await?,
        })
    }

    /// Where this page is read again.
    fn path(&self) -> String {
        match self.after {
            Some(after) => format!("{}?after={after}", super::path(self.mailbox)),
            None => super::path(self.mailbox),
        }
    }

    fn next_path(&self) -> String {
        let last = self.users.last().map(|grant| grant.id.to_string()).unwrap_or_default();
        format!("{}?after={last}", super::path(self.mailbox))
    }

    /// Whether the visitor may look up others of the organization.
    fn may_explain(&self) -> bool {
        self.add_reason != Some(Obstacle::ConsultOnly)
    }

    fn add(&self) -> Html {
        let disabled = self.add_reason.map(|reason| Disabled { because: words::obstacle(self.l, reason) });
        Button { id: "add".to_owned(), label: self.l.t("share-add"), disabled, ..Button::default() }.html()
    }

    /// Whether it can be shared once whoever signs in with it has lost it.
    fn is_login(&self) -> bool {
        self.add_reason == Some(Obstacle::AddressIsLogin)
    }

    fn nobody(&self) -> Html {
        let hint = match self.add_reason {
            None => "share-nobody-hint",
            Some(Obstacle::AddressIsLogin | Obstacle::BeingDeleted | Obstacle::ConsultOnly) => {
                "share-nobody-login"
            }
        };
        EmptyState { title: self.l.t("share-nobody"), hint: self.l.t(hint), action: None }.html()
    }

    fn team_path(&self, team: &TeamId) -> String {
        crate::teams::path(self.organization, *team)
    }

    /// Who has access through a team.
    fn people(&self, team: &TeamId) -> String {
        let inside = self.shares.iter().filter(|share| share.team == *team);
        inside.map(|share| share.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn allowed(&self, permissions: &Permissions) -> String {
        words::permissions(self.l, *permissions)
    }

    fn row(&self, grant: &GrantView) -> Html {
        Html::of(&UserRow {
            l: self.l,
            zone: self.zone,
            csrf: &self.csrf,
            mailbox: self.mailbox,
            grant,
            can_remove: self.add_reason != Some(Obstacle::ConsultOnly),
        })
    }

    fn state(&self, row: &InvitationRow) -> Html {
        state(self.l, row.state)
    }

    fn permissions(&self, row: &InvitationRow) -> String {
        words::permissions(self.l, row.permissions)
    }

    /// Whether the visitor may still do something about an invitation.
    fn waits(&self, row: &InvitationRow) -> bool {
        self.add_reason != Some(Obstacle::ConsultOnly) && waits(row.state)
    }
}

/// One user in the table: what a switched permission is answered with.
#[derive(Template)]
#[template(path = "address_user_row.html")]
pub(super) struct UserRow<'a> {
    /// The words around.
    pub(super) l: Locale,
    /// Where the reader is.
    pub(super) zone: &'a str,
    /// The token against forged requests.
    pub(super) csrf: &'a str,
    /// The mailbox.
    pub(super) mailbox: MailboxId,
    /// The access.
    pub(super) grant: &'a GrantView,
    /// Whether the visitor may take it away.
    pub(super) can_remove: bool,
}

impl UserRow<'_> {
    /// When the access ends by itself.
    fn ends(&self) -> Option<String> {
        let at = self.grant.ends_at?;
        Some(self.l.t_with("share-ends", [("moment", &self.l.moment(at, self.zone))]))
    }

    fn icons(&self) -> Html {
        let user = self.grant.user;
        PermissionIcons {
            l: self.l,
            whose: &self.grant.name,
            permissions: self.grant.permissions,
            action: &format!("{}/users/{user}/permissions", super::path(self.mailbox)),
            target: &format!("#user-{user}"),
            csrf: self.csrf,
            disabled: None,
        }
        .html()
    }
}

/// Where an invitation stands.
pub(crate) fn state(l: Locale, state: State) -> Html {
    let (tone, key) = match state {
        State::Pending => (Tone::Info, "share-state-pending"),
        State::Seen => (Tone::Info, "share-state-seen"),
        State::Accepted => (Tone::Ok, "share-state-accepted"),
        State::Expired => (Tone::Warn, "share-state-expired"),
        State::Deleted => (Tone::Danger, "share-state-deleted"),
    };
    Tag { tone, words: l.t(key) }.html()
}

/// Whether somebody may still act on an invitation.
pub(super) fn waits(state: State) -> bool {
    match state {
        State::Pending | State::Seen | State::Expired => true,
        State::Accepted | State::Deleted => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{GrantId, Id as _, InvitationId, Language, Permission, Timestamp, UserId};

    fn grant() -> GrantView {
        GrantView {
            id: GrantId::from_bytes([1; 16]),
            user: UserId::from_bytes([2; 16]),
            name: "Ben <b>Beispiel</b>".to_owned(),
            address: "ben@example.net".to_owned(),
            permissions: Permissions::NONE.with(Permission::Send),
            ends_at: Some(Timestamp::from_secs(1_796_079_900)),
            hours: None,
            created_at: Timestamp::from_secs(1),
        }
    }

    fn invitation(number: u8, state: State) -> InvitationRow {
        InvitationRow {
            id: InvitationId::from_bytes([number; 16]),
            permissions: Permissions::ALL,
            state,
            language: Language::En,
            sent_to: Some("<carla>@example.net".to_owned()),
            created_at: Timestamp::from_secs(1_796_000_000),
            expires_at: Timestamp::from_secs(1_796_079_900),
        }
    }

    fn page(l: Locale, add_reason: Option<Obstacle>, full: bool) -> Html {
        let mailbox = MailboxId::from_bytes([3; 16]);
        let states = [State::Pending, State::Seen, State::Accepted, State::Expired];
        let tables = Tables {
            l,
            zone: "UTC",
            csrf: "token".to_owned(),
            mailbox,
            add_reason,
            users: if full { vec![grant()] } else { Vec::new() },
            after: None,
            has_more: full,
            organization: OrganizationId::from_bytes([4; 16]),
            teams: vec![(TeamId::from_bytes([5; 16]), "Sales <b>".to_owned(), Permissions::ALL)],
            shares: vec![TeamShare {
                user: UserId::from_bytes([2; 16]),
                name: "Ben <b>".to_owned(),
                address: "ben@example.net".to_owned(),
                team: TeamId::from_bytes([5; 16]),
                team_name: "Sales <b>".to_owned(),
                permissions: Permissions::ALL,
            }],
            invitations: states
                .into_iter()
                .zip(1..)
                .map(|(state, number)| invitation(number, state))
                .collect(),
        };
        let head = super::super::Head {
            crumbs: Html::empty(),
            address: "info@example.org".to_owned(),
            tabs: Html::empty(),
        };
        Html::of(&View { head: Html::of(&head), mailbox, tables: Html::of(&tables) })
    }

    #[test]
    fn the_tables_show_users_with_their_switches_and_invitations_with_their_state() {
        for l in shown::locales() {
            let html = page(l, None, true);
            shown::check(&html);
            let html = html.as_str();
            assert_eq!(html.matches("role=\"switch\"").count(), 12, "{html}");
            for state in ["pending", "seen", "accepted", "expired"] {
                assert!(html.contains(&l.t(&format!("share-state-{state}"))), "{html}");
            }
            // An accepted invitation can be neither opened nor deleted.
            assert_eq!(html.matches("/delete\"").count(), 3, "{html}");
            assert!(html.contains("hx-trigger=\"sse:changed\""), "{html}");
            assert!(!html.contains("<b>") && !html.contains("<carla>"), "{html}");
        }
    }

    #[test]
    fn add_is_a_link_unless_somebody_signs_in_with_the_address() {
        let html = page(Locale::default(), None, false);
        assert!(html.as_str().contains("/add\">Add</a>"), "{html}");
        let html = page(Locale::default(), Some(Obstacle::AddressIsLogin), false);
        shown::check(&html);
        assert!(html.as_str().contains("aria-describedby=\"add-reason\""), "{html}");
        assert!(!html.as_str().contains("/add\">"), "{html}");
    }
}
