//! Whose rights on an address can be looked up (P14): those with an access, and the other members.

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use domain::{MailboxId, UserId};
use mailbox::desk::CANDIDATES;
use serde::Deserialize;
use ui::{Button, Field, FieldKind, Html, Locale};
use web::{Fault, Id, SignedIn};

use super::Below;

/// A part of a name or address.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
}

/// Lists them.
pub(super) async fn list(
    signed_in: SignedIn,
    id: Id,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let search = asked.unwrap_or_default().0.search;
    let others = desk.candidates(&search).await?;
    let l = signed_in.l();
    let key = search.trim().to_lowercase();
    let person = |user, name: String, address: String| (user, format!("{name} ({address})"));
    let with = desk.users().await?.into_iter().map(|one| person(one.user, one.name, one.address));
    let view = View {
        l,
        crumbs: super::crumbs(&signed_in, &desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        address: desk.address().to_string(),
        search,
        has_more: others.len() >= CANDIDATES,
        with: with.filter(|(_, label)| label.to_lowercase().contains(&key)).collect(),
        without: others.into_iter().map(|one| person(one.user, one.name, one.address)).collect(),
    };
    super::framed(&signed_in, &desk, &l.t("sharing-explain"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "address_explain.html")]
struct View {
    l: Locale,
    crumbs: Html,
    mailbox: MailboxId,
    address: String,
    search: String,
    with: Vec<(UserId, String)>,
    without: Vec<(UserId, String)>,
    has_more: bool,
}

impl View {
    fn intro(&self) -> String {
        self.l.t_with("sharing-explain-intro", [("address", &self.address)])
    }

    fn path(&self, user: &UserId) -> String {
        super::access::path(self.mailbox, *user)
    }

    fn field(&self) -> Html {
        Field {
            id: "search",
            label: self.l.t("sharing-explain-search"),
            kind: FieldKind::Search,
            value: self.search.clone(),
            ..Field::default()
        }
        .html()
    }

    fn find(&self) -> Html {
        Button { label: self.l.t("sharing-explain-find"), ..Button::default() }.html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    #[test]
    fn everybody_who_may_be_asked_about_is_a_link() {
        for l in shown::locales() {
            let html = Html::of(&View {
                l,
                crumbs: Html::empty(),
                mailbox: MailboxId::from_bytes([3; 16]),
                address: "info@example.org".to_owned(),
                search: "<b>".to_owned(),
                with: vec![(UserId::from_bytes([1; 16]), "Ben <b> (ben@example.org)".to_owned())],
                without: Vec::new(),
                has_more: true,
            });
            shown::check(&html);
            assert!(!html.as_str().contains("<b>") && !html.as_str().contains("sharing-"), "{html}");
            assert_eq!(html.as_str().matches("/users/").count(), 1, "{html}");
            assert!(html.as_str().contains(&l.t("sharing-nobody-found")), "{html}");
        }
    }
}
