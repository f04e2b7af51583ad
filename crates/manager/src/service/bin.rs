//! The bin of a mail service (S8).

use askama::Template;
use axum::response::Response;
use mailbox::desk::BinRow;
use ui::{EmptyState, Html, Locale};
use web::{Fault, Id, SignedIn};

use super::Shown;
use crate::frame::{Frame, Section};
use crate::size::size;

/// Lists what lies in it.
pub(super) async fn list(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let (l, rows) = (signed_in.l(), desk.bin().await?);
    let (head, csrf) = (super::head(l, &desk, Shown::Bin), signed_in.visitor.csrf());
    let view = View { l, zone: signed_in.visitor.zone(), csrf, head, rows };
    let frame = Frame::of(&signed_in, desk.organization()).await?;
    let title = format!("{} · {}", l.t("addresses-bin"), desk.name());
    let content = crate::frame::as_allowed(l, desk.right(), Html::of(&view));
    Ok(frame.page(Section::MailService, &title, content))
}

#[derive(Template)]
#[template(path = "bin.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    rows: Vec<BinRow>,
}

impl View<'_> {
    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("addresses-bin-empty"), self.l.t("addresses-bin-empty-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn used(&self, row: &BinRow) -> String {
        size(self.l, row.used_bytes)
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, MailboxId, Timestamp};
    use mailbox::desk::Binned;

    use super::*;
    use crate::shown;

    fn html(l: Locale, rows: Vec<BinRow>) -> Html {
        let head = Html::of(&super::super::Head { crumbs: Html::empty(), name: "Post", tabs: Html::empty() });
        Html::of(&View { l, zone: "UTC", csrf: "token".to_owned(), head, rows })
    }

    #[test]
    fn each_address_says_when_it_is_destroyed_and_can_be_restored() {
        for l in shown::locales() {
            let row = BinRow {
                mailbox: MailboxId::from_bytes([1; 16]),
                address: "info@example.org".to_owned(),
                used_bytes: 1_500,
                binned: Binned {
                    deleted_at: Timestamp::from_secs(1_796_079_900),
                    destroyed_at: Timestamp::from_secs(1_798_671_900),
                },
            };
            let full = html(l, vec![row]);
            shown::check(&full);
            assert!(full.as_str().contains("/restore\"") && full.as_str().contains("2026"), "{full}");
            let empty = html(l, Vec::new());
            shown::check(&empty);
            assert!(!empty.as_str().contains("<table"), "{empty}");
        }
    }
}
