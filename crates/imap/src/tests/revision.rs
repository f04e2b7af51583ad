//! What changes with IMAP4rev2 (RFC 9051 appendix E) and with UTF-8 (RFC 6855).

use super::with_messages;
use super::world::World;

#[tokio::test]
async fn in_the_second_revision_the_answers_are_its_own() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two"]).await;
    assert!(client.ok("CAPABILITY").await[0].contains(" IMAP4rev2 "));
    client.enable("IMAP4rev2").await;
    let told = client.ok("SELECT INBOX").await;
    assert!(told.iter().all(|line| !line.contains("RECENT") && !line.contains("[UNSEEN")), "{told:?}");
    assert!(told.contains(&"* LIST (\\HasNoChildren) \"/\" INBOX".to_owned()), "{told:?}");
    let tag = client.begin("UID SEARCH SUBJECT two").await;
    assert_eq!(client.finish(&tag).await[0], format!("* ESEARCH (TAG \"{tag}\") UID ALL 2"));
    let tag = client.begin("SEARCH CHARSET UTF-8 SUBJECT three").await;
    assert_eq!(client.finish(&tag).await[0], format!("* ESEARCH (TAG \"{tag}\")"));
    client.ok("CREATE \"Gr\u{fc}\u{df}e\"").await;
    let told = client.ok("LIST \"\" Gr*").await;
    assert_eq!(told, ["* LIST (\\HasNoChildren) \"/\" \"Gr\u{fc}\u{df}e\""]);
    assert_eq!(
        client.ok("STATUS \"Gr\u{fc}\u{df}e\" (MESSAGES)").await,
        ["* STATUS \"Gr\u{fc}\u{df}e\" (MESSAGES 0)"]
    );
    client.ok("CREATE A&B").await;
    assert!(client.ok("LIST \"\" A*").await.contains(&"* LIST (\\HasNoChildren) \"/\" A&B".to_owned()));

    let mut old = world.sign_in().await;
    assert_eq!(old.ok("LIST \"\" Gr*").await, ["* LIST (\\HasNoChildren) \"/\" Gr&APwA3w-e"]);
    assert!(old.ok("SELECT INBOX").await.contains(&"* 0 RECENT".to_owned()));
}

#[tokio::test]
async fn with_utf8_names_and_messages_are_what_they_are() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    client.enable("UTF8=ACCEPT").await;
    client.ok("CREATE \"Entw\u{fc}rfe 2\"").await;
    let message = "Subject: Gr\u{fc}\u{df}e\r\n\r\nx";
    let append = format!("APPEND \"Entw\u{fc}rfe 2\" UTF8 (~{{{}+}}\r\n{message})", message.len());
    client.ok(&append).await;
    let told = client.ok("SELECT \"Entw\u{fc}rfe 2\"").await;
    assert!(told.contains(&"* 0 RECENT".to_owned()), "{told:?}");
    assert_eq!(client.ok("SEARCH SUBJECT \"gr\u{fc}\u{df}e\"").await, ["* SEARCH 1"]);
    assert!(client.status("SEARCH CHARSET UTF-8 ALL").await.starts_with("BAD "));
    let told = client.ok("FETCH 1 BODY.PEEK[HEADER]").await.join("\r\n");
    assert!(told.contains("Subject: Gr\u{fc}\u{df}e\r\n"), "{told}");
}
