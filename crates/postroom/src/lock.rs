//! One process holds a data directory at a time: a server, or a command while no server runs.
//!
//! **Invariant:** the lock belongs to the open file, so it goes with the process however that ends; a file that is
//! left behind locks nobody out.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The file that is locked; it also says who holds it.
const LOCK: &str = "lock";
/// Longest text read from it: a process id.
const HOLDER_LIMIT: u64 = 20;

/// A data directory that this process holds.
#[derive(Debug)]
pub(crate) struct DataDirectory {
    path: PathBuf,
    _lock: File,
}

/// Why a data directory cannot be held.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Another process holds it.
    #[error("the data directory {} is held by process {holder}: stop that server, or give another --data", path.display())]
    Held {
        /// The directory.
        path: PathBuf,
        /// The process, as far as it says so.
        holder: String,
    },
    /// It cannot be made or read.
    #[error("the data directory {} cannot be used: {source}", path.display())]
    Unusable {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl DataDirectory {
    /// Makes the directory where it is missing, readable by its owner only, and takes its lock.
    pub(crate) fn hold(path: &Path) -> Result<Self, LockError> {
        let unusable = |source| LockError::Unusable { path: path.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        // Absolute, so that nothing depends on the current folder later.
        let path = path.canonicalize().map_err(unusable)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path.join(LOCK))
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held { holder: holder(&mut file), path }),
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        sign(&mut file).map_err(unusable)?;
        Ok(Self { path, _lock: file })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Writes who holds the lock, for the message of whoever comes later.
fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{}", std::process::id())?;
    file.flush()
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(HOLDER_LIMIT).read_to_string(&mut text);
    let number = read.is_ok() && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if number { text } else { "(unknown)".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_held_once_and_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/data");
        let held = DataDirectory::hold(&path).unwrap();
        let second = DataDirectory::hold(&path).unwrap_err().to_string();
        assert!(second.contains(&format!("is held by process {}", std::process::id())), "{second}");
        drop(held);
        DataDirectory::hold(&path).unwrap();
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        std::fs::write(&path, "").unwrap();
        let error = DataDirectory::hold(&path).unwrap_err().to_string();
        assert!(error.contains("cannot be used"), "{error}");
    }
}
