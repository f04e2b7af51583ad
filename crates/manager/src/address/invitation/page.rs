//! The page of an invitation that still waits: its link to copy, to scan and to send; what it will give.

use askama::Template;
use axum::response::Response;
use domain::invitation::State;
use domain::{InvitationId, Language, MailboxId};
use identity::invitations::InvitationRow;
use mailbox::desk::AddressDesk;
use ui::{Button, ButtonLook, ErrorSummary, FieldFault, Html, Locale, PermissionSwitches};
use web::{Fault, Id, SignedIn};

use crate::address::{Below, crumbs, desk, framed, users};
use crate::sending::Sending;

/// Shows it.
pub(in crate::address) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = desk(&signed_in, &id).await?;
    page(&signed_in, &desk, id.of("invitation")?, None, Vec::new()).await
}

/// What was typed into the form that sends it.
pub(super) struct Typed {
    pub(super) to: String,
    pub(super) language: Language,
    pub(super) phone: String,
}

/// The page, with what was typed where sending was refused.
pub(super) async fn page(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    invitation: InvitationId,
    typed: Option<Typed>,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let link = desk.link(invitation).await?;
    let rows = desk.invitations().await?;
    let row = rows.into_iter().find(|row| row.id == invitation).ok_or(Fault::NotFound)?;
    let typed = typed.unwrap_or_else(|| Typed {
        to: row.sent_to.clone().unwrap_or_default(),
        language: row.language,
        phone: String::new(),
    });
    let view = View {
        l,
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        crumbs: crumbs(signed_in, desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        address: desk.address().to_string(),
        link,
        row,
        typed,
        has_gateway: signed_in.web().identity().has_sms_gateway(),
        faults,
    };
    framed(signed_in, desk, &l.t("share-invitation"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    crumbs: Html,
    mailbox: MailboxId,
    address: String,
    link: String,
    row: InvitationRow,
    typed: Typed,
    has_gateway: bool,
    faults: Vec<FieldFault>,
}

impl View<'_> {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn title(&self) -> String {
        self.l.t_with("share-invitation-to", [("address", &self.address)])
    }

    /// Until when it waits, and where it was sent.
    fn waits(&self) -> String {
        let moment = self.l.moment(self.row.expires_at, self.zone);
        let until = self.l.t_with("share-waits-until", [("moment", &moment)]);
        match &self.row.sent_to {
            Some(to) => format!("{until} {}", self.l.t_with("share-was-sent-to", [("address", to)])),
            None => until,
        }
    }

    fn state(&self) -> Html {
        users::state(self.l, self.row.state)
    }

    fn is_expired(&self) -> bool {
        self.row.state == State::Expired
    }

    fn path(&self) -> String {
        format!("/manager/addresses/{}/invitations/{}", self.mailbox, self.row.id)
    }

    fn sending(&self) -> Html {
        Sending {
            l: self.l,
            csrf: &self.csrf,
            path: self.path(),
            link: &self.link,
            to: &self.typed.to,
            phone: &self.typed.phone,
            language: self.typed.language,
            has_gateway: self.has_gateway,
            faults: &self.faults,
        }
        .html()
    }

    fn switches(&self) -> Html {
        PermissionSwitches { l: self.l, permissions: self.row.permissions }.html()
    }

    fn save(&self) -> Html {
        Button { label: self.l.t("common-save"), ..Button::default() }.html()
    }

    fn delete(&self) -> Html {
        Button { label: self.l.t("share-invitation-delete"), look: ButtonLook::Danger, ..Button::default() }
            .html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, Permissions, Timestamp};

    fn html(l: Locale, state: State, faults: Vec<FieldFault>) -> Html {
        Html::of(&View {
            l,
            zone: "UTC",
            csrf: "token".to_owned(),
            crumbs: Html::empty(),
            mailbox: MailboxId::from_bytes([3; 16]),
            address: "info@example.org".to_owned(),
            link: "https://mail.example.org/invite/abc".to_owned(),
            row: InvitationRow {
                id: InvitationId::from_bytes([1; 16]),
                permissions: Permissions::ALL,
                state,
                language: Language::Fr,
                sent_to: Some("carla@example.net".to_owned()),
                created_at: Timestamp::from_secs(1),
                expires_at: Timestamp::from_secs(1_796_079_900),
            },
            typed: Typed { to: "<carla".to_owned(), language: Language::Fr, phone: "<b>".to_owned() },
            has_gateway: state == State::Seen,
            faults,
        })
    }

    #[test]
    fn the_link_can_be_copied_scanned_and_sent() {
        for l in shown::locales() {
            let html = html(l, State::Pending, Vec::new());
            shown::check(&html);
            let html = html.as_str();
            assert!(html.contains("value=\"https://mail.example.org/invite/abc\""), "{html}");
            assert!(html.contains("<svg") && html.contains("data-copy=\"#link\""), "{html}");
            assert!(html.contains("value=\"fr\" selected"), "{html}");
            assert!(html.contains("carla@example.net") && !html.contains("<carla"), "{html}");
        }
    }

    #[test]
    fn an_expired_invitation_says_how_it_comes_to_life_again() {
        let l = Locale::default();
        assert!(html(l, State::Expired, Vec::new()).as_str().contains(&l.t("share-expired-hint")));
        assert!(!html(l, State::Seen, Vec::new()).as_str().contains(&l.t("share-expired-hint")));
    }

    #[test]
    fn the_sms_has_its_number_or_the_reason_why_there_is_none() {
        for l in shown::locales() {
            let with = html(l, State::Seen, Vec::new());
            shown::check(&with);
            assert!(with.as_str().contains("type=\"tel\"") && !with.as_str().contains("<b>"), "{with}");
            let without = html(l, State::Pending, Vec::new());
            assert!(without.as_str().contains("text-reason"), "{without}");
        }
    }

    #[test]
    fn a_wrong_address_is_said_beside_its_field() {
        let faults = vec![FieldFault { field: "to", words: "No @".to_owned() }];
        let html = html(Locale::default(), State::Pending, faults);
        shown::check(&html);
        assert!(html.as_str().contains("aria-describedby=\"to-fault\""), "{html}");
        assert!(html.as_str().contains("href=\"#to\""), "{html}");
    }
}
