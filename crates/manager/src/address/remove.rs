//! Taking an access away (I7): first who loses what, then what was closed.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use bus::Live;
use domain::{MailboxId, UserId};
use identity::grants::GrantView;
use mailbox::desk::{AddressDesk, RemovalReport};
use ui::{Banner, Button, ButtonLook, Html, Locale, Tone};
use web::{Fault, Id, Posted, SignedIn};

use super::Below;
use crate::words;

/// Shows what the user would lose.
pub(super) async fn review(signed_in: SignedIn, id: Id) -> Result<Response, Fault> {
    let desk = super::desk(&signed_in, &id).await?;
    let grant = grant(&desk, &id).await?;
    let devices = desk.devices().await?;
    let live = signed_in.web().bus().live(grant.user, desk.mailbox());
    let l = signed_in.l();
    let view = Review {
        l,
        csrf: signed_in.visitor.csrf(),
        crumbs: super::crumbs(&signed_in, &desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        address: desk.address().to_string(),
        devices: devices
            .into_iter()
            .filter(|device| device.user == grant.user)
            .map(|device| device.name)
            .collect(),
        open: open(l, &live),
        grant,
    };
    super::framed(&signed_in, &desk, &l.t("share-remove"), Html::of(&view)).await
}

/// Takes it away, and says what was closed.
pub(super) async fn remove(id: Id, posted: Posted) -> Result<Response, Fault> {
    let proof = posted.proof().await?;
    let signed_in = proof.signed_in;
    let desk = super::desk(&signed_in, &id).await?;
    let grant = grant(&desk, &id).await?;
    let RemovalReport { closed, devices } = desk.remove_access(&proof.confirmed, grant.user).await?;
    let l = signed_in.l();
    let view = Report {
        l,
        crumbs: super::crumbs(&signed_in, &desk, Below::Address).await?,
        mailbox: desk.mailbox(),
        name: grant.name,
        address: desk.address().to_string(),
        closed: open(l, &closed),
        devices,
    };
    super::framed(&signed_in, &desk, &l.t("share-removed"), Html::of(&view)).await
}

async fn grant(desk: &AddressDesk, id: &Id) -> Result<GrantView, Fault> {
    Ok(desk.user(id.of::<UserId>("user")?).await?)
}

/// What is open, each way from each place once.
pub(crate) fn open(l: Locale, live: &[Live]) -> Vec<String> {
    let mut ways: BTreeMap<String, u32> = BTreeMap::new();
    for one in live {
        let (protocol, from) = (words::protocol(l, one.protocol), one.from.to_string());
        *ways.entry(l.t_with("share-open", [("protocol", &protocol), ("from", &from)])).or_default() += 1;
    }
    ways.into_iter().map(|(way, count)| if count > 1 { format!("{way} ({count} ×)") } else { way }).collect()
}

#[derive(Template)]
#[template(path = "access_remove.html")]
struct Review {
    l: Locale,
    csrf: String,
    crumbs: Html,
    mailbox: MailboxId,
    address: String,
    devices: Vec<String>,
    open: Vec<String>,
    grant: GrantView,
}

impl Review {
    fn intro(&self) -> String {
        let (name, login) = (self.grant.name.as_str(), self.grant.address.as_str());
        self.l.t_with("share-remove-intro", [("name", name), ("login", login), ("address", &self.address)])
    }

    fn button(&self) -> Html {
        Button { label: self.l.t("share-remove-confirm"), look: ButtonLook::Danger, ..Button::default() }
            .html()
    }
}

#[derive(Template)]
#[template(path = "access_removed.html")]
struct Report {
    l: Locale,
    crumbs: Html,
    mailbox: MailboxId,
    name: String,
    address: String,
    closed: Vec<String>,
    devices: Vec<String>,
}

impl Report {
    fn back(&self) -> String {
        self.l.t_with("share-back-to", [("address", &self.address)])
    }

    fn banner(&self) -> Html {
        let words = self.l.t_with("share-removed-said", [("name", &self.name), ("address", &self.address)]);
        Banner { tone: Tone::Ok, words, lines: Vec::new() }.html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shown;
    use bus::Protocol;
    use domain::{GrantId, Id as _, Permissions, Timestamp};
    use std::net::{IpAddr, Ipv4Addr};

    fn live(protocol: Protocol) -> Live {
        Live { protocol, from: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), device: None, session: None }
    }

    #[test]
    fn before_a_removal_the_page_says_who_loses_what() {
        for l in shown::locales() {
            let grant = GrantView {
                id: GrantId::from_bytes([1; 16]),
                user: UserId::from_bytes([2; 16]),
                name: "Ben <b>".to_owned(),
                address: "ben@example.net".to_owned(),
                permissions: Permissions::ALL,
                ends_at: None,
                hours: None,
                created_at: Timestamp::from_secs(1),
            };
            let view = Review {
                l,
                csrf: "token".to_owned(),
                crumbs: Html::empty(),
                mailbox: MailboxId::from_bytes([3; 16]),
                address: "info@example.org".to_owned(),
                devices: vec!["Phone <i>".to_owned()],
                open: open(l, &[live(Protocol::Imap), live(Protocol::Imap), live(Protocol::Web)]),
                grant,
            };
            let html = Html::of(&view);
            shown::check(&html);
            for piece in ["info@example.org", "ben@example.net", "Phone ", "192.0.2.1 (2 ×)", "button-danger"]
            {
                assert!(html.as_str().contains(piece), "{piece} in {html}");
            }
            assert!(!html.as_str().contains("<b>") && !html.as_str().contains("<i>"), "{html}");
        }
    }

    #[test]
    fn after_a_removal_the_page_says_what_was_closed() {
        for l in shown::locales() {
            let report = |closed: Vec<String>, devices: Vec<String>| Report {
                l,
                crumbs: Html::empty(),
                mailbox: MailboxId::from_bytes([3; 16]),
                name: "Ben".to_owned(),
                address: "info@example.org".to_owned(),
                closed,
                devices,
            };
            let html = Html::of(&report(open(l, &[live(Protocol::Submission)]), vec!["Laptop".to_owned()]));
            shown::check(&html);
            assert!(html.as_str().contains("192.0.2.1") && html.as_str().contains("Laptop"), "{html}");
            let nothing = Html::of(&report(Vec::new(), Vec::new()));
            shown::check(&nothing);
            assert!(nothing.as_str().contains(&l.t("share-nothing-open")), "{nothing}");
        }
    }
}
