//! Devices that prove their password without saying it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::{StoreError, Tx};
use testkit::scram::ScramClient;

use super::world::{Client, INFO, World};
use crate::Service;

/// How an attempt went.
struct Attempt {
    /// The salt that the server told.
    salt: String,
    /// What it said at the end.
    reply: String,
}

/// Signs in as a program does that knows `password`, with `flag` first and the channel bound by `bound`.
async fn sign_in(
    client: &mut Client,
    mechanism: &str,
    flag: &str,
    bound: &[u8],
    user: &str,
    password: &str,
) -> Attempt {
    let mut scram = ScramClient::new(flag, bound, user, password);
    let mut reply = client.say(&format!("AUTH {mechanism} {}", scram.first())).await;
    if let Some(answer) = reply.strip_prefix("334 ") {
        let last = scram.last(answer).unwrap();
        reply = client.say(&last).await;
    }
    if let Some(answer) = reply.strip_prefix("334 ") {
        assert!(scram.is_proof(answer), "the server knows it too");
        reply = client.say("").await;
    }
    Attempt { salt: scram.salt, reply }
}

async fn device(world: &World) -> Client {
    let mut client = world.connect(Service::Submission).await;
    client.ok("EHLO laptop.example", "250").await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_proves_its_password_may_send() {
    let world = World::new().await;
    for password in [world.secret.clone(), world.secret.replace('-', "")] {
        let mut client = device(&world).await;
        let attempt = sign_in(&mut client, "SCRAM-SHA-256", "n", b"", INFO, &password).await;
        assert_eq!(attempt.reply, "235 2.7.0 Signed in.\r\n");
        client.ok(&format!("MAIL FROM:<{INFO}>"), "250").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let world = World::new().await;
    let mut client = device(&world).await;
    let right = "abcdefghi-abcdefghi-abcdefghi";
    let wrong = sign_in(&mut client, "SCRAM-SHA-256", "n", b"", INFO, right).await;
    let unknown = sign_in(&mut client, "SCRAM-SHA-256", "n", b"", "nobody@example.test", right).await;
    let no_address = sign_in(&mut client, "SCRAM-SHA-256", "n", b"", "nobody", right).await;
    assert_eq!(wrong.reply, "535 5.7.8 The address or the device password is wrong.\r\n");
    assert_eq!((&unknown.reply, &no_address.reply), (&wrong.reply, &wrong.reply));
    assert_eq!((&unknown.salt, &no_address.salt), (&wrong.salt, &wrong.salt));
}

/// It works with PLAIN, and so with every program that is told to use that.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_password_from_before_has_nothing_to_prove_it_by() {
    let world = World::new().await;
    let forget = |tx: &mut Tx<'_>| -> Result<u64, StoreError> { tx.execute("DELETE FROM device_scram", &[]) };
    world.store.write(forget).await.unwrap();
    let mut client = device(&world).await;
    let attempt = sign_in(&mut client, "SCRAM-SHA-256", "n", b"", INFO, &world.secret).await;
    assert!(attempt.reply.starts_with("535 "), "{}", attempt.reply);
    let plain = STANDARD.encode(format!("\0{INFO}\0{}", world.secret));
    client.ok(&format!("AUTH PLAIN {plain}"), "235").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_password_proves_nothing() {
    let world = World::new().await;
    let (operator, mailbox) = (identity::Identity::operator(), world.mailbox);
    let revoke = move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
        let device = identity::devices::of(tx, mailbox, None)?[0].id;
        identity::devices::revoke(tx, &operator, device)
    };
    world.store.write(revoke).await.unwrap();
    let mut client = device(&world).await;
    let attempt = sign_in(&mut client, "SCRAM-SHA-256", "n", b"", INFO, &world.secret).await;
    assert!(attempt.reply.starts_with("535 "), "{}", attempt.reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_an_encrypted_connection_the_proof_is_bound_to_it() {
    let world = World::new().await;
    let mut client = world.connect_encrypted().await;
    let offered = client.ok("EHLO laptop.example", "250").await;
    assert!(offered.contains("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN\r\n"), "{offered}");
    let bound = client.stream.channel_binding().unwrap();
    let plus = "SCRAM-SHA-256-PLUS";
    let other = sign_in(&mut client, plus, "p=tls-exporter", &[7; 32], INFO, &world.secret).await;
    assert!(other.reply.starts_with("535 "), "another connection's: {}", other.reply);
    let misled = sign_in(&mut client, "SCRAM-SHA-256", "y", b"", INFO, &world.secret).await;
    assert!(misled.reply.starts_with("535 "), "told that it cannot be bound: {}", misled.reply);
    let attempt = sign_in(&mut client, plus, "p=tls-exporter", &bound, INFO, &world.secret).await;
    assert_eq!(attempt.reply, "235 2.7.0 Signed in.\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_may_give_up_and_says_what_can_be_read() {
    let world = World::new().await;
    let mut client = device(&world).await;
    client.ok("AUTH SCRAM-SHA-256", "334 \r\n").await;
    client.ok("*", "501 5.7.0").await;
    client.ok("AUTH SCRAM-SHA-256 !", "501 5.5.2").await;
    client.ok("AUTH SCRAM-SHA-256 biwsbj11c2Vy", "501 5.5.2").await;
    client.ok("AUTH SCRAM-SHA-1", "504 ").await;
}
