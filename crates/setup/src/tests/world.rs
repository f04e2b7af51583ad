//! A server without sockets: the pages over a database of their own.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{COOKIE, HOST};
use axum::http::{HeaderMap, Request, StatusCode};
use bus::Bus;
use domain::{MailboxId, Secret};
use identity::{Identity, Origin, ServerKey, SignIn};
use mailbox::Access;
use mailbox::desk::{For, trust_domain};
use store::Store;
use tower::ServiceExt;
use web::Web;

const PASSWORD: &str = "correct horse battery staple 42";

/// The pages over Acme, its domains example.test, bücher.test and, not proved yet, unproved.test, and
/// info@example.test, which Anna opens.
pub(super) struct World {
    pages: Router,
    identity: Identity,
    pub(super) info: MailboxId,
    _folder: tempfile::TempDir,
}

/// What was answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl World {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ambient, _clock) = testkit::clock::ambient(7);
        let bus = Bus::new();
        let database = store::Database::Sqlite { path: folder.path().join("test.db") };
        let blobs = folder.path().join("blobs");
        let store = Store::open(database, blobs, ambient.clone(), Arc::new(bus.clone())).await.unwrap();
        let settings = identity::Settings { origin: "https://mail.test".to_owned() };
        let key = ServerKey::of_bytes([3; 32]);
        let identity = Identity::new(store.clone(), bus.clone(), ambient.clone(), key, settings);
        let settings = mailbox::MailSettings {
            host_name: "mail.test".parse().unwrap(),
            message_limit_bytes: 1_000_000,
            default_quota_bytes: None,
        };
        let access = Access::new(store, bus.clone(), identity.clone(), settings);
        let pages = crate::pages().router(Web::new(identity.clone(), access.clone(), bus, ambient));
        let info = acme(&identity, &access).await;
        Self { pages, identity, info, _folder: folder }
    }

    /// Asks for a path by a host name, without a session.
    pub(super) async fn ask(&self, host: &str, path: &str) -> Answer {
        self.send(Request::get(path).header(HOST, host).body(Body::empty()).unwrap()).await
    }

    /// Asks as the person who signs in with that address.
    pub(super) async fn ask_as(&self, address: &str, path: &str) -> Answer {
        let origin = Origin { ip: Ipv4Addr::new(192, 0, 2, 1).into(), browser: "test".to_owned() };
        let signed_in = self.identity.sign_in(address, &Secret::new(PASSWORD.to_owned()), &origin).await;
        let SignIn::Complete(session) = signed_in.unwrap() else { panic!("{address} has a second factor") };
        let cookie = format!("__Host-session={}", session.token.reveal());
        self.send(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// Sends a program's question.
    pub(super) async fn question(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Request::post(path).body(body.into()).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.pages.clone().oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, 1_000_000).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

async fn acme(identity: &Identity, access: &Access) -> MailboxId {
    let (operator, password) = (Identity::operator(), Secret::new(PASSWORD.to_owned()));
    let mut users = Vec::new();
    for (address, name) in [("anna@home.test", "Anna Muster"), ("ben@home.test", "Ben")] {
        users.push(identity.add_user(&operator, address.parse().unwrap(), name, &password).await.unwrap());
    }
    let anna = "anna@home.test".parse().unwrap();
    let acme = identity.add_organization(&operator, "Acme", anna).await.unwrap();
    let desk = access.organization_desk(&operator, acme).await.unwrap();
    let mut services = Vec::new();
    for (name, domain) in [("Post", "example.test"), ("Books", "bücher.test"), ("New", "unproved.test")] {
        services.push(desk.create_service(name, &domain.parse().unwrap()).await.unwrap());
        if name != "New" {
            trust_domain(access, &operator, &domain.parse().unwrap()).await.unwrap();
        }
    }
    let desk = access.service_desk(&operator, services[0]).await.unwrap();
    let info = "info@example.test".parse().unwrap();
    desk.create_address(&info, For::User(users[0])).await.unwrap()
}
