//! Strangers who come from elsewhere than this machine.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use identity::{Identity, ServerKey};
use mailbox::{Access, MailSettings};
use net::Shutdown;
use net::tls::ServerTls;
use store::{Database, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::{Pace, Service, Smtp};

/// A server on a database of its own.
async fn server(folder: &std::path::Path) -> Smtp {
    let (ambient, _clock) = testkit::clock::ambient(5);
    let bus = Bus::new();
    let database = Database::Sqlite { path: folder.join("postroom.db") };
    let blobs = folder.join("blobs");
    let store = Store::open(database, blobs, ambient.clone(), Arc::new(bus.clone())).await.unwrap();
    let key = ServerKey::load_or_create(&folder.join("server.key"), &*ambient.random).unwrap();
    let settings = identity::Settings { origin: "http://localhost".to_owned() };
    let identity = Identity::new(store.clone(), bus.clone(), ambient.clone(), key, settings);
    let settings = MailSettings {
        host_name: "mx.here.example".to_owned(),
        message_limit_bytes: 1024 * 1024,
        default_quota_bytes: None,
    };
    let access = Access::new(store, bus, identity.clone(), settings);
    let tls = ServerTls::self_signed(&folder.join("tls"), "mx.here.example").unwrap();
    Smtp::new(identity, access, tls, ambient.clock)
}

/// What a client hears that comes from `peer` and says all of `words` at once.
async fn heard(service: Service, peer: &str, words: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    heard_from(server(folder.path()).await, service, peer, words).await
}

async fn heard_from(smtp: Smtp, service: Service, peer: &str, words: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    client.write_all(words.as_bytes()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let peer: SocketAddr = peer.parse().unwrap();
    let (_trigger, shutdown) = Shutdown::new();
    let serving = tokio::spawn(async move { smtp.serve(stream, peer, service, shutdown).await });
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    serving.await.unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn who_talks_before_the_greeting_is_not_greeted() {
    let text = heard(Service::Reception, "192.0.2.1:40000", "EHLO far.example\r\n").await;
    assert_eq!(text, "554 5.5.0 Wait for the greeting.\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pipelines_before_it_is_offered_is_let_go() {
    for greeting in ["EHLO", "HELO"] {
        let words = format!("{greeting} far.example\r\nMAIL FROM:<a@far.example>\r\n");
        let text = heard(Service::Reception, "127.0.0.1:40000", &words).await;
        assert_eq!(text, "220 mx.here.example ESMTP Postroom\r\n554 5.5.0 Wait for the answer.\r\n");
    }
}

/// A device that knows its server may be in a hurry: it signs in, which no stranger can.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_may_be_in_a_hurry() {
    let text = heard(Service::Submission, "192.0.2.1:40000", "EHLO laptop.example\r\nQUIT\r\n").await;
    assert!(text.starts_with("220 ") && text.ends_with("\r\n221 2.0.0 Until next time.\r\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_what_is_there() {
    let text = heard(Service::Submission, "127.0.0.1:40000", "EHLO laptop.example\r\nQUIT\r\n").await;
    let offers: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("250")).map(|line| &line[1..]).collect();
    let expected = [
        "mx.here.example",
        "PIPELINING",
        "SIZE 1048576",
        "8BITMIME",
        "SMTPUTF8",
        "ENHANCEDSTATUSCODES",
        "CHUNKING",
        "DSN",
        "LIMITS RCPTMAX=100 MAILMAX=1000",
        "STARTTLS",
        "AUTH PLAIN LOGIN",
    ];
    assert_eq!(offers, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn content_that_comes_too_slowly_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut smtp = server(folder.path()).await;
    Arc::get_mut(&mut smtp.parts).unwrap().pace = Pace { bytes: 1_000, within: Duration::ZERO };
    let words = "EHLO laptop.example\r\nBDAT 5000\r\na few bytes";
    let text = heard_from(smtp, Service::Submission, "127.0.0.1:40000", words).await;
    assert!(text.ends_with("\r\n421 4.4.2 The mail took too long.\r\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_of_no_mail_is_read_to_its_end_and_refused() {
    let words = "EHLO laptop.example\r\nBDAT 6\r\nQUIT\r\nNOOP\r\nQUIT\r\n";
    let text = heard(Service::Submission, "127.0.0.1:40000", words).await;
    let end =
        "\r\n503 5.5.1 Say first whom it is from: MAIL.\r\n250 2.0.0 Here.\r\n221 2.0.0 Until next time.\r\n";
    assert!(text.ends_with(end), "{text}");
}
