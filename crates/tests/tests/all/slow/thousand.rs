//! A thousand connections wait in IDLE; the access of half of them is taken away (I7).

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use tests::server::Options;
use tests::{Database, ImapClient};

use crate::support::{ANNA, BEN, INFO, device, give_access, message, stranger, world_with};

/// How many wait on each side.
const EACH: usize = 500;
/// What the product promises.
const WITHIN: Duration = Duration::from_secs(1);

#[test]
fn of_a_thousand_idle_connections_the_five_hundred_of_a_removed_user_are_cut_within_a_second() {
    let server = world_with(Database::Sqlite, Options::default());
    give_access(&server, BEN, "all");
    let [bens, annas] = [BEN, ANNA].map(|user| {
        let secret = device(&server, user);
        let idle = |_| {
            let mut client = ImapClient::sign_in(server.listens("imap"), INFO, &secret);
            client.ok("SELECT INBOX");
            client.idle();
            client
        };
        (0..EACH).map(idle).collect::<Vec<_>>()
    });
    let (told, ends) = channel();
    for mut client in bens {
        let told = told.clone();
        std::thread::spawn(move || {
            let line = client.logical_line();
            told.send((now(), line)).unwrap();
        });
    }
    drop(told);
    let began = now();
    server.command(&["access", "remove", INFO, "--user", BEN]);
    let mut times: Vec<Duration> = ends
        .iter()
        .map(|(at, line)| {
            assert!(line.as_ref().is_some_and(|line| line.starts_with("* BYE")), "{line:?}");
            at.duration_since(began)
        })
        .collect();
    times.sort_unstable();
    assert_eq!(times.len(), EACH);
    // Counted from the start of the command, whose process has to begin first.
    println!("removal to BYE with {} connections: p50 {:?}, p99 {:?}", 2 * EACH, times[250], times[495]);
    assert!(times[EACH - 1] < WITHIN * 2, "took {:?}", times[EACH - 1]);

    // The others stay, and hear of new mail.
    let (code, text) = stranger(&server).deliver("stranger@far.example", &[INFO], &message("still here"));
    assert_eq!(code, 250, "{text}");
    for mut client in annas {
        assert_eq!(client.logical_line().unwrap(), "* 1 EXISTS");
    }
}

#[expect(clippy::disallowed_methods, reason = "the promise is one of real time")]
fn now() -> Instant {
    Instant::now()
}
