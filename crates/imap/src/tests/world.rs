//! A server with one mailbox, and clients that talk with it.

use std::net::SocketAddr;
use std::sync::Arc;

use bus::Bus;
use domain::{EmailAddress, MailboxId, Permissions, Secret, UserId};
use identity::{Identity, ServerKey, Settings, grants};
use mailbox::desk::For;
use mailbox::{Access, MailSettings};
use net::stream::Connection as Stream;
use net::tls::{ClientTls, ServerTls};
use net::{Shutdown, ShutdownTrigger};
use store::{Database, Store, StoreError, Tx};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

use crate::{Imap, Security};

/// The one address.
pub(super) const INFO: &str = "info@example.test";
/// With what Anna, who may open it, signs in.
pub(super) const ANNA: &str = "anna@home.example";
/// Her password.
pub(super) const PASSWORD: &str = "correct horse battery staple 42";
/// The largest message that is taken, in bytes.
pub(super) const MESSAGE_LIMIT: u64 = 100_000;
/// Somebody from outside of this machine.
pub(super) const FAR: &str = "192.0.2.7:4711";

/// A server and whoever may open its one mailbox.
pub(super) struct World {
    imap: Imap,
    pub(super) identity: Identity,
    pub(super) access: Access,
    pub(super) store: Store,
    shutdown: (ShutdownTrigger, Shutdown),
    pub(super) user: UserId,
    pub(super) mailbox: MailboxId,
    pub(super) secret: String,
    _folder: TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with_quota(None).await
    }

    /// A world in which a mailbox holds that many bytes.
    pub(super) async fn with_quota(default_quota_bytes: Option<u64>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (ambient, _) = testkit::clock::ambient(1);
        let bus = Bus::new();
        let database = Database::Sqlite { path: path("mail.db") };
        let store =
            Store::open(database, path("blobs"), ambient.clone(), Arc::new(bus.clone())).await.unwrap();
        let key = ServerKey::load_or_create(&path("key"), &*ambient.random).unwrap();
        let origin = Settings { origin: "https://mail.example.test".to_owned() };
        let identity = Identity::new(store.clone(), bus.clone(), ambient, key, origin);
        let settings = MailSettings {
            host_name: "mx.example.test".parse().unwrap(),
            message_limit_bytes: MESSAGE_LIMIT,
            default_quota_bytes,
        };
        let access = Access::new(store.clone(), bus, identity.clone(), settings);
        let tls = ServerTls::self_signed(folder.path(), "mx.example.test").unwrap();
        let (user, mailbox) = people(&store, &identity, &access).await;
        let operator = Identity::operator();
        let add = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            identity::devices::add(tx, &operator, mailbox, user, "phone")
        };
        let secret = store.write(add).await.unwrap().secret.reveal().clone();
        let imap = Imap::new(identity.clone(), access.clone(), tls);
        Self {
            imap,
            identity,
            access,
            store,
            shutdown: Shutdown::new(),
            user,
            mailbox,
            secret,
            _folder: folder,
        }
    }

    /// A client of this machine.
    pub(super) async fn connect(&self) -> Client {
        let (server, client) = self.streams().await;
        let peer = server.peer_addr().unwrap();
        self.serve(server, peer, Security::StartTls);
        Client::over(client).await
    }

    /// A client that comes from [`FAR`].
    pub(super) async fn connect_from_afar(&self) -> Client {
        let (server, client) = self.streams().await;
        self.serve(server, FAR.parse().unwrap(), Security::StartTls);
        Client::over(client).await
    }

    /// A client that encrypts from the start.
    pub(super) async fn connect_encrypted(&self) -> Client {
        let (server, client) = self.streams().await;
        self.serve(server, FAR.parse().unwrap(), Security::Tls);
        let client = client.start_tls_client(&ClientTls::opportunistic().unwrap(), "mx.example.test").await;
        Client::over(client.unwrap()).await
    }

    /// A client that has signed in.
    pub(super) async fn sign_in(&self) -> Client {
        let mut client = self.connect().await;
        client.ok(&format!("LOGIN {INFO} {}", self.secret)).await;
        client
    }

    async fn streams(&self) -> (TcpStream, Stream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, peer) = listener.accept().await.unwrap();
        (server, Stream::new(client, peer))
    }

    fn serve(&self, server: TcpStream, peer: SocketAddr, security: Security) {
        let (imap, shutdown) = (self.imap.clone(), self.shutdown.1.clone());
        tokio::spawn(async move { imap.serve(server, peer, security, shutdown).await });
    }

    /// Takes the access to the mailbox away.
    pub(super) async fn remove_access(&self) {
        let (user, mailbox) = (self.user, self.mailbox);
        let remove =
            move |tx: &mut Tx<'_>| -> Result<(), StoreError> { grants::remove(tx, mailbox, user).map(drop) };
        self.store.write(remove).await.unwrap();
    }

    /// Changes what the access allows.
    pub(super) async fn permit(&self, permissions: &str) {
        let (user, mailbox) = (self.user, self.mailbox);
        let permissions: Permissions = permissions.parse().unwrap();
        let change = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            grants::set_permissions(tx, mailbox, user, permissions).map(drop)
        };
        self.store.write(change).await.unwrap();
    }

    pub(super) fn shut_down(&self) {
        self.shutdown.0.begin();
    }
}

async fn people(store: &Store, identity: &Identity, access: &Access) -> (UserId, MailboxId) {
    let operator = Identity::operator();
    let anna: EmailAddress = ANNA.parse().unwrap();
    let password = Secret::new(PASSWORD.to_owned());
    let user = identity.add_user(&operator, anna.clone(), "Anna Muster", &password).await.unwrap();
    let organization = identity.add_organization(&operator, "Acme", anna).await.unwrap();
    let desk = access.organization_desk(&operator, organization).await.unwrap();
    let domain: domain::DomainName = "example.test".parse().unwrap();
    let service = desk.create_service("Mail", &domain).await.unwrap();
    let prove = |tx: &mut Tx<'_>| -> Result<u64, StoreError> {
        let now = tx.now();
        tx.execute("UPDATE domains SET verified_at = $1", &[&now])
    };
    store.write(prove).await.unwrap();
    let desk = access.service_desk(&operator, service).await.unwrap();
    let mailbox = desk.create_address(&INFO.parse().unwrap(), For::User(user)).await.unwrap();
    (user, mailbox)
}

/// A client that says what the test says.
pub(super) struct Client {
    stream: Stream,
    tags: u32,
}

impl Client {
    async fn over(stream: Stream) -> Self {
        let mut client = Self { stream, tags: 0 };
        let greeting = client.line().await.unwrap();
        assert!(greeting.starts_with("* OK [CAPABILITY IMAP4rev1 "), "{greeting}");
        client
    }

    /// What the encrypted connection can be bound by.
    pub(super) fn channel_binding(&self) -> [u8; 32] {
        self.stream.channel_binding().unwrap()
    }

    pub(super) async fn send(&mut self, text: impl AsRef<[u8]>) {
        self.stream.write_all(text.as_ref()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next line, or nothing when the server has closed.
    pub(super) async fn line(&mut self) -> Option<String> {
        let line = self.stream.read_line(1_000_000).await.ok()?;
        Some(String::from_utf8(line.bytes).unwrap())
    }

    /// Says a command and gives all lines of its answer, literals cut into lines as well; the last one without its tag.
    pub(super) async fn say(&mut self, command: &str) -> Vec<String> {
        let tag = self.begin(command).await;
        self.finish(&tag).await
    }

    /// Says a command that must be done, and gives its untagged lines.
    pub(super) async fn ok(&mut self, command: &str) -> Vec<String> {
        let mut lines = self.say(command).await;
        let last = lines.pop().unwrap();
        assert!(last.starts_with("OK "), "{command}: {last}");
        lines
    }

    /// Says a command and gives how it ended.
    pub(super) async fn status(&mut self, command: &str) -> String {
        self.say(command).await.pop().unwrap()
    }

    /// Says a command and gives its tag.
    pub(super) async fn begin(&mut self, command: &str) -> String {
        self.tags += 1;
        let tag = format!("a{}", self.tags);
        self.send(format!("{tag} {command}\r\n")).await;
        tag
    }

    /// Enables something that the server knows.
    pub(super) async fn enable(&mut self, word: &str) {
        assert_eq!(self.ok(&format!("ENABLE {word}")).await, [format!("* ENABLED {word}")]);
    }

    /// Reads until a command is answered.
    pub(super) async fn finish(&mut self, tag: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await.unwrap_or_else(|| panic!("closed after {lines:?}"));
            match line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) {
                Some(last) => {
                    lines.push(last.to_owned());
                    return lines;
                }
                None => lines.push(line),
            }
        }
    }

    /// Appends a message and gives how that ended.
    pub(super) async fn append(&mut self, folder: &str, message: &str) -> String {
        self.status(&format!("APPEND {folder} {{{}+}}\r\n{message}", message.len())).await
    }

    /// Begins to wait and gives the tag.
    pub(super) async fn idle(&mut self) -> String {
        let tag = self.begin("IDLE").await;
        assert!(self.line().await.unwrap().starts_with('+'));
        tag
    }

    /// Sends bytes and reads until `enough` says so, without looking at lines.
    pub(super) async fn exchange(&mut self, bytes: &[u8], enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        self.send(bytes).await;
        let mut all = Vec::new();
        while !enough(&all) {
            assert!(self.stream.fill(std::time::Duration::from_secs(30)).await.unwrap() > 0);
            all.extend_from_slice(self.stream.buffered());
            let count = self.stream.buffered().len();
            self.stream.consume(count);
        }
        all
    }

    pub(super) async fn start_tls(self) -> Self {
        let mut client = self;
        client.ok("STARTTLS").await;
        let tls = ClientTls::opportunistic().unwrap();
        let stream = client.stream.start_tls_client(&tls, "mx.example.test").await.unwrap();
        Self { stream, tags: client.tags }
    }
}
