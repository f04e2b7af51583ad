//! What `FETCH` tells beyond the message as it stands.

use super::with_messages;
use super::world::World;

#[tokio::test]
async fn a_part_is_told_decoded() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    let message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        AGFi\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=\r\nb=21\r\n--b\r\n\
        Content-Transfer-Encoding: x-odd\r\n\r\nx\r\n--b--\r\n";
    client.append("INBOX", message).await;
    client.ok("SELECT INBOX").await;
    let told = client.ok("FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1] BINARY.PEEK[2]<1.9> BINARY.PEEK[7])").await;
    let expected = "* 1 FETCH (BINARY.SIZE[1] 3 BINARY[1] ~{3}\r\n\0ab BINARY[2]<1> {2}\r\nb! BINARY[7] NIL)";
    assert_eq!(told.join("\r\n"), expected);
    assert!(client.status("FETCH 1 BINARY.SIZE[3]").await.starts_with("NO [UNKNOWN-CTE]"));
    assert!(client.status("FETCH 1 BINARY[1.MIME]").await.starts_with("BAD "));
    assert_eq!(client.ok("FETCH 1 FLAGS").await, ["* 1 FETCH (FLAGS ())"]);
    assert!(client.ok("FETCH 1 BINARY[2]").await.last().unwrap().contains("\\Seen"));
}

#[tokio::test]
async fn of_a_large_message_the_header_is_the_same() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    let long = format!("X-Long: {}\r\n", "x".repeat(200)).repeat(350);
    for header in ["Subject: large\r\n", &long] {
        let rest = 90_000 - header.len();
        assert!(
            client.append("INBOX", &format!("{header}\r\n{}", "y".repeat(rest))).await.starts_with("OK ")
        );
    }
    client.ok("EXAMINE INBOX").await;
    for message in [1, 2] {
        let alone = client.ok(&format!("FETCH {message} (BODY[HEADER])")).await;
        let both = client.ok(&format!("FETCH {message} (BODY[HEADER] BODY.PEEK[1]<0.1>)")).await;
        assert_eq!(alone[..alone.len() - 1], both[..alone.len() - 1]);
        assert!(!alone.concat().contains('y'));
    }
    let told = client.ok("FETCH 1 (ENVELOPE)").await;
    assert!(told[0].starts_with("* 1 FETCH (ENVELOPE (NIL \"large\" "), "{told:?}");
}

#[tokio::test]
async fn ids_stay_where_a_message_goes() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one", "two"]).await;
    let before = client.ok("FETCH 1 (EMAILID THREADID)").await;
    assert!(
        before[0].starts_with("* 1 FETCH (EMAILID (M") && before[0].contains(" THREADID (T"),
        "{before:?}"
    );
    client.ok("MOVE 1 Archive").await;
    let told = client.ok("SELECT Archive").await;
    let folder = super::coded(&told, "MAILBOXID");
    assert_eq!(client.ok("FETCH 1 (EMAILID THREADID)").await, before);
    let status = client.ok("STATUS Archive (MAILBOXID)").await;
    assert_eq!(status, [format!("* STATUS Archive (MAILBOXID {folder})")]);
    client.ok("RENAME Archive Cellar").await;
    assert!(client.ok("STATUS Cellar (MAILBOXID)").await[0].contains(&folder));
    assert!(client.status("CREATE Attic").await.starts_with("OK [MAILBOXID (F"));
}

#[tokio::test]
async fn a_preview_and_the_day_of_filing_are_told() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    client
        .append("INBOX", "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\u{fc}\u{df}e\r\n")
        .await;
    client.ok("SELECT INBOX").await;
    let told = client.ok("FETCH 1 (PREVIEW (LAZY) UID)").await;
    assert_eq!(told.join("\r\n"), "* 1 FETCH (PREVIEW {7}\r\nGr\u{fc}\u{df}e UID 1)");
    let told = client.ok("FETCH 1 PREVIEW (CHANGEDSINCE 1)").await;
    assert!(told[0].starts_with("* 1 FETCH (PREVIEW {7}"), "{told:?}");
    let saved = client.ok("FETCH 1 SAVEDATE").await;
    assert_eq!(saved[0].replace("SAVEDATE", "INTERNALDATE"), client.ok("FETCH 1 INTERNALDATE").await[0]);
    assert!(client.status("FETCH 1 PREVIEW (EAGER)").await.starts_with("BAD "));
}
