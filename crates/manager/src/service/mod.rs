//! A mail service: its addresses and domains, and making one.

mod addresses;
mod bin;
mod bulk;
mod create;
mod domain_alias;
mod domains;
mod for_all;
mod generic;
mod import;
mod new_address;
mod new_users;
mod queue;
mod review;
mod share;
mod transfer;

pub(crate) use addresses::encoded;
use domain::role::Verb;
use domain::{MailServiceId, ServiceRight};
use mailbox::desk::ServiceDesk;
use ui::{Html, Locale};
use web::{Asks, Fault, Id, Pages, SignedIn, Who};

use crate::frame::{Crumbs, Tab, Tabs};

pub(crate) use generic::kinds;
pub(crate) use new_address::{address_fault, typed_address};

/// The pages of mail services.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/manager/{organization}/services/new", Who::MailManager, create::ask)
        .post("/manager/{organization}/services/new", Who::MailManager, Asks::Nothing, create::create)
        .get("/manager/services/{service}", Who::ServiceViewer, addresses::list)
        .and(domains::pages())
        .and(domain_alias::pages())
        .and(import::pages())
        .and(bulk::pages())
        .get("/manager/services/{service}/bin", Who::ServiceViewer, bin::list)
        .look_with_proof("/manager/services/{service}/share", Who::MailManager, share::ask)
        .post("/manager/services/{service}/share", Who::MailManager, Asks::Proof, share::share)
        .get("/manager/services/{service}/accesses", Who::ServiceViewer, review::list)
        .post("/manager/services/{service}/accesses/remove", Who::MailManager, Asks::Proof, review::remove)
        .get("/manager/services/{service}/addresses/new", Who::MailManager, new_address::ask)
        .post(
            "/manager/services/{service}/addresses/new",
            Who::MailManager,
            Asks::Nothing,
            new_address::create,
        )
        .and(new_users::pages())
        .and(queue::pages())
        .and(generic::pages())
        .and(for_all::pages())
        .and(transfer::pages())
}

/// The desk of the mail service in the path, for whoever may change it: to others pages that begin a change are not
/// there.
async fn desk(signed_in: &SignedIn, id: &Id) -> Result<ServiceDesk, Fault> {
    let desk = viewed(signed_in, id).await?;
    match desk.right() {
        ServiceRight::Manage => Ok(desk),
        ServiceRight::Consult => Err(Fault::NotFound),
    }
}

/// The desk of the mail service in the path, for whoever may look at it.
async fn viewed(signed_in: &SignedIn, id: &Id) -> Result<ServiceDesk, Fault> {
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
    Accesses,
    Models,
    Senders,
    Queue,
    Bin,
    Move,
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
    let mut tabs = Tabs {
        label: desk.name().to_owned(),
        tabs: vec![
            tab(base.clone(), "manager-addresses", shown == Shown::Addresses),
            tab(format!("{base}/domains"), "manager-domains", shown == Shown::Domains),
            tab(format!("{base}/accesses"), "sharing-review", shown == Shown::Accesses),
            tab(format!("{base}/signatures"), "settings-models", shown == Shown::Models),
            tab(format!("{base}/senders"), "settings-security", shown == Shown::Senders),
            tab(format!("{base}/bin"), "addresses-bin", shown == Shown::Bin),
        ],
    };
    if desk.right() == ServiceRight::Manage {
        tabs.tabs.push(tab(format!("{base}/queue"), "queue-title", shown == Shown::Queue));
    }
    if desk.may(Verb::HandOver) {
        tabs.tabs.push(tab(format!("{base}/transfer"), "organizations-move", shown == Shown::Move));
    }
    let crumbs = Crumbs { l, steps: crumbs(l, desk) };
    Html::of(&Head { crumbs: crumbs.html(), name: desk.name(), tabs: tabs.html() })
}
