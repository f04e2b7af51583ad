//! A server that hangs after another one has taken the mail for some of the recipients.

use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::duration::days;

use super::{Office, each_database};
use crate::reply::Outcome;
use crate::submission::RecipientState;

const MAIL: &[u8] = b"From: anna@here.example\r\nTo: far\r\n\r\nWords\r\n";

async fn send_to_a_server_that_hangs(office: &Office) {
    office.world.hangs.store(true, Ordering::SeqCst);
    let later = Outcome::deferred("4.5.3", "452 4.5.3 too many recipients");
    office.script("second@far.example", &[later.clone(), later]);
    let recipients = &["first@far.example", "second@far.example", "unknown@far.example"];
    office.script("unknown@far.example", &[Outcome::refused("5.1.1", "550 5.1.1 nobody of that name")]);
    office.send(Some("anna@here.example"), recipients, MAIL).await;
}

async fn states(office: &Office) -> Vec<(String, RecipientState, u32)> {
    let queued = office.queued().await;
    let far = queued
        .iter()
        .flat_map(|mail| &mail.recipients)
        .filter(|to| to.address.domain().as_str() != super::HERE);
    far.map(|to| (to.address.to_string(), to.state, to.attempts)).collect()
}

#[test]
fn who_was_served_before_an_attempt_took_too_long_is_not_served_again() {
    each_database(|mut office| async move {
        office.worker.give_up_after(Duration::from_millis(1));
        send_to_a_server_that_hangs(&office).await;
        office.worker.run_due().await;
        let expected = [
            ("first@far.example".to_owned(), RecipientState::Delivered, 1),
            ("second@far.example".to_owned(), RecipientState::Waiting, 1),
            ("unknown@far.example".to_owned(), RecipientState::Failed, 1),
        ];
        assert_eq!(states(&office).await, expected);
        office.world.hangs.store(false, Ordering::SeqCst);
        for _ in 0..2 {
            office.clock.advance(days(1));
            office.worker.run_due().await;
        }
        let arrived = office.arrived();
        let times = |to: &str| arrived.iter().filter(|mail| mail.to == to).count();
        assert_eq!((times("first@far.example"), times("second@far.example")), (1, 1));
        assert_eq!(times("anna@here.example"), 1, "one report of the address that is not there");
    });
}

#[test]
fn what_is_certain_is_written_down_before_the_next_server_is_tried() {
    each_database(|office| async move {
        send_to_a_server_that_hangs(&office).await;
        let world = std::sync::Arc::clone(&office.world);
        tokio::select! {
            () = office.worker.run_due() => unreachable!("the server hangs"),
            () = async {
                world.hanging.notified().await;
                while states(&office).await[0].1 != RecipientState::Delivered {
                    tokio::task::yield_now().await;
                }
            } => {}
        }
        assert_eq!(states(&office).await[1].1, RecipientState::Waiting);
    });
}
