//! Messages that are handed in.

use super::world::{MESSAGE_LIMIT, World};
use super::{message, with_messages};

fn literal(text: &str) -> String {
    format!("{{{}+}}\r\n{text}", text.len())
}

#[tokio::test]
async fn several_messages_are_appended_all_or_none() {
    let world = World::with_quota(Some(4_000)).await;
    let mut client = world.sign_in().await;
    let both = format!("(\\Seen) {} (\\Flagged) {}", literal(&message("one")), literal(&message("two")));
    let status = client.status(&format!("APPEND INBOX {both}")).await;
    assert!(status.starts_with("OK [APPENDUID ") && status.contains(" 1:2]"), "{status}");
    let large = format!("Subject: large\r\n\r\n{}", "x".repeat(5_000));
    let status =
        client.status(&format!("APPEND INBOX {} {}", literal(&message("three")), literal(&large))).await;
    assert!(status.starts_with("NO [OVERQUOTA]"), "{status}");
    let status = client.status(&format!("APPEND INBOX {} {{0+}}\r\n", literal(&message("four")))).await;
    assert!(status.starts_with("NO There is no message"), "{status}");
    assert_eq!(client.ok("STATUS INBOX (MESSAGES UNSEEN)").await, ["* STATUS INBOX (MESSAGES 2 UNSEEN 1)"]);
    let many = format!("APPEND INBOX{}", " {1+}\r\nx".repeat(101));
    assert!(client.status(&many).await.starts_with("BAD "));
}

#[tokio::test]
async fn zero_bytes_can_be_handed_in_and_are_not_kept() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    let status = client.status("APPEND INBOX ~{4+}\r\na\r\n\0").await;
    assert!(status.starts_with("NO [UNKNOWN-CTE]"), "{status}");
    assert!(client.status("APPEND INBOX ~{14+}\r\nSubject: x\r\n\r\n").await.starts_with("OK [APPENDUID "));
}

#[tokio::test]
async fn a_message_is_put_together_of_others() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["first"]).await;
    let text = "Subject: new\r\n\r\n";
    let pieces =
        format!("TEXT {} URL \"/INBOX/;UID=1/;SECTION=TEXT\" URL ;UID=1/;PARTIAL=0.4", literal(text));
    client.ok(&format!("APPEND Drafts (\\Draft) CATENATE ({pieces})")).await;
    client.ok("EXAMINE Drafts").await;
    let told = client.ok("FETCH 1 (FLAGS BODY.PEEK[])").await.join("\r\n");
    assert!(
        told.contains("FLAGS (\\Draft)") && told.contains("Subject: new\r\n\r\nThis is first.\r\nFrom"),
        "{told}"
    );

    for url in [
        "/INBOX/;UID=9",
        "/Nowhere/;UID=1",
        "/INBOX;UIDVALIDITY=77/;UID=1",
        "imap://x/INBOX/;UID=1",
        "/INBOX/;UID=1/;SECTION=7",
    ] {
        let status = client.status(&format!("APPEND Drafts CATENATE (URL \"{url}\")")).await;
        assert!(status.starts_with(&format!("NO [BADURL \"{url}\"]")), "{url}: {status}");
    }
    client.ok("UNSELECT").await;
    assert!(client.status("APPEND Drafts CATENATE (URL ;UID=1)").await.starts_with("NO [BADURL "));
    assert!(client.status("APPEND Drafts CATENATE ()").await.starts_with("BAD "));
    let large = literal(&format!("Subject: large\r\n\r\n{}", "x".repeat(MESSAGE_LIMIT as usize - 1_000)));
    client.ok(&format!("APPEND INBOX {large}")).await;
    let both = "URL /INBOX/;UID=2 URL /INBOX/;UID=2";
    assert!(client.status(&format!("APPEND Drafts CATENATE ({both})")).await.starts_with("NO [TOOBIG]"));
}

#[tokio::test]
async fn a_message_takes_the_place_of_another() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two"]).await;
    let said = client.say(&format!("REPLACE 1 INBOX (\\Draft) {}", literal(&message("better")))).await;
    assert!(said[0].starts_with("* OK [APPENDUID ") && said[0].contains(" 3]"), "{said:?}");
    assert_eq!(said[1..], ["* 1 EXPUNGE", "* 2 EXISTS", "OK Replaced."]);
    let said = client.say(&format!("UID REPLACE 3 Drafts {}", literal(&message("best")))).await;
    assert_eq!(said[1..], ["* 2 EXPUNGE", "OK Replaced."]);
    assert_eq!(client.ok("STATUS Drafts (MESSAGES)").await, ["* STATUS Drafts (MESSAGES 1)"]);
    assert!(client.status(&format!("REPLACE 9 INBOX {}", literal("x"))).await.starts_with("NO "));
    assert!(
        client.status(&format!("REPLACE 1 Nowhere {}", literal("x"))).await.starts_with("NO [TRYCREATE]")
    );
    assert!(client.status(&format!("REPLACE 1:2 INBOX {}", literal("x"))).await.starts_with("BAD "));
    assert_eq!(client.ok("SEARCH ALL").await, ["* SEARCH 1"]);
    client.ok("EXAMINE INBOX").await;
    assert!(client.status(&format!("REPLACE 1 INBOX {}", literal("x"))).await.starts_with("NO "));
}
