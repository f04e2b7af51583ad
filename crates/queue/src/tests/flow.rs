//! Mail from acceptance to delivery, delay, bounce or cancellation.

use domain::duration::{days, hours, minutes};
use store::{BlobRef, INLINE_LIMIT, StoreError};

use super::{Office, each_database};
use crate::desk;
use crate::plan;
use crate::reply::Outcome;
use crate::submission::RecipientState;

const ANNA: Option<&str> = Some("anna@here.example");
const MAIL: &[u8] = b"From: anna@here.example\r\nTo: far\r\nSubject: Trip to S\xc3\xb8r\r\nMessage-ID: <1@here.example>\r\n\r\nSecret words\r\n";

fn away() -> Outcome {
    Outcome::deferred("4.3.2", "421 4.3.2 come back later")
}

fn unknown() -> Outcome {
    Outcome::refused("5.1.1", "550 5.1.1 nobody of that name")
}

#[test]
fn mail_goes_to_mailboxes_here_and_in_one_conversation_to_each_destination() {
    each_database(|office| async move {
        office
            .send(
                ANNA,
                &["a@far.example", "b@far.example", "c@here.example", "d@other.example", "a@far.example"],
                MAIL,
            )
            .await;
        office.worker.run_due().await;
        let mut arrived = office.arrived();
        arrived.sort_by(|one, other| one.to.cmp(&other.to));
        let to: Vec<&str> = arrived.iter().map(|mail| mail.to.as_str()).collect();
        assert_eq!(to, ["a@far.example", "b@far.example", "c@here.example", "d@other.example"]);
        assert!(arrived.iter().all(|mail| mail.from.as_deref() == ANNA && mail.content == MAIL));
        let mut conversations = office.world.conversations.lock().unwrap().clone();
        conversations.sort_unstable();
        assert_eq!(conversations, [1, 2]);
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn content_is_let_go_when_nobody_waits_for_it() {
    each_database(|office| async move {
        let large = vec![b'x'; INLINE_LIMIT + 1];
        let id = office.send(ANNA, &["a@far.example"], &large).await;
        office.worker.run_due().await;
        assert_eq!(office.arrived()[0].content.len(), large.len());
        let uses = office.store.read(move |tx| {
            let uses =
                tx.load("SELECT count(*) FROM blob_uses WHERE owner = $1", &[&id], |row| row.get::<i64>(0))?;
            let kept = tx.find("SELECT 1 FROM submissions WHERE blob_hash IS NOT NULL", &[], |_| Ok(()))?;
            Ok::<_, StoreError>((uses, kept))
        });
        assert_eq!(uses.await.unwrap(), (0, None));
        assert!(matches!(office.store.blobs().put(large.into()).await.unwrap(), BlobRef::Stored { .. }));
    });
}

#[test]
fn mail_that_is_put_off_is_tried_again_later_and_later() {
    each_database(|office| async move {
        office.script("a@far.example", &[away(), away()]);
        office.send(ANNA, &["a@far.example", "b@far.example"], MAIL).await;
        office.worker.run_due().await;
        assert_eq!(office.arrived().len(), 1);
        office.worker.run_due().await;
        assert_eq!(office.queued().await[0].recipients[0].attempts, 1);
        office.clock.advance(minutes(1));
        office.worker.run_due().await;
        let waiting = office.queued().await;
        assert_eq!(waiting[0].recipients[0].last_reply.as_deref(), Some("4.3.2 421 4.3.2 come back later"));
        office.clock.advance(minutes(4));
        office.worker.run_due().await;
        assert_eq!(office.arrived(), []);
        office.clock.advance(minutes(1));
        office.worker.run_due().await;
        assert_eq!(office.arrived()[0].to, "a@far.example");
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn a_refusal_comes_back_to_the_sender_as_a_bounce() {
    each_database(|office| async move {
        office.script("a@far.example", &[unknown()]);
        office.script("b@far.example", &[unknown()]);
        office.send(ANNA, &["a@far.example", "b@far.example", "c@far.example"], MAIL).await;
        office.worker.run_due().await;
        let arrived = office.arrived();
        assert_eq!(arrived.len(), 2, "one mail, and one bounce for both refusals");
        let bounce = arrived.iter().find(|mail| mail.to == "anna@here.example").unwrap();
        assert_eq!(bounce.from, None);
        let text = String::from_utf8_lossy(&bounce.content);
        for part in [
            "multipart/report",
            "message/delivery-status",
            "Final-Recipient: rfc822;a@far.example",
            "Final-Recipient: rfc822;b@far.example",
            "Action: failed",
            "Status: 5.1.1",
            "Trip to",
            "nobody of that name",
        ] {
            assert!(text.replace("; ", ";").contains(part), "{part} is missing in {text}");
        }
        assert!(!text.contains("Secret words"), "a bounce has the headers only");
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn a_bounce_is_never_bounced() {
    each_database(|office| async move {
        office.script("gone@here.example", &[unknown()]);
        office.script("a@far.example", &[unknown()]);
        office.send(Some("gone@here.example"), &["a@far.example"], MAIL).await;
        office.worker.run_due().await;
        assert_eq!(office.arrived(), []);
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn mail_that_cannot_be_delivered_for_five_days_is_given_up() {
    each_database(|office| async move {
        office.script("a@far.example", &vec![away(); 100]);
        office.send(ANNA, &["a@far.example"], MAIL).await;
        office.worker.run_due().await;
        office.clock.advance(days(5) - hours(1));
        office.worker.run_due().await;
        assert_eq!(office.arrived(), []);
        office.clock.advance(hours(1));
        office.worker.run_due().await;
        assert_eq!(office.arrived()[0].to, "anna@here.example");
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn an_operator_has_mail_tried_at_once_or_given_up() {
    each_database(|office| async move {
        office.script("a@far.example", &[away(), away()]);
        let id = office.send(ANNA, &["a@far.example"], MAIL).await;
        office.worker.run_due().await;
        let retried =
            office.store.write(move |tx| desk::retry(tx, id)).await.map_err(|error: StoreError| error);
        assert_eq!(retried.unwrap(), 1);
        office.worker.run_due().await;
        assert_eq!(office.queued().await[0].recipients[0].attempts, 2);
        let cancelled =
            office.store.write(move |tx| desk::cancel(tx, id)).await.map_err(|error: StoreError| error);
        assert_eq!(cancelled.unwrap(), 1);
        assert_eq!(office.queued().await[0].recipients[0].state, RecipientState::Cancelled);
        office.worker.run_due().await;
        assert_eq!(office.arrived()[0].to, "anna@here.example");
        assert_eq!(office.queued().await, []);
    });
}

#[test]
fn what_a_killed_process_had_taken_is_attempted_again() {
    each_database(|office: Office| async move {
        office.send(ANNA, &["a@far.example"], MAIL).await;
        let taken = |office: &Office| {
            let store = office.store.clone();
            async move {
                store
                    .write(|tx| plan::lease(tx, &Default::default()))
                    .await
                    .map_err(|e: StoreError| e)
                    .unwrap()
            }
        };
        assert_eq!(taken(&office).await.len(), 1);
        assert_eq!(taken(&office).await.len(), 0);
        office.worker.run_due().await;
        assert_eq!(office.arrived(), []);
        office.clock.advance(minutes(32));
        office.worker.run_due().await;
        assert_eq!(office.arrived().len(), 1);
    });
}

#[test]
fn a_destination_gets_few_conversations_at_once() {
    each_database(|office| async move {
        for _ in 0..10 {
            office.send(ANNA, &["a@far.example"], MAIL).await;
        }
        office.send(ANNA, &["a@other.example"], MAIL).await;
        let mut batches = office
            .store
            .write(|tx| plan::lease(tx, &Default::default()))
            .await
            .map_err(|e: StoreError| e)
            .unwrap();
        batches.sort_by(|one, other| one.destination.cmp(&other.destination));
        let destinations: Vec<&str> = batches.iter().map(|batch| batch.destination.as_str()).collect();
        assert_eq!(
            destinations,
            ["far.example", "far.example", "far.example", "far.example", "other.example"]
        );
    });
}

#[test]
fn a_worker_wakes_when_mail_is_accepted_and_ends_when_told() {
    each_database(|office| async move {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let office = std::sync::Arc::new(office);
        let working = std::sync::Arc::clone(&office);
        let run =
            tokio::spawn(async move { working.worker.run(async { stopped.await.unwrap_or(()) }).await });
        office.send(ANNA, &["a@far.example"], MAIL).await;
        while !office.queued().await.is_empty() {
            tokio::task::yield_now().await;
        }
        stop.send(()).unwrap();
        run.await.unwrap();
        assert_eq!(office.arrived().len(), 1);
    });
}
