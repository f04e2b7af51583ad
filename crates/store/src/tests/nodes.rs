//! Several nodes on one PostgreSQL database.

use domain::Event;

use super::on;
use crate::{Dialect, StoreError, Tx};

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
