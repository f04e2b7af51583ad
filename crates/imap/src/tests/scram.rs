//! Mail programs that prove a device password without saying it (RFC 5802).

use testkit::scram::ScramClient;

use super::world::{Client, INFO, World};

/// Signs in as a program does that knows `password`; how that ended, and the salt that was told.
async fn sign_in(client: &mut Client, mechanism: &str, mut scram: ScramClient) -> (String, String) {
    let tag = client.begin(&format!("AUTHENTICATE {mechanism} {}", scram.first())).await;
    let mut line = client.line().await.unwrap();
    if let Some(answer) = line.strip_prefix("+ ") {
        let last = scram.last(answer).unwrap();
        client.send(format!("{last}\r\n")).await;
        line = client.line().await.unwrap();
    }
    if let Some(answer) = line.strip_prefix("+ ") {
        assert!(scram.is_proof(answer), "the server knows it too");
        client.send("\r\n").await;
        line = client.line().await.unwrap();
    }
    (line.strip_prefix(&tag).unwrap().trim_start().to_owned(), scram.salt)
}

#[tokio::test]
async fn a_program_that_proves_its_password_reads_the_mail() {
    let world = World::new().await;
    let mut client = world.connect().await;
    let scram = ScramClient::new("n", b"", INFO, &world.secret);
    let (ended, _) = sign_in(&mut client, "SCRAM-SHA-256", scram).await;
    assert!(ended.starts_with("OK [CAPABILITY "), "{ended}");
    client.ok("SELECT INBOX").await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let world = World::new().await;
    let mut client = world.connect().await;
    let mut answers = Vec::new();
    for user in [INFO, "nobody@example.test", "nobody"] {
        let scram = ScramClient::new("n", b"", user, "abcdefghi-abcdefghi-abcdefghi");
        answers.push(sign_in(&mut client, "SCRAM-SHA-256", scram).await);
    }
    assert!(answers[0].0.starts_with("NO [AUTHENTICATIONFAILED] "), "{answers:?}");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn on_an_encrypted_connection_the_proof_is_bound_to_it() {
    let world = World::new().await;
    let mut client = world.connect_encrypted().await;
    let told = client.ok("CAPABILITY").await;
    assert!(told[0].ends_with(" AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=PLAIN"), "{told:?}");
    let (plus, flag) = ("SCRAM-SHA-256-PLUS", "p=tls-exporter");
    let other = ScramClient::new(flag, &[7; 32], INFO, &world.secret);
    assert!(sign_in(&mut client, plus, other).await.0.starts_with("NO [AUTHENTICATIONFAILED] "));
    let misled = ScramClient::new("y", b"", INFO, &world.secret);
    assert!(sign_in(&mut client, "SCRAM-SHA-256", misled).await.0.starts_with("NO [AUTHENTICATIONFAILED] "));
    let right = ScramClient::new(flag, &client.channel_binding(), INFO, &world.secret);
    assert!(sign_in(&mut client, plus, right).await.0.starts_with("OK "));
}

#[tokio::test]
async fn a_program_may_take_it_back() {
    let world = World::new().await;
    let mut client = world.connect().await;
    let tag = client.begin("AUTHENTICATE SCRAM-SHA-256").await;
    assert_eq!(client.line().await.unwrap(), "+ ");
    client.send("*\r\n").await;
    assert!(client.finish(&tag).await[0].starts_with("BAD "));
    assert!(client.status("AUTHENTICATE SCRAM-SHA-256 !").await.starts_with("BAD "));
    assert!(client.status("AUTHENTICATE SCRAM-SHA-1").await.starts_with("NO [CANNOT]"));
}
