//! Failures: a process killed, a disk full, a server gone.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Barrier};

use domain::Event;
use testkit::postgres::{Cluster, Durability};

use super::{Recorder, World, add_tables, insert, on, open, runtime};
use crate::{Database, Dialect, Store, StoreError, Tx};

/// Tells the process below what to write to; none: it is an ordinary run of the tests.
const KILLED_FOLDER: &str = "STORE_TEST_KILLED_FOLDER";
/// How many acknowledged writes are seen before the process is killed.
const BEFORE_THE_KILL: usize = 200;

#[test]
fn the_process_that_is_killed_writes_until_then() {
    let Some(folder) = std::env::var_os(KILLED_FOLDER) else { return };
    let folder = std::path::PathBuf::from(folder);
    runtime().block_on(async {
        let database = Database::Sqlite { path: folder.join("postroom.db") };
        let (store, _) = open(&database, &folder, Arc::<Recorder>::default()).await;
        add_tables(&store).await;
        let writers: Vec<_> =
            (0..8).map(|first| tokio::spawn(write_for_ever(store.clone(), first))).collect();
        for writer in writers {
            writer.await.unwrap();
        }
    });
}

async fn write_for_ever(store: Store, first: i64) {
    for id in (first..).step_by(8) {
        store.write(move |tx| insert(tx, id)).await.unwrap();
        println!("\nkept {id}");
    }
}

#[test]
fn what_was_acknowledged_is_there_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::failures::the_process_that_is_killed_writes_until_then", "--nocapture"])
        .env(KILLED_FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        acknowledged.extend(line.unwrap().strip_prefix("kept ").map(|id| id.parse::<i64>().unwrap()));
        if acknowledged.len() == BEFORE_THE_KILL {
            process.kill().unwrap();
        }
    }
    process.wait().unwrap();
    assert!(acknowledged.len() >= BEFORE_THE_KILL);
    runtime().block_on(async {
        let database = Database::Sqlite { path: folder.path().join("postroom.db") };
        let (store, _) = open(&database, folder.path(), Arc::<Recorder>::default()).await;
        let ids = store.read(|tx| tx.query("SELECT id FROM notes", &[], |row| row.get::<i64>(0))).await;
        let ids: std::collections::HashSet<i64> =
            ids.map_err(|error: StoreError| error).unwrap().into_iter().collect();
        assert!(acknowledged.iter().all(|id| ids.contains(id)));
        assert_eq!(store.faults().await.unwrap(), Vec::<String>::new());
    });
}

async fn limit_pages(world: &World, pages: i64) {
    let limited = world
        .store
        .write(move |tx| tx.query(&format!("PRAGMA max_page_count = {pages}"), &[], |row| row.get::<i64>(0)));
    limited.await.map_err(|error: StoreError| error).unwrap();
}

#[test]
fn a_full_disk_is_told_and_ends_without_a_restart() {
    on(Dialect::Sqlite, |world| async move {
        let fill = |tx: &mut Tx<'_>| -> Result<u64, StoreError> {
            tx.execute("INSERT INTO notes (id, content) VALUES (99, zeroblob(4000000))", &[])
        };
        world.insert(1).await.unwrap();
        limit_pages(&world, 200).await;
        assert!(matches!(world.store.write(fill).await, Err(StoreError::Full)));
        assert_eq!(world.ids().await, [1]);
        world.insert(2).await.unwrap();
        limit_pages(&world, 1_000_000).await;
        world.store.write(fill).await.unwrap();
        assert_eq!(world.ids().await, [1, 2, 99]);
    });
}

#[test]
fn a_server_that_is_gone_is_told_and_used_again_when_it_is_back() {
    let cluster = Cluster::private(Durability::Kept).unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let database = Database::Postgres { url: cluster.url("postgres") };
        let (store, _) = open(&database, folder.path(), Arc::<Recorder>::default()).await;
        add_tables(&store).await;
        let write = |id| store.write(move |tx| insert(tx, id));
        for id in 0..20 {
            write(id).await.unwrap();
        }
        cluster.crash().unwrap();
        assert!(matches!(write(100).await, Err(StoreError::Unavailable(_))));
        cluster.start().unwrap();
        write(101).await.unwrap();
        let ids =
            store.read(|tx| tx.query("SELECT id FROM notes ORDER BY id", &[], |row| row.get::<i64>(0))).await;
        let expected: Vec<i64> = (0..20).chain([101]).collect();
        assert_eq!(ids.map_err(|error: StoreError| error).unwrap(), expected);
        store.close().await;
    });
}

#[test]
fn work_that_meets_a_deadlock_is_run_again_and_told_once() {
    on(Dialect::Postgres, |world| async move {
        world.insert(1).await.unwrap();
        world.insert(2).await.unwrap();
        world.events.taken();
        let meeting = Arc::new(Barrier::new(2));
        let cross = |first: i64, second: i64| {
            let (store, meeting) = (world.store.clone(), Arc::clone(&meeting));
            let mut runs = 0;
            tokio::spawn(async move {
                store
                    .write(move |tx| {
                        runs += 1;
                        tx.publish(Event::QueueDue);
                        let update = "UPDATE notes SET name = CAST($2 AS TEXT) WHERE id = $1";
                        tx.execute(update, &[&first, &format!("{first}{first}")])?;
                        if runs == 1 {
                            meeting.wait();
                        }
                        tx.execute(update, &[&second, &format!("{first}{second}")])?;
                        Ok::<i32, StoreError>(runs)
                    })
                    .await
            })
        };
        let (one, other) = (cross(1, 2), cross(2, 1));
        let runs = one.await.unwrap().unwrap() + other.await.unwrap().unwrap();
        assert!(runs > 2, "no deadlock happened");
        assert_eq!(world.events.taken(), [Event::QueueDue, Event::QueueDue]);
    });
}
