//! A mail service: its addresses and domains, and making one.

mod addresses;
mod bin;
mod create;
mod domains;
mod new_address;
mod new_users;

pub(crate) use addresses::encoded;
use domain::MailServiceId;
use mailbox::desk::ServiceDesk;
use ui::{Html, Locale};
use web::{Asks, Fault, Id, Pages, SignedIn, Who};

use crate::frame::{Crumbs, Tab, Tabs};

pub(crate) use new_address::{address_fault, typed_address};

/// The pages of mail services.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/manager/{organization}/services/new", Who::MailManager, create::ask)
        .post("/manager/{organization}/services/new", Who::MailManager, Asks::Nothing, create::create)
        .get("/manager/services/{service}", Who::MailManager, addresses::list)
        .and(domains::pages())
        .get("/manager/services/{service}/bin", Who::MailManager, bin::list)
        .get("/manager/services/{service}/addresses/new", Who::MailManager, new_address::ask)
        .post(
            "/manager/services/{service}/addresses/new",
            Who::MailManager,
            Asks::Nothing,
            new_address::create,
        )
        .and(new_users::pages())
}

/// The desk of the mail service in the path.
async fn desk(signed_in: &SignedIn, id: &Id) -> Result<ServiceDesk, Fault> {
    let service: MailServiceId = id.of("service")?;
    Ok(signed_in.web().access().service_desk(&signed_in.actor, service).await?)
}

/// The way up from a page of a mail service.
fn crumbs(l: Locale, desk: &ServiceDesk) -> Vec<(String, String)> {
    vec![(format!("/manager/{}", desk.organization()), l.t("manager-mail-service"))]
}

/// The pages of a mail service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Addresses,
    Domains,
    Bin,
}

/// The name of a mail service, the way up, and the links to its pages.
#[derive(askama::Template)]
#[template(source = "{{ crumbs }}<h1>{{ name }}</h1>{{ tabs }}", ext = "html")]
struct Head<'a> {
    crumbs: Html,
    name: &'a str,
    tabs: Html,
}

fn head(l: Locale, desk: &ServiceDesk, shown: Shown) -> Html {
    let tab = |path: String, key: &str, is_current| Tab { path, label: l.t(key), is_current };
    let base = format!("/manager/services/{}", desk.id());
    let tabs = Tabs {
        label: desk.name().to_owned(),
        tabs: vec![
            tab(base.clone(), "manager-addresses", shown == Shown::Addresses),
            tab(format!("{base}/domains"), "manager-domains", shown == Shown::Domains),
            tab(format!("{base}/bin"), "addresses-bin", shown == Shown::Bin),
        ],
    };
    let crumbs = Crumbs { l, steps: crumbs(l, desk) };
    Html::of(&Head { crumbs: crumbs.html(), name: desk.name(), tabs: tabs.html() })
}
