//! Quota, rights, compression.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

use super::world::World;
use super::{message, with_messages};

#[tokio::test]
async fn the_quota_of_the_mailbox_is_told() {
    let world = World::with_quota(Some(10_500)).await;
    let mut client = with_messages(&world, &["one"]).await;
    let told = client.ok("GETQUOTAROOT INBOX").await;
    assert_eq!(told, ["* QUOTAROOT INBOX \"\"", "* QUOTA \"\" (STORAGE 1 10)"]);
    assert_eq!(client.ok("GETQUOTA \"\"").await, ["* QUOTA \"\" (STORAGE 1 10)"]);
    assert!(client.status("GETQUOTA other").await.starts_with("NO [NONEXISTENT]"));
    assert!(client.status("GETQUOTAROOT Nowhere").await.starts_with("NO [NONEXISTENT]"));
    assert!(client.status("SETQUOTA \"\" (STORAGE 99)").await.starts_with("NO [NOPERM]"));
    client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    let told = client.ok("STATUS INBOX (DELETED DELETED-STORAGE SIZE)").await;
    let size = message("one").len();
    assert_eq!(told, [format!("* STATUS INBOX (DELETED 1 DELETED-STORAGE {size} SIZE {size})")]);

    let world = World::new().await;
    let mut client = world.sign_in().await;
    assert_eq!(client.ok("GETQUOTAROOT INBOX").await, ["* QUOTAROOT INBOX"]);
    assert!(client.status("GETQUOTA \"\"").await.starts_with("NO [NONEXISTENT]"));
}

#[tokio::test]
async fn rights_are_those_of_the_door() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    assert_eq!(client.ok("MYRIGHTS INBOX").await, ["* MYRIGHTS INBOX lrswitekcd"]);
    assert_eq!(client.ok("MYRIGHTS Archive").await, ["* MYRIGHTS Archive lrswitekxcd"]);
    let told = client.ok("LIST \"\" Archive RETURN (MYRIGHTS)").await;
    assert_eq!(told[1], "* MYRIGHTS Archive lrswitekxcd");
    world.permit("send").await;
    assert_eq!(client.ok("MYRIGHTS Archive").await, ["* MYRIGHTS Archive lrswited"]);
    assert!(client.status("CREATE Attic").await.starts_with("NO [NOPERM]"));
    for refused in ["GETACL INBOX", "LISTRIGHTS INBOX x", "SETACL INBOX x lr", "DELETEACL INBOX x"] {
        let status = client.status(refused).await;
        assert!(status.starts_with("NO [NOPERM]") && status.contains("Manager"), "{refused}: {status}");
    }
    assert!(client.status("MYRIGHTS Nowhere").await.starts_with("NO [NONEXISTENT]"));
}

#[tokio::test]
async fn a_connection_is_compressed_from_the_answer_on() {
    let world = World::new().await;
    let mut client = with_messages(&world, &["one"]).await;
    assert!(client.ok("CAPABILITY").await[0].contains(" COMPRESS=DEFLATE"));
    assert!(client.status("COMPRESS LZW").await.starts_with("NO [CANNOT]"));
    client.ok("COMPRESS DEFLATE").await;
    let (mut deflate, mut inflate) = (Compress::new(Compression::best(), false), Decompress::new(false));
    for (command, expected) in [
        ("c1 CAPABILITY\r\n", "c1 OK Told.\r\n"),
        ("c2 FETCH 1 BODY.PEEK[]\r\n", "This is one.\r\n)\r\nc2 OK Fetched.\r\n"),
        ("c3 COMPRESS DEFLATE\r\n", "c3 NO [COMPRESSIONACTIVE] The connection is compressed already.\r\n"),
    ] {
        let mut sent = Vec::with_capacity(1_000);
        deflate.compress_vec(command.as_bytes(), &mut sent, FlushCompress::Sync).unwrap();
        let arrived = client.exchange(&sent, |all| all.ends_with(&[0, 0, 255, 255])).await;
        let mut told = Vec::with_capacity(10_000);
        inflate.decompress_vec(&arrived, &mut told, FlushDecompress::None).unwrap();
        let told = String::from_utf8(told).unwrap();
        assert!(told.ends_with(expected) && !told.contains("COMPRESS=DEFLATE"), "{told}");
    }
}

#[tokio::test]
async fn what_claims_to_be_compressed_and_is_not_ends_the_connection() {
    let world = World::new().await;
    let mut client = world.sign_in().await;
    client.ok("COMPRESS DEFLATE").await;
    client.send("a NOOP\r\na NOOP\r\na NOOP\r\n").await;
    assert_eq!(client.line().await, None);
}
