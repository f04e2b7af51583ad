//! Taking a user out of the organization (O6): first what they hold, then what was taken.

use askama::Template;
use axum::response::Response;
use domain::{OrganizationId, UserId};
use identity::members::{Held, Holding, MemberFault, Person};
use mailbox::desk::MemberError;
use ui::{Banner, Button, ButtonLook, Html, Locale, Tone};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::address::open;

/// Shows what they hold.
pub(super) async fn review(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    page(&signed_in, &id, None).await
}

/// Takes it, and says what was closed.
pub(super) async fn remove(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = proof.signed_in;
    let desk = super::desk(&signed_in, &id).await?;
    let l = signed_in.l();
    let removed = match desk.remove_user(&proof.confirmed, id.of::<UserId>("user")?).await {
        Ok(removed) => removed,
        Err(MemberError::Fault(fault)) => {
            return Ok(Visitor::refused(page(&signed_in, &id, Some(fault)).await?));
        }
        Err(MemberError::NotAMember | MemberError::Changed(_)) => return Err(Fault::NotFound),
        Err(MemberError::Desk(error)) => return Err(error.into()),
    };
    let said = [("name", removed.person.name.as_str()), ("organization", desk.name())];
    let words = l.t_with("users-removed-said", said);
    let view = Report {
        l,
        back: super::path(desk.id()),
        banner: Banner { tone: Tone::Ok, words, lines: Vec::new() }.html(),
        held: Taken { l, holding: &removed.holding, open: open(l, &removed.closed) }.html(),
    };
    let title = l.t("users-removed");
    // Whoever removed themselves may not see the organization any more.
    if removed.person.user == signed_in.actor.user() {
        let all = signed_in.web().identity().organizations(&signed_in.actor).await?;
        let frame = crate::frame::Frame::without(&signed_in, all);
        return Ok(frame.page(crate::frame::Section::Organizations, &title, Html::of(&view)));
    }
    super::framed(&signed_in, desk.id(), &title, Html::of(&view)).await
}

async fn page(signed_in: &SignedIn, id: &Id, refused: Option<MemberFault>) -> Result<Response, Fault> {
    let desk = super::desk(signed_in, id).await?;
    let l = signed_in.l();
    let details = desk.user(id.of("user")?).await?;
    let view = Review {
        l,
        csrf: signed_in.visitor.csrf(),
        organization: desk.id(),
        organization_name: desk.name(),
        fault: refused.or(details.removal_fault),
        held: Taken { l, holding: &details.holding, open: open(l, &details.open) }.html(),
        person: details.person,
    };
    super::framed(signed_in, desk.id(), &l.t("users-remove"), Html::of(&view)).await
}

/// What somebody holds, as lists.
#[derive(Template)]
#[template(path = "user_holding.html")]
pub(super) struct Taken<'a> {
    /// The words around.
    pub(super) l: Locale,
    /// What they hold.
    pub(super) holding: &'a Holding,
    /// What is open.
    pub(super) open: Vec<String>,
}

impl Taken<'_> {
    /// Rendered.
    pub(super) fn html(&self) -> Html {
        Html::of(self)
    }

    fn how(&self, held: &Held) -> String {
        super::user::how(self.l, held)
    }

    fn devices(&self) -> Vec<String> {
        let of = |held: &Held| {
            let address = held.address.clone();
            held.devices.iter().map(move |device| format!("{device} · {address}")).collect::<Vec<_>>()
        };
        self.holding.mailboxes.iter().flat_map(of).collect()
    }

    fn invitations(&self) -> String {
        let count = self.holding.invitations.to_string();
        self.l.t_with("users-remove-invitations", [("count", &count)])
    }
}

#[derive(Template)]
#[template(path = "user_remove.html")]
struct Review<'a> {
    l: Locale,
    csrf: String,
    organization: OrganizationId,
    organization_name: &'a str,
    fault: Option<MemberFault>,
    held: Html,
    person: Person,
}

impl Review<'_> {
    fn path(&self) -> String {
        format!("{}/{}", super::path(self.organization), self.person.user)
    }

    fn crumbs(&self) -> Html {
        super::crumbs(self.l, self.organization, Some((self.path(), self.person.name.clone())))
    }

    fn intro(&self) -> String {
        let said = [
            ("name", self.person.name.as_str()),
            ("login", self.person.address.as_str()),
            ("organization", self.organization_name),
        ];
        self.l.t_with("users-remove-intro", said)
    }

    fn impossible(&self, fault: &MemberFault) -> Html {
        Banner { tone: Tone::Warn, words: super::fault(self.l, *fault), lines: Vec::new() }.html()
    }

    fn button(&self) -> Html {
        Button { label: self.l.t("users-remove"), look: ButtonLook::Danger, ..Button::default() }.html()
    }
}

#[derive(Template)]
#[template(path = "user_removed.html")]
struct Report {
    l: Locale,
    back: String,
    banner: Html,
    held: Html,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::user::sample_details;
    use crate::shown;
    use domain::{Id as _, Role};

    #[test]
    fn the_review_shows_everything_that_goes_and_the_report_that_it_went() {
        for (l, role) in shown::locales().into_iter().flat_map(|l| [(l, Role::Owner), (l, Role::External)]) {
            let details = sample_details(role);
            let held = || Taken { l, holding: &details.holding, open: vec!["IMAP <b>".to_owned()] }.html();
            let view = Review {
                l,
                csrf: "token".to_owned(),
                organization: OrganizationId::from_bytes([1; 16]),
                organization_name: "Acme <b>",
                fault: details.removal_fault,
                held: held(),
                person: details.person.clone(),
            };
            let html = Html::of(&view);
            shown::check(&html);
            assert_eq!(html.as_str().contains("<form"), role == Role::External, "{html}");
            for piece in ["info@example.org", "Phone ", "IMAP ", "Sales "] {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            let banner = Html::empty();
            let report = Html::of(&Report { l, back: "/x".to_owned(), banner, held: held() });
            shown::check(&report);
            for html in [html, report] {
                assert!(!html.as_str().contains("<b>") && !html.as_str().contains("<i>"), "{html}");
            }
        }
    }
}
