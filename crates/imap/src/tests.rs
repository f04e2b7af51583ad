//! Conversations over real connections, against a real mailbox.

mod account;
mod draw;
mod finding;
mod handing;
mod metadata;
mod mutated;
mod notifying;
mod reading;
mod revision;
mod scram;
mod sessions;
mod several;
mod synchronizing;
mod world;

use world::{Client, INFO, MESSAGE_LIMIT, World};

/// A plain message with that subject.
fn message(subject: &str) -> String {
    format!(
        "From: Stranger <s@far.example>\r\nTo: {INFO}\r\nSubject: {subject}\r\n\
         Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nThis is {subject}.\r\n"
    )
}

/// A client that has put messages with these subjects into INBOX, and selected it.
async fn with_messages(world: &World, subjects: &[&str]) -> Client {
    let mut client = world.sign_in().await;
    for subject in subjects {
        let status = client.append("INBOX", &message(subject)).await;
        assert!(status.starts_with("OK [APPENDUID "), "{status}");
    }
    client.ok("SELECT INBOX").await;
    client
}

/// The last word of a response code: `2` of `* OK [HIGHESTMODSEQ 2] …`.
fn coded(lines: &[String], code: &str) -> String {
    let line = lines.iter().find(|line| line.contains(code)).unwrap();
    line.split_once(code).unwrap().1.split_once(']').unwrap().0.trim().to_owned()
}

#[tokio::test]
async fn a_stranger_is_told_little_and_may_do_little() {
    let world = World::new().await;
    let mut client = world.connect().await;
    let told = client.ok("CAPABILITY").await;
    assert!(told[0].ends_with(" STARTTLS AUTH=SCRAM-SHA-256 AUTH=PLAIN"), "{told:?}");
    assert_eq!(client.ok("ID (\"name\" \"test\")").await, ["* ID (\"name\" \"Postroom\")"]);
    assert_eq!(client.status("SELECT INBOX").await, "BAD Sign in first.");
    assert!(client.status("NONSENSE").await.starts_with("BAD "));
    let large = "x".repeat(5_000);
    assert!(client.status(&format!("LOGIN {{{}}}", large.len())).await.starts_with("NO [TOOBIG]"));
    assert_eq!(client.say("LOGOUT").await, ["* BYE Until next time.", "OK Logged out."]);
    assert_eq!(client.line().await, None);
}

#[tokio::test]
async fn a_wrong_secret_and_an_absent_address_are_answered_alike() {
    let world = World::new().await;
    let mut client = world.connect().await;
    let wrong = client.status(&format!("LOGIN {INFO} nonsense")).await;
    assert!(wrong.starts_with("NO [AUTHENTICATIONFAILED] "), "{wrong}");
    assert_eq!(client.status(&format!("LOGIN nobody@example.test {}", world.secret)).await, wrong);
    assert_eq!(client.status("LOGIN {5+}\r\nwrong {3+}\r\nfoo").await, wrong);
}

#[tokio::test]
async fn who_fails_too_often_is_shown_the_door() {
    let world = World::new().await;
    let mut client = world.connect().await;
    for _ in 0..5 {
        assert!(client.status(&format!("LOGIN {INFO} nonsense")).await.starts_with("NO "));
    }
    assert!(client.line().await.unwrap().starts_with("* BYE "));
    assert_eq!(client.line().await, None);
}

#[tokio::test]
async fn credentials_are_said_in_each_way_there_is() {
    use base64::Engine as _;
    let world = World::new().await;
    let plain = base64::prelude::BASE64_STANDARD.encode(format!("\0{INFO}\0{}", world.secret));
    let mut client = world.connect().await;
    assert!(client.status(&format!("AUTHENTICATE PLAIN {plain}")).await.starts_with("OK [CAPABILITY "));
    let mut client = world.connect().await;
    let tag = client.begin("AUTHENTICATE PLAIN").await;
    assert_eq!(client.line().await.unwrap(), "+ ");
    client.send(format!("{plain}\r\n")).await;
    assert!(client.finish(&tag).await[0].starts_with("OK "));
    assert!(client.status(&format!("LOGIN {INFO} {}", world.secret)).await.starts_with("BAD "));
    let mut client = world.connect().await;
    let tag = client.begin("AUTHENTICATE PLAIN").await;
    client.line().await;
    client.send("*\r\n").await;
    assert!(client.finish(&tag).await[0].starts_with("BAD "));
    assert!(client.status("AUTHENTICATE CRAM-MD5").await.starts_with("NO [CANNOT]"));
}

#[tokio::test]
async fn from_afar_no_password_is_taken_in_the_clear() {
    let world = World::new().await;
    let mut client = world.connect_from_afar().await;
    let told = client.ok("CAPABILITY").await;
    assert!(told[0].ends_with(" STARTTLS LOGINDISABLED"), "{told:?}");
    let login = format!("LOGIN {INFO} {}", world.secret);
    assert!(client.status(&login).await.starts_with("NO [PRIVACYREQUIRED]"));
    assert!(client.status("AUTHENTICATE PLAIN").await.starts_with("NO [PRIVACYREQUIRED]"));
    let mut client = client.start_tls().await;
    assert!(client.ok("CAPABILITY").await[0].ends_with(" AUTH=PLAIN"));
    assert!(client.status("STARTTLS").await.starts_with("BAD "));
    client.ok(&login).await;
    client.ok("SELECT INBOX").await;
    let mut client = world.connect_encrypted().await;
    client.ok(&login).await;
}

#[tokio::test]
async fn what_follows_starttls_in_the_clear_ends_it() {
    let world = World::new().await;
    let mut client = world.connect_from_afar().await;
    let status = client.status("STARTTLS\r\nb1 NOOP").await;
    assert!(status.starts_with("BAD "), "{status}");
    assert!(client.line().await.unwrap().starts_with("b1 OK "));
}

#[tokio::test]
async fn a_message_is_read_as_it_was_appended() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["dialog"]).await;
    let told = client.ok("FETCH 1 (FLAGS ENVELOPE RFC822.SIZE)").await;
    let expected = "* 1 FETCH (FLAGS () ENVELOPE (\"Mon, 23 Nov 2026 10:00:00 +0000\" \"dialog\" \
                    ((\"Stranger\" NIL \"s\" \"far.example\"))";
    assert!(told[0].starts_with(expected), "{told:?}");
    let told = client.ok("UID FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[TEXT]<5.4>)").await;
    assert_eq!(
        told,
        [
            "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {19}",
            "Subject: dialog",
            "",
            " BODY[TEXT]<5> {4}",
            "is d)",
        ]
    );
    let told = client.ok("FETCH 1 (BODYSTRUCTURE)").await;
    let expected =
        "* 1 FETCH (BODYSTRUCTURE (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 17 1 NIL";
    assert!(told[0].starts_with(expected), "{told:?}");
    assert_eq!(client.ok("FETCH 1 (BODY.PEEK[2])").await, ["* 1 FETCH (BODY[2] NIL)"]);
    let told = client.ok("FETCH 1 (BODY[1])").await.join("\r\n");
    let expected = "* 1 FETCH (BODY[1] {17}\r\nThis is dialog.\r\n)\r\n* 1 FETCH (UID 1 FLAGS (\\Seen))";
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_message_larger_than_the_limit_is_refused_before_it_is_sent() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    let status = client.status(&format!("APPEND INBOX {{{}}}", MESSAGE_LIMIT + 1)).await;
    assert!(status.starts_with("NO [TOOBIG]"), "{status}");
    let large = format!("Subject: large\r\n\r\n{}", "x".repeat(MESSAGE_LIMIT as usize - 18));
    assert!(client.append("INBOX", &large).await.starts_with("OK "));
    client.ok("EXAMINE INBOX").await;
    let told = client.ok("FETCH 1 BODY[]").await.join("\r\n");
    assert!(told.contains(&large));
    assert!(client.append("Nowhere", "Subject: x\r\n\r\n").await.starts_with("NO [TRYCREATE]"));
}

#[tokio::test]
async fn messages_are_found_copied_moved_and_expunged() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["first", "second", "third"]).await;
    client.ok("STORE 1 +FLAGS.SILENT (\\Seen)").await;
    client.ok("STORE 3 +FLAGS.SILENT ($Forwarded)").await;
    assert_eq!(client.ok("SEARCH UNSEEN").await, ["* SEARCH 2 3"]);
    assert_eq!(client.ok("SEARCH KEYWORD $Forwarded").await, ["* SEARCH 3"]);
    assert_eq!(client.ok("UID SEARCH OR SUBJECT second 1").await, ["* SEARCH 1 2"]);
    let tag = client.begin("SEARCH RETURN (MIN MAX COUNT ALL) NOT SUBJECT second").await;
    let expected = format!("* ESEARCH (TAG \"{tag}\") MIN 1 MAX 3 ALL 1,3 COUNT 2");
    assert_eq!(client.finish(&tag).await[0], expected);

    let copied = client.status("COPY 1:2 Archive").await;
    assert!(copied.starts_with("OK [COPYUID ") && copied.contains(" 1:2 1:2]"), "{copied}");
    let moved = client.ok("UID MOVE 3 Trash").await;
    assert!(moved[0].starts_with("* OK [COPYUID ") && moved[1] == "* 3 EXPUNGE", "{moved:?}");
    client.ok("STORE 1:2 +FLAGS.SILENT (\\Deleted)").await;
    assert_eq!(client.ok("UID EXPUNGE 2:3").await, ["* 2 EXPUNGE"]);
    assert_eq!(client.ok("EXPUNGE").await, ["* 1 EXPUNGE"]);
    let told = client.ok("STATUS Archive (MESSAGES UIDNEXT UNSEEN)").await;
    assert_eq!(told, ["* STATUS Archive (MESSAGES 2 UIDNEXT 3 UNSEEN 1)"]);
}

#[tokio::test]
async fn folders_are_made_listed_renamed_and_deleted() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    client.ok("CREATE Work/2026").await;
    assert!(client.status("CREATE Work").await.starts_with("NO [ALREADYEXISTS]"));
    assert_eq!(
        client.ok("LIST \"\" Work*").await,
        ["* LIST (\\HasChildren) \"/\" Work", "* LIST (\\HasNoChildren) \"/\" Work/2026"]
    );
    assert!(client.status("DELETE Work").await.starts_with("NO [HASCHILDREN]"));
    client.ok("RENAME Work/2026 \"Work/Gr&APwA3w-e\"").await;
    assert_eq!(client.ok("LIST \"\" Work/%").await, ["* LIST (\\HasNoChildren) \"/\" Work/Gr&APwA3w-e"]);
    client.ok("UNSUBSCRIBE Drafts").await;
    let told = client.ok("LSUB \"\" *").await;
    assert!(told.iter().all(|line| !line.contains("Drafts")) && told.len() > 3, "{told:?}");
    let told = client.ok("LIST (SPECIAL-USE) \"\" *").await;
    assert!(
        told.iter().any(|line| line.contains("\\Sent")) && !told.iter().any(|line| line.contains("INBOX"))
    );
    client.ok("SELECT Work/Gr&APwA3w-e").await;
    let told = client.ok("DELETE Work/Gr&APwA3w-e").await;
    assert!(told[0].starts_with("* OK [CLOSED]"), "{told:?}");
    assert!(client.status("FETCH 1 FLAGS").await.starts_with("BAD "));
    assert_eq!(client.ok("NAMESPACE").await, ["* NAMESPACE ((\"\" \"/\")) NIL NIL"]);
    assert!(client.status("SELECT Nowhere").await.starts_with("NO [NONEXISTENT]"));
}

#[tokio::test]
async fn a_folder_open_for_reading_stays_as_it_is() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one"]).await;
    let told = client.say("EXAMINE INBOX").await;
    assert!(told.last().unwrap().starts_with("OK [READ-ONLY]"), "{told:?}");
    assert!(told[0].starts_with("* OK [CLOSED]"), "{told:?}");
    for refused in ["STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "MOVE 1 Trash"] {
        assert!(client.status(refused).await.starts_with("NO "), "{refused}");
    }
    client.ok("FETCH 1 BODY[]").await;
    assert_eq!(client.ok("FETCH 1 FLAGS").await, ["* 1 FETCH (FLAGS ())"]);
    client.ok("UNSELECT").await;
    assert!(client.status("CHECK").await.starts_with("BAD "));
}

#[tokio::test]
async fn condstore_tells_only_what_changed() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two"]).await;
    let told = client.ok("SELECT INBOX (CONDSTORE)").await;
    let modseq = coded(&told, "HIGHESTMODSEQ");
    client.ok("STORE 2 +FLAGS (\\Flagged)").await;
    let told = client.ok(&format!("FETCH 1:* (FLAGS) (CHANGEDSINCE {modseq})")).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("* 2 FETCH (FLAGS (\\Flagged) MODSEQ ("), "{told:?}");
    let status = client.status(&format!("STORE 2 (UNCHANGEDSINCE {modseq}) +FLAGS (\\Deleted)")).await;
    assert!(status.starts_with("OK [MODIFIED 2]"), "{status}");
    assert_eq!(client.ok("ENABLE CONDSTORE X-OTHER").await, ["* ENABLED CONDSTORE"]);
}

#[tokio::test]
async fn idle_tells_what_others_do() {
    let world = World::new().await;
    let mut waiting = with_messages(&world, &[]).await;
    let tag = waiting.idle().await;
    let mut other = with_messages(&world, &["news"]).await;
    assert_eq!(waiting.line().await.unwrap(), "* 1 EXISTS");
    other.ok("STORE 1 +FLAGS (\\Seen)").await;
    assert_eq!(waiting.line().await.unwrap(), "* 1 FETCH (UID 1 FLAGS (\\Seen))");
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    assert!(waiting.line().await.unwrap().contains("\\Deleted"));
    other.ok("CLOSE").await;
    assert_eq!(waiting.line().await.unwrap(), "* 1 EXPUNGE");
    waiting.send("DONE\r\n").await;
    assert_eq!(waiting.finish(&tag).await, ["OK Waited."]);
}

#[tokio::test]
async fn a_message_that_is_gone_keeps_its_number_until_that_is_told() {
    let world = World::new().await;
    let mut reader = with_messages(&world, &["one", "two"]).await;
    let mut other = world.sign_in().await;
    other.ok("SELECT INBOX").await;
    other.ok("STORE 1 +FLAGS (\\Deleted)").await;
    other.ok("EXPUNGE").await;
    assert_eq!(reader.ok("FETCH 2 (UID)").await, ["* 2 FETCH (UID 2)"]);
    assert!(reader.status("FETCH 1 (UID)").await.starts_with("NO [EXPUNGEISSUED]"));
    assert_eq!(reader.ok("NOOP").await, ["* 1 EXPUNGE"]);
    assert_eq!(reader.ok("FETCH 1 (UID)").await, ["* 1 FETCH (UID 2)"]);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_when_its_access_ends() {
    let world = World::new().await;
    let mut client = with_messages(&world, &[]).await;
    let large = format!("Subject: large\r\n\r\n{}", "x".repeat(90_000));
    client.append("INBOX", &large).await;
    // More than all buffers on the way hold.
    let answers = "c FETCH 1 BODY.PEEK[]\r\n".repeat(500);
    client.send(&answers).await;
    assert!(client.line().await.unwrap().starts_with("* 1 FETCH"));
    world.remove_access().await;
    let mut last = None;
    while let Some(line) = client.line().await {
        last = Some(line);
    }
    // Cut off within an answer, or after the farewell; never a farewell within an answer.
    let last = last.unwrap();
    assert!(!last.contains("BYE") || last.starts_with("* BYE"), "{last}");
}

#[tokio::test]
async fn a_removed_access_ends_every_connection_at_once() {
    let world = World::new().await;
    let mut idling = with_messages(&world, &["one"]).await;
    idling.idle().await;
    let mut waiting = world.sign_in().await;
    let mut asking = world.sign_in().await;
    let literal = asking.begin("APPEND INBOX {10}").await;
    assert_eq!(asking.line().await.unwrap(), "+ Go on.");
    assert!(!literal.is_empty());
    world.remove_access().await;
    for client in [&mut idling, &mut waiting, &mut asking] {
        let farewell = client.line().await.unwrap();
        assert_eq!(farewell, "* BYE [UNAVAILABLE] The access to this mailbox was removed.");
        assert_eq!(client.line().await, None);
    }
    let mut late = world.connect().await;
    let status = late.status(&format!("LOGIN {INFO} {}", world.secret)).await;
    assert!(status.starts_with("NO [AUTHENTICATIONFAILED]"), "{status}");
}

#[tokio::test]
async fn a_shutdown_says_farewell() {
    let world = World::new().await;
    let mut stranger = world.connect().await;
    let mut idling = world.sign_in().await;
    idling.idle().await;
    world.shut_down();
    for client in [&mut stranger, &mut idling] {
        assert!(client.line().await.unwrap().starts_with("* BYE [UNAVAILABLE]"));
        assert_eq!(client.line().await, None);
    }
}
