//! Annotations (RFC 5464).

use super::world::World;

#[tokio::test]
async fn annotations_of_the_server_and_of_folders_are_kept() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    client.ok("SETMETADATA \"\" (/shared/comment \"ours\")").await;
    client.ok("SETMETADATA INBOX (/private/Comment {3+}\r\na\"b /private/vendor/x/y \"one\" /shared/comment \"two\")").await;
    let told = client.ok("GETMETADATA INBOX (/private/comment /shared/comment /private/none)").await;
    let expected = "* METADATA INBOX (/private/comment \"a\\\"b\" /private/none NIL /shared/comment \"two\")";
    assert_eq!(told, [expected]);
    assert_eq!(
        client.ok("GETMETADATA \"\" /shared/comment").await,
        ["* METADATA \"\" (/shared/comment \"ours\")"]
    );
    let told = client.ok("GETMETADATA (DEPTH 1) INBOX /private").await;
    assert_eq!(told, ["* METADATA INBOX (/private/comment \"a\\\"b\")"]);
    let told = client.ok("GETMETADATA (DEPTH infinity) INBOX (/private /private/vendor)").await;
    assert_eq!(told, ["* METADATA INBOX (/private/comment \"a\\\"b\" /private/vendor/x/y \"one\")"]);
    let said = client.say("GETMETADATA (MAXSIZE 2 DEPTH infinity) INBOX /private").await;
    assert_eq!(said, ["OK [METADATA LONGENTRIES 3] Told."]);
    client.ok("SETMETADATA INBOX (/private/comment NIL)").await;
    assert_eq!(
        client.ok("GETMETADATA INBOX /private/comment").await,
        ["* METADATA INBOX (/private/comment NIL)"]
    );
    assert!(client.status("GETMETADATA Nowhere /private/comment").await.starts_with("NO [NONEXISTENT]"));
    for wrong in
        ["INBOX /comment", "INBOX /private/a/", "INBOX /private//a", "INBOX \"/private/*\"", "INBOX ()"]
    {
        assert!(client.status(&format!("GETMETADATA {wrong}")).await.starts_with("BAD "), "{wrong}");
    }
}

#[tokio::test]
async fn annotations_go_with_their_folder_and_stay_small() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    client.ok("CREATE Work").await;
    client.ok("SETMETADATA Work (/shared/comment \"x\")").await;
    client.ok("DELETE Work").await;
    client.ok("CREATE Work").await;
    assert_eq!(
        client.ok("GETMETADATA Work /shared/comment").await,
        ["* METADATA Work (/shared/comment NIL)"]
    );
    let large = "x".repeat(4_097);
    let status = client
        .status(&format!("SETMETADATA Work (/shared/a \"b\" /shared/comment {{4097+}}\r\n{large})"))
        .await;
    assert!(status.starts_with("NO [METADATA MAXSIZE 4096]"), "{status}");
    assert_eq!(client.ok("GETMETADATA Work /shared/a").await, ["* METADATA Work (/shared/a NIL)"]);
    let mut last = String::new();
    for number in 0..=20 {
        let entries: Vec<_> = (0..50).map(|entry| format!("/shared/{number}/{entry} \"x\"")).collect();
        last = client.status(&format!("SETMETADATA Work ({})", entries.join(" "))).await;
    }
    assert!(last.starts_with("NO [METADATA TOOMANY]"), "{last}");
}
