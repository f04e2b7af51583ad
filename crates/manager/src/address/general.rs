//! What an address is called, how much it holds, since when there is one.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::MailboxId;
use mailbox::AddressKind;
use mailbox::desk::{AddressDesk, AddressDetails, DisplayNameError};
use ui::{Button, ErrorSummary, Field, FieldFault, Html, Locale};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use super::Shown;
use crate::size::size;
use crate::words;

/// Shows it.
pub(super) async fn show(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let details = desk.details().await?;
    let name = details.display_name.clone();
    page(&signed_in, &desk, details, name, Vec::new()).await
}

/// Changes the name that is shown with the address.
pub(super) async fn rename(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let name = posted.text("display_name");
    let words = match desk.set_display_name(name).await {
        Ok(()) => {
            return Ok(Redirect::to(&format!("{}/general", super::path(desk.mailbox()))).into_response());
        }
        Err(DisplayNameError::Name(fault)) => words::name_fault(signed_in.l(), fault),
        Err(DisplayNameError::Desk(error)) => return Err(error.into()),
    };
    let faults = vec![FieldFault { field: "display_name", words }];
    let details = desk.details().await?;
    Ok(Visitor::refused(page(&signed_in, &desk, details, name.to_owned(), faults).await?))
}

/// Chooses what becomes of mail to a `no-reply` address.
pub(super) async fn choose_no_reply(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let kind = AddressKind::ALL.into_iter().find(|kind| kind.name() == posted.text("kind"));
    desk.set_no_reply(kind.ok_or(Fault::NotFound)?).await?;
    Ok(Redirect::to(&format!("{}/general", super::path(desk.mailbox()))).into_response())
}

/// The choice of what becomes of mail to a `no-reply` address.
#[derive(Template)]
#[template(path = "address_no_reply.html")]
struct NoReply<'a> {
    l: Locale,
    csrf: &'a str,
    mailbox: MailboxId,
    kinds: Html,
}

async fn page(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    details: AddressDetails,
    name: String,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let view = View {
        l: signed_in.l(),
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        head: super::head(signed_in, desk, Shown::General).await?,
        mailbox: desk.mailbox(),
        details,
        name,
        faults,
        is_binned: desk.binned().await?.is_some(),
    };
    super::framed(signed_in, desk, &view.l.t("address-general"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "address_general.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    mailbox: MailboxId,
    details: AddressDetails,
    name: String,
    faults: Vec<FieldFault>,
    is_binned: bool,
}

impl View<'_> {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn no_reply(&self) -> Html {
        let kind = self.details.kind;
        match kind {
            AddressKind::Usual | AddressKind::CatchAll => Html::empty(),
            AddressKind::Refuses | AddressKind::Drops => {
                let choices = [AddressKind::Refuses, AddressKind::Drops];
                let kinds = crate::service::kinds(self.l, &choices, kind.name(), None);
                Html::of(&NoReply { l: self.l, csrf: &self.csrf, mailbox: self.mailbox, kinds })
            }
        }
    }

    fn kind(&self) -> String {
        self.l.t(&format!("settings-generic-{}", self.details.kind.name()))
    }

    fn used(&self) -> String {
        size(self.l, self.details.used_bytes)
    }

    fn field(&self) -> Html {
        Field {
            id: "display_name",
            label: self.l.t("address-display-name"),
            value: self.name.clone(),
            hint: Some(self.l.t("address-display-name-hint")),
            fault: ErrorSummary::of_field(&self.faults, "display_name"),
            limit: domain::person::NAME_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn save(&self) -> Html {
        Button::primary(self.l.t("common-save")).html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, Timestamp};

    #[test]
    fn the_page_shows_the_name_the_storage_and_the_day() {
        for l in shown::locales() {
            let head = super::super::Head {
                crumbs: Html::empty(),
                address: "info@example.org".to_owned(),
                tabs: Html::empty(),
            };
            let view = View {
                l,
                zone: "UTC",
                csrf: "token".to_owned(),
                head: Html::of(&head),
                mailbox: MailboxId::from_bytes([3; 16]),
                details: AddressDetails {
                    display_name: String::new(),
                    used_bytes: 1_500,
                    created_at: Timestamp::from_secs(1_796_079_900),
                    kind: AddressKind::Refuses,
                },
                name: "Club \"<x>\"".to_owned(),
                faults: vec![FieldFault { field: "display_name", words: "Too long".to_owned() }],
                is_binned: false,
            };
            let html = Html::of(&view);
            shown::check(&html);
            let html = html.as_str();
            assert!(html.contains("aria-describedby=\"display_name-hint display_name-fault\""), "{html}");
            assert!(html.contains("30 ") && html.contains(" 2026") && !html.contains("<x>"), "{html}");
        }
    }
}
