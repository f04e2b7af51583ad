//! Migrations: once each, whole, and never backwards.

use super::{World, each_database};
use crate::migrate::{self, Migration};
use crate::{OpenError, Store, StoreError};

async fn open(world: &World, migrations: &'static [Migration]) -> Result<Store, OpenError> {
    let (ambient, _) = testkit::clock::ambient(2);
    let folder = world.folder.path().join("blobs");
    Store::open_with(migrations, world.database.clone(), folder, ambient, world.events.clone()).await
}

fn and(version: i64, sql: &'static str) -> &'static [Migration] {
    let known = migrate::ALL.iter().map(|known| Migration {
        version: known.version,
        name: known.name,
        sql: known.sql,
    });
    Vec::leak(known.chain([Migration { version, name: "more", sql }]).collect())
}

fn next() -> i64 {
    migrate::ALL.iter().map(|migration| migration.version).max().unwrap() + 1
}

#[test]
fn a_migration_is_applied_once() {
    each_database(|world| async move {
        let world = world.reopened().await;
        world.insert(1).await.unwrap();
        let more = and(
            next(),
            "CREATE TABLE more (id {int} NOT NULL PRIMARY KEY) {table}; INSERT INTO more VALUES (7);",
        );
        for _ in 0..2 {
            let store = open(&world, more).await.unwrap();
            let count = store.read(|tx| tx.load("SELECT count(*) FROM more", &[], |row| row.get::<i64>(0)));
            assert_eq!(count.await.map_err(|error: StoreError| error).unwrap(), 1);
        }
        assert!(
            matches!(open(&world, migrate::ALL).await, Err(OpenError::Newer { version }) if version == next())
        );
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    each_database(|world| async move {
        let broken = and(next(), "CREATE TABLE more (id {int}) {table}; CREATE NONSENSE;");
        assert!(
            matches!(open(&world, broken).await, Err(OpenError::Migration { version, .. }) if version == next())
        );
        let whole = and(next(), "CREATE TABLE more (id {int}) {table};");
        assert!(open(&world, whole).await.is_ok());
    });
}

#[test]
fn a_migration_that_was_changed_afterwards_is_found_out() {
    each_database(|world| async move {
        open(&world, and(next(), "CREATE TABLE more (id {int}) {table};")).await.unwrap();
        let changed = open(&world, and(next(), "CREATE TABLE more (id {text}) {table};")).await;
        assert!(matches!(changed, Err(OpenError::Changed { version }) if version == next()));
    });
}
