//! Searching, sorting, putting together.

use super::with_messages;
use super::world::{Client, INFO, World};

#[tokio::test]
async fn what_a_search_found_is_named_by_a_sign() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two", "three", "four"]).await;
    client.ok("STORE 2:3 +FLAGS.SILENT (\\Flagged)").await;
    assert!(client.ok("SEARCH RETURN (SAVE) FLAGGED").await.is_empty());
    assert_eq!(client.ok("FETCH $ (UID)").await, ["* 2 FETCH (UID 2)", "* 3 FETCH (UID 3)"]);
    assert_eq!(client.ok("UID SEARCH $ SUBJECT three").await, ["* SEARCH 3"]);
    assert_eq!(client.ok("SEARCH NOT UID $").await, ["* SEARCH 1 4"]);
    let tag = client.begin("SEARCH RETURN (SAVE MIN) FLAGGED").await;
    assert_eq!(client.finish(&tag).await[0], format!("* ESEARCH (TAG \"{tag}\") MIN 2"));
    client.ok("STORE $ +FLAGS.SILENT (\\Deleted)").await;
    assert_eq!(client.ok("EXPUNGE").await, ["* 2 EXPUNGE"]);
    assert!(client.ok("UID FETCH $ FLAGS").await.is_empty());
    client.ok("SEARCH RETURN (SAVE) ALL").await;
    assert!(client.status("SEARCH RETURN (SAVE) CHARSET KOI8-R ALL").await.starts_with("NO [BADCHARSET"));
    client.ok("SELECT INBOX").await;
    assert_eq!(client.ok("SEARCH $").await, ["* SEARCH"]);
}

#[tokio::test]
async fn messages_are_found_by_age_day_of_filing_and_id() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["new"]).await;
    let old = "Subject: old\r\n\r\nx";
    client.ok(&format!("APPEND INBOX \"17-Jul-1996 02:44:25 -0700\" {{{}+}}\r\n{old}", old.len())).await;
    client.ok("NOOP").await;
    assert_eq!(client.ok("SEARCH OLDER 3600").await, ["* SEARCH 2"]);
    assert_eq!(client.ok("SEARCH YOUNGER 3600").await, ["* SEARCH 1"]);
    assert_eq!(client.ok("SEARCH BEFORE 1-Jan-2000").await, ["* SEARCH 2"]);
    assert_eq!(client.ok("SEARCH SAVEDBEFORE 1-Jan-2000").await, ["* SEARCH"]);
    assert_eq!(client.ok("SEARCH SAVEDSINCE 1-Jan-2000 SAVEDATESUPPORTED").await, ["* SEARCH 1 2"]);
    assert!(client.status("SEARCH OLDER 0").await.starts_with("BAD "));
    let told = client.ok("FETCH 2 (EMAILID THREADID)").await;
    let id = |name: &str| told[0].split_once(name).unwrap().1.split(['(', ')']).nth(1).unwrap().to_owned();
    assert_eq!(client.ok(&format!("SEARCH EMAILID {}", id("EMAILID"))).await, ["* SEARCH 2"]);
    assert_eq!(client.ok(&format!("SEARCH THREADID {}", id("THREADID"))).await, ["* SEARCH 2"]);
    assert_eq!(client.ok("SEARCH OR EMAILID nonsense THREADID M1").await, ["* SEARCH"]);
}

/// A client in whose INBOX there are messages with these headers, in this order.
async fn with_headers(world: &World, headers: &[&str]) -> Client {
    let mut client = world.sign_in().await;
    for header in headers {
        let message = format!("{}\r\nTo: {INFO}\r\n\r\nwords\r\n", header.replace('\n', "\r\n"));
        assert!(client.append("INBOX", &message).await.starts_with("OK "), "{header}");
    }
    client.ok("SELECT INBOX").await;
    client
}

#[tokio::test]
async fn messages_are_put_in_order() {
    let world = World::new().await;
    let headers = [
        "From: Zoe <b@x.test>\nSubject: Re: beta\nDate: Mon, 23 Nov 2026 10:00:00 +0000",
        "From: a@z.test\nSubject: Alpha\nDate: Mon, 23 Nov 2026 12:00:00 +0200",
        "From: C@y.test\nSubject: [list] beta\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nX: longer",
    ];
    let mut client = with_headers(&world, &headers).await;
    for (criteria, expected) in [
        ("(SUBJECT)", "2 1 3"),
        ("(SUBJECT REVERSE DATE)", "2 1 3"),
        ("(SUBJECT DATE)", "2 3 1"),
        ("(FROM)", "2 1 3"),
        ("(REVERSE FROM)", "3 1 2"),
        ("(DATE)", "3 1 2"),
        ("(REVERSE SIZE)", "3 1 2"),
        ("(TO CC ARRIVAL)", "1 2 3"),
    ] {
        assert_eq!(
            client.ok(&format!("SORT {criteria} UTF-8 ALL")).await,
            [format!("* SORT {expected}")],
            "{criteria}"
        );
    }
    assert_eq!(client.ok("UID SORT (DATE) US-ASCII NOT 3").await, ["* SORT 1 2"]);
    assert_eq!(client.ok("SORT (DATE) UTF-8 SUBJECT nothing").await, ["* SORT"]);
    let tag = client.begin("UID SORT RETURN (MIN ALL COUNT SAVE) (DATE) UTF-8 ALL").await;
    assert_eq!(
        client.finish(&tag).await[0],
        format!("* ESEARCH (TAG \"{tag}\") UID MIN 3 ALL 3,1:2 COUNT 3")
    );
    assert_eq!(client.ok("SEARCH $").await, ["* SEARCH 1 2 3"]);
    for wrong in ["SORT () UTF-8 ALL", "SORT (COLOUR) UTF-8 ALL", "SORT (DATE) ALL", "SORT DATE UTF-8 ALL"] {
        let status = client.status(wrong).await;
        assert!(status.starts_with("BAD ") || status.starts_with("NO [BADCHARSET"), "{wrong}: {status}");
    }
}

#[tokio::test]
async fn conversations_are_put_together() {
    let world = World::new().await;
    let headers = [
        "Message-ID: <a@x>\nSubject: plan",
        "Message-ID: <other@x>\nSubject: another",
        "Message-ID: <b@x>\nIn-Reply-To: <a@x>\nSubject: Re: plan",
        "Message-ID: <c@x>\nReferences: <a@x> <b@x>\nSubject: Re: plan",
        "Message-ID: <d@x>\nReferences: <a@x> <b@x>\nSubject: Re: plan",
        "Message-ID: <e@x>\nSubject: Re: plan",
    ];
    let mut client = with_headers(&world, &headers).await;
    assert_eq!(client.ok("THREAD REFERENCES UTF-8 ALL").await, ["* THREAD (1 (3 (4)(5))(6))(2)"]);
    assert_eq!(client.ok("THREAD ORDEREDSUBJECT UTF-8 ALL").await, ["* THREAD (1 (3)(4)(5)(6))(2)"]);
    assert_eq!(client.ok("UID THREAD REFERENCES UTF-8 5:6").await, ["* THREAD ((5)(6))"]);
    assert_eq!(client.ok("THREAD REFERENCES UTF-8 SUBJECT nothing").await, ["* THREAD"]);
    assert!(client.status("THREAD JWZ UTF-8 ALL").await.starts_with("BAD "));
}
