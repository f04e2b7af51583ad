//! How much memory all that is being received may hold.

use super::world::{INFO, MEMORY, World};
use crate::Service;
use crate::budget::Holder;

const NO_ROOM: &str = "452 4.3.1 there is no room for the message now: try again later\r\n";

/// A connection that may begin with the content.
async fn with_recipient(world: &World) -> super::world::Client {
    let mut client = world.connect(Service::Reception).await;
    client.ok("EHLO far.example", "250").await;
    client.ok("MAIL FROM:<a@far.example>", "250").await;
    client.ok(&format!("RCPT TO:<{INFO}>"), "250").await;
    client
}

fn content(bytes: usize) -> String {
    let line = "All of this is the text of a mail.\r\n";
    format!("From: a@far.example\r\n\r\n{}", line.repeat(bytes / line.len()))
}

/// Nothing is held, as far as anybody can see.
fn all_is_free(world: &World) -> bool {
    world.smtp.parts.budget.has_room(Holder::Near, MEMORY / 4 * 3)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_mail_without_room_is_put_off_at_once_and_a_small_one_is_taken() {
    let world = World::new().await;
    let mut others = world.smtp.parts.budget.share(Holder::Near);
    others.grow(MEMORY / 4 * 3).unwrap();
    let mut client = world.connect(Service::Reception).await;
    client.ok("EHLO far.example", "250").await;
    assert_eq!(client.say("MAIL FROM:<a@far.example> SIZE=1000000").await, NO_ROOM);
    client.ok("MAIL FROM:<a@far.example> SIZE=1000", "250").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_mail_without_room_is_read_to_its_end_and_put_off_while_a_small_one_is_kept() {
    let world = World::new().await;
    let mut others = world.smtp.parts.budget.share(Holder::Near);
    others.grow(MEMORY / 4 * 3).unwrap();
    let mut client = with_recipient(&world).await;
    client.ok("DATA", "354").await;
    client.send(content(600_000).as_bytes()).await;
    assert_eq!(client.say(".").await, NO_ROOM);
    client.ok("MAIL FROM:<a@far.example>", "250").await;
    client.ok(&format!("RCPT TO:<{INFO}>"), "250").await;
    client.ok("DATA", "354").await;
    client.send(content(1_000).as_bytes()).await;
    client.ok(".", "250").await;
    drop(others);
    client.ok("MAIL FROM:<a@far.example>", "250").await;
    client.ok(&format!("RCPT TO:<{INFO}>"), "250").await;
    client.ok("DATA", "354").await;
    client.send(content(600_000).as_bytes()).await;
    client.ok(".", "250").await;
    assert!(all_is_free(&world));
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_without_room_are_put_off_and_what_follows_them_is_refused() {
    let world = World::new().await;
    let mut others = world.smtp.parts.budget.share(Holder::Near);
    others.grow(MEMORY / 4 * 3).unwrap();
    let mut client = with_recipient(&world).await;
    let piece = content(300_000);
    client.send(format!("BDAT {}\r\n{piece}", piece.len()).as_bytes()).await;
    assert_eq!(client.reply().await, NO_ROOM);
    client.send(format!("BDAT {} LAST\r\n{piece}", piece.len()).as_bytes()).await;
    assert!(client.reply().await.starts_with("503 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_a_mail_frees_what_it_held() {
    let world = World::new().await;
    let piece = content(300_000);
    for end in ["RSET", "EHLO far.example", "QUIT"] {
        let mut client = with_recipient(&world).await;
        client.send(format!("BDAT {}\r\n{piece}", piece.len()).as_bytes()).await;
        client.reply().await;
        assert!(!all_is_free(&world), "{end}");
        client.say(end).await;
        if end == "QUIT" {
            // The server closes when everything of the conversation is gone.
            assert_eq!(client.stream.fill(std::time::Duration::from_secs(30)).await.unwrap(), 0);
        }
        assert!(all_is_free(&world), "{end}");
    }
}
