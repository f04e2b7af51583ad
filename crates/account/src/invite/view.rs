//! The page of an invitation that waits.

use askama::Template;
use axum::response::Response;
use identity::invitations::PlaceAccess;
use identity::{Gives, InvitationView, OrganizationView};
use ui::{Button, Html, Locale, Person, Pick, Picks, permissions_said};
use web::{Visitor, with_next};

/// The field of the organization under which the address appears.
pub(super) const APPEARS_UNDER: &str = "appears-under";

/// The path of an invitation.
pub(super) fn path(token: &str) -> String {
    format!("/invite/{token}")
}

pub(super) fn shown(
    visitor: &Visitor,
    token: &str,
    invitation: &InvitationView,
    own: &[OrganizationView],
) -> Response {
    let (l, csrf) = (visitor.l(), visitor.csrf());
    let person = visitor.person();
    let zone = visitor.zone();
    let page = InvitePage { l, csrf: &csrf, token, zone, invitation, person: person.as_ref(), own };
    visitor.outside(&l.t("invite-title"), page.html())
}

/// The page of an invitation that waits.
#[derive(Template)]
#[template(path = "invite.html")]
pub(crate) struct InvitePage<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) token: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) invitation: &'a InvitationView,
    /// Who is signed in.
    pub(crate) person: Option<&'a Person>,
    /// Their organizations other than the one that invites.
    pub(crate) own: &'a [OrganizationView],
}

/// The button that signs out and comes back.
#[derive(Template)]
#[template(path = "switch_account.html")]
pub(crate) struct SwitchAccount<'a> {
    pub(crate) l: Locale,
    pub(crate) csrf: &'a str,
    pub(crate) token: &'a str,
}

impl SwitchAccount<'_> {
    fn back(&self) -> String {
        path(self.token)
    }
}

impl InvitePage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn path(&self) -> String {
        path(self.token)
    }

    /// The person who invites; the organization, where whoever runs the server made the invitation.
    fn inviter(&self) -> &str {
        if self.invitation.inviter.is_empty() {
            &self.invitation.organization
        } else {
            &self.invitation.inviter
        }
    }

    fn heading(&self) -> String {
        match &self.invitation.gives {
            Gives::Mailbox { address, .. } => {
                let said = [("inviter", self.inviter()), ("address", address)];
                self.l.t_with("invite-heading", said)
            }
            Gives::Place { .. } => {
                let said =
                    [("inviter", self.inviter()), ("organization", self.invitation.organization.as_str())];
                self.l.t_with("users-invite-heading", said)
            }
        }
    }

    fn intro(&self) -> String {
        let by_person = !self.invitation.inviter.is_empty();
        let (inviter, organization) = (self.inviter(), self.invitation.organization.as_str());
        match &self.invitation.gives {
            Gives::Mailbox { address, .. } => {
                let key = if by_person { "invite-intro" } else { "invite-intro-organization" };
                let said = [("inviter", inviter), ("organization", organization), ("address", address)];
                self.l.t_with(key, said)
            }
            Gives::Place { role, .. } => {
                let key = format!("users-invite-as-{}", role.name());
                self.l.t_with(&key, [("inviter", inviter), ("organization", organization)])
            }
        }
    }

    /// The mailboxes that come with a place, each with what is switched on.
    fn accesses(&self) -> &[PlaceAccess] {
        match &self.invitation.gives {
            Gives::Mailbox { .. } => &[],
            Gives::Place { accesses, .. } => accesses,
        }
    }

    fn permissions_of(&self, access: &PlaceAccess) -> Html {
        permissions_said(self.l, access.permissions)
    }

    /// What an access to one mailbox allows.
    fn permissions(&self) -> Option<Html> {
        match &self.invitation.gives {
            Gives::Mailbox { permissions, .. } => Some(permissions_said(self.l, *permissions)),
            Gives::Place { .. } => None,
        }
    }

    fn until(&self) -> String {
        let until = self.l.moment(self.invitation.expires_at, self.zone);
        self.l.t_with("invite-until", [("until", &until)])
    }

    fn signed_in(&self, person: &Person) -> String {
        self.l.t_with("invite-signed-in", [("name", &person.name), ("address", &person.address)])
    }

    /// The list of organizations; nothing where there is no choice.
    fn under(&self) -> Html {
        if self.own.is_empty() {
            return Html::empty();
        }
        let inviting = Pick { value: String::new(), label: self.invitation.organization.clone() };
        let own = self.own.iter().map(|one| Pick { value: one.id.to_string(), label: one.name.clone() });
        Picks {
            id: APPEARS_UNDER,
            label: self.l.t("invite-appears-under"),
            picks: [inviting].into_iter().chain(own).collect(),
            ..Picks::default()
        }
        .html()
    }

    fn primary(&self, key: &str) -> Html {
        Button::primary(self.l.t(key)).html()
    }

    fn switch(&self) -> Html {
        Html::of(&SwitchAccount { l: self.l, csrf: self.csrf, token: self.token })
    }

    fn sign_in(&self) -> String {
        with_next("/sign-in", &self.path())
    }
}
