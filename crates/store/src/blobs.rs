//! Messages too large for a row: files named by their hash, in a folder.
//!
//! A small message stays in the row of whoever stores it (one transaction, one flush). A larger one is written and
//! flushed, file and folder, before the transaction that refers to it, and [`claim`]ed in it. What nobody claimed, or
//! everybody released, is collected later.
//!
//! **Invariant:** a claimed blob is on the disk. Nothing is ever written over but by the same bytes.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::{Ambient, Timestamp};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use tokio::sync::RwLock;

use crate::store::Driver;
use crate::task;
use crate::{OpenError, StoreError, Tx, private};

/// The largest content that stays in a row: most mail is smaller, and a database page tree bears this well.
pub const INLINE_LIMIT: usize = 64 * 1024;
/// How long content without an owner is kept: longer than any transaction, or message being received, takes.
pub const GRACE: Duration = domain::duration::days(1);
/// How many blobs one transaction of the collection looks at.
const COLLECTED_AT_ONCE: usize = 500;

/// The hash that names a blob: SHA-256.
pub type BlobHash = [u8; 32];

/// Where some content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobRef {
    /// Small enough for a row of its owner.
    Inline(Bytes),
    /// In the blob store, flushed.
    Stored {
        /// Its name.
        hash: BlobHash,
        /// Its size in bytes.
        size: u64,
    },
}

impl BlobRef {
    /// The size of the content in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Inline(content) => content.len() as u64,
            Self::Stored { size, .. } => *size,
        }
    }

    /// What goes into a row: the content of a small one, the hash of another.
    pub fn columns(&self) -> (Option<&Bytes>, Option<&BlobHash>) {
        match self {
            Self::Inline(content) => (Some(content), None),
            Self::Stored { hash, .. } => (None, Some(hash)),
        }
    }
}

/// Why a blob could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobFault {
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The blob is not there.
    #[error("the blob {0} is missing")]
    Missing(String),
    /// The blob is not what its name says.
    #[error("the blob {0} is damaged")]
    Damaged(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blob store cannot be reached or failed.
    #[error("the blob store failed: {0}")]
    Unavailable(#[source] object_store::Error),
}

/// The blob store. Clones share it.
#[derive(Clone)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
    driver: Arc<Driver>,
    ambient: Ambient,
    /// Held for writing while one file is judged and deleted, for reading while one is written: so a file that comes
    /// again is never taken for the old one that nobody wants.
    collecting: Arc<RwLock<()>>,
}

/// Notes in the owner's transaction that it uses this content. Nothing to do for what lies in the owner's own row.
pub fn claim(tx: &mut Tx<'_>, blob: &BlobRef, owner: &[u8; 16]) -> Result<(), StoreError> {
    let BlobRef::Stored { hash, size } = blob else { return Ok(()) };
    let now = tx.now();
    // The time is set anew, so that a collection under way sees that the blob is wanted again.
    tx.execute(
        "INSERT INTO blobs (hash, size, created_at) VALUES ($1, $2, $3) \
         ON CONFLICT (hash) DO UPDATE SET created_at = excluded.created_at",
        &[hash, size, &now],
    )?;
    tx.execute("INSERT INTO blob_uses (hash, owner) VALUES ($1, $2) ON CONFLICT DO NOTHING", &[hash, owner])?;
    Ok(())
}

/// Notes that the owner is gone. What nobody uses any more is collected later.
pub fn release(tx: &mut Tx<'_>, owner: &[u8; 16]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM blob_uses WHERE owner = $1", &[owner]).map(drop)
}

impl Blobs {
    pub(crate) fn in_folder(
        folder: PathBuf,
        driver: Arc<Driver>,
        ambient: Ambient,
    ) -> Result<Self, OpenError> {
        private::make_folder(&folder)
            .map_err(|source| OpenError::Io { what: format!("cannot make {}", folder.display()), source })?;
        let objects = LocalFileSystem::new_with_prefix(&folder)
            .map_err(|fault| OpenError::Database(StoreError::Internal(Box::new(fault))))?
            .with_fsync(true);
        Ok(Self { objects: Arc::new(objects), driver, ambient, collecting: Arc::default() })
    }

    /// Keeps content: a small one as it is, a larger one flushed to the blob store before this returns.
    pub async fn put(&self, content: Bytes) -> Result<BlobRef, BlobFault> {
        if content.len() <= INLINE_LIMIT {
            return Ok(BlobRef::Inline(content));
        }
        let size = content.len() as u64;
        let hash = hash_of(&content).await?;
        let _not_collecting = self.collecting.read().await;
        self.objects.put(&place(&hash), PutPayload::from_bytes(content)).await.map_err(fault)?;
        Ok(BlobRef::Stored { hash, size })
    }

    /// The content again.
    pub async fn read(&self, blob: &BlobRef) -> Result<Bytes, BlobFault> {
        match blob {
            BlobRef::Inline(content) => Ok(content.clone()),
            BlobRef::Stored { hash, .. } => self.read_stored(hash).await,
        }
    }

    /// The first `most` bytes of the content, or all where there are fewer. Of a blob in the store they are read alone,
    /// and so cannot be checked against its name.
    pub async fn read_start(&self, blob: &BlobRef, most: usize) -> Result<Bytes, BlobFault> {
        match blob {
            BlobRef::Inline(content) => Ok(content.slice(..most.min(content.len()))),
            BlobRef::Stored { hash, size } => {
                let end = (most as u64).min(*size);
                match self.objects.get_range(&place(hash), 0..end).await {
                    Ok(start) => Ok(start),
                    Err(object_store::Error::NotFound { .. }) => Err(BlobFault::Missing(hex(hash))),
                    Err(error) => Err(fault(error)),
                }
            }
        }
    }

    /// The content of a blob in the store, checked against its name.
    pub async fn read_stored(&self, hash: &BlobHash) -> Result<Bytes, BlobFault> {
        let content = match self.objects.get(&place(hash)).await {
            Ok(found) => found.bytes().await.map_err(fault)?,
            Err(object_store::Error::NotFound { .. }) => return Err(BlobFault::Missing(hex(hash))),
            Err(error) => return Err(fault(error)),
        };
        if hash_of(&content).await? == *hash { Ok(content) } else { Err(BlobFault::Damaged(hex(hash))) }
    }

    /// Deletes what nobody has used for longer than `grace` ([`GRACE`]); returns how many files went.
    pub async fn collect_garbage(&self, grace: Duration) -> Result<u64, BlobFault> {
        let before = self.ambient.clock.now().minus(grace);
        self.forget_unused(before).await?;
        let mut deleted = 0;
        let listed = self.objects.list_with_delimiter(None).await.map_err(fault)?;
        for outer in listed.common_prefixes {
            let inner = self.objects.list_with_delimiter(Some(&outer)).await.map_err(fault)?;
            for folder in inner.common_prefixes {
                let files = self.objects.list_with_delimiter(Some(&folder)).await.map_err(fault)?;
                for file in files.objects {
                    deleted += u64::from(self.collect(&file.location, before).await?);
                }
            }
        }
        Ok(deleted)
    }

    pub(crate) fn objects(&self) -> &dyn ObjectStore {
        &*self.objects
    }

    /// Whether the blob is there, and of that size.
    pub(crate) async fn is_whole(&self, hash: &BlobHash, size: u64) -> Result<bool, BlobFault> {
        match self.objects.head(&place(hash)).await {
            Ok(found) => Ok(found.size == size),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(fault(error)),
        }
    }

    /// Removes the rows of blobs that nobody uses.
    async fn forget_unused(&self, before: Timestamp) -> Result<(), BlobFault> {
        loop {
            let (task, answered) = task::task(move |tx: &mut Tx<'_>| -> Result<u64, StoreError> {
                tx.execute(
                    "DELETE FROM blobs WHERE created_at < $1 AND hash IN (SELECT hash FROM blobs b WHERE \
                     created_at < $1 AND NOT EXISTS (SELECT 1 FROM blob_uses u WHERE u.hash = b.hash) LIMIT $2) \
                     AND NOT EXISTS (SELECT 1 FROM blob_uses u WHERE u.hash = blobs.hash)",
                    &[&before, &COLLECTED_AT_ONCE],
                )
            });
            self.driver.write(task).await;
            let forgotten = answered.await.unwrap_or(Ok(0))?;
            if forgotten < COLLECTED_AT_ONCE as u64 {
                return Ok(());
            }
        }
    }

    /// Deletes one file, if it is old and no row speaks of it.
    async fn collect(&self, location: &Path, before: Timestamp) -> Result<bool, BlobFault> {
        let Some(hash) = hash_in(location) else { return Ok(false) };
        let _nobody_writes = self.collecting.write().await;
        let written_at = match self.objects.head(location).await {
            Ok(found) => Timestamp::from_millis(found.last_modified.timestamp_millis()),
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(fault(error)),
        };
        if written_at >= before || self.is_known(hash).await? {
            return Ok(false);
        }
        self.objects.delete(location).await.map_err(fault)?;
        Ok(true)
    }

    pub(crate) async fn is_known(&self, hash: BlobHash) -> Result<bool, StoreError> {
        let (task, answered) = task::task(move |tx: &mut Tx<'_>| -> Result<bool, StoreError> {
            Ok(tx.find("SELECT 1 FROM blobs WHERE hash = $1", &[&hash], |_| Ok(()))?.is_some())
        });
        self.driver.read(task).await;
        // Without an answer it counts as known: then nothing is deleted.
        answered.await.unwrap_or(Ok(true))
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `ab/cd/abcd…`: two levels, so that no folder grows too large.
pub(crate) fn place(hash: &BlobHash) -> Path {
    let name = hex(hash);
    Path::from(format!("{}/{}/{name}", &name[..2], &name[2..4]))
}

/// The hash that a file is named after.
pub(crate) fn hash_in(location: &Path) -> Option<BlobHash> {
    let name = location.filename()?;
    let mut hash = [0; 32];
    if name.len() != 64 || !name.is_ascii() {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(name.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

/// Hashes away from the runtime's threads: 50 MiB take a tenth of a second.
async fn hash_of(content: &Bytes) -> Result<BlobHash, BlobFault> {
    let content = content.clone();
    let hashed = tokio::task::spawn_blocking(move || Sha256::digest(&content).into()).await;
    hashed.map_err(|panic| BlobFault::Store(StoreError::internal(panic.to_string())))
}

pub(crate) fn fault(error: object_store::Error) -> BlobFault {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(current) = cause {
        let full = current.downcast_ref::<std::io::Error>().is_some_and(|io| {
            matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
        });
        if full {
            return BlobFault::Full;
        }
        cause = current.source();
    }
    BlobFault::Unavailable(error)
}
