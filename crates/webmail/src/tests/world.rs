//! A server without sockets: the pages over a database of their own.

use std::sync::Arc;

use axum::Router;
use bus::Bus;
use domain::{FolderId, MailServiceId, MailboxId, Permissions, Secret, UserId};
use identity::{Actor, Confirmed, Identity, ServerKey};
use mailbox::desk::{AddressDesk, For, Switch, trust_domain};
use mailbox::{Access, Appended, Flags, Keywords, Mailbox, NewMessage, SpecialUse};
use store::Store;
use web::Web;

/// What everybody here chose as their password.
pub(super) const PASSWORD: &str = "correct horse battery staple 42";

/// The pages with what is behind them: Acme, its mail service example.test, and info@example.test, which Anna opens.
pub(super) struct World {
    pub(super) pages: Router,
    pub(super) identity: Identity,
    pub(super) access: Access,
    pub(super) service: MailServiceId,
    pub(super) info: MailboxId,
    _folder: tempfile::TempDir,
}

impl World {
    /// A server with Acme.
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, _clock) = testkit::clock::ambient(7);
        let bus = Bus::new();
        let database = store::Database::Sqlite { path: folder.path().join("test.db") };
        let blobs = folder.path().join("blobs");
        let store = Store::open(database, blobs, ambient.clone(), Arc::new(bus.clone())).await.unwrap();
        let settings = identity::Settings { origin: "http://mail.test".to_owned() };
        let key = ServerKey::of_bytes([3; 32]);
        let identity = Identity::new(store.clone(), bus.clone(), ambient.clone(), key, settings);
        let settings = mailbox::MailSettings {
            host_name: "mail.test".parse().unwrap(),
            message_limit_bytes: 1_000_000,
            default_quota_bytes: None,
        };
        let access = Access::new(store, bus.clone(), identity.clone(), settings);
        let pages = crate::pages().router(Web::new(identity.clone(), access.clone(), bus, ambient));
        let anna = add_user(&identity, "anna@home.test", "Anna Muster").await;
        let operator = Identity::operator();
        let acme =
            identity.add_organization(&operator, "Acme", "anna@home.test".parse().unwrap()).await.unwrap();
        let desk = access.organization_desk(&operator, acme).await.unwrap();
        let service = desk.create_service("Post", &"example.test".parse().unwrap()).await.unwrap();
        trust_domain(&access, &operator, &"example.test".parse().unwrap()).await.unwrap();
        let info = add_address(&access, service, "info@example.test", For::User(anna)).await;
        Self { pages, identity, access, service, info, _folder: folder }
    }

    /// An account made at the command line.
    pub(super) async fn add_user(&self, address: &str, name: &str) -> UserId {
        add_user(&self.identity, address, name).await
    }

    /// Another address of Acme's, which somebody opens.
    pub(super) async fn add_address(&self, address: &str, user: UserId) -> MailboxId {
        add_address(&self.access, self.service, address, For::User(user)).await
    }

    /// Gives somebody an access to a mailbox.
    pub(super) async fn give(&self, mailbox: MailboxId, user: UserId, permissions: Permissions) {
        self.desk(mailbox).await.add_existing(&self.proof().await, user, permissions).await.unwrap();
    }

    /// Switches a permission of somebody's access.
    pub(super) async fn switch(&self, mailbox: MailboxId, user: UserId, switch: Switch) {
        self.desk(mailbox).await.set_permission(&self.proof().await, user, switch).await.unwrap();
    }

    /// Takes somebody's access away.
    pub(super) async fn remove(&self, mailbox: MailboxId, user: UserId) {
        self.desk(mailbox).await.remove_access(&self.proof().await, user).await.unwrap();
    }

    /// The operator's desk of an address.
    pub(super) async fn desk(&self, mailbox: MailboxId) -> AddressDesk {
        self.access.address_desk(&Identity::operator(), mailbox).await.unwrap()
    }

    /// The operator's proof of being there.
    pub(super) async fn proof(&self) -> Confirmed {
        self.identity.confirmed(&Identity::operator()).await.unwrap().unwrap()
    }

    /// A mailbox as an actor opens it.
    pub(super) async fn open(&self, actor: &Actor, mailbox: MailboxId) -> Mailbox {
        self.access.open(actor, mailbox).await.unwrap()
    }

    /// A message that came into INBOX, not read yet.
    pub(super) async fn bring(&self, actor: &Actor, mailbox: MailboxId, content: &str) -> Appended {
        let mailbox = self.open(actor, mailbox).await;
        let folder = special(&mailbox, SpecialUse::Inbox).await;
        let content = content.replace('\n', "\r\n").into_bytes().into();
        let new =
            NewMessage { content, flags: Flags::NONE, keywords: Keywords::default(), received_at: None };
        mailbox.append(folder, new).await.unwrap()
    }
}

/// The folder of a special use.
pub(super) async fn special(mailbox: &Mailbox, special: SpecialUse) -> FolderId {
    let folders = mailbox.folders().await.unwrap();
    folders.iter().find(|folder| folder.special_use == Some(special)).unwrap().id
}

async fn add_user(identity: &Identity, address: &str, name: &str) -> UserId {
    let (operator, password) = (Identity::operator(), Secret::new(PASSWORD.to_owned()));
    identity.add_user(&operator, address.parse().unwrap(), name, &password).await.unwrap()
}

async fn add_address(access: &Access, service: MailServiceId, address: &str, first: For) -> MailboxId {
    let desk = access.service_desk(&Identity::operator(), service).await.unwrap();
    desk.create_address(&address.parse().unwrap(), first).await.unwrap()
}
