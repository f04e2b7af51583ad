//! Strangers who come from elsewhere than this machine.

mod memory;
mod scram;
mod smuggling;
mod world;

use std::time::Duration;

use world::World;

use crate::{Pace, Service};

/// What a client hears that comes from `peer` and says all of `words` at once.
async fn heard(service: Service, peer: &str, words: &str) -> String {
    World::new().await.heard(service, peer, words).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_talks_before_the_greeting_is_not_greeted() {
    let text = heard(Service::Reception, "192.0.2.1:40000", "EHLO far.example\r\n").await;
    assert_eq!(text, "554 5.5.0 Wait for the greeting.\r\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pipelines_before_it_is_offered_is_let_go() {
    for greeting in ["EHLO", "HELO"] {
        let words = format!("{greeting} far.example\r\nMAIL FROM:<a@far.example>\r\n");
        let text = heard(Service::Reception, "127.0.0.1:40000", &words).await;
        assert_eq!(text, "220 mx.here.example ESMTP Postroom\r\n554 5.5.0 Wait for the answer.\r\n");
    }
}

/// A device that knows its server may be in a hurry: it signs in, which no stranger can.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_may_be_in_a_hurry() {
    let text = heard(Service::Submission, "192.0.2.1:40000", "EHLO laptop.example\r\nQUIT\r\n").await;
    assert!(text.starts_with("220 ") && text.ends_with("\r\n221 2.0.0 Until next time.\r\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_what_is_there() {
    let text = heard(Service::Submission, "127.0.0.1:40000", "EHLO laptop.example\r\nQUIT\r\n").await;
    let offers: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("250")).map(|line| &line[1..]).collect();
    let expected = [
        "mx.here.example",
        "PIPELINING",
        "SIZE 1048576",
        "8BITMIME",
        "SMTPUTF8",
        "ENHANCEDSTATUSCODES",
        "CHUNKING",
        "DSN",
        "LIMITS RCPTMAX=100 MAILMAX=1000",
        "STARTTLS",
        "AUTH SCRAM-SHA-256 PLAIN LOGIN",
    ];
    assert_eq!(offers, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn content_that_comes_too_slowly_is_given_up() {
    let world = World::new().await.with(|parts| parts.pace = Pace { bytes: 1_000, within: Duration::ZERO });
    let words = "EHLO laptop.example\r\nBDAT 5000\r\na few bytes";
    let text = world.heard(Service::Submission, "127.0.0.1:40000", words).await;
    assert!(text.ends_with("\r\n421 4.4.2 The mail took too long.\r\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_of_no_mail_is_read_to_its_end_and_refused() {
    let words = "EHLO laptop.example\r\nBDAT 6\r\nQUIT\r\nNOOP\r\nQUIT\r\n";
    let text = heard(Service::Submission, "127.0.0.1:40000", words).await;
    let end =
        "\r\n503 5.5.1 Say first whom it is from: MAIL.\r\n250 2.0.0 Here.\r\n221 2.0.0 Until next time.\r\n";
    assert!(text.ends_with(end), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_does_not_sign_in_keeps_no_place() {
    let world = World::new().await.with(|parts| parts.sign_in_within = Duration::from_millis(1));
    let text = world.heard(Service::Submission, "127.0.0.1:40000", "EHLO laptop.example\r\n").await;
    assert!(text.ends_with("421 4.4.2 Nobody signed in for too long.\r\n"), "{text}");
}

/// A stranger is not asked to sign in.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_may_take_longer_than_a_device_has_to_sign_in() {
    let world = World::new().await.with(|parts| parts.sign_in_within = Duration::ZERO);
    let text = world.heard(Service::Reception, "127.0.0.1:40000", "NOOP\r\nQUIT\r\n").await;
    assert!(text.ends_with("250 2.0.0 Here.\r\n221 2.0.0 Until next time.\r\n"), "{text}");
}
