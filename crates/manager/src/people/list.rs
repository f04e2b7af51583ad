//! The list of users: members, externals and invitations together (O5).

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use domain::{OrganizationId, Role, UserId};
use identity::joining::PlaceRow;
use identity::members::Person;
use identity::people;
use mailbox::desk::OrganizationDesk;
use serde::Deserialize;
use ui::{EmptyState, Html, Locale, Pick, Picks};
use web::{Fault, Id, SignedIn};

use super::Shown;
use crate::address::state;
use crate::service::encoded;

/// How many rows a page has (O5).
const PAGE: usize = 50;

/// What is searched for.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
    kind: String,
    /// The last of the page before.
    after: String,
}

/// One row: somebody, or an invitation.
pub(super) enum Row {
    /// Somebody of the organization.
    Person(Person),
    /// Somebody invited.
    Invited(PlaceRow),
}

impl Asked {
    fn fits(&self, place: &PlaceRow) -> bool {
        let (name, address) = (place.name.as_str(), place.sent_to.as_deref().unwrap_or_default());
        let search = self.search.trim().to_lowercase();
        name.to_lowercase().contains(&search) || address.to_lowercase().contains(&search)
    }

    /// Which people are asked for; none when it is invitations alone.
    fn people(&self, after: Option<UserId>, limit: usize) -> Option<people::Asked> {
        let kind = match self.kind.as_str() {
            "members" => people::Kind::Members,
            "externals" => people::Kind::Externals,
            "invited" => return None,
            _ => people::Kind::Everybody,
        };
        Some(people::Asked { search: self.search.clone(), kind, after, limit })
    }

    /// Whether invitations are asked for: they stand before everybody else, and only there.
    fn has_invitations(&self) -> bool {
        self.after.is_empty() && !matches!(self.kind.as_str(), "members" | "externals")
    }

    fn query(&self, after: &str) -> String {
        format!("search={}&kind={}&after={after}", encoded(&self.search), encoded(&self.kind))
    }
}

/// What can be shown alone.
const KINDS: [&str; 3] = ["members", "externals", "invited"];

/// The invitations that fit what is asked for.
async fn invited(desk: &OrganizationDesk, asked: &Asked) -> Result<Vec<Row>, Fault> {
    if !asked.has_invitations() {
        return Ok(Vec::new());
    }
    let all = desk.places().await?;
    Ok(all.into_iter().filter(|place| asked.fits(place)).map(Row::Invited).collect())
}

/// Everything that fits what is asked for, a page of the database at a time: invitations first, then people by name.
pub(super) async fn rows(desk: &OrganizationDesk, asked: &Asked) -> Result<Vec<Row>, Fault> {
    let mut all = invited(desk, asked).await?;
    let mut after = None;
    while let Some(question) = asked.people(after, people::PAGE) {
        let page = desk.people_page(&question).await?;
        after = page.last().map(|person| person.user);
        let is_last = page.len() < people::PAGE;
        all.extend(page.into_iter().map(Row::Person));
        if is_last {
            break;
        }
    }
    Ok(all)
}

/// Shows it.
pub(super) async fn show(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let asked = asked.unwrap_or_default().0;
    let mut rows = invited(&desk, &asked).await?;
    let mut people = match asked.people(asked.after.parse().ok(), PAGE + 1) {
        Some(question) => desk.people_page(&question).await?,
        None => Vec::new(),
    };
    let has_more = people.len() > PAGE;
    people.truncate(PAGE);
    let next = people.last().map(|person| person.user).filter(|_| has_more);
    rows.extend(people.into_iter().map(Row::Person));
    let (l, zone, organization) = (signed_in.l(), signed_in.visitor.zone(), desk.id());
    let view = View { l, zone, organization, asked, rows, next };
    super::framed(&signed_in, organization, &l.t("users-users"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "users.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    organization: OrganizationId,
    asked: Asked,
    rows: Vec<Row>,
    /// The last of this page, when there is another.
    next: Option<UserId>,
}

impl View<'_> {
    fn tabs(&self) -> Html {
        super::tabs(self.l, self.organization, Shown::Users)
    }

    fn path(&self) -> String {
        super::path(self.organization)
    }

    fn kind(&self) -> Html {
        let all = Pick { value: String::new(), label: self.l.t("users-kind-all") };
        let kinds =
            KINDS.map(|kind| Pick { value: kind.to_owned(), label: self.l.t(&format!("users-kind-{kind}")) });
        Picks {
            id: "kind",
            label: self.l.t("users-kind"),
            picks: [all].into_iter().chain(kinds).collect(),
            picked: self.asked.kind.clone(),
            fault: None,
        }
        .html()
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("users-none"), self.l.t("users-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn role(&self, role: &Role) -> String {
        super::role(self.l, *role)
    }

    fn factor(&self, person: &Person) -> String {
        self.l.t(if person.has_second_factor { "users-second-factor-yes" } else { "users-second-factor-no" })
    }

    fn last(&self, person: &Person) -> String {
        person.signed_in_at.map_or_else(|| self.l.t("users-never"), |moment| self.l.moment(moment, self.zone))
    }

    fn state(&self, place: &PlaceRow) -> Html {
        state(self.l, place.state)
    }

    /// For whom an invitation is: the note, or where it was sent.
    fn whom(&self, place: &PlaceRow) -> String {
        let named = Some(place.name.clone()).filter(|name| !name.is_empty());
        named.or_else(|| place.sent_to.clone()).unwrap_or_else(|| self.l.t("users-invitation"))
    }

    fn page(&self, after: &str) -> String {
        format!("{}?{}", self.path(), self.asked.query(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::sample;
    use crate::shown;
    use domain::invitation::State;
    use domain::{Id as _, InvitationId, Language, Timestamp};

    fn invited() -> Row {
        Row::Invited(PlaceRow {
            id: InvitationId::from_bytes([9; 16]),
            role: Role::Administrator,
            terms: identity::Terms::of(Role::Administrator),
            name: "Ivan <b>".to_owned(),
            state: State::Pending,
            language: Language::En,
            sent_to: Some("ivan@example.net".to_owned()),
            texted_to: None,
            accesses: Vec::new(),
            created_at: Timestamp::from_secs(1),
            expires_at: Timestamp::from_secs(2),
        })
    }

    #[test]
    fn the_list_shows_members_externals_and_invitations_together() {
        for l in shown::locales() {
            let view = View {
                l,
                zone: "UTC",
                organization: OrganizationId::from_bytes([1; 16]),
                asked: Asked { search: "a&b".to_owned(), ..Asked::default() },
                rows: vec![
                    invited(),
                    Row::Person(sample(2, "Anna <b>", Role::Owner)),
                    Row::Person(sample(3, "Ben", Role::External)),
                ],
                next: Some(domain::UserId::from_bytes([3; 16])),
            };
            let html = Html::of(&view);
            shown::check(&html);
            for piece in ["ivan@example.net", "user2@example.net", "search=a%26b", "users.csv", "Sales "] {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(html.as_str().contains(&l.t("users-role-external")), "{html}");
            assert!(!html.as_str().contains("<b>") && !html.as_str().contains("<i>"), "{html}");
        }
    }

    #[test]
    fn invitations_stand_before_everybody_else_and_nowhere_but_there() {
        let asked =
            |kind: &str, after: &str| Asked { kind: kind.into(), after: after.into(), ..Asked::default() };
        assert!(asked("", "").has_invitations() && asked("invited", "").has_invitations());
        assert!(!asked("members", "").has_invitations() && !asked("", "x").has_invitations());
        assert!(asked("invited", "").people(None, 1).is_none());
        let Row::Invited(ivan) = invited() else { panic!("an invitation") };
        let searched = |search: &str| Asked { search: search.into(), ..Asked::default() };
        assert!(searched("IVAN@").fits(&ivan) && !searched("zoe").fits(&ivan));
    }
}
