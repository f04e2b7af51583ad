//! The addresses of a mail service: list, search, paging (S6).

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse, Response};
use domain::{MailServiceId, ServiceRight};
use mailbox::desk::{AddressFilter, AddressOrder, AddressRow, AddressesPage, Having, ListedAfter};
use serde::Deserialize;
use ui::{Button, Disabled, EmptyState, Html, Locale, Pick, Picks};
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
    having: String,
    order: String,
    after: Option<String>,
}

/// Lists them.
pub(super) async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    let Asked { search, having, order, after } = asked.unwrap_or_default().0;
    let filter = AddressFilter {
        search: search.trim().to_owned(),
        having: having.parse().ok(),
        order: order.parse().unwrap_or_default(),
    };
    let after = after.and_then(|after| ListedAfter::read(filter.order, &after));
    let AddressesPage { rows, next } = desk.address_page(&filter, after.as_ref(), PAGE).await?;
    let is_verified = desk.domains().await?.iter().any(|domain| domain.verified_at.is_some());
    let can_create = is_verified && desk.right() == ServiceRight::Manage;
    let l = signed_in.l();
    let table = Table {
        l,
        csrf: signed_in.visitor.csrf(),
        service: desk.id(),
        filter,
        is_first: after.is_none(),
        next,
        can_create,
        can_change: desk.right() == ServiceRight::Manage,
        rows,
    };
    if signed_in.visitor.is_fragment() {
        return Ok(Html::of(&table).into_response());
    }
    let head = super::head(l, &desk, Shown::Addresses);
    let frame = Frame::of(&signed_in, desk.organization()).await?;
    let view = View { l, head, table: &table, is_verified };
    Ok(frame.page(Section::MailService, desk.name(), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "addresses.html")]
struct View<'a> {
    l: Locale,
    head: Html,
    table: &'a Table,
    is_verified: bool,
}

impl View<'_> {
    fn filters(&self) -> Html {
        let l = self.l;
        let any = Pick { value: String::new(), label: l.t("more-list-any") };
        let having = Having::ALL.map(|one| {
            let key = format!("more-list-having-{}", one.name());
            Pick { value: one.name().to_owned(), label: l.t(&key) }
        });
        let orders = AddressOrder::ALL.map(|one| {
            let key = format!("more-list-order-{}", one.name());
            Pick { value: one.name().to_owned(), label: l.t(&key) }
        });
        let filter = &self.table.filter;
        Html::join([
            Picks {
                id: "having",
                label: l.t("more-list-having"),
                picks: std::iter::once(any).chain(having).collect(),
                picked: self.table.having().to_owned(),
                fault: None,
            }
            .html(),
            Picks {
                id: "order",
                label: l.t("more-list-order"),
                picks: orders.into(),
                picked: filter.order.name().to_owned(),
                fault: None,
            }
            .html(),
        ])
    }

    fn rows(&self) -> Html {
        Html::of(self.table)
    }

    fn impossible(&self) -> Html {
        let key = if self.is_verified { "organizations-consult-only" } else { "address-create-unverified" };
        Button {
            id: "create-address".to_owned(),
            label: self.l.t("address-create"),
            disabled: Some(Disabled { because: self.l.t(key) }),
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
    csrf: String,
    service: MailServiceId,
    filter: AddressFilter,
    is_first: bool,
    next: Option<ListedAfter>,
    can_create: bool,
    /// Whether something can be done with what is ticked.
    can_change: bool,
    rows: Vec<AddressRow>,
}

impl Table {
    fn nothing(&self) -> Html {
        let is_search = !self.filter.search.is_empty() || self.filter.having.is_some();
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
        let asked = asked(&self.filter);
        let base = format!("/manager/services/{}", self.service);
        if asked.is_empty() { base } else { format!("{base}?{asked}") }
    }

    fn next_path(&self, next: &ListedAfter) -> String {
        let first = self.first_path();
        let and = if first.contains('?') { '&' } else { '?' };
        format!("{first}{and}after={}", encoded(&next.written()))
    }

    fn having(&self) -> &'static str {
        self.filter.having.map_or("", Having::name)
    }

    fn tick(&self, row: &AddressRow) -> String {
        self.l.t_with("more-bulk-tick", [("address", row.address.as_str())])
    }

    fn acts(&self) -> Html {
        let picks =
            super::bulk::ACTS.map(|(value, key)| Pick { value: value.to_owned(), label: self.l.t(key) });
        Picks { id: "act", label: self.l.t("more-bulk-act"), picks: picks.into(), ..Picks::default() }.html()
    }
}

/// A filter as what stands behind the `?` of a path.
pub(super) fn asked(filter: &AddressFilter) -> String {
    let mut pairs = Vec::new();
    if !filter.search.is_empty() {
        pairs.push(format!("search={}", encoded(&filter.search)));
    }
    pairs.extend(filter.having.map(|having| format!("having={}", having.name())));
    if filter.order != AddressOrder::Name {
        pairs.push(format!("order={}", filter.order.name()));
    }
    pairs.join("&")
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
        Table {
            l,
            csrf: "token".to_owned(),
            service: MailServiceId::from_bytes([1; 16]),
            filter: AddressFilter {
                search: search.to_owned(),
                having: (!search.is_empty()).then_some(Having::Shared),
                ..AddressFilter::default()
            },
            is_first: rows.is_empty(),
            next: rows.last().map(|row| ListedAfter::Name(row.address.to_lowercase())),
            can_create,
            can_change: true,
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
        Html::of(&View { l: table.l, head, table, is_verified: false })
    }

    #[test]
    fn a_row_leads_to_its_address_and_the_next_page_begins_after_the_last() {
        for l in shown::locales() {
            let html = html(&table(l, "a&b\"><i>", true, vec![row("Info@example.org")]));
            shown::check(&html);
            assert!(html.as_str().contains("after=info@example.org"), "{html}");
            assert!(html.as_str().contains("search=a%26b%22%3E%3Ci%3E"), "{html}");
            assert!(!html.as_str().contains("<i>"), "{html}");
            assert!(
                html.as_str().contains("having=shared&#38;after=")
                    || html.as_str().contains("having=shared&amp;after="),
                "{html}"
            );
            assert!(
                html.as_str().contains("/addresses/bulk\"") && !html.as_str().contains(">more-"),
                "{html}"
            );
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
