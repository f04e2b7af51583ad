//! The disk is full, the database goes away: nothing is acknowledged that is not kept, and when the trouble is over the
//! server that runs goes on.

use testkit::postgres::{Cluster, Durability};
use tests::server::Options;
use tests::{Database, ImapClient, SmtpClient};

use crate::support::{ANNA, INFO, device, message, stranger, world, world_with};

/// How large the small disk is: the world and the files that SQLite makes for itself fit, and some messages.
const SMALL_DISK: usize = 24 * 1024 * 1024;
/// How many messages would be more than that.
const TOO_MANY: usize = 2_000;

#[test]
fn a_full_disk_keeps_nothing_and_says_so() {
    let mut server = world(Database::Sqlite);
    let secret = device(&server, ANNA);
    assert!(server.end().success());
    server.start_again_on_a_small_disk(SMALL_DISK);
    let mut smtp = stranger(&server);
    let (taken, refusal) = fill(&mut smtp, 40 * 1024);
    assert!(refusal.starts_with("452 4.3.1 "), "{refusal}");
    let mut imap = ImapClient::sign_in(server.listens("imap"), INFO, &secret);
    let status = imap.ok("STATUS INBOX (MESSAGES)");
    assert!(status.untagged[0].contains(&format!("MESSAGES {taken})")), "{taken} but {status:?}");
    assert!(large(&mut smtp).1.starts_with("452 4.3.1 "));
    server.make_room();
    let (code, text) = large(&mut smtp);
    assert_eq!(code, 250, "{text}");
    let (code, text) = smtp.deliver("a@far.example", &[INFO], &message("there is room"));
    assert_eq!(code, 250, "{text}");
}

/// Delivers messages of that size until one is refused: how many were taken, and what was said then.
fn fill(smtp: &mut SmtpClient, size: usize) -> (usize, String) {
    for taken in 0..TOO_MANY {
        let (code, text) = smtp.deliver("a@far.example", &[INFO], &sized(size));
        if code != 250 {
            return (taken, text);
        }
    }
    panic!("the disk does not get full")
}

/// Delivers a message that lies in a file of its own.
fn large(smtp: &mut SmtpClient) -> (u16, String) {
    smtp.deliver("a@far.example", &[INFO], &sized(2 * 1024 * 1024))
}

fn sized(size: usize) -> Vec<u8> {
    let line = format!("{}\r\n", "x".repeat(70));
    [message("large"), line.repeat(size / line.len()).into_bytes()].concat()
}

#[test]
fn a_database_that_comes_back_finds_the_server_waiting() {
    let cluster = Cluster::private(Durability::Kept).unwrap();
    let environment = vec![("POSTROOM_DATABASE_URL".to_owned(), cluster.url("postgres"))];
    let server = world_with(Database::Sqlite, Options { environment });
    let secret = device(&server, ANNA);
    let mut smtp = stranger(&server);
    assert_eq!(smtp.deliver("a@far.example", &[INFO], &message("before")).0, 250);
    smtp.say("MAIL FROM:<a@far.example>", 250);
    smtp.say(&format!("RCPT TO:<{INFO}>"), 250);

    cluster.crash().unwrap();
    let (code, text) = smtp.data(&message("meanwhile"));
    assert_eq!((code, text.get(..10)), (451, Some("451 4.3.0 ")), "{text}");
    smtp.say("MAIL FROM:<a@far.example>", 250);
    smtp.say(&format!("RCPT TO:<{INFO}>"), 451);
    smtp.say("RSET", 250);
    let mut submission = SmtpClient::connect(server.listens("submission"));
    submission.sign_in(INFO, &secret, 454);

    cluster.start().unwrap();
    let mut again = || {
        smtp.lines().send(format!("RSET\r\nMAIL FROM:<a@far.example>\r\nRCPT TO:<{INFO}>\r\n"));
        let codes: Vec<u16> = (0..3).map(|_| smtp.reply().unwrap().0).collect();
        codes == [250, 250, 250]
    };
    while !again() {
        std::thread::yield_now();
    }
    let (code, text) = smtp.data(&message("after"));
    assert_eq!(code, 250, "{text}");
    submission.sign_in(INFO, &secret, 235);
    let mut imap = ImapClient::sign_in(server.listens("imap"), INFO, &secret);
    let status = imap.ok("STATUS INBOX (MESSAGES)");
    assert!(status.untagged[0].contains("MESSAGES 2"), "{status:?}");
}
