//! The side pane: the address selector (W1) and the folders of the open address.

use askama::Template;
use domain::{FolderId, MailboxId, OrganizationId};
use mailbox::{AddressView, FolderView};
use ui::{Html, Locale};
use web::Fault;

use crate::around::{Around, folder_name, may_send};
use crate::asked::Asked;
use crate::here::{Here, no_sending};
use crate::text::shown;

/// How deep folders are set in: deeper ones stand under one another.
const DEPTH: usize = 4;

/// `GET /mail/{mailbox}/side`: the side pane alone.
pub(crate) async fn fragment(here: Here) -> Result<Html, Fault> {
    let around = Around::load(&here).await?;
    let folder = Asked::of(&here.signed_in.visitor).find("folder");
    let folder = around.folder_or_inbox(folder)?.id;
    Ok(html(&here, &around, folder))
}

/// The side pane; `folder` is the one that is listed.
pub(crate) fn html(here: &Here, around: &Around, folder: FolderId) -> Html {
    let l = here.l();
    let mailbox = here.mailbox.id();
    Html::of(&Side {
        l,
        path: here.path(),
        folder,
        current: around.current().map(|view| Current::of(here, view)).unwrap_or_default(),
        groups: groups(mailbox, &around.addresses),
        folders: around.folders.iter().map(|view| Row::of(l, view, folder)).collect(),
    })
}

/// The address that is open.
#[derive(Default)]
struct Current {
    address: String,
    organization: String,
    no_writing: Option<String>,
}

impl Current {
    fn of(here: &Here, view: &AddressView) -> Self {
        Self {
            address: view.address.to_string(),
            organization: shown(&view.organization_name),
            no_writing: (!may_send(view)).then(|| no_sending(here.l(), &here.mailbox)),
        }
    }
}

/// The addresses of one organization.
struct Group {
    id: OrganizationId,
    organization: String,
    addresses: Vec<Entry>,
}

struct Entry {
    id: MailboxId,
    address: String,
    unread: u32,
    current: bool,
}

struct Row {
    id: FolderId,
    name: String,
    kind: &'static str,
    depth: usize,
    unseen: u32,
    current: bool,
}

impl Row {
    fn of(l: Locale, view: &FolderView, listed: FolderId) -> Self {
        Self {
            id: view.id,
            name: folder_name(l, view),
            kind: view.special_use.map_or("own", |special| special.as_str()),
            depth: view.name.matches('/').count().min(DEPTH),
            unseen: view.unseen,
            current: view.id == listed,
        }
    }
}

/// The addresses by organization; they come in that order.
fn groups(current: MailboxId, addresses: &[AddressView]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for view in addresses {
        let entry = Entry {
            id: view.mailbox,
            address: view.address.to_string(),
            unread: view.unread,
            current: view.mailbox == current,
        };
        match groups.iter_mut().find(|group| group.id == view.organization) {
            Some(group) => group.addresses.push(entry),
            None => groups.push(Group {
                id: view.organization,
                organization: shown(&view.organization_name),
                addresses: vec![entry],
            }),
        }
    }
    groups
}

#[derive(Template)]
#[template(path = "side.html")]
struct Side {
    l: Locale,
    path: String,
    folder: FolderId,
    current: Current,
    groups: Vec<Group>,
    folders: Vec<Row>,
}

impl Side {
    fn unread(&self, count: &u32) -> String {
        self.l.t_with("mail-unread-count", [("count", &count.to_string())])
    }

    fn settings(&self, address: &str) -> String {
        self.l.t_with("mail-settings-of", [("address", address)])
    }
}

#[cfg(test)]
mod tests {
    use domain::{Id, Language, Permissions, Rights};

    use super::*;

    fn view(number: u8, organization: u8) -> AddressView {
        AddressView {
            mailbox: MailboxId::from_bytes([number; 16]),
            address: format!("a{number}@example.test").parse().unwrap(),
            display_name: String::new(),
            organization: OrganizationId::from_bytes([organization; 16]),
            organization_name: format!("Organization <{organization}>"),
            rights: Rights::of(Permissions::NONE),
            unread: u32::from(number),
            is_primary: false,
        }
    }

    fn side(no_writing: Option<String>) -> Html {
        let folder = FolderId::from_bytes([8; 16]);
        Html::of(&Side {
            l: Locale::of(Language::Fr),
            path: "/mail/m".to_owned(),
            folder,
            current: Current { address: "a1@example.test".to_owned(), no_writing, ..Current::default() },
            groups: groups(MailboxId::from_bytes([1; 16]), &[view(1, 1), view(2, 2), view(3, 1)]),
            folders: vec![Row {
                id: folder,
                name: "<b>".to_owned(),
                kind: "own",
                depth: 1,
                unseen: 3,
                current: true,
            }],
        })
    }

    #[test]
    fn addresses_stand_under_their_organizations_with_what_is_unread() {
        let html = side(None);
        let html = html.as_str();
        assert_eq!(html.matches("selector-group").count(), 2, "{html}");
        assert!(html.contains("a3@example.test") && html.contains("3 messages non lus"), "{html}");
        assert!(html.contains("Réglages de a2@example.test"), "{html}");
        assert!(!html.contains("<b>") && !html.contains("<1>"), "{html}");
        assert_eq!(html.matches("aria-current").count(), 2, "{html}");
    }

    #[test]
    fn writing_that_is_switched_off_says_why() {
        assert!(side(None).as_str().contains("href=\"/mail/m/compose?folder="));
        let html = side(Some("Switched off <for you>.".to_owned()));
        assert!(html.as_str().contains("disabled aria-describedby=\"no-writing\""), "{html}");
        assert!(html.as_str().contains("Switched off &#60;for you&#62;."), "{html}");
        assert!(!html.as_str().contains("/compose"), "{html}");
    }
}
