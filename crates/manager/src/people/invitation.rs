//! The page of an invitation into the organization: its link to copy, to scan and to send, and what it gives.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, InvitationId, Language, OrganizationId};
use identity::invitations::PlaceAccess;
use identity::joining::PlaceRow;
use mailbox::desk::OrganizationDesk;
use ui::{Button, ButtonLook, CopyLine, ErrorSummary, Field, FieldFault, FieldKind, Html, Locale, qr};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use crate::address::state;
use crate::words;

/// Shows it.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, id.of("invitation")?, None, Vec::new()).await
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
            let typed = Some((typed.to_owned(), language));
            Ok(Visitor::refused(page(&proof.signed_in, &desk, invitation, typed, faults).await?))
        }
    }
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
    typed: Option<(String, Language)>,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let link = desk.place_link(invitation).await?;
    let row = desk.places().await?.into_iter().find(|row| row.id == invitation).ok_or(Fault::NotFound)?;
    let (to, language) = typed.unwrap_or_else(|| (row.sent_to.clone().unwrap_or_default(), row.language));
    let (l, organization) = (signed_in.l(), desk.id());
    let (zone, csrf) = (signed_in.visitor.zone(), signed_in.visitor.csrf());
    let view = View { l, zone, csrf, organization, link, row, to, language, faults };
    super::framed(signed_in, organization, &l.t("users-invitation"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "user_invitation.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    organization: OrganizationId,
    link: String,
    row: PlaceRow,
    to: String,
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
        said.join(" ")
    }

    fn copy(&self) -> Html {
        CopyLine {
            l: self.l,
            id: "link".to_owned(),
            label: self.l.t("share-link"),
            value: self.link.clone(),
            button: self.l.t("share-copy-link"),
        }
        .html()
    }

    fn code(&self) -> Html {
        qr(&self.link, &self.l.t("share-link-code"))
    }

    fn field(&self) -> Html {
        Field {
            id: "to",
            label: self.l.t("share-send-to"),
            kind: FieldKind::Email,
            value: self.to.clone(),
            fault: ErrorSummary::of_field(&self.faults, "to"),
            limit: 320,
            ..Field::default()
        }
        .html()
    }

    fn languages(&self) -> Html {
        super::add::languages(self.l, self.language)
    }

    fn send(&self) -> Html {
        Button::primary(self.l.t("share-send")).html()
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
                link: "https://mail.test/invite/abc".to_owned(),
                row: PlaceRow {
                    id: InvitationId::from_bytes([2; 16]),
                    role: Role::External,
                    name: "Ivan <b>".to_owned(),
                    state: State::Seen,
                    language: Language::En,
                    sent_to: Some("ivan@example.net".to_owned()),
                    accesses: vec![PlaceAccess {
                        mailbox: MailboxId::from_bytes([3; 16]),
                        address: "info@example.org".to_owned(),
                        permissions: Permissions::ALL,
                    }],
                    created_at: Timestamp::from_secs(1),
                    expires_at: Timestamp::from_secs(1_796_079_900),
                },
                to: "nobody".to_owned(),
                language: Language::Fr,
                faults: vec![FieldFault { field: "to", words: "bad".to_owned() }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            for piece in ["/invite/abc", "<svg", "info@example.org", "ivan@example.net", "/cancel\""] {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(!html.as_str().contains("<b>"), "{html}");
        }
    }
}
