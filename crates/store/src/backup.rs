//! A copy of everything at one moment, its return, and the proof that what is stored is whole.

use std::io;
use std::path::{Path, PathBuf};

use crate::blobs::{self, BlobFault, BlobHash};
use crate::store::Driver;
use crate::{Store, StoreError, Tx, private};

/// The database's file in a backup.
const DATABASE_FILE: &str = "postroom.db";
/// The blobs' folder in a backup.
const BLOBS_FOLDER: &str = "blobs";
/// How many blobs are looked up at a time.
const PAGE: usize = 1000;

/// Why a backup could not be made or brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools of its own for this, which know how to do it without stopping.
    #[error(
        "a PostgreSQL database is backed up with pg_dump (or pg_basebackup); copy the blob folder after it"
    )]
    UsePgDump,
    /// What is to be written exists already.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// The folder is no backup.
    #[error("{0} is no backup: it has no file {DATABASE_FILE}")]
    NoBackup(PathBuf),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A blob could not be read.
    #[error(transparent)]
    Blob(#[from] BlobFault),
    /// A file could not be written.
    #[error("cannot write the backup: {0}")]
    Io(#[from] io::Error),
}

impl Store {
    /// Copies the database as it is at one moment, and every blob it speaks of, into the new folder `to`. Mail goes on
    /// meanwhile.
    pub async fn backup_to(&self, to: &Path) -> Result<(), BackupError> {
        if matches!(&*self.driver, Driver::Postgres(_)) {
            return Err(BackupError::UsePgDump);
        }
        if to.exists() {
            return Err(BackupError::Exists(to.to_owned()));
        }
        private::make_folder(&to.join(BLOBS_FOLDER))?;
        let (driver, file) = (std::sync::Arc::clone(&self.driver), to.join(DATABASE_FILE));
        private::make_file(&file)?;
        let copied = tokio::task::spawn_blocking(move || match &*driver {
            Driver::Sqlite(sqlite) => sqlite.copy_to(&file).map_err(BackupError::Store),
            Driver::Postgres(_) => Err(BackupError::UsePgDump),
        });
        copied.await.map_err(|panic| StoreError::internal(panic.to_string()))??;
        // Blobs never change, and go only a day after their last use: those of now include those of the copy.
        let mut after = None;
        loop {
            let page = self.blob_page(after).await?;
            for (hash, _) in &page {
                let content = self.blobs().read_stored(hash).await?;
                write_flushed(&to.join(BLOBS_FOLDER).join(blobs::place(hash).as_ref()), &content)?;
            }
            match page.last() {
                Some((hash, _)) => after = Some(*hash),
                None => return Ok(flush_folder(to)?),
            }
        }
    }

    /// What is wrong with what is stored, each in a sentence; nothing when all is well.
    pub async fn faults(&self) -> Result<Vec<String>, BackupError> {
        let driver = std::sync::Arc::clone(&self.driver);
        let checked = tokio::task::spawn_blocking(move || match &*driver {
            Driver::Sqlite(sqlite) => sqlite.faults(),
            // The server checks its own files.
            Driver::Postgres(_) => Ok(Vec::new()),
        });
        let mut faults = checked.await.map_err(|panic| StoreError::internal(panic.to_string()))??;
        let mut after = None;
        loop {
            let page = self.blob_page(after).await?;
            for (hash, size) in &page {
                if !self.blobs().is_whole(hash, *size).await? {
                    faults.push(format!("the blob {} is missing or cut short", blobs::hex(hash)));
                }
            }
            match page.last() {
                Some((hash, _)) => after = Some(*hash),
                None => return Ok(faults),
            }
        }
    }

    async fn blob_page(&self, after: Option<BlobHash>) -> Result<Vec<(BlobHash, u64)>, StoreError> {
        let after = after.map_or_else(Vec::new, |hash| hash.to_vec());
        self.read(move |tx: &mut Tx<'_>| {
            tx.query(
                "SELECT hash, size FROM blobs WHERE hash > $1 ORDER BY hash LIMIT $2",
                &[&after, &PAGE],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
        })
        .await
    }
}

/// Brings a backup back, to where no database is. For a server that is stopped; blocks.
pub fn restore(backup: &Path, database: &Path, blob_folder: &Path) -> Result<(), BackupError> {
    let from = backup.join(DATABASE_FILE);
    if !from.is_file() {
        return Err(BackupError::NoBackup(backup.to_owned()));
    }
    if database.exists() {
        return Err(BackupError::Exists(database.to_owned()));
    }
    copy_folder(&backup.join(BLOBS_FOLDER), blob_folder)?;
    // The database comes last and under its name only when whole: a restore that was cut short can be run again.
    let unfinished = database.with_extension("restoring");
    std::fs::create_dir_all(database.parent().unwrap_or_else(|| Path::new(".")))?;
    std::fs::copy(&from, &unfinished)?;
    std::fs::File::open(&unfinished)?.sync_all()?;
    std::fs::rename(&unfinished, database)?;
    Ok(flush_folder(database.parent().unwrap_or_else(|| Path::new(".")))?)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    private::make_folder(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
            std::fs::File::open(&target)?.sync_all()?;
        }
    }
    flush_folder(to)
}

fn write_flushed(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    std::fs::write(path, content)?;
    std::fs::File::open(path)?.sync_all()?;
    flush_folder(folder)
}

fn flush_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}
