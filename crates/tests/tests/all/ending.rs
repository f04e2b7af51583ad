//! The server is told to end: everybody hears it, nothing is lost, and the data directory is free again.

use tests::{ImapClient, SmtpClient};

use crate::support::{ANNA, DATABASES, INFO, device, imap, message, stranger, world};

#[test]
fn a_server_that_is_told_to_end_says_goodbye_and_gives_its_data_back() {
    for database in DATABASES {
        let mut server = world(database);
        let secret = device(&server, ANNA);
        let mut idling = imap(&server, ANNA);
        idling.ok("SELECT INBOX");
        idling.idle();
        let mut waiting = SmtpClient::connect(server.listens("smtp"));
        let (code, text) = stranger(&server).deliver("stranger@far.example", &[INFO], &message("last"));
        assert_eq!(code, 250, "{text}");
        let address = server.listens("imap");

        assert!(server.end().success());
        let said = std::iter::from_fn(|| idling.logical_line()).last();
        assert!(said.as_ref().is_some_and(|line| line.starts_with("* BYE")), "{said:?}");
        waiting.expect(421);
        assert_eq!(waiting.reply(), None);
        assert!(std::net::TcpStream::connect(address).is_err(), "it still listens");
        assert!(!server.folder().join("data/postroom.sock").exists());

        // A command holds the data itself now, and a server after it.
        assert!(server.command(&["user", "list"]).contains(ANNA));
        server.start_again();
        let mut imap = ImapClient::sign_in(server.listens("imap"), INFO, &secret);
        assert_eq!(imap.ok("SELECT INBOX").having("1 EXISTS").len(), 1);
    }
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let server = world(tests::Database::Sqlite);
    let output = server.try_command(&["serve"], "");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{text}");
    assert!(text.contains("is held by process"), "{text}");
    assert!(server.command(&["user", "list"]).contains(ANNA), "the first goes on");
}
