//! Several nodes on one PostgreSQL database.

use domain::Event;

use super::on;
use crate::{Dialect, StoreError, Tx};

/// Ends the connections by which nodes hear each other, as a network that fails does.
const SEVER: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE query LIKE 'LISTEN%' AND datname = current_database()";

#[test]
fn a_node_that_was_cut_off_reads_everything_again() {
    on(Dialect::Postgres, |world| async move {
        let sever = |tx: &mut Tx<'_>| -> Result<i64, StoreError> { tx.load(SEVER, &[], |row| row.get(0)) };
        assert_eq!(world.store.read(sever).await.unwrap(), 1);
        assert_eq!(world.events.wait().await, [Event::Resync]);
    });
}

#[test]
fn the_events_of_one_node_reach_the_others_once() {
    on(Dialect::Postgres, |world| async move {
        let (other, heard) = world.another_node().await;
        let listening = |tx: &mut Tx<'_>| -> Result<i64, StoreError> {
            let sql = "SELECT count(*) FROM pg_stat_activity \
                       WHERE query LIKE 'LISTEN%' AND state = 'idle' AND datname = current_database()";
            tx.load(sql, &[], |row| row.get(0))
        };
        while world.store.read(listening).await.unwrap() < 2 {}
        let told = || Event::JobsDue { kind: "told".to_owned() };
        let wrote = world.store.write(move |tx| {
            tx.publish(told());
            Ok::<(), StoreError>(())
        });
        wrote.await.unwrap();
        assert_eq!(heard.wait().await, [told()]);
        world.events.taken();
        let wrote = other.write(|tx| {
            tx.publish(Event::QueueDue);
            tx.publish(Event::JobsDue { kind: "back".to_owned() });
            Ok::<(), StoreError>(())
        });
        wrote.await.unwrap();
        assert_eq!(world.events.wait().await, [Event::QueueDue, Event::JobsDue { kind: "back".to_owned() }]);
        other.close().await;
    });
}
