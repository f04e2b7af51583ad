//! The aliases of an address (S10).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{EmailAddress, MailboxId};
use mailbox::desk::{AddressDesk, AliasError, AliasView, CreateAddressError};
use ui::{Button, EmptyState, ErrorSummary, Field, FieldFault, Html, Locale, Pick, Picks, Tick};
use web::{Asks, Fault, Id, Pages, Posted, SignedIn, Visitor, Who};

use super::Shown;
use crate::service::{address_fault, typed_address};

/// These pages.
pub(super) fn pages() -> Pages {
    Pages::new()
        .get("/manager/addresses/{mailbox}/aliases", Who::ServiceViewer, list)
        .post("/manager/addresses/{mailbox}/aliases", Who::MailManager, Asks::Nothing, add)
        .post("/manager/addresses/{mailbox}/aliases/remove", Who::MailManager, Asks::Nothing, remove)
}

/// What was typed.
#[derive(Default)]
struct Typed {
    name: String,
    domain: String,
    is_sure: bool,
}

/// Lists them.
async fn list(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::viewed(&signed_in, &id).await?;
    page(&signed_in, &desk, Typed::default(), Vec::new()).await
}

/// Adds one.
async fn add(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let typed = Typed {
        name: posted.text("name").to_owned(),
        domain: posted.text("domain").to_owned(),
        is_sure: posted.is_on("sure"),
    };
    let key = match typed_address(&typed.name, &typed.domain) {
        Ok(alias) if !alias.is_ascii() && !typed.is_sure => "addresses-alias-look",
        Ok(alias) => match desk.add_alias(&alias).await {
            Ok(()) => return Ok(Redirect::to(&path(desk.mailbox())).into_response()),
            Err(AliasError::Address(CreateAddressError::Desk(error))) => return Err(error.into()),
            Err(AliasError::Address(CreateAddressError::AddressIsLogin)) => "addresses-alias-login",
            Err(AliasError::Address(error)) => address_fault(&error),
            Err(AliasError::TooMany) => "addresses-alias-many",
            Err(AliasError::BeingDeleted) => "addresses-being-deleted",
        },
        Err(key) => key,
    };
    let faults = vec![FieldFault { field: "name", words: signed_in.l().t(key) }];
    Ok(Visitor::refused(page(&signed_in, &desk, typed, faults).await?))
}

/// Takes one away.
async fn remove(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let alias: EmailAddress = posted.text("alias").parse().map_err(|_| Fault::NotFound)?;
    desk.remove_alias(&alias).await?;
    Ok(Redirect::to(&path(desk.mailbox())).into_response())
}

fn path(mailbox: MailboxId) -> String {
    format!("{}/aliases", super::path(mailbox))
}

async fn page(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    typed: Typed,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let service = signed_in.web().access().service_desk(&signed_in.actor, desk.service()).await?;
    let domains = service.domains().await?.into_iter().filter(|domain| domain.verified_at.is_some());
    let view = View {
        l: signed_in.l(),
        zone: signed_in.visitor.zone(),
        csrf: signed_in.visitor.csrf(),
        head: super::head(signed_in, desk, Shown::Aliases).await?,
        mailbox: desk.mailbox(),
        address: desk.address().clone(),
        aliases: desk.aliases().await?,
        domains: domains.map(|domain| domain.name).collect(),
        asks_sure: !typed.name.is_ascii(),
        typed,
        faults,
    };
    super::framed(signed_in, desk, &view.l.t("addresses-aliases"), Html::of(&view)).await
}

#[derive(Template)]
#[template(path = "address_aliases.html")]
struct View<'a> {
    l: Locale,
    zone: &'a str,
    csrf: String,
    head: Html,
    mailbox: MailboxId,
    address: EmailAddress,
    aliases: Vec<AliasView>,
    domains: Vec<String>,
    asks_sure: bool,
    typed: Typed,
    faults: Vec<FieldFault>,
}

impl View<'_> {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn path(&self) -> String {
        path(self.mailbox)
    }

    fn intro(&self) -> String {
        let example = format!("{}+…@{}", self.address.local(), self.address.domain());
        self.l.t_with("addresses-aliases-intro", [("example", example.as_str())])
    }

    fn nothing(&self) -> Html {
        let (title, hint) = (self.l.t("addresses-aliases-none"), self.l.t("addresses-aliases-none-hint"));
        EmptyState { title, hint, action: None }.html()
    }

    fn name(&self) -> Html {
        let suffix = match self.domains.as_slice() {
            [only] => Some(format!("@{only}")),
            _ => None,
        };
        Field {
            id: "name",
            label: self.l.t("address-name"),
            value: self.typed.name.clone(),
            hint: Some(self.l.t("address-name-hint")),
            fault: ErrorSummary::of_field(&self.faults, "name"),
            suffix,
            limit: domain::address::LOCAL_PART_LIMIT,
            ..Field::default()
        }
        .html()
    }

    fn several_domains(&self) -> Html {
        let pick = |name: &String| Pick { value: name.clone(), label: format!("@{name}") };
        let (id, label, picked) = ("domain", self.l.t("manager-domain"), self.typed.domain.clone());
        Picks { id, label, picks: self.domains.iter().map(pick).collect(), picked, fault: None }.html()
    }

    fn sure(&self) -> Html {
        let label = self.l.t("addresses-alias-sure");
        Tick { id: "sure", label, is_ticked: self.typed.is_sure, ..Tick::default() }.html()
    }

    fn add(&self) -> Html {
        Button::primary(self.l.t("addresses-alias-add")).html()
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id as _, Timestamp};

    use super::*;
    use crate::shown;

    fn html(l: Locale, aliases: Vec<AliasView>, domains: &[&str], name: &str) -> Html {
        let head = super::super::Head {
            crumbs: Html::empty(),
            address: "info@example.org".to_owned(),
            tabs: Html::empty(),
        };
        Html::of(&View {
            l,
            zone: "UTC",
            csrf: "token".to_owned(),
            head: Html::of(&head),
            mailbox: MailboxId::from_bytes([3; 16]),
            address: "info@example.org".parse().unwrap(),
            aliases,
            domains: domains.iter().map(|name| (*name).to_owned()).collect(),
            asks_sure: !name.is_ascii(),
            typed: Typed { name: name.to_owned(), ..Typed::default() },
            faults: vec![FieldFault { field: "name", words: l.t("address-name-taken") }],
        })
    }

    #[test]
    fn each_alias_can_be_removed_and_the_page_says_what_a_plus_does() {
        for l in shown::locales() {
            let alias =
                AliasView { address: "a&b@example.org".to_owned(), created_at: Timestamp::from_secs(1) };
            let full = html(l, vec![alias], &["example.org"], "<x>");
            shown::check(&full);
            let text = full.as_str();
            assert!(text.contains("info+…@example.org") && text.contains("/aliases/remove"), "{text}");
            assert!(!text.contains("<x>") && !text.contains("a&b"), "{text}");
            let empty = html(l, Vec::new(), &["example.org", "example.net"], "pаypal");
            shown::check(&empty);
            assert!(empty.as_str().contains("id=\"sure\"") && empty.as_str().contains("<select"), "{empty}");
        }
    }
}
