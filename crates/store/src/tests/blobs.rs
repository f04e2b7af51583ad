//! Blobs: flushed before they are spoken of, collected when nobody speaks of them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use domain::Timestamp;

use super::{World, each_database, on};
use crate::backup::{self, BackupError};
use crate::blobs::{self, BlobFault, BlobRef, GRACE, INLINE_LIMIT};
use crate::{Database, Dialect, Store, StoreError};

const OWNER: [u8; 16] = [3; 16];

fn large(byte: u8) -> Bytes {
    Bytes::from(vec![byte; INLINE_LIMIT + 1])
}

async fn put_and_claim(world: &World, content: Bytes) -> BlobRef {
    let blob = world.store.blobs().put(content).await.unwrap();
    let claimed = blob.clone();
    let claim = world.store.write(move |tx| blobs::claim(tx, &claimed, &OWNER));
    claim.await.map_err(|error: StoreError| error).unwrap();
    blob
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Later than the files of this test were written, by the machine's clock.
fn long_after() -> Timestamp {
    Timestamp::from_secs(4_102_444_800)
}

#[test]
fn small_content_stays_in_its_row_and_large_content_comes_back_whole() {
    each_database(|world| async move {
        let small = world.store.blobs().put(Bytes::from(vec![1; INLINE_LIMIT])).await.unwrap();
        assert!(matches!(&small, BlobRef::Inline(content) if content.len() == INLINE_LIMIT));
        let stored = put_and_claim(&world, large(2)).await;
        assert_eq!(stored.size(), INLINE_LIMIT as u64 + 1);
        assert_eq!(world.store.blobs().read(&stored).await.unwrap(), large(2));
        assert_eq!(world.store.blobs().read_start(&stored, 10).await.unwrap(), large(2).slice(..10));
        assert_eq!(world.store.blobs().read_start(&stored, usize::MAX).await.unwrap(), large(2));
        assert_eq!(put_and_claim(&world, large(2)).await, stored);
        let files = files(&world.folder.path().join("blobs"));
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].strip_prefix(world.folder.path()).unwrap().components().count(), 4);
    });
}

#[test]
fn only_what_nobody_uses_is_collected_and_only_when_it_is_old() {
    each_database(|world| async move {
        let used = put_and_claim(&world, large(1)).await;
        world.store.blobs().put(large(2)).await.unwrap();
        world.clock.set(Timestamp::from_secs(0));
        assert_eq!(world.store.blobs().collect_garbage(GRACE).await.unwrap(), 0);
        world.clock.set(long_after());
        assert_eq!(world.store.blobs().collect_garbage(GRACE).await.unwrap(), 1);
        assert_eq!(world.store.blobs().read(&used).await.unwrap(), large(1));
        let released = world.store.write(|tx| blobs::release(tx, &OWNER)).await;
        released.map_err(|error: StoreError| error).unwrap();
        assert_eq!(world.store.blobs().collect_garbage(GRACE).await.unwrap(), 1);
        assert!(matches!(world.store.blobs().read(&used).await, Err(BlobFault::Missing(_))));
    });
}

#[test]
fn a_damaged_blob_is_not_passed_off_as_whole() {
    each_database(|world| async move {
        let blob = put_and_claim(&world, large(1)).await;
        let file = files(&world.folder.path().join("blobs")).remove(0);
        std::fs::write(&file, vec![9; INLINE_LIMIT + 1]).unwrap();
        assert!(matches!(world.store.blobs().read(&blob).await, Err(BlobFault::Damaged(_))));
        assert_eq!(world.store.faults().await.unwrap(), Vec::<String>::new());
        std::fs::remove_file(&file).unwrap();
        assert_eq!(world.store.faults().await.unwrap().len(), 1);
    });
}

#[test]
fn a_backup_brings_everything_back() {
    on(Dialect::Sqlite, |world| async move {
        let blob = put_and_claim(&world, large(5)).await;
        world.insert(1).await.unwrap();
        let (copy, back) = (world.folder.path().join("copy"), world.folder.path().join("back"));
        world.store.backup_to(&copy).await.unwrap();
        world.insert(2).await.unwrap();
        assert!(matches!(world.store.backup_to(&copy).await, Err(BackupError::Exists(_))));
        let path = back.join("postroom.db");
        backup::restore(&copy, &path, &back.join("blobs")).unwrap();
        assert!(matches!(backup::restore(&copy, &path, &back.join("blobs")), Err(BackupError::Exists(_))));
        let (ambient, _) = testkit::clock::ambient(1);
        let restored =
            Store::open(Database::Sqlite { path }, back.join("blobs"), ambient, world.events.clone());
        let restored = restored.await.unwrap();
        assert_eq!(restored.blobs().read(&blob).await.unwrap(), large(5));
        assert_eq!(restored.faults().await.unwrap(), Vec::<String>::new());
        let ids = restored.read(|tx| tx.query("SELECT id FROM notes", &[], |row| row.get::<i64>(0))).await;
        assert_eq!(ids.map_err(|error: StoreError| error).unwrap(), [1]);
    });
}

#[test]
fn a_postgresql_backup_is_left_to_its_own_tools() {
    on(Dialect::Postgres, |world| async move {
        let refused = world.store.backup_to(&world.folder.path().join("copy")).await;
        assert!(matches!(refused, Err(BackupError::UsePgDump)));
        assert!(world.store.blobs().collect_garbage(Duration::ZERO).await.is_ok());
    });
}

#[test]
fn nobody_else_on_the_machine_may_read_what_is_stored() {
    use std::os::unix::fs::PermissionsExt;
    on(Dialect::Sqlite, |world| async move {
        put_and_claim(&world, large(5)).await;
        let copy = world.folder.path().join("copy");
        world.store.backup_to(&copy).await.unwrap();
        let back = world.folder.path().join("back");
        backup::restore(&copy, &back.join("postroom.db"), &back.join("blobs")).unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for folder in [&world.folder.path().join("blobs"), &copy, &copy.join("blobs"), &back.join("blobs")] {
            assert_eq!(mode(folder), 0o700, "{}", folder.display());
        }
        for file in [copy.join("postroom.db"), back.join("postroom.db")] {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    });
}
