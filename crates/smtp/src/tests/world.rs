//! A server with one mailbox, and clients that talk with it.

use std::net::SocketAddr;
use std::sync::Arc;

use bus::Bus;
use domain::{EmailAddress, MailboxId, Secret, UserId};
use identity::{Identity, ServerKey};
use mailbox::desk::For;
use mailbox::{Access, MailSettings};
use net::stream::Connection as Stream;
use net::tls::{ClientTls, ServerTls};
use net::{Shutdown, ShutdownTrigger};
use store::{Database, Store, StoreError, Tx};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

use crate::{Parts, Service, Smtp};

/// The one address.
pub(super) const INFO: &str = "info@example.test";
/// The largest mail that is taken, in bytes.
pub(super) const MESSAGE_LIMIT: u64 = 1024 * 1024;
/// How much memory is there for all that is received, in bytes.
pub(super) const MEMORY: usize = 8 * 1024 * 1024;

/// A server and whoever may send from its one mailbox.
pub(super) struct World {
    pub(super) smtp: Smtp,
    pub(super) store: Store,
    pub(super) mailbox: MailboxId,
    /// A device password for the mailbox.
    pub(super) secret: String,
    shutdown: (ShutdownTrigger, Shutdown),
    _folder: TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, _clock) = testkit::clock::ambient(5);
        let bus = Bus::new();
        let database = Database::Sqlite { path: folder.path().join("postroom.db") };
        let blobs = folder.path().join("blobs");
        let store = Store::open(database, blobs, ambient.clone(), Arc::new(bus.clone())).await.unwrap();
        let key = ServerKey::load_or_create(&folder.path().join("server.key"), &*ambient.random).unwrap();
        let settings = identity::Settings { origin: "http://localhost".to_owned() };
        let identity = Identity::new(store.clone(), bus.clone(), ambient.clone(), key, settings);
        let settings = MailSettings {
            host_name: "mx.here.example".parse().unwrap(),
            message_limit_bytes: MESSAGE_LIMIT,
            default_quota_bytes: None,
        };
        let access = Access::new(store.clone(), bus, identity.clone(), settings);
        let tls = ServerTls::self_signed(&folder.path().join("tls"), "mx.here.example").unwrap();
        let (user, mailbox) = people(&store, &identity, &access).await;
        let operator = Identity::operator();
        let add = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            identity::devices::add(tx, &operator, mailbox, user, "phone")
        };
        let secret = store.write(add).await.unwrap().secret.reveal().clone();
        let smtp = Smtp::new(identity, access, tls, ambient.clock, MEMORY);
        Self { smtp, store, mailbox, secret, shutdown: Shutdown::new(), _folder: folder }
    }

    /// The same with other parts, before anybody came.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        change(Arc::get_mut(&mut self.smtp.parts).unwrap());
        self
    }

    /// A client of this machine, which was greeted.
    pub(super) async fn connect(&self, service: Service) -> Client {
        let mut client = Client { stream: self.begin(service, "127.0.0.1:40000").await };
        assert_eq!(client.reply().await, "220 mx.here.example ESMTP Postroom\r\n");
        client
    }

    /// A device of this machine, which encrypts from the start.
    pub(super) async fn connect_encrypted(&self) -> Client {
        let stream = self.begin(Service::Submissions, "127.0.0.1:40000").await;
        let tls = ClientTls::opportunistic().unwrap();
        let mut client = Client { stream: stream.start_tls_client(&tls, "mx.here.example").await.unwrap() };
        assert!(client.reply().await.starts_with("220 "));
        client
    }

    /// What a client hears that comes from `peer` and says all of `words` at once.
    pub(super) async fn heard(&self, service: Service, peer: &str, words: &str) -> String {
        let mut stream = self.begin(service, peer).await;
        stream.write_all(words.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        let mut text = Vec::new();
        while stream.fill(std::time::Duration::from_secs(30)).await.unwrap() > 0 {
            text.extend_from_slice(stream.buffered());
            stream.consume(stream.buffered().len());
        }
        String::from_utf8(text).unwrap()
    }

    async fn begin(&self, service: Service, peer: &str) -> Stream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, here) = listener.accept().await.unwrap();
        let peer: SocketAddr = peer.parse().unwrap();
        let (smtp, shutdown) = (self.smtp.clone(), self.shutdown.1.clone());
        tokio::spawn(async move { smtp.serve(server, peer, service, shutdown).await });
        Stream::new(client, here)
    }
}

async fn people(store: &Store, identity: &Identity, access: &Access) -> (UserId, MailboxId) {
    let operator = Identity::operator();
    let anna: EmailAddress = "anna@home.example".parse().unwrap();
    let password = Secret::new("correct horse battery staple 42".to_owned());
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
    pub(super) stream: Stream,
}

impl Client {
    /// Says a line and gives the whole answer.
    pub(super) async fn say(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes()).await;
        self.reply().await
    }

    /// Says a line that must be answered with that code.
    pub(super) async fn ok(&mut self, line: &str, code: &str) -> String {
        let reply = self.say(line).await;
        assert!(reply.starts_with(code), "{line}: {reply}");
        reply
    }

    /// The next answer, which must have that code.
    pub(super) async fn ok_reply(&mut self, code: &str) {
        let reply = self.reply().await;
        assert!(reply.starts_with(code), "{reply}");
    }

    /// Encrypts, after STARTTLS was taken.
    pub(super) async fn encrypt(self) -> Self {
        let tls = ClientTls::opportunistic().unwrap();
        Self { stream: self.stream.start_tls_client(&tls, "mx.here.example").await.unwrap() }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next answer, all its lines.
    pub(super) async fn reply(&mut self) -> String {
        let mut all = String::new();
        loop {
            let line = self.stream.read_line(10_000).await.unwrap();
            let line = String::from_utf8(line.bytes).unwrap();
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            all.push_str(&line);
            all.push_str("\r\n");
            if is_last {
                return all;
            }
        }
    }
}
