//! Mail that comes through a proxy (PROXY protocol, version 2).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use tests::server::Options;
use tests::{Database, FakeDns, Server, dns};

use crate::support::{ANNA, INFO, imap, message, world_with};

/// A world whose reception and IMAP stand behind a proxy on this machine.
fn world() -> (Server, FakeDns) {
    let dns = FakeDns::start(vec![dns::txt("far.example", "v=spf1 ip4:192.0.2.7 -all")]);
    let environment = vec![
        ("POSTROOM_OUTBOUND_RESOLVER".to_owned(), dns.address().to_string()),
        ("POSTROOM_LISTEN_PROXIES".to_owned(), "127.0.0.1".to_owned()),
        ("POSTROOM_LISTEN_PROXIED".to_owned(), "smtp, submission".to_owned()),
    ];
    (world_with(Database::Sqlite, Options { environment }), dns)
}

/// A connection that a proxy passes on for the client at that address.
fn passed_on(to: SocketAddr, client: [u8; 4]) -> TcpStream {
    let start = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c";
    let header =
        [&start[..], &client, &[127, 0, 0, 1], &4711_u16.to_be_bytes(), &25_u16.to_be_bytes()].concat();
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(&header).unwrap();
    stream
}

/// Reads until the last line of an answer.
fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        while !line.ends_with('\n') {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            line.push(char::from(byte[0]));
        }
        text.push_str(&line);
        if line.as_bytes()[3] == b' ' {
            return text;
        }
    }
}

fn say(stream: &mut TcpStream, words: &[u8], code: &str) -> String {
    stream.write_all(words).unwrap();
    let answered = answer(stream);
    assert!(answered.starts_with(code), "{answered}");
    answered
}

#[test]
fn the_client_behind_a_proxy_is_checked_and_named() {
    let (server, _dns) = world();
    let mut stream = passed_on(server.listens("smtp"), [192, 0, 2, 7]);
    assert!(answer(&mut stream).starts_with("220 "));
    say(&mut stream, b"EHLO mx.far.example\r\n", "250");
    say(&mut stream, b"MAIL FROM:<stranger@far.example>\r\n", "250");
    say(&mut stream, format!("RCPT TO:<{INFO}>\r\n").as_bytes(), "250");
    say(&mut stream, b"DATA\r\n", "354");
    stream.write_all(&message("through a proxy")).unwrap();
    say(&mut stream, b".\r\n", "250");
    let mut imap = imap(&server, ANNA);
    imap.ok("SELECT INBOX");
    let header = imap.ok("FETCH 1 BODY.PEEK[HEADER]").untagged.join("\n");
    assert!(header.contains("from mx.far.example ([192.0.2.7])"), "{header}");
    assert!(header.contains("spf=pass smtp.mailfrom=far.example"), "{header}");
}

/// Whoever is far away may not say a password in the clear, whatever is between.
#[test]
fn a_client_behind_a_proxy_is_no_program_of_this_machine() {
    let (server, _dns) = world();
    let mut stream = passed_on(server.listens("submission"), [192, 0, 2, 7]);
    answer(&mut stream);
    let offered = say(&mut stream, b"EHLO laptop.example\r\n", "250");
    assert!(offered.contains("STARTTLS") && !offered.contains("AUTH"), "{offered}");
}

#[test]
fn a_proxy_without_its_header_is_let_go_and_other_listeners_know_no_proxies() {
    let (server, _dns) = world();
    let mut stream = TcpStream::connect(server.listens("smtp")).unwrap();
    stream.write_all(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 25\r\n").unwrap();
    let mut heard = String::new();
    // It may be a reset as well: what was sent is not read.
    let _ = stream.read_to_string(&mut heard);
    assert_eq!(heard, "");
    let mut stream = passed_on(server.listens("imap"), [192, 0, 2, 7]);
    let mut heard = [0; 4];
    stream.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"* OK");
}
