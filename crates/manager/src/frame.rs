//! The frame around every page of an organization: the organization, with the way to others, and what there is of it.

use askama::Template;
use axum::response::Response;
use domain::role::Verb;
use domain::{OrganizationId, ServiceRight};
use identity::OrganizationView;
use ui::{Banner, Html, Locale, Place, Width};
use web::{Fault, SignedIn, Visitor};

/// What of an organization a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Its mail services, and everything in them.
    MailService,
    /// Its users and teams.
    Users,
    /// Its activity log.
    Activity,
    /// Its record, deleting it.
    Organization,
    /// The list of organizations.
    Organizations,
}

/// The frame of one organization's pages.
pub(crate) struct Frame {
    visitor: Visitor,
    organization: Option<OrganizationId>,
    organizations: Vec<OrganizationView>,
}

impl Frame {
    /// The frame of an organization. Whether the visitor may manage it was asked by its desk.
    pub(crate) async fn of(signed_in: &SignedIn, organization: OrganizationId) -> Result<Self, Fault> {
        let organizations = signed_in.web().identity().organizations(&signed_in.actor).await?;
        Ok(Self { visitor: signed_in.visitor.clone(), organization: Some(organization), organizations })
    }

    /// The frame of a page that belongs to no organization.
    pub(crate) fn without(signed_in: &SignedIn, organizations: Vec<OrganizationView>) -> Self {
        Self { visitor: signed_in.visitor.clone(), organization: None, organizations }
    }

    /// The whole page.
    pub(crate) fn page(&self, section: Section, title: &str, content: Html) -> Response {
        let side = Side {
            l: self.visitor.l(),
            section,
            current: self.organizations.iter().find(|view| Some(view.id) == self.organization),
            organizations: &self.organizations,
            content,
        };
        self.visitor.page(Place::Manager, Width::Whole, title, Html::of(&side))
    }
}

/// How many organizations the switcher lists; all of them stand on the page that it leads to.
const SWITCHED: usize = 8;

#[derive(Template)]
#[template(path = "frame.html")]
struct Side<'a> {
    l: Locale,
    section: Section,
    current: Option<&'a OrganizationView>,
    organizations: &'a [OrganizationView],
    content: Html,
}

impl Side<'_> {
    fn current_if(&self, section: Section) -> &'static str {
        if self.section == section { " aria-current=page" } else { "" }
    }

    fn others(&self) -> impl Iterator<Item = &OrganizationView> {
        let manageable = self.organizations.iter().filter(|view| view.is_managed);
        manageable.filter(|view| self.current.is_none_or(|current| current.id != view.id)).take(SWITCHED)
    }
}

/// The content of a page for whoever has that right on its mail service: whoever may only look finds every control
/// switched off, and the reason above.
pub(crate) fn as_allowed(l: Locale, right: ServiceRight, content: Html) -> Html {
    match right {
        ServiceRight::Manage => content,
        ServiceRight::Consult => {
            let words = l.t("organizations-consult-only");
            Html::of(&ReadOnly { banner: Banner { words, ..Banner::default() }.html(), content })
        }
    }
}

#[derive(Template)]
#[template(source = "{{ banner }}<fieldset class=\"bare\" disabled>{{ content }}</fieldset>", ext = "html")]
struct ReadOnly {
    banner: Html,
    content: Html,
}

/// The way from an organization down to a page: each step's path and name.
#[derive(Template)]
#[template(path = "crumbs.html")]
pub(crate) struct Crumbs {
    /// The words around.
    pub(crate) l: Locale,
    /// The pages above, from the top.
    pub(crate) steps: Vec<(String, String)>,
}

impl Crumbs {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }
}

/// One of several pages about the same thing.
pub(crate) struct Tab {
    /// Where it is.
    pub(crate) path: String,
    /// What it is called.
    pub(crate) label: String,
    /// Whether it is the page that is shown.
    pub(crate) is_current: bool,
}

/// The links among several pages about the same thing.
#[derive(Template)]
#[template(path = "tabs.html")]
pub(crate) struct Tabs {
    /// What they are pages of.
    pub(crate) label: String,
    /// Each.
    pub(crate) tabs: Vec<Tab>,
}

impl Tabs {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Id, Role};

    fn organization(name: &str, number: u8, role: Role) -> OrganizationView {
        OrganizationView {
            id: OrganizationId::from_bytes([number; 16]),
            name: name.to_owned(),
            logo: (number == 1).then(|| domain::PictureId::from_bytes([9; 16])),
            role,
            is_managed: role != Role::Collaborator,
        }
    }

    fn side(organizations: &[OrganizationView]) -> String {
        let side = Side {
            l: Locale::default(),
            section: Section::Activity,
            current: organizations.first(),
            organizations,
            content: Html::text("content"),
        };
        Html::of(&side).to_string()
    }

    #[test]
    fn whoever_has_one_organization_is_not_asked_to_switch() {
        let html = side(&[organization("<Club>", 1, Role::Owner)]);
        assert!(html.contains("&#60;Club&#62;"), "{html}");
        assert!(!html.contains("<details"), "{html}");
        assert!(html.contains("<img class=\"logo\" src=\"/picture/09090909-"), "{html}");
        assert_eq!(html.matches("aria-current").count(), 1, "{html}");
    }

    #[test]
    fn several_organizations_can_be_switched_between() {
        let all = [
            organization("Club", 1, Role::Owner),
            organization("Shop", 2, Role::Administrator),
            organization("School", 3, Role::Collaborator),
        ];
        let html = side(&all);
        assert!(html.contains("Show all organizations"), "{html}");
        assert!(html.contains("Shop") && !html.contains("School"), "{html}");
    }
}
