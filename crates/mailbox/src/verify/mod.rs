//! Looking through everything that is stored, and saying what is not as it must be.
//!
//! What is looked at in one transaction is a page of rows, or the sums over one folder; so the mail goes on meanwhile, and
//! what is in memory does not grow with what is stored.
//!
//! **Invariant:** nothing is changed; each finding was true in the snapshot in which it was found.

mod counters;
mod files;
mod queued;
mod references;
mod rows;

use std::fmt;

use domain::MailboxId;
use identity::{Actor, Way};
use store::{BlobFault, StoreError, Tx};

use crate::access::Access;

/// How many rows one transaction looks at; few in tests, which so turn the pages.
const PAGE: usize = if cfg!(test) { 3 } else { 500 };

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The database's file.
    Database,
    /// The content of messages.
    Content,
    /// Files of the blob folder.
    Blob,
    /// Numbers that clients of IMAP rely on: UIDs, MODSEQs, UIDVALIDITY.
    Numbers,
    /// Counters that do not say what is there.
    Counter,
    /// Rows that belong to nothing.
    Orphan,
    /// Accesses and device passwords.
    Access,
    /// The search index.
    Search,
    /// Mail on its way out.
    Queue,
}

impl Topic {
    /// Its name, for people and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Content => "content",
            Self::Blob => "blob",
            Self::Numbers => "numbers",
            Self::Counter => "counter",
            Self::Orphan => "orphan",
            Self::Access => "access",
            Self::Search => "search",
            Self::Queue => "queue",
        }
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing is wrong; it is worth knowing.
    Note,
    /// Something is not as it must be.
    Fault,
}

/// Something that is not as it must be, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is a fault.
    pub weight: Weight,
    /// What it is about.
    pub topic: Topic,
    /// Where: an address with a folder, a table, a file.
    pub place: String,
    /// What was found, in a sentence.
    pub words: String,
}

impl Finding {
    fn fault(topic: Topic, place: impl fmt::Display, words: impl fmt::Display) -> Self {
        Self { weight: Weight::Fault, topic, place: place.to_string(), words: words.to_string() }
    }

    fn note(topic: Topic, place: impl fmt::Display, words: impl fmt::Display) -> Self {
        Self { weight: Weight::Note, ..Self::fault(topic, place, words) }
    }
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Email addresses.
    pub mailboxes: u64,
    /// Folders.
    pub folders: u64,
    /// Messages.
    pub messages: u64,
    /// Blobs.
    pub blobs: u64,
}

/// Why not everything could be looked at.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Whoever asks does not run the server.
    #[error("only the operator may do this")]
    NotOperator,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The blob store failed.
    #[error(transparent)]
    Blob(#[from] BlobFault),
}

/// What hears of each finding.
type Hear<'a> = dyn FnMut(Finding) + Send + 'a;

impl Access {
    /// Looks through everything that is stored and tells `hear` what is not as it must be.
    pub async fn verify(&self, operator: &Actor, hear: &mut Hear<'_>) -> Result<Looked, VerifyError> {
        match operator.way() {
            Way::Operator => {}
            Way::Browser(_) | Way::Device { .. } | Way::AllAddresses { .. } | Way::Task => {
                return Err(VerifyError::NotOperator);
            }
        }
        let mut looked = Looked::default();
        for words in self.store().database_faults().await? {
            hear(Finding::fault(Topic::Database, "postroom.db", words));
        }
        references::verify(self, hear).await?;
        counters::verify(self, hear, &mut looked).await?;
        rows::verify(self, hear, &mut looked).await?;
        queued::verify(self, hear).await?;
        files::verify(self, hear, &mut looked).await?;
        Ok(looked)
    }
}

/// The address of a mailbox, for a finding.
fn address_of(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<String, StoreError> {
    let sql = "SELECT address FROM mailboxes WHERE mailbox_id = $1";
    Ok(tx.find(sql, &[&mailbox], |row| row.get(0))?.unwrap_or_else(|| format!("the mailbox {mailbox}")))
}

/// How many there are of something, in words.
fn counted(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
