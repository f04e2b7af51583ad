//! Transactions: what is kept, what is undone, who hears of it.

use std::sync::mpsc;

use domain::{Event, JobId, MailboxId, Timestamp};

use super::{World, each_database, insert, on};
use crate::{ConstraintKind, Dialect, StoreError, Tx};

fn due(kind: &str) -> Event {
    Event::JobsDue { kind: kind.to_owned() }
}

#[test]
fn every_value_comes_back_as_it_was_written() {
    each_database(|world| async move {
        let id = MailboxId::new(Timestamp::from_millis(1), [7; 10]);
        use domain::Id;
        let row = world.store.write(move |tx| {
            tx.execute(
                "INSERT INTO notes (id, name, content) VALUES ($1, $2, $3)",
                &[&i64::MAX, &"naïve 'text' $1", &id],
            )?;
            tx.execute(
                "INSERT INTO notes (id, name, content) VALUES ($1, $2, $3)",
                &[&true, &None::<&str>, &Vec::<u8>::new()],
            )?;
            tx.query("SELECT id, name, content FROM notes ORDER BY id DESC", &[], |row| {
                Ok((row.get::<i64>(0)?, row.get::<Option<String>>(1)?, row.bytes(2)?.to_vec()))
            })
        });
        let rows: Vec<_> = row.await.map_err(|error: StoreError| error).unwrap();
        assert_eq!(
            rows,
            [(i64::MAX, Some("naïve 'text' $1".to_owned()), id.bytes().to_vec()), (1, None, Vec::new())]
        );
    });
}

#[test]
fn parameters_may_stand_in_any_order_and_several_times() {
    each_database(|world| async move {
        let sum: (i64, i64, Option<i64>) = world
            .store
            .read(|tx: &mut Tx<'_>| -> Result<_, StoreError> {
                tx.load(
                    "SELECT $2 - $1 - $1 + 1, sum(n), (SELECT min(id) FROM notes) FROM (SELECT $3 AS n UNION ALL SELECT 5) AS all_n",
                    &[&3, &5_000_000_000_i64, &4],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
            })
            .await
            .unwrap();
        assert_eq!(sum, (4_999_999_995, 9, None));
    });
}

#[test]
fn a_parameter_may_be_nothing_at_one_time_and_something_at_another() {
    each_database(|world| async move {
        for name in [None, Some("a"), None, Some("b")] {
            let written = world.store.write(move |tx| {
                let next: i64 = tx.load("SELECT count(*) FROM notes", &[], |row| row.get(0))?;
                tx.execute("INSERT INTO notes (id, name) VALUES ($1, $2)", &[&next, &name])
            });
            assert_eq!(written.await.map_err(|error: StoreError| error.to_string()), Ok(1));
        }
        assert_eq!(world.ids().await, [0, 1, 2, 3]);
    });
}

#[test]
fn work_that_fails_is_undone_and_its_events_are_never_told() {
    each_database(|world| async move {
        world.events.taken();
        let failed: Result<(), StoreError> = world
            .store
            .write(|tx| {
                insert(tx, 1)?;
                tx.publish(due("never"));
                Err(StoreError::Absent)
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Absent)));
        assert_eq!(world.ids().await, Vec::<i64>::new());
        assert_eq!(world.events.taken(), []);
    });
}

#[test]
fn events_are_told_after_the_commit_and_in_order() {
    each_database(|world| async move {
        let (seen, sightings) = mpsc::channel();
        let (store, runtime) = (world.store.clone(), tokio::runtime::Handle::current());
        *world.events.probe.lock().unwrap() = Some(Box::new(move || {
            let (store, seen) = (store.clone(), seen.clone());
            let count = move |tx: &mut Tx<'_>| -> Result<i64, StoreError> {
                tx.load("SELECT count(*) FROM notes", &[], |row| row.get(0))
            };
            seen.send(runtime.block_on(store.read(count)).unwrap()).unwrap();
        }));
        world
            .store
            .write(|tx| {
                insert(tx, 1)?;
                tx.publish(due("first"));
                tx.publish(due("second"));
                Ok::<(), StoreError>(())
            })
            .await
            .unwrap();
        assert_eq!(sightings.recv(), Ok(1));
        assert_eq!(world.events.taken(), [due("first"), due("second")]);
        *world.events.probe.lock().unwrap() = None;
    });
}

#[test]
fn writes_that_wait_together_share_a_flush_and_one_that_fails_takes_no_other_down() {
    on(Dialect::Sqlite, |world| async move {
        let (go_on, wait) = mpsc::channel::<()>();
        let before = world.store.commit_count();
        let store = world.store.clone();
        let mut writes = vec![tokio::spawn(async move {
            store
                .write(move |tx| {
                    // The writer is held up until all the others wait behind it.
                    wait.recv().ok();
                    insert(tx, 0)
                })
                .await
        })];
        for id in 1..=100 {
            let store = world.store.clone();
            writes.push(tokio::spawn(async move {
                store
                    .write(move |tx| {
                        insert(tx, id)?;
                        if id % 10 == 0 { Err(StoreError::Absent) } else { Ok(()) }
                    })
                    .await
            }));
        }
        while world.store.waiting_writes() < 100 {
            tokio::task::yield_now().await;
        }
        go_on.send(()).unwrap();
        let mut kept = 0;
        for write in writes {
            kept += i64::from(write.await.unwrap().is_ok());
        }
        assert_eq!(kept, 91);
        assert_eq!(world.ids().await.len(), 91);
        assert!(world.store.commit_count() - before <= 3, "{} commits", world.store.commit_count() - before);
    });
}

#[test]
fn a_broken_rule_is_named_alike() {
    each_database(|world| async move {
        let broken = async |sql: &'static str| {
            let outcome: Result<u64, StoreError> = world
                .store
                .write(move |tx| {
                    tx.execute("INSERT INTO notes (id, name) VALUES (1, 'taken')", &[])?;
                    tx.execute("INSERT INTO pairs (a, b) VALUES (1, 'x')", &[])?;
                    tx.execute(sql, &[])
                })
                .await;
            match outcome {
                Err(StoreError::Constraint { kind, name }) => (kind, name),
                other => panic!("{sql}: {other:?}"),
            }
        };
        let (unique, foreign) = (ConstraintKind::Unique, ConstraintKind::ForeignKey);
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(
            broken("INSERT INTO notes (id, name) VALUES (2, 'taken')").await,
            (unique, named("notes.name"))
        );
        assert_eq!(broken("INSERT INTO notes (id) VALUES (1)").await, (unique, named("notes.id")));
        assert_eq!(
            broken("INSERT INTO pairs (a, b) VALUES (1, 'x')").await,
            (unique, named("pairs.a, pairs.b"))
        );
        assert_eq!(
            broken("INSERT INTO pairs (a, b) VALUES (1, NULL)").await,
            (ConstraintKind::NotNull, named("pairs.b"))
        );
        assert_eq!(broken("INSERT INTO notes (id, parent) VALUES (2, 9)").await.0, foreign);
    });
}

#[test]
fn a_transaction_in_which_a_statement_failed_is_not_kept() {
    each_database(|world| async move {
        let outcome: Result<(), StoreError> = world
            .store
            .write(|tx| {
                insert(tx, 1)?;
                let _ = insert(tx, 1);
                Ok(())
            })
            .await;
        assert!(outcome.unwrap_err().is_unique());
        let outcome: Result<(), StoreError> = world
            .store
            .write(|tx| {
                let _ = tx.execute("NO SUCH STATEMENT", &[]);
                insert(tx, 2)
            })
            .await;
        assert!(matches!(outcome, Err(StoreError::Internal(_))));
        assert_eq!(world.ids().await, Vec::<i64>::new());
    });
}

#[test]
fn a_panic_in_the_work_is_an_error_of_its_caller_alone() {
    each_database(|world| async move {
        let outcome: Result<(), StoreError> = world
            .store
            .write(|tx| {
                insert(tx, 1)?;
                panic!("a fault in the work");
            })
            .await;
        assert!(matches!(outcome, Err(StoreError::Internal(_))));
        world.insert(2).await.unwrap();
        assert_eq!(world.ids().await, [2]);
    });
}

#[test]
fn a_read_writes_nothing() {
    each_database(|world| async move {
        let outcome: Result<(), StoreError> = world.store.read(|tx| insert(tx, 1)).await;
        assert!(outcome.is_err());
        assert_eq!(world.ids().await, Vec::<i64>::new());
    });
}

#[test]
fn a_look_up_that_locks_serves_a_read_as_well() {
    each_database(|world| async move {
        world.insert(1).await.unwrap();
        let look = |tx: &mut Tx<'_>| {
            let sql = format!("SELECT id FROM notes WHERE id = 1{}", tx.for_update());
            tx.load(&sql, &[], |row| row.get::<i64>(0))
        };
        assert_eq!(world.store.write(look).await.unwrap(), 1);
        assert_eq!(world.store.read(look).await.unwrap(), 1);
    });
}

#[test]
fn a_read_sees_one_moment() {
    each_database(|world| async move {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let mut begun = Some(begun);
        let store = world.store.clone();
        let read = tokio::spawn(async move {
            store
                .read(move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                    let count =
                        |tx: &mut Tx<'_>| tx.load("SELECT count(*) FROM notes", &[], |row| row.get::<i64>(0));
                    let before = count(tx)?;
                    begun.take().map(|begun| begun.send(()));
                    wait.recv().ok();
                    Ok((before, count(tx)?))
                })
                .await
        });
        has_begun.await.unwrap();
        world.insert(1).await.unwrap();
        go_on.send(()).unwrap();
        assert_eq!(read.await.unwrap().unwrap(), (0, 0));
    });
}

#[test]
fn an_absent_row_is_told_apart_from_a_fault() {
    each_database(|world| async move {
        let (found, loaded) = world
            .store
            .read(|tx| {
                let sql = "SELECT id FROM notes WHERE id = $1";
                let found = tx.find(sql, &[&1], |row| row.get::<i64>(0))?;
                Ok::<_, StoreError>((found, tx.load(sql, &[&1], |row| row.get::<i64>(0)).is_err()))
            })
            .await
            .unwrap();
        assert_eq!((found, loaded), (None, true));
    });
}

#[test]
fn time_stands_still_in_a_transaction_and_ids_carry_it() {
    each_database(|world| async move {
        use domain::Clock;
        let now = world.clock.now();
        let clock = std::sync::Arc::clone(&world.clock);
        let (began, first, second) = world
            .store
            .write(move |tx| {
                let first = tx.id::<JobId>();
                clock.advance(domain::duration::hours(1));
                Ok::<_, StoreError>((tx.now(), first, tx.id::<JobId>()))
            })
            .await
            .unwrap();
        assert_eq!(began, now);
        assert_ne!(first, second);
        assert_eq!(first.to_string()[..13], second.to_string()[..13]);
    });
}

#[test]
fn what_comes_after_the_end_is_refused() {
    each_database(|world: World| async move {
        world.insert(1).await.unwrap();
        world.store.close().await;
        assert!(matches!(world.insert(2).await, Err(StoreError::Unavailable(_))));
        let read: Result<(), StoreError> = world.store.read(|_| Ok(())).await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))));
        let world = world.reopened().await;
        assert_eq!(world.ids().await, [1]);
    });
}
