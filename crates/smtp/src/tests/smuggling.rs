//! One mail that is meant to be two, over a real connection.

use store::{StoreError, Tx};

use super::world::{Client, INFO, World};
use crate::Service;

/// What servers have taken for the end of a line, before and behind the dot.
const LINE_ENDS: [&str; 7] = ["\r", "\n", "\r\n", "\n\r", "\r\r\n", "\r\n\0", "\r\0\n"];

async fn begin(client: &mut Client) {
    client.ok("MAIL FROM:<a@far.example>", "250").await;
    client.ok(&format!("RCPT TO:<{INFO}>"), "250").await;
    client.ok("DATA", "354").await;
}

/// How many messages are in the mailbox.
async fn kept(world: &World) -> i64 {
    let count = |tx: &mut Tx<'_>| -> Result<i64, StoreError> {
        tx.load("SELECT count(*) FROM messages", &[], |row| row.get(0))
    };
    world.store.read(count).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_end_but_the_true_one_makes_a_second_mail() {
    let world = World::new().await;
    let mut client = world.connect(Service::Reception).await;
    client.ok("EHLO far.example", "250").await;
    for before in LINE_ENDS {
        for behind in LINE_ENDS {
            if before.ends_with("\r\n") && behind.starts_with("\r\n") {
                continue;
            }
            begin(&mut client).await;
            let envelope = format!("MAIL FROM:<evil@far.example>\r\nRCPT TO:<{INFO}>\r\nDATA\r\n");
            let trick = format!("one{before}.{behind}{envelope}Subject: smuggled\r\n\r\ntwo");
            client.send(trick.as_bytes()).await;
            // One answer for all of it, and the next is that to the next command.
            client.send(b"\r\n.\r\nNOOP\r\n").await;
            let answer = client.reply().await;
            let is_whole = !trick.replace("\r\n", "").contains(['\r', '\n']);
            assert_eq!(&answer[..3], if is_whole { "250" } else { "554" }, "{before:?}.{behind:?}: {answer}");
            assert_eq!(client.reply().await, "250 2.0.0 Here.\r\n", "{before:?}.{behind:?}");
        }
    }
    // Those with a zero byte in the line of the dot are whole mails with that in them.
    let whole = kept(&world).await;
    begin(&mut client).await;
    client.ok("Subject: honest\r\n\r\n..\r\n.", "250").await;
    assert_eq!(kept(&world).await, whole + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_with_another_line_end_is_none() {
    let world = World::new().await;
    for end in ["\n", "\r", "\r\r\n", "\0\r\n"] {
        let mut client = world.connect(Service::Reception).await;
        client.ok("EHLO far.example", "250").await;
        client.send(format!("NOOP{end}NOOP\r\n").as_bytes()).await;
        let answer = client.reply().await;
        assert!(answer.starts_with("50"), "{end:?}: {answer}");
    }
}

/// What came in the clear behind STARTTLS may be of somebody between (CVE-2011-0411): it is not read after it.
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_behind_starttls_ends_the_connection() {
    let world = World::new().await;
    for service in [Service::Reception, Service::Submission] {
        let mut client = world.connect(service).await;
        client.ok("EHLO far.example", "250").await;
        client.send(b"STARTTLS\r\nMAIL FROM:<evil@far.example>\r\n").await;
        client.ok_reply("220").await;
        assert_eq!(client.stream.fill(std::time::Duration::from_secs(30)).await.unwrap(), 0);
    }
}

/// What was said before the encryption is forgotten (RFC 3207 §4.2).
#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_starttls_is_forgotten() {
    let world = World::new().await;
    let mut client = world.connect(Service::Reception).await;
    client.ok("EHLO far.example", "250").await;
    client.ok("MAIL FROM:<a@far.example>", "250").await;
    client.ok("STARTTLS", "220").await;
    let mut client = client.encrypt().await;
    client.ok(&format!("RCPT TO:<{INFO}>"), "503").await;
    client.ok("MAIL FROM:<a@far.example>", "503").await;
    let offered = client.ok("EHLO far.example", "250").await;
    assert!(!offered.contains("STARTTLS"), "{offered}");
    client.ok("MAIL FROM:<a@far.example>", "250").await;
}
