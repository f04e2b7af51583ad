//! The order to save everything.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use store::BackupError;

use super::{Refusal, Report};
use crate::config::{Configuration, Database};
use crate::lock::DataDirectory;
use crate::office::{Files, Office, SERVER_KEY};

/// What to save, and where.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(after_help = "Example:\n  postroom backup /backups/monday")]
pub(crate) struct BackupOrder {
    /// The folder to make
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
}

impl BackupOrder {
    /// The same with a path that means the same to a server elsewhere.
    pub(crate) fn absolute(self) -> Result<Self, Refusal> {
        let to = std::path::absolute(&self.to);
        Ok(Self { to: to.map_err(|error| Refusal::Usage(format!("{}: {error}", self.to.display())))? })
    }

    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        office.store.backup_to(&self.to).await.map_err(of_backup)?;
        copy_key(&office.files.server_key(), &self.to.join(SERVER_KEY))?;
        let folder = self.to.display().to_string();
        Ok(Report::one(
            "Everything is saved; keep it as you keep the data directory.",
            [("folder", folder.into())],
        ))
    }
}

/// Puts a saved state into the data directory that this process holds.
pub(crate) async fn restore(
    configuration: &Configuration,
    held: &DataDirectory,
    from: &Path,
) -> Result<Report, Refusal> {
    match configuration.database {
        Database::Embedded => {}
        Database::Postgres(_) => return Err(of_backup(BackupError::UsePgDump)),
    }
    let (files, from) = (Files::of(held), from.to_owned());
    let folder = files.folder().display().to_string();
    let brought = tokio::task::spawn_blocking(move || bring_back(&files, &from)).await;
    brought.map_err(|error| Refusal::failed("the backup could not be brought back", error))??;
    Ok(Report::one("Everything is back; the server may start.", [("data", folder.into())]))
}

/// The key comes before the database, which makes the directory one that is not empty any more.
fn bring_back(files: &Files, from: &Path) -> Result<(), Refusal> {
    if files.database().exists() {
        return Err(of_backup(BackupError::Exists(files.database())));
    }
    let key = from.join(SERVER_KEY);
    if !key.is_file() {
        return Err(Refusal::NotFound(format!(
            "{} is no backup: it has no file {SERVER_KEY}",
            from.display()
        )));
    }
    copy_key(&key, &files.server_key())?;
    store::backup::restore(from, &files.database(), &files.blobs()).map_err(of_backup)
}

/// Copies the key with its mode: for nobody else to read.
fn copy_key(from: &Path, to: &Path) -> Result<(), Refusal> {
    let copied = std::fs::copy(from, to).and_then(|_| std::fs::File::open(to)?.sync_all());
    copied.map_err(|error| Refusal::failed("the server key cannot be copied", error))
}

fn of_backup(error: BackupError) -> Refusal {
    match error {
        BackupError::UsePgDump | BackupError::Exists(_) => Refusal::Refused(error.to_string()),
        BackupError::NoBackup(_) => Refusal::NotFound(error.to_string()),
        BackupError::Store(_) | BackupError::Blob(_) | BackupError::Io(_) => {
            Refusal::Failed(error.to_string())
        }
    }
}
