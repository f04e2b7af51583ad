//! The world of the scenarios: Acme with its owner Olga and its mail service acme.test, whose address info@acme.test
//! Anna opens with every permission.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bus::{Bus, Protocol};
use bytes::Bytes;
use domain::{
    DomainId, DomainName, EmailAddress, FolderId, MailServiceId, MailboxId, OrganizationId, Permissions,
    Publish, Role, Secret, UserId,
};
use identity::devices::NewDevice;
use identity::{Actor, Confirmed, Identity, Origin, ServerKey, SignIn};
use store::{Database, Store, StoreError, Tx};
use testkit::clock::FakeClock;
use testkit::postgres::TestDatabase;

use super::On;
use crate::desk::{AddressDesk, For, trust_domain};
use crate::{Access, Appended, BroughtBy, FolderView, IncomingMail, MailSettings, Mailbox, NewMessage};

/// With which everybody here signs in.
pub(super) const PASSWORD: &str = "seven green rivers under a lamp";
pub(super) const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// The largest message that this world takes, in bytes.
pub(super) const MESSAGE_LIMIT: u64 = 1024 * 1024;

/// Somebody who has signed in with a browser, and proved to be there.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) user: UserId,
    pub(super) actor: Actor,
    pub(super) proof: Confirmed,
}

/// A store with everything that stands on it.
pub(super) struct World {
    pub(super) store: Store,
    pub(super) bus: Bus,
    pub(super) identity: Identity,
    pub(super) access: Access,
    pub(super) clock: Arc<FakeClock>,
    /// The command line of whoever runs the server.
    pub(super) operator: Actor,
    pub(super) acme: OrganizationId,
    pub(super) service: MailServiceId,
    /// The mailbox of info@acme.test.
    pub(super) info: MailboxId,
    pub(super) anna: Person,
    folder: tempfile::TempDir,
    /// Dropped last.
    _postgres: Option<TestDatabase>,
}

/// A world goes as a whole: without this an async block would take its store and let the database go.
impl Drop for World {
    fn drop(&mut self) {}
}

impl World {
    pub(super) async fn open(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (database, postgres) = match on {
            On::Sqlite => {
                let path = folder.path().join("postroom.db");
                std::fs::copy(founded_file().await, &path).unwrap();
                (Database::Sqlite { path }, None)
            }
            On::Postgres => {
                let copy = tokio::task::spawn_blocking(founded).await.unwrap();
                (Database::Postgres { url: copy.url() }, Some(copy))
            }
        };
        let office = Office::open(database, folder.path(), 8).await;
        Self::enter(office, folder, postgres).await
    }

    async fn enter(office: Office, folder: tempfile::TempDir, postgres: Option<TestDatabase>) -> Self {
        let Office { store, bus, identity, access, clock } = office;
        let operator = Identity::operator();
        let acme = identity.organization_named(&operator, "Acme").await.unwrap();
        let service = access.service_of_domain(&operator, &"acme.test".parse().unwrap()).await.unwrap();
        let info = access.mailbox_of(&operator, &email("info@acme.test")).await.unwrap();
        let anna = sign_in(&identity, "anna").await;
        let _postgres = postgres;
        Self { store, bus, identity, access, clock, operator, acme, service, info, anna, folder, _postgres }
    }

    /// Somebody new who is a member of nothing.
    pub(super) async fn person(&self, name: &str) -> Person {
        add_user(&self.identity, name).await;
        sign_in(&self.identity, name).await
    }

    /// Somebody new who is a member of Acme.
    pub(super) async fn member(&self, name: &str, role: Role) -> Person {
        let person = self.person(name).await;
        self.identity.add_member(&self.operator, "Acme", login(name), role).await.unwrap();
        person
    }

    /// Another session of somebody who has an account.
    pub(super) async fn sign_in(&self, name: &str) -> Person {
        sign_in(&self.identity, name).await
    }

    /// Another organization with its owner, its mail service `name`.test and the address desk@`name`.test.
    pub(super) async fn elsewhere(&self, name: &str, owner: &str) -> (Person, MailServiceId, MailboxId) {
        let person = self.person(owner).await;
        let organization = self.identity.add_organization(&self.operator, name, login(owner)).await.unwrap();
        let service = add_service(&self.store, &self.access, organization, &format!("{name}.test")).await;
        let desk = self.access.service_desk(&self.operator, service).await.unwrap();
        let mailbox = desk.create_address(&email(&format!("desk@{name}.test")), For::Nobody).await.unwrap();
        (person, service, mailbox)
    }

    /// A new address of Acme that nobody opens yet.
    pub(super) async fn address(&self, address: &str) -> MailboxId {
        let desk = self.access.service_desk(&self.operator, self.service).await.unwrap();
        desk.create_address(&email(address), For::Nobody).await.unwrap()
    }

    /// The operator's desk of an address.
    pub(super) async fn desk(&self, mailbox: MailboxId) -> AddressDesk {
        self.access.address_desk(&self.operator, mailbox).await.unwrap()
    }

    /// The operator's proof of being there.
    pub(super) async fn proof(&self) -> Confirmed {
        self.identity.confirmed(&self.operator).await.unwrap().unwrap()
    }

    /// Gives somebody access.
    pub(super) async fn give(&self, mailbox: MailboxId, to: &Person, permissions: Permissions) {
        self.desk(mailbox).await.add_existing(&self.proof().await, to.user, permissions).await.unwrap();
    }

    /// Sets what somebody's access allows.
    pub(super) async fn allow(&self, mailbox: MailboxId, person: &Person, permissions: Permissions) {
        let desk = self.desk(mailbox).await;
        desk.set_permissions(&self.proof().await, person.user, permissions).await.unwrap();
    }

    /// Takes somebody's access away.
    pub(super) async fn remove(&self, mailbox: MailboxId, person: &Person) -> crate::desk::RemovalReport {
        self.desk(mailbox).await.remove_access(&self.proof().await, person.user).await.unwrap()
    }

    /// Anna's info@acme.test.
    pub(super) async fn annas(&self) -> Mailbox {
        self.access.open(&self.anna.actor, self.info).await.unwrap()
    }

    /// A mail program of Anna's for info@acme.test, signed in with a device password.
    pub(super) async fn annas_device(&self) -> (NewDevice, Actor) {
        let made = self.annas().await.add_device(&self.anna.proof, "phone").await.unwrap();
        let actor = self.sign_in_device(&made.secret).await.unwrap();
        (made, actor)
    }

    /// Signs a mail program in at info@acme.test.
    pub(super) async fn sign_in_device(
        &self,
        secret: &Secret<String>,
    ) -> Result<Actor, identity::SignInError> {
        self.identity.sign_in_device(&email("info@acme.test"), secret, Protocol::Imap, HOME).await
    }

    /// Delivers a mail to each of these addresses.
    pub(super) async fn deliver(&self, to: &[&str], content: &[u8]) {
        let mut delivery = self.access.delivery();
        for address in to {
            delivery.add(&email(address)).await.unwrap();
        }
        delivery.complete(mail(content)).await.unwrap();
    }

    /// The same server with a quota for every mailbox.
    pub(super) fn access_with_quota(&self, quota_bytes: u64) -> Access {
        let settings = settings_with(Some(quota_bytes));
        Access::new(self.store.clone(), self.bus.clone(), self.identity.clone(), settings)
    }

    /// Does to the rows what no use case does yet.
    pub(super) async fn write(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    ) {
        self.store.write(work).await.unwrap();
    }

    /// Looks at the rows.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read(work).await.unwrap()
    }

    /// Where the files of this world are.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many messages there are that a folder holds.
    pub(super) async fn held(&self) -> u64 {
        self.count("SELECT (SELECT count(*) FROM messages) - (SELECT count(*) FROM removed_messages)").await
    }

    /// A number that a query answers.
    pub(super) async fn count(&self, sql: &'static str) -> u64 {
        self.read(move |tx| tx.load(sql, &[], |row| row.get(0))).await
    }
}

impl Mailbox {
    /// The folder of that name.
    pub(super) async fn named(&self, name: &str) -> FolderView {
        let all = self.folders().await.unwrap();
        all.into_iter().find(|folder| folder.name == name).unwrap()
    }

    /// The id of INBOX.
    pub(super) async fn inbox(&self) -> FolderId {
        self.named(crate::INBOX).await.id
    }

    /// Puts a message without flags into a folder.
    pub(super) async fn put(&self, folder: FolderId, content: &[u8]) -> Appended {
        self.append(folder, new_message(content)).await.unwrap()
    }
}

/// The address with which the user of that name signs in.
pub(super) fn login(name: &str) -> EmailAddress {
    email(&format!("{name}@people.test"))
}

pub(super) fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

/// A mail from far away.
pub(super) fn mail(content: &[u8]) -> IncomingMail {
    let content = Bytes::copy_from_slice(content);
    IncomingMail {
        sender: Some(email("bob@far.test")),
        content,
        received_at: None,
        brought_by: BroughtBy::Us,
    }
}

/// A message without flags.
pub(super) fn new_message(content: &[u8]) -> NewMessage {
    NewMessage {
        content: Bytes::copy_from_slice(content),
        flags: crate::Flags::NONE,
        keywords: crate::Keywords::default(),
        received_at: None,
    }
}

/// A short message of that subject and text.
pub(super) fn letter(subject: &str, text: &str) -> Vec<u8> {
    format!(
        "From: Bob <bob@far.test>\r\nTo: info@acme.test\r\nMessage-ID: <{subject}@far.test>\r\n\
         Subject: {subject}\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

fn settings_with(default_quota_bytes: Option<u64>) -> MailSettings {
    MailSettings {
        host_name: "mx.acme.test".parse().unwrap(),
        message_limit_bytes: MESSAGE_LIMIT,
        default_quota_bytes,
    }
}

async fn add_user(identity: &Identity, name: &str) -> UserId {
    let password = Secret::new(PASSWORD.to_owned());
    let full_name = format!("{name} Tester");
    identity.add_user(&Identity::operator(), login(name), &full_name, &password).await.unwrap()
}

/// A mail service with a domain that the operator trusts. Its rows are written by hand: making the keys takes half a
/// second, and few scenarios need any.
async fn add_service(
    store: &Store,
    access: &Access,
    organization: OrganizationId,
    domain: &str,
) -> MailServiceId {
    let name: DomainName = domain.parse().unwrap();
    let insert = {
        let name = name.clone();
        move |tx: &mut Tx<'_>| -> Result<MailServiceId, StoreError> {
            let (service, domain) = (tx.id::<MailServiceId>(), tx.id::<DomainId>());
            let sql = "INSERT INTO mail_services (mail_service_id, organization_id, name, created_at) \
                       VALUES ($1, $2, 'Mail', 0)";
            tx.execute(sql, &[&service, &organization])?;
            let sql = "INSERT INTO domains (domain_id, mail_service_id, name, proof, created_at) \
                       VALUES ($1, $2, $3, 'proof', 0)";
            tx.execute(sql, &[&domain, &service, &name.as_str()])?;
            Ok(service)
        }
    };
    let service = store.write(insert).await.unwrap();
    trust_domain(access, &Identity::operator(), &name).await.unwrap();
    service
}

async fn sign_in(identity: &Identity, name: &str) -> Person {
    let origin = Origin { ip: HOME, browser: "Firefox".to_owned() };
    let password = Secret::new(PASSWORD.to_owned());
    let session = match identity.sign_in(&login(name).to_string(), &password, &origin).await.unwrap() {
        SignIn::Complete(session) => session,
        SignIn::SecondFactorNeeded(_) | SignIn::MailboxPassword => panic!("{name} signs in another way"),
    };
    let actor = identity.session(session.token.reveal(), &origin).await.unwrap().unwrap();
    let proof = identity.confirmed(&actor).await.unwrap().unwrap();
    Person { user: actor.user(), actor, proof }
}

/// What stands on a store.
struct Office {
    store: Store,
    bus: Bus,
    identity: Identity,
    access: Access,
    clock: Arc<FakeClock>,
}

impl Office {
    async fn open(database: Database, folder: &Path, seed: u64) -> Self {
        let (ambient, clock) = testkit::clock::ambient(seed);
        let bus = Bus::new();
        let publish: Arc<dyn Publish> = Arc::new(bus.clone());
        let store = Store::open(database, folder.join("blobs"), ambient.clone(), publish).await.unwrap();
        let settings = identity::Settings { origin: "https://mail.acme.test".to_owned() };
        let key = ServerKey::of_bytes([7; 32]);
        let identity = Identity::new(store.clone(), bus.clone(), ambient, key, settings);
        let access = Access::new(store.clone(), bus.clone(), identity.clone(), settings_with(None));
        Self { store, bus, identity, access, clock }
    }

    /// Makes Acme with its people and its address.
    async fn found(&self) {
        let operator = Identity::operator();
        add_user(&self.identity, "olga").await;
        let acme = self.identity.add_organization(&operator, "Acme", login("olga")).await.unwrap();
        let service = add_service(&self.store, &self.access, acme, "acme.test").await;
        let anna = add_user(&self.identity, "anna").await;
        self.identity.add_member(&operator, "Acme", login("anna"), Role::Collaborator).await.unwrap();
        let desk = self.access.service_desk(&operator, service).await.unwrap();
        desk.create_address(&email("info@acme.test"), For::User(anna)).await.unwrap();
    }
}

/// A file in which Acme was founded, beside this very program and as new: making it takes half a second of hashing.
async fn founded_file() -> PathBuf {
    let file = std::env::current_exe().unwrap().with_extension("acme.db");
    let made_at = std::fs::metadata(&file).and_then(|made| made.modified());
    if made_at.is_ok_and(|made_at| made_at > built_at()) {
        return file;
    }
    let folder = tempfile::tempdir_in(file.parent().unwrap()).unwrap();
    let path = folder.path().join("postroom.db");
    let office = Office::open(Database::Sqlite { path: path.clone() }, folder.path(), 7).await;
    office.found().await;
    office.store.close().await;
    // Whoever copies the one of before meanwhile has it whole.
    std::fs::rename(path, &file).unwrap();
    file
}

/// A copy of a database in which Acme was founded by this very program: another build founds its own.
fn founded() -> TestDatabase {
    let built = built_at().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    testkit::postgres::copy_of(&format!("mailbox_{}", built.as_nanos()), |url| {
        let (folder, database) = (tempfile::tempdir().unwrap(), Database::Postgres { url: url.to_owned() });
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let office = Office::open(database, folder.path(), 7).await;
            office.found().await;
            office.store.close().await;
        });
    })
    .unwrap()
}

fn built_at() -> SystemTime {
    std::env::current_exe().and_then(std::fs::metadata).and_then(|program| program.modified()).unwrap()
}
