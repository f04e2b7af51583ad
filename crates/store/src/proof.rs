//! The proof that what is stored is whole: the database's file, the blobs, the search index.
//!
//! **Invariant:** nothing here changes anything, and what is in memory at once does not grow with what is stored.

use std::ops::ControlFlow;

use object_store::path::Path;

use crate::blobs::{self, BlobFault, BlobHash, Blobs};
use crate::store::Driver;
use crate::{Dialect, Store, StoreError, Tx};

/// How many blobs are looked at between two questions to the database: each is read whole, one after the other.
const BLOBS: usize = 200;

/// A blob that the database speaks of, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedBlob {
    /// Its name.
    pub hash: BlobHash,
    /// What it is like.
    pub state: BlobState,
    /// How many messages and submissions use it.
    pub uses: u64,
}

/// What a blob is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobState {
    /// It is there, and what its name says.
    Whole,
    /// It is not there.
    Missing,
    /// It is there, and not what its name says, or of another size.
    Damaged,
}

impl Store {
    /// What is wrong with the file of the embedded database, in its own words; nothing when all is well. PostgreSQL
    /// looks after its files itself.
    pub async fn database_faults(&self) -> Result<Vec<String>, StoreError> {
        let driver = std::sync::Arc::clone(&self.driver);
        let checked = tokio::task::spawn_blocking(move || match &*driver {
            Driver::Sqlite(sqlite) => sqlite.damage(),
            Driver::Postgres(_) => Ok(Vec::new()),
        });
        checked.await.map_err(|panic| StoreError::internal(panic.to_string()))?
    }

    /// The next blobs after `after` by name, each read from beginning to end; none when there are no more.
    pub async fn prove_blobs(&self, after: Option<BlobHash>) -> Result<Vec<ProvedBlob>, BlobFault> {
        let after = after.map_or_else(Vec::new, |hash| hash.to_vec());
        let page = self.read(move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            let sql = "SELECT b.hash, b.size, (SELECT count(*) FROM blob_uses u WHERE u.hash = b.hash) \
                       FROM blobs b WHERE b.hash > $1 ORDER BY b.hash LIMIT $2";
            let row = |row: &crate::Row<'_>| Ok((row.get::<BlobHash>(0)?, row.get::<u64>(1)?, row.get(2)?));
            tx.query(sql, &[&after, &BLOBS], row)
        });
        let mut proved = Vec::new();
        for (hash, size, uses) in page.await? {
            let state = match self.blobs().read_stored(&hash).await {
                Ok(content) if content.len() as u64 == size => BlobState::Whole,
                Ok(_) | Err(BlobFault::Damaged(_)) => BlobState::Damaged,
                Err(BlobFault::Missing(_)) => BlobState::Missing,
                Err(other @ (BlobFault::Full | BlobFault::Store(_) | BlobFault::Unavailable(_))) => {
                    return Err(other);
                }
            };
            proved.push(ProvedBlob { hash, state, uses });
        }
        Ok(proved)
    }

    /// Shows `each` the files of the blob folder of which the database does not speak, until that breaks off.
    pub async fn unknown_files(
        &self,
        each: &mut (dyn FnMut(String) -> ControlFlow<()> + Send),
    ) -> Result<(), BlobFault> {
        for outer in self.blobs().folders(None).await? {
            for folder in self.blobs().folders(Some(&outer)).await? {
                for file in self.blobs().files(&folder).await? {
                    if !self.blobs().knows(&file).await? && each(file.to_string()).is_break() {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}

impl Blobs {
    async fn folders(&self, within: Option<&Path>) -> Result<Vec<Path>, BlobFault> {
        let listed = self.objects().list_with_delimiter(within).await.map_err(blobs::fault)?;
        Ok(listed.common_prefixes)
    }

    async fn files(&self, folder: &Path) -> Result<Vec<Path>, BlobFault> {
        let listed = self.objects().list_with_delimiter(Some(folder)).await.map_err(blobs::fault)?;
        Ok(listed.objects.into_iter().map(|file| file.location).collect())
    }

    async fn knows(&self, file: &Path) -> Result<bool, BlobFault> {
        match blobs::hash_in(file) {
            Some(hash) => Ok(self.is_known(hash).await?),
            None => Ok(false),
        }
    }
}

/// A column that counts the documents of the message `m` of the statement around it: one, when search is in step.
pub const fn documents_of_message(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "(SELECT count(*) FROM search_docsize s WHERE s.id = m.search_row)",
        Dialect::Postgres => {
            "(SELECT count(*) FROM search s WHERE s.mailbox_id = m.mailbox_id AND s.search_row = m.search_row)"
        }
    }
}

/// How many documents the search index has, over all mailboxes.
pub fn documents(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT count(*) FROM search_docsize",
        Dialect::Postgres => "SELECT count(*) FROM search",
    };
    tx.load(sql, &[], |row| row.get(0))
}

/// Bytes as people and programs read them: hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    blobs::hex(bytes)
}
