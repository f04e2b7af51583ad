//! Clients that are told unasked (RFC 5465).

use super::with_messages;
use super::world::World;

#[tokio::test]
async fn the_selected_folder_is_told_without_being_asked_for() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one"]).await;
    client.ok("NOTIFY SET (selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge FlagChange))").await;
    let mut other = with_messages(&world, &["two"]).await;
    assert_eq!(client.line().await.unwrap(), "* 2 EXISTS");
    assert_eq!(client.line().await.unwrap(), "* 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] {16}");
    for expected in ["Subject: two", "", ")"] {
        assert_eq!(client.line().await.unwrap(), expected);
    }
    other.ok("STORE 1 +FLAGS (\\Deleted)").await;
    assert_eq!(client.line().await.unwrap(), "* 1 FETCH (UID 1 FLAGS (\\Deleted))");
    other.ok("CLOSE").await;
    assert_eq!(client.line().await.unwrap(), "* 1 EXPUNGE");
    assert_eq!(client.ok("UID FETCH 2 (UID)").await, ["* 1 FETCH (UID 2)"]);
}

#[tokio::test]
async fn a_delayed_end_is_told_when_it_may_be() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two"]).await;
    client.ok("NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))").await;
    let mut other = with_messages(&world, &[]).await;
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    assert!(client.line().await.unwrap().contains("\\Deleted"));
    other.ok("EXPUNGE").await;
    other.append("INBOX", &super::message("three")).await;
    assert_eq!(client.line().await.unwrap(), "* 3 EXISTS");
    assert_eq!(client.ok("FETCH 2 (UID)").await, ["* 2 FETCH (UID 2)"]);
    assert_eq!(client.ok("NOOP").await, ["* 1 EXPUNGE"]);
}

#[tokio::test]
async fn other_folders_are_told_by_their_status_and_names() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one"]).await;
    let told = client
        .ok("NOTIFY SET STATUS (SUBTREE (Archive Nowhere) (MessageNew MessageExpunge)) \
             (MAILBOXES Sent (MessageNew MessageExpunge FlagChange)) (MAILBOXES Junk NONE) \
             (PERSONAL (MailboxName SubscriptionChange))")
        .await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("* STATUS Archive (MESSAGES 0 UIDNEXT 1 UIDVALIDITY "), "{told:?}");
    assert!(told[1].starts_with("* STATUS Sent (") && told[1].contains(" HIGHESTMODSEQ "), "{told:?}");

    let mut other = world.sign_in().await;
    other.append("Archive", &super::message("two")).await;
    assert!(client.line().await.unwrap().starts_with("* STATUS Archive (MESSAGES 1 UIDNEXT 2 "));
    other.ok("SELECT Archive").await;
    other.ok("STORE 1 +FLAGS (\\Flagged)").await;
    other.append("Junk", &super::message("nobody cares")).await;
    other.append("Sent", &super::message("three")).await;
    assert!(client.line().await.unwrap().starts_with("* STATUS Sent (MESSAGES 1 "));
    other.ok("CREATE Work").await;
    assert_eq!(client.line().await.unwrap(), "* LIST (\\HasNoChildren \\Subscribed) \"/\" Work");
    other.ok("RENAME Work Play").await;
    let renamed = "* LIST (\\HasNoChildren \\Subscribed) \"/\" Play (\"OLDNAME\" (Work))";
    assert_eq!(client.line().await.unwrap(), renamed);
    other.ok("UNSUBSCRIBE Play").await;
    assert_eq!(client.line().await.unwrap(), "* LIST (\\HasNoChildren) \"/\" Play");
    other.ok("DELETE Play").await;
    assert_eq!(client.line().await.unwrap(), "* LIST (\\NonExistent) \"/\" Play");
    assert_eq!(client.ok("FETCH 1 (UID)").await, ["* 1 FETCH (UID 1)"]);
}

#[tokio::test]
async fn who_wants_no_news_is_told_none() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one"]).await;
    client.ok("NOTIFY NONE").await;
    let mut other = with_messages(&world, &["two"]).await;
    assert!(client.ok("STATUS Sent (MESSAGES)").await.len() == 1);
    let tag = client.idle().await;
    other.ok("STORE 1 +FLAGS (\\Flagged)").await;
    client.send("DONE\r\n").await;
    assert_eq!(
        client.finish(&tag).await,
        ["* 2 EXISTS", "* 1 FETCH (UID 1 FLAGS (\\Flagged))", "OK Waited."]
    );
}

#[tokio::test]
async fn what_cannot_be_told_is_refused() {
    let world = World::new().await;
    let mut client = with_messages(&world, &[]).await;
    let status = client.status("NOTIFY SET (PERSONAL (MailboxName ServerMetadataChange))").await;
    assert!(status.starts_with("NO [BADEVENT (MessageNew "), "{status}");
    for wrong in [
        "NOTIFY",
        "NOTIFY SET",
        "NOTIFY SET (PERSONAL (MessageNew))",
        "NOTIFY SET (PERSONAL (FlagChange))",
        "NOTIFY SET (SELECTED (MailboxName))",
        "NOTIFY SET (SELECTED NONE) (SELECTED-DELAYED NONE)",
        "NOTIFY SET (SELECTED (MessageNew (BODY[]) MessageExpunge))",
        "NOTIFY SET (EVERYWHERE NONE)",
        "NOTIFY SET (MAILBOXES () NONE)",
    ] {
        assert!(client.status(wrong).await.starts_with("BAD "), "{wrong}");
    }
}

#[tokio::test]
async fn a_removed_access_ends_who_is_told_unasked() {
    let world = World::new().await;
    let mut client = with_messages(&world, &[]).await;
    client.ok("NOTIFY SET (SELECTED (MessageNew MessageExpunge))").await;
    world.remove_access().await;
    assert!(client.line().await.unwrap().starts_with("* BYE [UNAVAILABLE]"));
    assert_eq!(client.line().await, None);
}
