//! Making an address (S2).

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{DomainName, EmailAddress, MailServiceId};
use mailbox::desk::{CreateAddressError, For, ServiceDesk};
use ui::{Button, Choice, Choices, Disabled, ErrorSummary, Field, FieldFault, Html, Locale, Pick, Picks};
use web::{Fault, Id, Posted, SignedIn, Visitor};

use super::addresses::encoded;
use crate::frame::{Crumbs, Frame, Section};

/// Asks for its name, and for whom it is.
pub(super) async fn ask(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    page(&signed_in, &desk, Typed::default(), Vec::new()).await
}

/// Makes it and opens it in the Mail app of whoever made it, or goes on to ask who else it is for.
pub(super) async fn create(id: Id, posted: Posted) -> Result<Response, Fault> {
    let signed_in = posted.signed_in()?;
    let desk = super::desk(&signed_in, &id).await?;
    let typed = Typed {
        name: posted.text("name").to_owned(),
        domain: posted.text("domain").to_owned(),
        whom: posted.text("whom").to_owned(),
    };
    match attempt(signed_in.l(), &desk, &typed).await? {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(faults) => Ok(Visitor::refused(page(&signed_in, &desk, typed, faults).await?)),
    }
}

/// What was typed.
#[derive(Default)]
struct Typed {
    name: String,
    domain: String,
    whom: String,
}

/// The choice of whom an address is for, as it is sent.
const FOR_ME: &str = "me";
/// The same for one other user.
const FOR_ANOTHER: &str = "another";
/// The same for several users.
pub(super) const FOR_SEVERAL: &str = "several";

/// The address that was typed, or the key of what is wrong with it.
pub(crate) fn typed_address(name: &str, domain: &str) -> Result<EmailAddress, &'static str> {
    let domain: DomainName = domain.parse().map_err(|_| "address-no-such-domain")?;
    let empty = name.trim().is_empty();
    EmailAddress::new(name.trim(), domain)
        .map_err(|_| if empty { "address-name-empty" } else { "address-name-bad" })
}

/// The key of what stands in the way of an address.
pub(crate) fn address_fault(error: &CreateAddressError) -> &'static str {
    match error {
        CreateAddressError::BadName => "address-name-bad",
        CreateAddressError::Reserved => "address-name-reserved",
        CreateAddressError::Taken => "address-name-taken",
        CreateAddressError::InBin => "addresses-in-bin",
        CreateAddressError::AddressIsLogin => "address-name-login",
        CreateAddressError::NoSuchDomain => "address-no-such-domain",
        CreateAddressError::DomainIsAlias => "more-domain-is-alias",
        CreateAddressError::DomainUnverified => "address-domain-unverified",
        CreateAddressError::Desk(_) => "common-failed",
    }
}

/// Where it goes on, or what is wrong.
async fn attempt(
    l: Locale,
    desk: &ServiceDesk,
    typed: &Typed,
) -> Result<Result<String, Vec<FieldFault>>, Fault> {
    let refused = |field, key: &str| Ok(Err(vec![FieldFault { field, words: l.t(key) }]));
    let address = match typed_address(&typed.name, &typed.domain) {
        Ok(address) => address,
        Err(key) => return refused("name", key),
    };
    match typed.whom.as_str() {
        FOR_ME => match desk.create_address(&address, For::Me).await {
            Ok(mailbox) => Ok(Ok(format!("/mail/{mailbox}"))),
            Err(CreateAddressError::Desk(error)) => Err(error.into()),
            Err(error) => refused("name", address_fault(&error)),
        },
        FOR_ANOTHER | FOR_SEVERAL => {
            let values = [&typed.name, &typed.domain, &typed.whom].map(|value| encoded(value.trim()));
            let [name, domain, whom] = values;
            let base = format!("/manager/services/{}/addresses/new/users", desk.id());
            Ok(Ok(format!("{base}?name={name}&domain={domain}&whom={whom}")))
        }
        _ => refused("whom", "address-whom-missing"),
    }
}

async fn page(
    signed_in: &SignedIn,
    desk: &ServiceDesk,
    typed: Typed,
    faults: Vec<FieldFault>,
) -> Result<Response, Fault> {
    let l = signed_in.l();
    let domains = desk.domains().await?;
    let verified = domains.into_iter().filter(|domain| domain.verified_at.is_some());
    let mut steps = super::crumbs(l, desk);
    steps.push((format!("/manager/services/{}", desk.id()), desk.name().to_owned()));
    let view = View {
        l,
        csrf: signed_in.visitor.csrf(),
        crumbs: Crumbs { l, steps }.html(),
        service: desk.id(),
        domains: verified.map(|domain| domain.name).collect(),
        typed,
        faults,
    };
    let frame = Frame::of(signed_in, desk.organization()).await?;
    Ok(frame.page(Section::MailService, &l.t("address-create"), Html::of(&view)))
}

#[derive(Template)]
#[template(path = "address_new.html")]
struct View {
    l: Locale,
    csrf: String,
    crumbs: Html,
    service: MailServiceId,
    domains: Vec<String>,
    typed: Typed,
    faults: Vec<FieldFault>,
}

impl View {
    fn summary(&self) -> Html {
        ErrorSummary { l: self.l, faults: &self.faults }.html()
    }

    fn name(&self) -> Html {
        let only = match self.domains.as_slice() {
            [only] => Some(format!("@{only}")),
            _ => None,
        };
        Field {
            id: "name",
            label: self.l.t("address-name"),
            value: self.typed.name.clone(),
            hint: Some(self.l.t("address-name-hint")),
            fault: ErrorSummary::of_field(&self.faults, "name"),
            suffix: only,
            limit: domain::address::LOCAL_PART_LIMIT,
            is_first: self.faults.is_empty(),
            ..Field::default()
        }
        .html()
    }

    fn several_domains(&self) -> Html {
        let pick = |name: &String| Pick { value: name.clone(), label: format!("@{name}") };
        Picks {
            id: "domain",
            label: self.l.t("manager-domain"),
            picks: self.domains.iter().map(pick).collect(),
            picked: self.typed.domain.clone(),
            fault: None,
        }
        .html()
    }

    fn whom(&self) -> Html {
        let choice = |value: &str, key: &str| Choice {
            value: value.to_owned(),
            label: self.l.t(key),
            hint: self.l.t(&format!("{key}-hint")),
            disabled: None,
        };
        let choices = vec![
            choice(FOR_ME, "address-for-me"),
            choice(FOR_ANOTHER, "addresses-for-another"),
            choice(FOR_SEVERAL, "addresses-for-several"),
        ];
        let known = choices.iter().any(|choice| choice.value == self.typed.whom);
        Choices {
            name: "whom",
            legend: self.l.t("address-whom"),
            chosen: if known { self.typed.whom.clone() } else { FOR_ME.to_owned() },
            choices,
            fault: ErrorSummary::of_field(&self.faults, "whom"),
        }
        .html()
    }

    fn button(&self) -> Html {
        create_button(self.l, &self.domains)
    }
}

/// The button that makes an address; without a proved domain it says what to do.
pub(super) fn create_button(l: Locale, domains: &[String]) -> Html {
    let disabled = domains.is_empty().then(|| Disabled { because: l.t("address-create-unverified") });
    Button { id: "create".to_owned(), disabled, ..Button::primary(l.t("address-create")) }.html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use domain::Id as _;

    fn html(l: Locale, domains: &[&str], faults: Vec<FieldFault>) -> Html {
        let typed = Typed { name: "in\"fo".to_owned(), domain: "b.example".to_owned(), whom: String::new() };
        Html::of(&View {
            l,
            csrf: "token".to_owned(),
            crumbs: Html::empty(),
            service: MailServiceId::from_bytes([1; 16]),
            domains: domains.iter().map(|name| (*name).to_owned()).collect(),
            typed,
            faults,
        })
    }

    #[test]
    fn one_domain_stands_behind_the_name_and_several_are_picked_from() {
        for l in shown::locales() {
            let one =
                html(l, &["a.example"], vec![FieldFault { field: "name", words: l.t("address-name-taken") }]);
            shown::check(&one);
            assert!(one.as_str().contains(">@a.example<") && !one.as_str().contains("<select"), "{one}");
            assert!(one.as_str().contains("value=\"a.example\""), "{one}");
            assert!(one.as_str().contains("aria-invalid=\"true\""), "{one}");
            let several = html(l, &["a.example", "b.example"], Vec::new());
            shown::check(&several);
            assert!(several.as_str().contains("<option value=\"b.example\" selected"), "{several}");
            assert!(several.as_str().contains(&l.t("address-for-me")), "{several}");
        }
    }

    #[test]
    fn without_a_verified_domain_the_button_says_why() {
        let html = html(Locale::default(), &[], Vec::new());
        shown::check(&html);
        assert!(html.as_str().contains("create-reason"), "{html}");
    }
}
