//! An email address: who has access, invitations, device passwords, and what it is called.

mod access;
mod add;
mod aliases;
mod delete;
mod devices;
mod events;
mod explain;
mod general;
mod invitation;
mod permissions;
mod redirections;
mod release;
mod remove;
mod settings;
mod users;

pub(crate) use remove::open;
pub(crate) use users::state;

use askama::Template;
use axum::response::Response;
use domain::{MailboxId, ServiceRight};
use mailbox::desk::AddressDesk;
use ui::{Html, Locale};
use web::setting::SettingsPage;
use web::{Asks, Fault, Id, Pages, SignedIn, Who};

use crate::frame::{Crumbs, Frame, Section, Tab, Tabs};

/// The pages of addresses.
pub(crate) fn pages() -> Pages {
    const WHO: Who = Who::MailManager;
    const LOOK: Who = Who::ServiceViewer;
    Pages::new()
        .get("/manager/addresses/{mailbox}", LOOK, users::list)
        .get("/manager/addresses/{mailbox}/events", LOOK, events::stream)
        .look_with_proof("/manager/addresses/{mailbox}/add", WHO, add::ask)
        .post("/manager/addresses/{mailbox}/add/existing", WHO, Asks::Proof, add::existing)
        .post("/manager/addresses/{mailbox}/add/new", WHO, Asks::Proof, add::new)
        .post("/manager/addresses/{mailbox}/users/{user}/permissions", WHO, Asks::Proof, permissions::switch)
        .get("/manager/addresses/{mailbox}/explain", WHO, explain::list)
        .get("/manager/addresses/{mailbox}/users/{user}", LOOK, access::show)
        .post("/manager/addresses/{mailbox}/users/{user}/limits", WHO, Asks::Proof, access::limit)
        .post("/manager/addresses/{mailbox}/users/{user}/disconnect", WHO, Asks::Proof, access::disconnect)
        .get("/manager/addresses/{mailbox}/users/{user}/remove", WHO, remove::review)
        .post("/manager/addresses/{mailbox}/users/{user}/remove", WHO, Asks::Proof, remove::remove)
        .get("/manager/addresses/{mailbox}/invitations/{invitation}", WHO, invitation::page::show)
        .post(
            "/manager/addresses/{mailbox}/invitations/{invitation}/send",
            WHO,
            Asks::Proof,
            invitation::send,
        )
        .post(
            "/manager/addresses/{mailbox}/invitations/{invitation}/text",
            WHO,
            Asks::Proof,
            invitation::text,
        )
        .post(
            "/manager/addresses/{mailbox}/invitations/{invitation}/permissions",
            WHO,
            Asks::Proof,
            invitation::set_permissions,
        )
        .post(
            "/manager/addresses/{mailbox}/invitations/{invitation}/delete",
            WHO,
            Asks::Nothing,
            invitation::delete,
        )
        .get("/manager/addresses/{mailbox}/devices", LOOK, devices::list)
        .post("/manager/addresses/{mailbox}/devices/{device}/revoke", WHO, Asks::Proof, devices::revoke)
        .get("/manager/addresses/{mailbox}/general", LOOK, general::show)
        .post("/manager/addresses/{mailbox}/general", WHO, Asks::Nothing, general::rename)
        .post("/manager/addresses/{mailbox}/no-reply", WHO, Asks::Nothing, general::choose_no_reply)
        .and(aliases::pages())
        .and(delete::pages())
        .and(redirections::pages())
        .and(release::pages())
        .and(settings::pages())
}

/// The desk of the address in the path, for whoever may look at it.
async fn viewed(signed_in: &SignedIn, id: &Id) -> Result<AddressDesk, Fault> {
    let mailbox: MailboxId = id.of("mailbox")?;
    Ok(signed_in.web().access().address_desk(&signed_in.actor, mailbox).await?)
}

/// The desk of the address in the path, for whoever may change it: to others pages that begin a change are not there.
async fn desk(signed_in: &SignedIn, id: &Id) -> Result<AddressDesk, Fault> {
    let desk = viewed(signed_in, id).await?;
    match desk.right() {
        ServiceRight::Manage => Ok(desk),
        ServiceRight::Consult => Err(Fault::NotFound),
    }
}

/// The path of the first tab of an address.
fn path(mailbox: MailboxId) -> String {
    format!("/manager/addresses/{mailbox}")
}

/// The pages of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Users,
    Devices,
    Settings(SettingsPage),
    Redirections,
    Aliases,
    General,
}

/// An address as its heading and the links to its pages.
#[derive(Template)]
#[template(source = "{{ crumbs }}<h1>{{ address }}</h1>{{ tabs }}", ext = "html")]
struct Head {
    crumbs: Html,
    address: String,
    tabs: Html,
}

/// The way up from a page of an address: `below` for a page that lies under it.
async fn crumbs(signed_in: &SignedIn, desk: &AddressDesk, below: Below) -> Result<Html, Fault> {
    let l = signed_in.l();
    let service = signed_in.web().access().service_desk(&signed_in.actor, desk.service()).await?;
    let mut steps = vec![
        (format!("/manager/{}", desk.organization()), l.t("manager-mail-service")),
        (format!("/manager/services/{}", desk.service()), service.name().to_owned()),
    ];
    match below {
        Below::Service => {}
        Below::Address => steps.push((path(desk.mailbox()), desk.address().to_string())),
    }
    Ok(Crumbs { l, steps }.html())
}

/// What a page lies under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    /// A mail service: the page is an address.
    Service,
    /// An address.
    Address,
}

fn tabs(l: Locale, desk: &AddressDesk, shown: Shown) -> Html {
    let tab = |path: String, key: &str, is_current| Tab { path, label: l.t(key), is_current };
    let base = path(desk.mailbox());
    let settings = SettingsPage::ALL
        .into_iter()
        .map(|page| tab(format!("{base}/{}", page.path()), page.key(), shown == Shown::Settings(page)));
    let first = [
        tab(base.clone(), "address-users", shown == Shown::Users),
        tab(format!("{base}/devices"), "address-devices", shown == Shown::Devices),
    ];
    let last = [
        tab(format!("{base}/redirections"), "more-redirections", shown == Shown::Redirections),
        tab(format!("{base}/aliases"), "addresses-aliases", shown == Shown::Aliases),
        tab(format!("{base}/general"), "address-general", shown == Shown::General),
    ];
    let tabs = first.into_iter().chain(settings).chain(last).collect();
    Tabs { label: desk.address().to_string(), tabs }.html()
}

async fn head(signed_in: &SignedIn, desk: &AddressDesk, shown: Shown) -> Result<Html, Fault> {
    let crumbs = crumbs(signed_in, desk, Below::Service).await?;
    let (address, tabs) = (desk.address().to_string(), tabs(signed_in.l(), desk, shown));
    Ok(Html::of(&Head { crumbs, address, tabs }))
}

/// A whole page of an address.
async fn framed(
    signed_in: &SignedIn,
    desk: &AddressDesk,
    title: &str,
    content: Html,
) -> Result<Response, Fault> {
    let frame = Frame::of(signed_in, desk.organization()).await?;
    let title = format!("{title} · {}", desk.address());
    let content = crate::frame::as_allowed(signed_in.l(), desk.right(), content);
    Ok(frame.page(Section::MailService, &title, content))
}
