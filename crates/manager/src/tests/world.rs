//! A server without sockets: the pages over a database of their own.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use bus::{Bus, Protocol};
use domain::{MailServiceId, MailboxId, OrganizationId, Permissions, Role, Secret, UserId};
use identity::{Actor, Confirmed, Identity, ServerKey};
use mailbox::Access;
use mailbox::desk::{AddressDesk, For, trust_domain};
use store::Store;
use testkit::clock::FakeClock;
use web::Web;

/// What everybody here chose as their password.
pub(super) const PASSWORD: &str = "correct horse battery staple 42";
/// Where mail programs come from.
pub(super) const PHONE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// The pages with what is behind them: Acme of Anna's, its mail service example.test, and info@example.test.
pub(super) struct World {
    pub(super) pages: Router,
    store: Store,
    pub(super) identity: Identity,
    pub(super) access: Access,
    pub(super) clock: Arc<FakeClock>,
    pub(super) acme: OrganizationId,
    pub(super) service: MailServiceId,
    pub(super) info: MailboxId,
    _folder: tempfile::TempDir,
}

impl World {
    /// A server with Acme.
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, clock) = testkit::clock::ambient(7);
        let bus = Bus::new();
        let database = store::Database::Sqlite { path: folder.path().join("test.db") };
        let blobs = folder.path().join("blobs");
        let store = Store::open(database, blobs, ambient.clone(), Arc::new(bus.clone())).await.unwrap();
        let settings = identity::Settings { origin: "http://mail.test".to_owned() };
        let identity = Identity::new(
            store.clone(),
            bus.clone(),
            ambient.clone(),
            ServerKey::of_bytes([3; 32]),
            settings,
        );
        let settings = mailbox::MailSettings {
            host_name: "mail.test".parse().unwrap(),
            message_limit_bytes: 1_000_000,
            default_quota_bytes: None,
        };
        let access = Access::new(store.clone(), bus.clone(), identity.clone(), settings);
        let pages = crate::pages().router(Web::new(identity.clone(), access.clone(), bus, ambient));
        let anna = add_user(&identity, "anna@home.test", "Anna Muster").await;
        let acme = add_organization(&identity, "Acme", "anna@home.test").await;
        let service = add_service(&access, acme, "example.test").await;
        trust_domain(&access, &Identity::operator(), &"example.test".parse().unwrap()).await.unwrap();
        let info = add_address(&access, service, "info@example.test", For::User(anna)).await;
        Self { pages, store, identity, access, clock, acme, service, info, _folder: folder }
    }

    /// An account made at the command line.
    pub(super) async fn add_user(&self, address: &str, name: &str) -> UserId {
        add_user(&self.identity, address, name).await
    }

    /// Ben, a member of Acme.
    pub(super) async fn add_ben(&self) -> UserId {
        let ben = self.add_user("ben@home.test", "Ben Beispiel").await;
        let (operator, address) = (Identity::operator(), "ben@home.test".parse().unwrap());
        self.identity.add_member(&operator, "Acme", address, Role::Collaborator).await.unwrap();
        ben
    }

    /// An organization of somebody's.
    pub(super) async fn add_organization(&self, name: &str, owner: &str) -> OrganizationId {
        add_organization(&self.identity, name, owner).await
    }

    /// An address of Acme's that nobody opens.
    pub(super) async fn add_address(&self, address: &str) -> MailboxId {
        add_address(&self.access, self.service, address, For::Nobody).await
    }

    /// The operator's desk of info@example.test.
    pub(super) async fn desk(&self) -> AddressDesk {
        self.access.address_desk(&Identity::operator(), self.info).await.unwrap()
    }

    /// The operator's proof of being there.
    pub(super) async fn proof(&self) -> Confirmed {
        self.identity.confirmed(&Identity::operator()).await.unwrap().unwrap()
    }

    /// Gives somebody every permission on info@example.test.
    pub(super) async fn give(&self, user: UserId) {
        self.desk().await.add_existing(&self.proof().await, user, Permissions::ALL).await.unwrap();
    }

    /// Does what waits to be done to many addresses.
    pub(super) async fn run_tasks(&self) {
        loop {
            let list = |tx: &mut store::Tx<'_>| store::jobs::list(tx, Some(mailbox::desk::TASK_JOB), 1);
            let Some(job) = self.store.read(list).await.unwrap().pop() else { return };
            self.access.continue_task(job.id, &job.payload).await.unwrap();
        }
    }

    /// Gives somebody who is no member access to info@example.test, as only the operator can.
    pub(super) async fn give_as_operator(&self, user: UserId) {
        self.desk().await.add_existing(&self.proof().await, user, Permissions::NONE).await.unwrap();
    }

    /// A mail program of somebody's for info@example.test.
    pub(super) async fn add_device(&self, user: UserId, name: &str) -> Actor {
        let made = self.desk().await.add_device(&self.proof().await, user, name).await.unwrap();
        let address = "info@example.test".parse().unwrap();
        self.identity.sign_in_device(&address, &made.secret, Protocol::Imap, PHONE).await.unwrap()
    }
}

async fn add_user(identity: &Identity, address: &str, name: &str) -> UserId {
    let (operator, password) = (Identity::operator(), Secret::new(PASSWORD.to_owned()));
    identity.add_user(&operator, address.parse().unwrap(), name, &password).await.unwrap();
    identity.user_of(&operator, address.parse().unwrap()).await.unwrap()
}

async fn add_organization(identity: &Identity, name: &str, owner: &str) -> OrganizationId {
    identity.add_organization(&Identity::operator(), name, owner.parse().unwrap()).await.unwrap()
}

async fn add_service(access: &Access, organization: OrganizationId, domain: &str) -> MailServiceId {
    let desk = access.organization_desk(&Identity::operator(), organization).await.unwrap();
    desk.create_service("Post", &domain.parse().unwrap()).await.unwrap()
}

async fn add_address(access: &Access, service: MailServiceId, address: &str, first: For) -> MailboxId {
    let desk = access.service_desk(&Identity::operator(), service).await.unwrap();
    desk.create_address(&address.parse().unwrap(), first).await.unwrap()
}
