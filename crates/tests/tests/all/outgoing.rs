//! Mail leaves: to this server, to the outside, and comes back when it cannot.

use std::net::Ipv4Addr;

use tests::http::Http;
use tests::server::Options;
use tests::{FakeDns, Server, Sink, SmtpClient, dns};

use crate::support::{ANNA, BEN, DATABASES, INFO, device, imap, message, world_with};

/// A world whose outside is one fake domain name server and one foreign mail server.
pub(crate) struct Outside {
    pub(crate) server: Server,
    pub(crate) sink: Sink,
    _dns: FakeDns,
}

pub(crate) fn outside(database: tests::Database) -> Outside {
    outside_with(database, Vec::new())
}

fn outside_with(database: tests::Database, more: Vec<(String, String)>) -> Outside {
    let sink = Sink::start();
    let dns = FakeDns::start(vec![
        dns::mx("far.example", 10, "mx.far.example"),
        dns::a("mx.far.example", Ipv4Addr::LOCALHOST),
        dns::txt("far.example", "v=spf1 ip4:127.0.0.1 -all"),
    ]);
    let mut environment = vec![
        ("POSTROOM_OUTBOUND_RESOLVER".to_owned(), dns.address().to_string()),
        ("POSTROOM_OUTBOUND_PORT".to_owned(), sink.address().port().to_string()),
    ];
    environment.extend(more);
    Outside { server: world_with(database, Options { environment }), sink, _dns: dns }
}

pub(crate) fn own_message(subject: &str, to: &str) -> Vec<u8> {
    format!("From: Info <{INFO}>\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nGoing out.\r\n").into_bytes()
}

pub(crate) fn submit(server: &Server, to: &str, subject: &str) -> (u16, String) {
    let secret = device(server, ANNA);
    let mut smtp = SmtpClient::connect(server.listens("submission"));
    smtp.sign_in(INFO, &secret, 235);
    smtp.deliver(INFO, &[to], &own_message(subject, to))
}

#[test]
fn a_submitted_message_goes_out_signed_and_once_to_sent() {
    for database in DATABASES {
        let outside = outside(database);
        let (code, text) = submit(&outside.server, "ben@far.example", "hello outside");
        assert_eq!(code, 250, "{text}");
        let taken = outside.sink.next();
        assert_eq!(taken.sender, INFO);
        assert_eq!(taken.recipients, ["ben@far.example"]);
        assert!(taken.message.contains("DKIM-Signature:"), "{}", taken.message);
        assert!(taken.message.contains("d=example.test"), "{}", taken.message);
        assert!(taken.message.contains("Subject: hello outside\r\n"), "{}", taken.message);
        assert!(
            taken.message.contains("Message-ID: <") && taken.message.contains("\r\nDate: "),
            "{}",
            taken.message
        );

        let mut imap = imap(&outside.server, ANNA);
        let sent = imap.ok("STATUS Sent (MESSAGES)");
        assert!(sent.untagged[0].contains("MESSAGES 1"), "{sent:?}");
    }
}

#[test]
fn a_message_to_an_address_of_this_server_is_delivered_here() {
    for database in DATABASES {
        let outside = outside(database);
        let server = &outside.server;
        server.command(&["address", "add", "sales@example.test", "--for", ANNA]);
        let (code, text) = submit(server, "sales@example.test", "hello inside");
        assert_eq!(code, 250, "{text}");
        let printed = server.command(&[
            "--json",
            "device",
            "add",
            "sales@example.test",
            "--user",
            ANNA,
            "--name",
            "pc",
        ]);
        let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let mut sales = tests::ImapClient::sign_in(
            server.listens("imap"),
            "sales@example.test",
            value["secret"].as_str().unwrap(),
        );
        if sales.ok("SELECT INBOX").having("1 EXISTS").is_empty() {
            sales.idle();
            while !sales.logical_line().unwrap().contains("EXISTS") {}
        }
        assert!(outside.sink.is_empty());
    }
}

/// Its name is below that of a domain that is here.
#[test]
fn what_the_server_says_in_its_own_name_is_signed_by_the_domain_above_it() {
    for database in DATABASES {
        let named = ("POSTROOM_HOST_NAME".to_owned(), "mx.example.test".to_owned());
        let outside = outside_with(database, vec![named]);
        let mut visitor = Http::new(outside.server.listens("web"));
        visitor.get("/forgot");
        let page = visitor.post("/forgot", &[("address", BEN)]);
        assert_eq!(page.status, 303, "{}", page.body);
        let mail = outside.sink.next().message;
        assert!(mail.contains("From: Postroom <postmaster@mx.example.test>\r\n"), "{mail}");
        assert_eq!(mail.matches("d=example.test;").count(), 2, "{mail}");
    }
}

#[test]
fn a_permanent_refusal_comes_back_as_a_bounce() {
    for database in DATABASES {
        let outside = outside(database);
        let mut imap = imap(&outside.server, ANNA);
        imap.ok("SELECT INBOX");
        imap.idle();
        outside.sink.refuse_next("550 5.1.1 no such person here");
        assert_eq!(submit(&outside.server, "nobody@far.example", "doomed").0, 250);
        while !imap.logical_line().unwrap().contains("EXISTS") {}
        imap.lines().send_line("DONE");
        imap.logical_line();
        let bounce = imap.ok("FETCH 1 BODY.PEEK[]");
        let text = &bounce.untagged[0];
        assert!(
            text.contains("multipart/report") && text.contains("report-type=delivery-status")
                || text.contains("report-type=\"delivery-status\""),
            "{text}"
        );
        assert!(text.contains("Final-Recipient: rfc822;") && text.contains("nobody@far.example"), "{text}");
        assert!(text.contains("Action: failed") && text.contains("Status: 5.1.1"), "{text}");
        assert!(text.contains("Return-Path: <>"), "{text}");
    }
}

#[test]
fn a_temporary_refusal_is_retried() {
    for database in DATABASES {
        let outside = outside(database);
        outside.sink.refuse_next("451 4.3.0 not now");
        assert_eq!(submit(&outside.server, "ben@far.example", "patience").0, 250);
        let listed = loop {
            let listed = outside.server.command(&["--json", "queue", "list"]);
            if listed.contains("4.3.0") {
                break listed;
            }
        };
        assert!(listed.contains("ben@far.example"), "{listed}");
        let queue: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let id = queue[0]["id"].as_str().unwrap();
        outside.server.command(&["queue", "retry", id]);
        assert_eq!(outside.sink.next().recipients, ["ben@far.example"]);
    }
}

#[test]
fn nobody_sends_in_another_addresss_name() {
    let outside = outside(tests::Database::Sqlite);
    let secret = device(&outside.server, ANNA);
    let mut smtp = SmtpClient::connect(outside.server.listens("submission"));
    smtp.sign_in(INFO, &secret, 235);
    smtp.lines().send_line("MAIL FROM:<boss@example.test>");
    let (code, text) = smtp.reply().unwrap();
    assert!(matches!(code, 550 | 553), "{text}");
    let (code, text) = smtp.deliver(INFO, &["ben@far.example"], &message("not mine"));
    assert!(matches!(code, 550 | 553 | 554), "{text}");
    assert!(outside.sink.is_empty());
}

#[test]
fn nobody_submits_without_signing_in() {
    let outside = outside(tests::Database::Sqlite);
    let mut smtp = SmtpClient::connect(outside.server.listens("submission"));
    smtp.say(&format!("MAIL FROM:<{INFO}>"), 530);
}

#[test]
fn a_smart_host_takes_everything_and_is_told_who_we_are() {
    let sink = Sink::start();
    sink.offer("AUTH PLAIN");
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "hunter2\n").unwrap();
    let environment = vec![
        ("POSTROOM_OUTBOUND_SMART_HOST".to_owned(), sink.address().to_string()),
        ("POSTROOM_OUTBOUND_SMART_HOST_USER".to_owned(), "us".to_owned()),
        ("POSTROOM_OUTBOUND_SMART_HOST_PASSWORD_FILE".to_owned(), password.display().to_string()),
    ];
    let server = world_with(tests::Database::Sqlite, Options { environment });
    assert_eq!(submit(&server, "ben@anywhere.example", "by the smart host").0, 250);
    let taken = sink.next();
    assert_eq!(taken.recipients, ["ben@anywhere.example"]);
    // NUL us NUL hunter2 in base64 (RFC 4616 §2).
    assert_eq!(taken.envelope[0], "AUTH PLAIN AHVzAGh1bnRlcjI=");
}

/// More recipients than an address may write to within a day are refused, and nothing is sent.
#[test]
fn an_address_that_writes_to_too_many_is_stopped() {
    for database in DATABASES {
        let outside = outside(database);
        let secret = device(&outside.server, ANNA);
        let mut smtp = SmtpClient::connect(outside.server.listens("submission"));
        smtp.sign_in(INFO, &secret, 235);
        outside.server.sql("UPDATE submissions SET recipients = 0");
        assert_eq!(smtp.deliver(INFO, &["ben@far.example"], &own_message("one", "ben@far.example")).0, 250);
        drop(outside.sink.next());
        outside.server.sql("UPDATE submissions SET recipients = 1439 WHERE mailbox_id IS NOT NULL");
        assert_eq!(smtp.deliver(INFO, &["eve@far.example"], &own_message("two", "eve@far.example")).0, 250);
        let (code, text) = smtp.deliver(INFO, &["joe@far.example"], &own_message("three", "joe@far.example"));
        assert!(code == 550 && text.starts_with("550 5.7.1 "), "{text}");
        assert_eq!(outside.sink.next().recipients, ["eve@far.example"]);
        assert!(outside.sink.is_empty());
    }
}
