//! The list of users: members, externals and invitations together (O5).

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use domain::{OrganizationId, Role};
use identity::joining::PlaceRow;
use identity::members::Person;
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
    page: usize,
}

/// One row: somebody, or an invitation.
pub(super) enum Row {
    /// Somebody of the organization.
    Person(Person),
    /// Somebody invited.
    Invited(PlaceRow),
}

impl Asked {
    fn fits(&self, row: &Row) -> bool {
        let (name, address, kind) = match row {
            Row::Person(person) => {
                let kind = if person.role == Role::External { "externals" } else { "members" };
                (person.name.as_str(), person.address.as_str(), kind)
            }
            Row::Invited(place) => {
                (place.name.as_str(), place.sent_to.as_deref().unwrap_or_default(), "invited")
            }
        };
        let search = self.search.trim().to_lowercase();
        let is_found = name.to_lowercase().contains(&search) || address.to_lowercase().contains(&search);
        is_found && (KINDS.iter().all(|known| *known != self.kind) || self.kind == kind)
    }

    fn query(&self, page: usize) -> String {
        format!("search={}&kind={}&page={page}", encoded(&self.search), encoded(&self.kind))
    }
}

/// What can be shown alone.
const KINDS: [&str; 3] = ["members", "externals", "invited"];

/// Everything that fits what is asked for: invitations first, then people by name.
pub(super) async fn rows(desk: &OrganizationDesk, asked: &Asked) -> Result<Vec<Row>, Fault> {
    let invited = desk.places().await?.into_iter().map(Row::Invited);
    let people = desk.people().await?.into_iter().map(Row::Person);
    Ok(invited.chain(people).filter(|row| asked.fits(row)).collect())
}

/// Shows it.
pub(super) async fn show(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let asked = asked.unwrap_or_default().0;
    let all = rows(&desk, &asked).await?;
    let has_more = all.len() > asked.page.saturating_add(1).saturating_mul(PAGE);
    let rows = all.into_iter().skip(asked.page.saturating_mul(PAGE)).take(PAGE).collect();
    let (l, zone, organization) = (signed_in.l(), signed_in.visitor.zone(), desk.id());
    let view = View { l, zone, organization, asked, rows, has_more };
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
    has_more: bool,
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

    fn page(&self, number: usize) -> String {
        format!("{}?{}", self.path(), self.asked.query(number))
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
            name: "Ivan <b>".to_owned(),
            state: State::Pending,
            language: Language::En,
            sent_to: Some("ivan@example.net".to_owned()),
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
                has_more: true,
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
    fn a_search_and_a_kind_leave_out_what_does_not_fit() {
        let asked = |search: &str, kind: &str| Asked { search: search.into(), kind: kind.into(), page: 0 };
        let anna = Row::Person(sample(2, "Anna", Role::Owner));
        assert!(asked("ANN", "members").fits(&anna) && !asked("ann", "externals").fits(&anna));
        assert!(asked("ivan@", "invited").fits(&invited()) && !asked("zoe", "").fits(&invited()));
    }
}
