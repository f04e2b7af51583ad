//! Clients that catch up (RFC 7162 §3.2).

use super::world::World;
use super::{coded, with_messages};

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two", "three", "four"]).await;
    let told = client.ok("SELECT INBOX").await;
    let (validity, modseq) = (coded(&told, "UIDVALIDITY"), coded(&told, "HIGHESTMODSEQ"));
    let mut other = world.sign_in().await;
    other.ok("SELECT INBOX").await;
    other.ok("STORE 2 +FLAGS.SILENT (\\Flagged)").await;
    other.ok("STORE 1,3 +FLAGS.SILENT (\\Deleted)").await;
    other.ok("EXPUNGE").await;

    let select = format!("SELECT INBOX (QRESYNC ({validity} {modseq}))");
    let mut back = world.sign_in().await;
    assert!(back.status(&select).await.starts_with("BAD "));
    back.enable("QRESYNC").await;
    let told = back.ok(&select).await;
    assert_eq!(told[told.len() - 2], "* VANISHED (EARLIER) 1,3", "{told:?}");
    assert!(told.last().unwrap().starts_with("* 1 FETCH (UID 2 FLAGS (\\Flagged) MODSEQ ("), "{told:?}");

    let told = back.ok(&format!("SELECT INBOX (QRESYNC ({validity} {modseq} 3:4 (1 1)))")).await;
    assert_eq!(told.last().unwrap(), "* VANISHED (EARLIER) 3", "{told:?}");
    let told =
        back.ok(&format!("SELECT INBOX (QRESYNC ({} {modseq}))", validity.parse::<u32>().unwrap() + 1)).await;
    assert!(told.last().unwrap().contains("[MAILBOXID (F"), "{told:?}");

    let told = back.ok(&format!("UID FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq} VANISHED)")).await;
    assert_eq!(told[0], "* VANISHED (EARLIER) 1,3");
    assert!(told[1].starts_with("* 1 FETCH (UID 2 "), "{told:?}");
    let told = back.ok(&format!("UID FETCH 3 (FLAGS) (CHANGEDSINCE {modseq} VANISHED)")).await;
    assert_eq!(told, ["* VANISHED (EARLIER) 3"]);
    for wrong in ["FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)", "UID FETCH 1 (FLAGS) (VANISHED)"] {
        assert!(back.status(wrong).await.starts_with("BAD "), "{wrong}");
    }
    assert!(client.status("UID FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)").await.starts_with("BAD "));
}

#[tokio::test]
async fn what_is_gone_is_told_by_uid_and_with_the_change_that_is_known() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two", "three", "four", "five"]).await;
    client.enable("QRESYNC").await;
    client.ok("SELECT INBOX").await;
    let mut other = with_messages(&world, &[]).await;
    other.ok("STORE 2,4 +FLAGS.SILENT (\\Deleted)").await;
    other.ok("EXPUNGE").await;
    assert!(client.status("FETCH 2 (UID)").await.starts_with("NO [EXPUNGEISSUED]"));
    assert!(client.ok("NOOP").await.contains(&"* VANISHED 2,4".to_owned()));
    client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    let said = client.say("EXPUNGE").await;
    assert_eq!(said[0], "* VANISHED 1");
    let known = coded(&said, "HIGHESTMODSEQ");
    let now = client.ok("STATUS INBOX (HIGHESTMODSEQ)").await;
    assert!(now[0].contains(&format!("HIGHESTMODSEQ {known}")), "{now:?} {known}");
    assert_eq!(client.status("EXPUNGE").await, "OK Expunged.");
    let moved = client.say("UID MOVE 3 Trash").await;
    assert_eq!(moved[1], "* VANISHED 3");
    client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    let closed = client.status("CLOSE").await;
    let now = client.ok("STATUS INBOX (HIGHESTMODSEQ)").await;
    let known = coded(&[closed], "HIGHESTMODSEQ");
    assert!(now[0].contains(&format!("HIGHESTMODSEQ {known}")), "{now:?} {known}");
}

#[tokio::test]
async fn a_close_does_not_hide_what_others_did() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two"]).await;
    client.enable("QRESYNC").await;
    let told = client.ok("SELECT INBOX").await;
    let (validity, before) = (coded(&told, "UIDVALIDITY"), coded(&told, "HIGHESTMODSEQ"));
    client.ok("STORE 1 +FLAGS (\\Deleted)").await;
    let mut other = with_messages(&world, &[]).await;
    other.ok("STORE 2 +FLAGS (\\Answered)").await;
    let known = coded(&[client.status("CLOSE").await], "HIGHESTMODSEQ");
    assert!(known.parse::<u64>().unwrap() > before.parse().unwrap());
    let told = client.ok(&format!("SELECT INBOX (QRESYNC ({validity} {known}))")).await;
    assert!(told.iter().any(|line| line.contains("\\Answered) MODSEQ")), "{told:?}");
}
