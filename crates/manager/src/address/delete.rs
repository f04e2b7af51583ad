//! Deleting an address (S8): first who loses what, then what was closed; and taking it out of the bin again.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{MailServiceId, MailboxId};
use identity::devices::DeviceView;
use mailbox::desk::{AddressDesk, Deletion, RemovalReport};
use ui::{Banner, Button, ButtonLook, ErrorSummary, FieldFault, Html, Locale, Tick, Tone};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who};

use super::Below;
use crate::size::size;

/// These pages.
pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/manager/addresses/{mailbox}/delete", Who::MailManager, review)
        .post("/manager/addresses/{mailbox}/delete", Who::MailManager, Asks::Proof, delete)
        .post("/manager/addresses/{mailbox}/restore", Who::MailManager, Asks::Proof, restore)
}

/// Shows what would go.
async fn review(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    if desk.binned().await?.is_some() {
        return Ok(Redirect::to(&bin(desk.service())).into_response());
    }
    page(&signed_in, &desk, Vec::new()).await
}

/// Puts it into the bin, and says what was closed.
async fn delete(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = proof.signed_in;
    let desk = super::desk(&signed_in, &id).await?;
    let l = signed_in.l();
    if !posted.is_on(TICK) {
        let faults = vec![FieldFault { field: TICK, words: l.t("addresses-delete-tick-missing") }];
        return Ok(Visitor::refused(page(&signed_in, &desk, faults).await?));
    }
    let RemovalReport { closed, devices } = desk.delete(&proof.confirmed).await?;
    let view = Report {
        l,
        crumbs: super::crumbs(&signed_in, &desk, Below::Service).await?,
        service: desk.service(),
        address: desk.address().to_string(),
        closed: super::remove::open(l, &closed),
        devices,
    };
    super::framed(&signed_in, &desk, &l.t("addresses-deleted"), Html::of(&view)).await
}

/// Takes it out of the bin.
async fn restore(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let desk = super::desk(&proof.signed_in, &id).await?;
    desk.restore(&proof.confirmed).await?;
    Ok(Redirect::to(&super::path(desk.mailbox())).into_response())
}

/// The box that is ticked.
const TICK: &str = "understood";

fn bin(service: MailServiceId) -> String {
    format!("/manager/services/{service}/bin")
}

async fn page(signed_in: &SignedIn, desk: &AddressDesk, faults: Vec<FieldFault>) -> Result<Response, Fault> {
    let view = Review {
        l: signed_in.l(),
        csrf: signed_in.visitor.csrf(),
        crumbs: super::crumbs(signed_in, desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        address: desk.address().to_string(),
        deletion: desk.deletion().await?,
        faults,
    };
    super::framed(signed_in, desk, &view.l.t("addresses-delete"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "address_delete.html")]
struct Review {
    l: Locale,
    csrf: String,
    crumbs: Html,
    mailbox: MailboxId,
    address: String,
    deletion: Deletion,
    faults: Vec<FieldFault>,
}

impl Review {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn title(&self) -> String {
        self.l.t_with("addresses-delete-title", [("address", &self.address)])
    }

    fn intro(&self) -> String {
        self.l.t_with("addresses-delete-intro", [("address", &self.address)])
    }

    fn others(&self) -> String {
        self.l.t_with("addresses-delete-others", [("count", &self.deletion.others.to_string())])
    }

    fn device(&self, device: &DeviceView) -> String {
        let names = [("device", device.name.as_str()), ("user", device.user_name.as_str())];
        self.l.t_with("addresses-device-of", names)
    }

    fn mail(&self) -> String {
        let (size, count) = (size(self.l, self.deletion.used_bytes), self.deletion.messages.to_string());
        self.l.t_with("addresses-delete-messages", [("count", &count), ("size", &size)])
    }

    fn invitations(&self) -> String {
        self.l.t_with("addresses-delete-invitations", [("count", &self.deletion.invitations.to_string())])
    }

    fn tick(&self) -> Html {
        let label = self.l.t_with("addresses-delete-tick", [("address", &self.address)]);
        let fault = ErrorSummary::of_field(&self.faults, TICK);
        Tick { id: TICK, label, fault, ..Tick::default() }.html()
    }

    fn button(&self) -> Html {
        Button { label: self.l.t("addresses-delete"), look: ButtonLook::Danger, ..Button::default() }.html()
    }
}

#[derive(Template)]
#[template(path = "address_deleted.html")]
struct Report {
    l: Locale,
    crumbs: Html,
    service: MailServiceId,
    address: String,
    closed: Vec<String>,
    devices: Vec<String>,
}

impl Report {
    fn banner(&self) -> Html {
        let words = self.l.t_with("addresses-deleted-said", [("address", &self.address)]);
        Banner { tone: Tone::Ok, words, lines: Vec::new() }.html()
    }
}

#[cfg(test)]
mod tests {
    use domain::{GrantId, Id as _, Permissions, Timestamp, UserId};
    use identity::grants::GrantView;

    use super::*;
    use crate::shown;

    fn deletion() -> Deletion {
        Deletion {
            users: vec![GrantView {
                id: GrantId::from_bytes([1; 16]),
                user: UserId::from_bytes([2; 16]),
                name: "Ben <b>".to_owned(),
                address: "ben@example.net".to_owned(),
                permissions: Permissions::NONE,
                ends_at: None,
                hours: None,
                created_at: Timestamp::from_secs(1),
            }],
            others: 2,
            devices: Vec::new(),
            invitations: 1,
            messages: 3,
            used_bytes: 2_500_000,
        }
    }

    #[test]
    fn the_page_says_who_loses_access_and_what_goes_before_it_is_done() {
        for l in shown::locales() {
            let view = Review {
                l,
                csrf: "token".to_owned(),
                crumbs: Html::empty(),
                mailbox: MailboxId::from_bytes([3; 16]),
                address: "info@example.org".to_owned(),
                deletion: deletion(),
                faults: vec![FieldFault { field: TICK, words: l.t("addresses-delete-tick-missing") }],
            };
            let html = Html::of(&view);
            shown::check(&html);
            for piece in ["ben@example.net", "2 ", "3 messages", "1 invitation", "button-danger"] {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(html.as_str().contains("aria-invalid") && !html.as_str().contains("<b>"), "{html}");
        }
    }

    #[test]
    fn the_report_says_what_was_closed_and_leads_to_the_bin() {
        for l in shown::locales() {
            let service = MailServiceId::from_bytes([4; 16]);
            let html = Html::of(&Report {
                l,
                crumbs: Html::empty(),
                service,
                address: "info@example.org".to_owned(),
                closed: vec!["IMAP".to_owned()],
                devices: vec!["Phone <i>".to_owned()],
            });
            shown::check(&html);
            assert!(html.as_str().contains(&bin(service)) && !html.as_str().contains("<i>"), "{html}");
        }
    }
}
