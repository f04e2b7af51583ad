//! The page of an invitation into the organization: its link to copy, to scan and to send, and what it gives.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, InvitationId, Language, MailServiceId, OrganizationId, PhoneNumber};
use identity::invitations::PlaceAccess;
use identity::joining::PlaceRow;
use mailbox::desk::{OrganizationDesk, TextError};
use ui::{Banner, Button, ButtonLook, ErrorSummary, FieldFault, Html, Locale, Tone};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::address::state;
use crate::sending::Sending;
use crate::words;

/// Shows it.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, id.of("invitation")?, Typed::default(), Vec::new()).await
}

/// Sends the link by mail.
pub(super) async fn send(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let invitation: InvitationId = id.of("invitation")?;
    let language: Language = posted.text("language").parse().unwrap_or_default();
    let typed = posted.text("to");
    match typed.parse::<EmailAddress>() {
        Ok(to) => {
            desk.send_place(&proof.confirmed, invitation, &to, language).await?;
            let path = format!("{}/invitations/{invitation}", super::path(desk.id()));
            Ok(Redirect::to(&path).into_response())
        }
        Err(fault) => {
            let words = words::email_fault(proof.signed_in.l(), fault);
            let faults = vec![FieldFault { field: "to", words }];
            let typed = Typed { to: Some(typed.to_owned()), language: Some(language), ..Typed::default() };
            Ok(Visitor::refused(page(&proof.signed_in, &desk, invitation, typed, faults).await?))
        }
    }
}

/// Sends the link by SMS.
pub(super) async fn text(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    let invitation: InvitationId = id.of("invitation")?;
    let (l, typed) = (proof.signed_in.l(), posted.text("phone"));
    let language: Language = posted.text("language").parse().unwrap_or_default();
    let words = match typed.parse::<PhoneNumber>() {
        Err(_) => l.t("organizations-phone-bad"),
        Ok(phone) => match desk.text_place(&proof.confirmed, invitation, &phone, language).await {
            Ok(()) => {
                let path = format!("{}/invitations/{invitation}", super::path(desk.id()));
                return Ok(Redirect::to(&path).into_response());
            }
            Err(TextError::Sms(fault)) => words::sms_fault(l, fault),
            Err(TextError::Desk(error)) => return Err(error.into()),
        },
    };
    let typed = Typed { phone: Some(typed.to_owned()), language: Some(language), ..Typed::default() };
    let faults = vec![FieldFault { field: "phone", words }];
    Ok(Visitor::refused(page(&proof.signed_in, &desk, invitation, typed, faults).await?))
}

/// Withdraws it.
pub(super) async fn cancel(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    desk.cancel_place(id.of("invitation")?).await?;
    Ok(Redirect::to(&super::path(desk.id())).into_response())
}

async fn page(
    signed_in: &SignedIn,
    desk: &OrganizationDesk,
    invitation: InvitationId,
    typed: Typed,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let row = desk.find_place(invitation).await?;
    let view = View {
        l: signed_in.l(),
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        organization: desk.id(),
        link: desk.place_link(invitation).await?,
        services: desk.service_names().await?,
        has_gateway: signed_in.web().identity().has_sms_gateway(),
        to: typed.to.or_else(|| row.sent_to.clone()).unwrap_or_default(),
        phone: typed.phone.or_else(|| row.texted_to.clone()).unwrap_or_default(),
        language: typed.language.unwrap_or(row.language),
        row,
        faults,
    };
    let (l, organization) = (view.l, view.organization);
    super::framed(signed_in, organization, &l.t("users-invitation"), Html::of(&view)).await
}

/// What was typed and refused.
#[derive(Default)]
struct Typed {
    to: Option<String>,
    phone: Option<String>,
    language: Option<Language>,
}

#[derive(Template)]
#[template(path = "user_invitation.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    organization: OrganizationId,
    link: Option<String>,
    row: PlaceRow,
    services: Vec<(MailServiceId, String)>,
    has_gateway: bool,
    to: String,
    phone: String,
    language: Language,
    faults: Vec<FieldFault>,
}

impl View<'_> {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn crumbs(&self) -> Html {
        super::crumbs(self.l, self.organization, None)
    }

    fn path(&self) -> String {
        format!("{}/invitations/{}", super::path(self.organization), self.row.id)
    }

    fn title(&self) -> String {
        self.l.t_with("users-invitation-for", [("role", &super::role(self.l, self.row.role))])
    }

    fn state(&self) -> Html {
        state(self.l, self.row.state)
    }

    /// Until when it waits, for whom it is, and where it was sent.
    fn waits(&self) -> String {
        let moment = self.l.moment(self.row.expires_at, self.zone);
        let mut said = vec![self.l.t_with("share-waits-until", [("moment", &moment)])];
        if !self.row.name.is_empty() {
            said.push(self.l.t_with("users-invitation-note", [("name", &self.row.name)]));
        }
        if let Some(to) = &self.row.sent_to {
            said.push(self.l.t_with("share-was-sent-to", [("address", to)]));
        }
        if let Some(phone) = &self.row.texted_to {
            said.push(self.l.t_with("organizations-texted-to", [("phone", phone)]));
        }
        said.join(" ")
    }

    /// What the membership gives.
    fn terms(&self) -> Vec<(String, String)> {
        super::terms::lines(self.l, &self.row.terms, &self.services)
    }

    fn sending(&self) -> Html {
        // Only an owner makes an owner, and the link does.
        let Some(link) = &self.link else {
            return Banner { tone: Tone::Info, words: self.l.t("users-owners-only"), lines: Vec::new() }
                .html();
        };
        Sending {
            l: self.l,
            csrf: &self.csrf,
            path: self.path(),
            link,
            to: &self.to,
            phone: &self.phone,
            language: self.language,
            has_gateway: self.has_gateway,
            faults: &self.faults,
        }
        .html()
    }

    fn permissions(&self, access: &PlaceAccess) -> String {
        words::permissions(self.l, access.permissions)
    }

    fn cancel(&self) -> Html {
        Button { label: self.l.t("users-invitation-cancel"), look: ButtonLook::Danger, ..Button::default() }
            .html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::invitation::State;
    use domain::{Id as _, MailboxId, Permissions, Role, Timestamp};

    #[test]
    fn the_page_has_the_link_in_every_form_and_says_what_it_gives() {
        for l in shown::locales() {
            let view = View {
                l,
                zone: "UTC",
                csrf: "token".to_owned(),
                organization: OrganizationId::from_bytes([1; 16]),
                link: Some("https://mail.test/invite/abc".to_owned()),
                row: PlaceRow {
                    id: InvitationId::from_bytes([2; 16]),
                    role: Role::External,
                    terms: identity::Terms::of(Role::External),
                    name: "Ivan <b>".to_owned(),
                    state: State::Seen,
                    language: Language::En,
                    sent_to: Some("ivan@example.net".to_owned()),
                    texted_to: Some("+41446681800".to_owned()),
                    accesses: vec![PlaceAccess {
                        mailbox: MailboxId::from_bytes([3; 16]),
                        address: "info@example.org".to_owned(),
                        permissions: Permissions::ALL,
                    }],
                    created_at: Timestamp::from_secs(1),
                    expires_at: Timestamp::from_secs(1_796_079_900),
                },
                services: Vec::new(),
                has_gateway: false,
                to: "nobody".to_owned(),
                phone: "<b>".to_owned(),
                language: Language::Fr,
                faults: vec![FieldFault { field: "to", words: "bad".to_owned() }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            for piece in
                ["/invite/abc", "<svg", "info@example.org", "ivan@example.net", "/cancel\"", "text-reason"]
            {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(!html.as_str().contains("<b>"), "{html}");
        }
    }
}
