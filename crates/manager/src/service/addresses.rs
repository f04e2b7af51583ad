//! The addresses of a mail service: list, search, paging (S6).

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Response};
use domain::{EmailAddress, MailServiceId};
use mailbox::desk::AddressRow;
use serde::Deserialize;
use ui::{Button, Disabled, EmptyState, Html, Locale};
use web::{Fault, Id, SignedIn};

use super::Shown;
use crate::frame::{Frame, Section};
use crate::size::size;

/// How many addresses a page has.
const PAGE: usize = 50;

/// What is searched, and where the page begins.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
    after: Option<String>,
}

/// Lists them.
pub(super) async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let Asked { search, after } = asked.unwrap_or_default().0;
    let mut rows = desk.addresses(search.trim(), after.as_deref(), PAGE + 1).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let can_create = desk.domains().await?.iter().any(|domain| domain.verified_at.is_some());
    let l = signed_in.l();
    let table =
        Table { l, service: desk.id(), search, is_first: after.is_none(), has_more, can_create, rows };
    if signed_in.visitor.is_fragment() {
        return Ok(Html::of(&table).into_response());
    }
    let head = super::head(l, &desk, Shown::Addresses);
    let frame = Frame::of(&signed_in, desk.organization()).await?;
    let view = View { l, head, table: &table };
    Ok(frame.page(Section::MailService, desk.name(), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "addresses.html")]
struct View<'a> {
    l: Locale,
    head: Html,
    table: &'a Table,
}

impl View<'_> {
    fn rows(&self) -> Html {
        Html::of(self.table)
    }

    fn impossible(&self) -> Html {
        Button {
            id: "create-address".to_owned(),
            label: self.l.t("address-create"),
            disabled: Some(Disabled { because: self.l.t("address-create-unverified") }),
            ..Button::default()
        }
        .html()
    }
}

/// The rows that were found: a part of the page that is loaded again while one types.
#[derive(Template)]
#[template(path = "addresses_table.html")]
struct Table {
    l: Locale,
    service: MailServiceId,
    search: String,
    is_first: bool,
    has_more: bool,
    can_create: bool,
    rows: Vec<AddressRow>,
}

impl Table {
    fn nothing(&self) -> Html {
        let is_search = !self.search.trim().is_empty();
        let (title, hint) = match (is_search, self.is_first, self.can_create) {
            (true, _, _) => ("address-none-found", "address-none-found-hint"),
            (false, false, _) => ("address-no-more", "address-no-more-hint"),
            (false, true, true) => ("address-none", "address-none-hint"),
            (false, true, false) => {
                let domains = format!("/manager/services/{}/domains", self.service);
                let (title, hint) = (self.l.t("address-none"), self.l.t("address-none-verify"));
                return EmptyState { title, hint, action: Some((domains, self.l.t("manager-domains"))) }
                    .html();
            }
        };
        EmptyState { title: self.l.t(title), hint: self.l.t(hint), action: None }.html()
    }

    fn used(&self, row: &AddressRow) -> String {
        size(self.l, row.used_bytes)
    }

    fn first_path(&self) -> String {
        let base = format!("/manager/services/{}", self.service);
        if self.search.is_empty() { base } else { format!("{base}?search={}", encoded(&self.search)) }
    }

    fn next_path(&self) -> String {
        let last = self.rows.last().map(|row| row.address.as_str()).unwrap_or_default();
        let key = last.parse::<EmailAddress>().map_or_else(|_| last.to_lowercase(), |address| address.key());
        let first = self.first_path();
        let and = if first.contains('?') { '&' } else { '?' };
        format!("{first}{and}after={}", encoded(&key))
    }
}

/// A text as a value in a query.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'@') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::{Id as _, MailboxId, Timestamp};

    fn table(l: Locale, search: &str, can_create: bool, rows: Vec<AddressRow>) -> Table {
        let service = MailServiceId::from_bytes([1; 16]);
        Table {
            l,
            service,
            search: search.to_owned(),
            is_first: rows.is_empty(),
            has_more: true,
            can_create,
            rows,
        }
    }

    fn row(address: &str) -> AddressRow {
        AddressRow {
            mailbox: MailboxId::from_bytes([2; 16]),
            address: address.to_owned(),
            users: 3,
            invitations: 1,
            used_bytes: 2_500_000,
            created_at: Timestamp::from_secs(1),
        }
    }

    fn html(table: &Table) -> Html {
        let head = Html::of(&super::super::Head { crumbs: Html::empty(), name: "Post", tabs: Html::empty() });
        Html::of(&View { l: table.l, head, table })
    }

    #[test]
    fn a_row_leads_to_its_address_and_the_next_page_begins_after_the_last() {
        for l in shown::locales() {
            let html = html(&table(l, "a&b\"><i>", true, vec![row("Info@example.org")]));
            shown::check(&html);
            assert!(html.as_str().contains("after=info@example.org"), "{html}");
            assert!(html.as_str().contains("search=a%26b%22%3E%3Ci%3E"), "{html}");
            assert!(!html.as_str().contains("<i>"), "{html}");
        }
    }

    #[test]
    fn without_a_verified_domain_the_button_says_why_it_does_nothing() {
        let html = html(&table(Locale::default(), "", false, Vec::new()));
        shown::check(&html);
        assert!(html.as_str().contains("aria-describedby=\"create-address-reason\""), "{html}");
        assert!(html.as_str().contains("/domains\">Domains</a>"), "{html}");
        assert!(!html.as_str().contains("addresses/new"), "{html}");
    }
}
