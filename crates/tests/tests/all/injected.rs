//! Somebody between this server and the next one puts words into the connection before it is encrypted.

use std::net::{Ipv4Addr, TcpListener};

use tests::server::Options;
use tests::{Database, FakeDns, Lines, dns};

use crate::outgoing::submit;
use crate::support::world_with;

/// Answers as a server does until STARTTLS, and gives what it heard last.
fn until_start_tls(lines: &mut Lines, behind: &str) {
    lines.send_line("220 mx.far.example");
    assert!(lines.line().unwrap().starts_with("EHLO "));
    lines.send("250-mx.far.example\r\n250 STARTTLS\r\n");
    assert_eq!(lines.line().unwrap(), "STARTTLS");
    lines.send(format!("220 go on\r\n{behind}"));
}

/// The words are dropped with the connection: nothing is said over it any more, and the mail goes another way.
#[test]
fn an_answer_that_came_before_the_encryption_is_never_believed() {
    for behind in ["250-mx.far.example\r\n250 AUTH PLAIN\r\n", "2"] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let dns = FakeDns::start(vec![
            dns::mx("far.example", 10, "mx.far.example"),
            dns::a("mx.far.example", Ipv4Addr::LOCALHOST),
        ]);
        let environment = vec![
            ("POSTROOM_OUTBOUND_RESOLVER".to_owned(), dns.address().to_string()),
            ("POSTROOM_OUTBOUND_PORT".to_owned(), port.to_string()),
        ];
        let server = world_with(Database::Sqlite, Options { environment });
        let (code, text) = submit(&server, "ben@far.example", "between");
        assert_eq!(code, 250, "{text}");
        let mut lines = Lines::over(listener.accept().unwrap().0);
        until_start_tls(&mut lines, behind);
        // No handshake begins.
        assert_eq!(lines.line(), None);
        // Encryption between servers is better than none, and none better than no mail (RFC 7435).
        let mut lines = Lines::over(listener.accept().unwrap().0);
        lines.send_line("220 mx.far.example");
        assert!(lines.line().unwrap().starts_with("EHLO "));
        lines.send("250-mx.far.example\r\n250 STARTTLS\r\n");
        assert!(lines.line().unwrap().starts_with("MAIL FROM:"), "no second attempt to encrypt");
        lines.send("451 4.3.0 later\r\n");
        assert_eq!(lines.line().unwrap(), "QUIT");
    }
}
