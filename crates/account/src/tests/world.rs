//! A server without sockets: the pages over a database of their own.

use std::sync::Arc;

use axum::Router;
use bus::Bus;
use domain::{Language, MailServiceId, MailboxId, OrganizationId, Permissions, Secret};
use identity::mails::{Mail, MailTemplate};
use identity::{Identity, ServerKey};
use mailbox::Access;
use mailbox::desk::{For, trust_domain};
use store::Store;
use testkit::clock::FakeClock;
use web::Web;

/// What everybody here chose as their password.
pub(super) const PASSWORD: &str = "correct horse battery staple 42";
/// The address that invitations open.
pub(super) const INFO: &str = "info@example.test";

/// The pages with what is behind them.
pub(super) struct World {
    pub(super) pages: Router,
    pub(super) identity: Identity,
    pub(super) access: Access,
    pub(super) clock: Arc<FakeClock>,
    store: Store,
    _folder: tempfile::TempDir,
}

impl World {
    /// A server that nobody has used yet.
    pub(super) async fn new() -> Self {
        Self::at("http://mail.test").await
    }

    /// The same behind TLS: its cookies are another's, and browsers have passkeys for it.
    pub(super) async fn over_tls() -> Self {
        Self::at("https://mail.test").await
    }

    async fn at(origin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, clock) = testkit::clock::ambient(7);
        let bus = Bus::new();
        let database = store::Database::Sqlite { path: folder.path().join("test.db") };
        let blobs = folder.path().join("blobs");
        let store = Store::open(database, blobs, ambient.clone(), Arc::new(bus.clone())).await.unwrap();
        let settings = identity::Settings { origin: origin.to_owned() };
        let key = ServerKey::of_bytes([3; 32]);
        let identity = Identity::new(store.clone(), bus.clone(), ambient.clone(), key, settings);
        let settings = mailbox::MailSettings {
            host_name: "mail.test".parse().unwrap(),
            message_limit_bytes: 1_000_000,
            default_quota_bytes: None,
        };
        let access = Access::new(store.clone(), bus.clone(), identity.clone(), settings);
        let web = Web::new(identity.clone(), access.clone(), bus, ambient);
        let pages = crate::pages().router(web);
        Self { pages, identity, access, clock, store, _folder: folder }
    }

    /// An account made at the command line: it has no second factor.
    pub(super) async fn add_user(&self, address: &str, name: &str) {
        let password = Secret::new(PASSWORD.to_owned());
        let operator = Identity::operator();
        self.identity.add_user(&operator, address.parse().unwrap(), name, &password).await.unwrap();
    }

    /// An organization of `owner`'s.
    pub(super) async fn add_organization(&self, name: &str, owner: &str) -> OrganizationId {
        let operator = Identity::operator();
        self.identity.add_organization(&operator, name, owner.parse().unwrap()).await.unwrap();
        self.identity.organization_named(&operator, name).await.unwrap()
    }

    /// Anna with her organization Acme and the address [`INFO`], which she opens.
    pub(super) async fn add_info(&self) -> MailboxId {
        let service = self.add_service().await;
        let operator = Identity::operator();
        let anna = self.identity.user_of(&operator, "anna@home.test".parse().unwrap()).await.unwrap();
        self.add_address(service, INFO, For::User(anna)).await
    }

    /// Anna with her organization Acme and its mail service.
    pub(super) async fn add_service(&self) -> MailServiceId {
        self.add_user("anna@home.test", "Anna Muster").await;
        let organization = self.add_organization("Acme", "anna@home.test").await;
        let operator = Identity::operator();
        let desk = self.access.organization_desk(&operator, organization).await.unwrap();
        let domain = "example.test".parse().unwrap();
        let service = desk.create_service("Acme", &domain).await.unwrap();
        trust_domain(&self.access, &operator, &domain).await.unwrap();
        service
    }

    /// An address of that mail service.
    pub(super) async fn add_address(&self, service: MailServiceId, address: &str, first: For) -> MailboxId {
        let desk = self.access.service_desk(&Identity::operator(), service).await.unwrap();
        desk.create_address(&address.parse().unwrap(), first).await.unwrap()
    }

    /// The path of a new invitation to a mailbox.
    pub(super) async fn invite(&self, mailbox: MailboxId, permissions: Permissions) -> String {
        let operator = Identity::operator();
        let proof = self.identity.confirmed(&operator).await.unwrap().unwrap();
        let desk = self.access.address_desk(&operator, mailbox).await.unwrap();
        let invited = desk.invite(&proof, permissions, Language::En).await.unwrap();
        invited.link.strip_prefix("http://mail.test").unwrap().to_owned()
    }

    /// The states of the invitations to a mailbox that still wait.
    pub(super) async fn invitation_states(&self, mailbox: MailboxId) -> Vec<&'static str> {
        let desk = self.access.address_desk(&Identity::operator(), mailbox).await.unwrap();
        desk.invitations().await.unwrap().into_iter().map(|row| row.state.name()).collect()
    }

    /// What was done in an organization, the newest first.
    pub(super) async fn activity(&self, organization: &str) -> Vec<String> {
        let entries = self.identity.list_audit(&Identity::operator(), organization).await.unwrap();
        entries.into_iter().map(|entry| entry.verb).collect()
    }

    /// The mails of that kind that were written, the oldest first.
    pub(super) async fn mails(&self, template: MailTemplate) -> Vec<Mail> {
        let read = |tx: &mut store::Tx<'_>| {
            let sql = "SELECT payload FROM jobs WHERE kind = 'mail' ORDER BY created_at, job_id";
            tx.query(sql, &[], |row| row.get::<String>(0))
        };
        let all: Vec<String> = self.store.read(read).await.map_err(|error: store::StoreError| error).unwrap();
        let all = all.iter().map(|mail| serde_json::from_str::<Mail>(mail).unwrap());
        all.filter(|mail| mail.template == template).collect()
    }

    /// The path of the newest link to a new password.
    pub(super) async fn reset_link(&self) -> String {
        let mail = self.mails(MailTemplate::PasswordReset).await.pop().unwrap();
        mail.values["link"].strip_prefix("http://mail.test").unwrap().to_owned()
    }

    /// The newest code that proves a further address.
    pub(super) async fn address_code(&self) -> String {
        self.mails(MailTemplate::AddressCode).await.pop().unwrap().values["code"].clone()
    }

    /// Gives a user access to a mailbox.
    pub(super) async fn share(&self, mailbox: MailboxId, address: &str) {
        let operator = Identity::operator();
        let user = self.identity.user_of(&operator, address.parse().unwrap()).await.unwrap();
        let add = move |tx: &mut store::Tx<'_>| {
            let new = identity::grants::NewGrant {
                mailbox,
                user,
                permissions: Permissions::NONE,
                ends_at: None,
                appears_under: None,
                created_by: None,
            };
            identity::grants::add(tx, &new)
        };
        self.store.write(add).await.map_err(|error: store::StoreError| error).unwrap();
    }

    /// Releases an address that somebody signs in with, as those do who manage it.
    pub(super) async fn release(&self, address: &str) {
        let (identity, address) = (self.identity.clone(), address.parse().unwrap());
        let release =
            move |tx: &mut store::Tx<'_>| identity.release_identifier(tx, &Identity::operator(), &address);
        let released = self.store.write(release).await.map_err(|error: store::StoreError| error).unwrap();
        assert!(released.is_some());
    }

    /// A device password of a user for a mailbox.
    pub(super) async fn device_password(&self, mailbox: MailboxId, address: &str) -> String {
        let operator = Identity::operator();
        let user = self.identity.user_of(&operator, address.parse().unwrap()).await.unwrap();
        let add = move |tx: &mut store::Tx<'_>| identity::devices::add(tx, &operator, mailbox, user, "Phone");
        let device = self.store.write(add).await.map_err(|error: store::StoreError| error).unwrap();
        device.secret.reveal().clone()
    }

    /// The newest code that was mailed.
    pub(super) async fn mailed_code(&self) -> String {
        let read = |tx: &mut store::Tx<'_>| {
            let sql = "SELECT payload FROM jobs WHERE kind = 'mail' AND payload LIKE '%\"code\":%' \
                       ORDER BY created_at DESC, job_id DESC LIMIT 1";
            tx.load(sql, &[], |row| row.get::<String>(0))
        };
        let mail = self.store.read(read).await.unwrap();
        mail.split_once("\"code\":\"").unwrap().1.split('"').next().unwrap().to_owned()
    }

    /// What an authenticator app shows now for a secret as it is typed.
    pub(super) fn app_code(&self, secret: &str) -> String {
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let app = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
        let now = u64::try_from(domain::Clock::now(&*self.clock).secs()).unwrap();
        app.generate(now).to_string()
    }
}
