//! The process is killed at any moment of a delivery run: what was answered 250 is there, once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tests::{Lines, Server};

use crate::support::{ANNA, DATABASES, INFO, device, world};

/// After how many acknowledged messages each round's kill comes: early, in the middle of a burst, and late.
const ROUNDS: [usize; 3] = [1, 40, 150];
const SENDERS: usize = 8;

#[test]
fn what_was_answered_250_survives_a_kill_and_is_there_once() {
    for database in DATABASES {
        let mut server = world(database);
        let secret = device(&server, ANNA);
        let mut acknowledged = Vec::new();
        for (round, kill_after) in ROUNDS.into_iter().enumerate() {
            acknowledged.extend(deliver_until_killed(&mut server, round, kill_after));
            server.start_again();
        }
        let mut imap = tests::ImapClient::sign_in(server.listens("imap"), INFO, &secret);
        imap.ok("SELECT INBOX");
        let fetched = imap.ok("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])");
        let mut subjects: Vec<_> = fetched
            .untagged
            .iter()
            .filter_map(|line| line.split("Subject: ").nth(1))
            .filter_map(|rest| rest.split("\r\n").next())
            .collect();
        subjects.sort_unstable();
        let all = subjects.len();
        subjects.dedup();
        assert_eq!(subjects.len(), all, "something is there twice");
        for subject in &acknowledged {
            assert!(
                subjects.binary_search(&subject.as_str()).is_ok(),
                "{subject} was acknowledged and is lost"
            );
        }
        assert!(acknowledged.len() >= ROUNDS.iter().sum());
        server.command(&["verify"]);
    }
}

/// Sends from several connections at once, kills the server after so many acknowledgements, and gives the subjects of
/// all messages that were answered 250.
fn deliver_until_killed(server: &mut Server, round: usize, kill_after: usize) -> Vec<String> {
    let address = server.listens("smtp");
    let (count, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let enough = std::sync::mpsc::channel::<()>();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (count, stop, enough) = (Arc::clone(&count), Arc::clone(&stop), enough.0.clone());
            std::thread::spawn(move || {
                let mut acknowledged = Vec::new();
                let mut lines = Lines::connect(address);
                let mut number = 0;
                while !stop.load(Ordering::Relaxed) {
                    let subject = format!("r{round}-s{sender}-{number}");
                    if !deliver(&mut lines, &subject) {
                        break;
                    }
                    acknowledged.push(subject);
                    number += 1;
                    if count.fetch_add(1, Ordering::Relaxed) + 1 == kill_after {
                        let _ = enough.send(());
                    }
                }
                acknowledged
            })
        })
        .collect();
    enough.1.recv().unwrap();
    server.kill();
    stop.store(true, Ordering::Relaxed);
    senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
}

/// Whether the message was answered 250 before the connection broke.
fn deliver(lines: &mut Lines, subject: &str) -> bool {
    let body = format!("From: a@far.example\r\nSubject: {subject}\r\n\r\n{}\r\n.\r\n", "x".repeat(2_000 / 2));
    lines.send("EHLO far.example\r\n");
    if !wait_for(lines, "250") {
        return false;
    }
    lines.send(format!("MAIL FROM:<a@far.example>\r\nRCPT TO:<{INFO}>\r\nDATA\r\n"));
    if !wait_for(lines, "354") {
        return false;
    }
    lines.send(body);
    wait_for(lines, "250")
}

/// Reads replies until one with that code is complete; the pipelined 250s before a 354 are passed over.
fn wait_for(lines: &mut Lines, code: &str) -> bool {
    while let Some(line) = lines.line() {
        if line.starts_with(code) && !line[3..].starts_with('-') {
            return true;
        }
        if line.starts_with('4') || line.starts_with('5') {
            return false;
        }
    }
    false
}
