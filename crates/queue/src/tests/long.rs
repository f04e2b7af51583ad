//! A long queue, and days of it.

use domain::Recipient;
use domain::duration::{days, minutes};
use store::{StoreError, Tx};

use super::{Office, each_database, recipient};
use crate::desk;
use crate::plan::{self, BY_AGE, BY_NAME, CONVERSATIONS, DUE_AT, NEXT_DUE, PER_DESTINATION};
use crate::reply::Outcome;

const ANNA: Option<&str> = Some("anna@here.example");
const MAIL: &[u8] = b"From: anna@here.example\r\nSubject: x\r\n\r\nwords\r\n";

/// Five days of a server that is away: every attempt at its time, and nothing else.
#[test]
fn five_days_pass_in_a_moment() {
    each_database(|office| async move {
        let away = Outcome::deferred("4.3.2", "421 come back later");
        office.script("a@far.example", &vec![away; 100]);
        office.send(ANNA, &["a@far.example"], MAIL).await;
        let begun = domain::Clock::now(&*office.clock);
        let mut pauses = Vec::new();
        loop {
            office.worker.run_due().await;
            let next = office.store.read(plan::next_due).await.map_err(|error: StoreError| error).unwrap();
            let Some(next) = next else { break };
            let pause = next.since(domain::Clock::now(&*office.clock));
            pauses.push(pause.as_secs() / 60);
            office.clock.advance(pause);
        }
        assert_eq!(pauses[..8], [1, 5, 15, 30, 60, 120, 9, 240]);
        assert_eq!(domain::Clock::now(&*office.clock).since(begun), days(5));
        assert_eq!(office.world.conversations.lock().unwrap().len(), pauses.len() + 1);
        let arrived = office.arrived();
        assert_eq!(arrived.len(), 1, "the sender hears of it once");
        assert_eq!(arrived[0].to, "anna@here.example");
    });
}

/// Puts `count` recipients for each destination into the queue at once, due in their order.
async fn fill(office: &Office, destinations: &[(&str, usize)]) {
    for (destination, count) in destinations {
        let submissions = count.div_ceil(100);
        let (destination, content) = ((*destination).to_owned(), store::BlobRef::Inline(MAIL.into()));
        let filled = office.store.write(move |tx| {
            for submission in 0..submissions {
                let names = (0..100).map(|number| format!("r{submission}-{number}@{destination}"));
                let recipients: Vec<Recipient> = names.map(|name| recipient(&name)).collect();
                let (wishes, sender) = (domain::ReportWishes::default(), "anna@here.example".parse().ok());
                let new = crate::NewSubmission {
                    mailbox: None,
                    user: None,
                    sender,
                    recipients,
                    wishes,
                    content: &content,
                };
                crate::accept(tx, &new)?;
            }
            Ok::<_, StoreError>(())
        });
        filled.await.unwrap();
        office.clock.advance(minutes(1));
    }
}

#[test]
fn a_long_queue_for_one_destination_keeps_no_other_waiting() {
    each_database(|office| async move {
        fill(&office, &[("hog.example", 5_000), ("small.example", 100)]).await;
        let under_way = [("hog.example".to_owned(), PER_DESTINATION)].into();
        let leased = office.store.write(move |tx| plan::lease(tx, &under_way)).await;
        let batches = leased.map_err(|error: StoreError| error).unwrap();
        let destinations: Vec<&str> = batches.iter().map(|batch| batch.destination.as_str()).collect();
        assert_eq!(destinations, ["small.example"]);
    });
}

#[test]
fn conversations_are_limited_in_all_and_for_each_destination() {
    each_database(|office| async move {
        let names: Vec<String> = (0..15).map(|number| format!("d{number:02}.example")).collect();
        let destinations: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 600)).collect();
        fill(&office, &destinations).await;
        let leased = office.store.write(|tx| plan::lease(tx, &Default::default())).await;
        let batches = leased.map_err(|error: StoreError| error).unwrap();
        assert_eq!(batches.len(), CONVERSATIONS);
        for name in names {
            let here = batches.iter().filter(|batch| batch.destination == name).count();
            assert!(here <= PER_DESTINATION, "{name} has {here}");
        }
    });
}

#[test]
fn every_question_to_the_queue_goes_by_an_index() {
    each_database(|office| async move {
        fill(&office, &[("a.example", 3_000), ("b.example", 3_000), ("c.example", 3_000)]).await;
        office.store.write(deliver_most).await.unwrap();
        for sql in [NEXT_DUE, BY_AGE, BY_NAME, DUE_AT, desk::LIST] {
            let plan = office.store.write(move |tx| explain(tx, sql)).await.unwrap();
            assert!(!plan.contains("Seq Scan on outgoing_recipients"), "{sql}\n{plan}");
            let scans = plan.lines().filter(|line| line.starts_with("SCAN") && !line.contains("USING"));
            let tables: Vec<&str> = scans.filter(|line| !line.contains("CONSTANT")).collect();
            let known = ["SCAN w", "SCAN a", "SCAN b", "SCAN d", "SCAN e", "SCAN (subquery"];
            let whole: Vec<_> =
                tables.iter().filter(|line| !known.iter().any(|name| line.starts_with(name))).collect();
            assert!(whole.is_empty(), "{sql}\n{plan}");
        }
    });
}

/// A queue that has worked for long: most of its rows are history.
fn deliver_most(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outgoing_recipients SET state = 'delivered', finished_at = due_at WHERE recipient NOT LIKE 'r0-%'",
        &[],
    )?;
    tx.execute("ANALYZE", &[]).map(drop)
}

/// How the database would answer, with values in place of the parameters.
fn explain(tx: &mut Tx<'_>, sql: &str) -> Result<String, StoreError> {
    let now = tx.now().millis().to_string();
    let places: [&str; 4] = if sql == DUE_AT {
        [&now, "'waiting'", "'a.example'", "100"]
    } else if sql == desk::LIST {
        ["100", "", "", ""]
    } else {
        [&now, "500", "80", ""]
    };
    let mut sql = sql.to_owned();
    for (at, value) in places.into_iter().enumerate() {
        sql = sql.replace(&format!("${}", at + 1), value);
    }
    let lines = match tx.dialect() {
        store::Dialect::Sqlite => {
            tx.query(&format!("EXPLAIN QUERY PLAN {sql}"), &[], |row| row.get::<String>(3))?
        }
        store::Dialect::Postgres => tx.query(&format!("EXPLAIN {sql}"), &[], |row| row.get::<String>(0))?,
    };
    Ok(lines.join("\n"))
}

mod slow {
    use super::*;

    /// All of it leaves, in conversations of a hundred, and every one once.
    #[test]
    fn a_hundred_thousand_recipients_all_leave() {
        each_database(|office| async move {
            let names: Vec<String> = (0..50).map(|number| format!("d{number}.example")).collect();
            let destinations: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 2_000)).collect();
            fill(&office, &destinations).await;
            office.worker.run_due().await;
            let mut to: Vec<String> = office.arrived().into_iter().map(|mail| mail.to).collect();
            assert_eq!(to.len(), 100_000);
            to.sort_unstable();
            to.dedup();
            assert_eq!(to.len(), 100_000, "something was sent twice");
            assert_eq!(office.world.conversations.lock().unwrap().len(), 1_000);
            assert_eq!(office.queued().await, []);
        });
    }
}
