//! Folders that hold much: nothing looks through them that does not have to.

use domain::{Id, MessageId};

use super::world::{World, letter};
use super::{On, on, on_both};
use crate::{FlagChange, FlagMode, Flags, Keywords, Uid, UidSet};

#[test]
fn what_is_asked_of_a_folder_is_answered_by_an_index() {
    on(On::Sqlite, |world| async move {
        for sql in crate::index::ASKED {
            let plan: Vec<String> = world
                .read(move |tx| {
                    let (id, number) = (MessageId::from_bytes([7; 16]), 1i64);
                    let all: [&dyn store::ToValue; 4] = [&id, &id, &number, &number];
                    let used = (1..=4).filter(|number| sql.contains(&format!("${number}"))).count();
                    tx.query(&format!("EXPLAIN QUERY PLAN {sql}"), &all[..used], |row| row.get(3))
                })
                .await;
            assert!(plan.iter().all(|step| !step.starts_with("SCAN")), "{sql}: {plan:?}");
            assert!(plan.iter().any(|step| step.contains("mailbox_id=? AND folder_id=?")), "{sql}: {plan:?}");
        }
        let plan = plan_of_first_unseen(&world).await;
        assert!(plan[0].contains("USING COVERING INDEX placements_unseen"), "{plan:?}");
    });
}

async fn plan_of_first_unseen(world: &World) -> Vec<String> {
    world
        .read(|tx| {
            let id = MessageId::from_bytes([7; 16]);
            let sql = format!("EXPLAIN QUERY PLAN {}", crate::index::ASKED[1]);
            tx.query(&sql, &[&id, &id], |row| row.get(3))
        })
        .await
}

/// What is told on selecting comes from counters and from what is gone: the messages themselves could be away.
#[test]
fn a_folder_is_selected_without_a_look_at_its_messages() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        for number in 0..6 {
            mailbox.put(inbox, &letter(&format!("n{number}"), "x")).await;
        }
        let deleted =
            FlagChange { mode: FlagMode::Add, flags: Flags::DELETED, keywords: Keywords::default() };
        mailbox.set_flags(inbox, &UidSet::of_ranges([2..=3]), deleted, None).await.unwrap();
        mailbox.expunge(inbox, &UidSet::all()).await.unwrap();
        let index = mailbox.index(inbox).await.unwrap();
        assert_eq!((index.uids.ranges(), index.first_unseen), (&[1..=1, 4..=6][..], Some(Uid(1))));
        world.write(|tx| tx.execute("DELETE FROM placements", &[]).map(drop)).await;
        assert_eq!(mailbox.index(inbox).await.unwrap().uids.ranges(), [1..=1, 4..=6]);
        // Where more is gone than there, what is there is looked at instead.
        world.write(|tx| tx.execute("UPDATE folders SET total = 1", &[]).map(drop)).await;
        assert!(mailbox.index(inbox).await.unwrap().uids.is_empty());
    });
}
