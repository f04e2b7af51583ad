//! Transactions on SQLite and PostgreSQL, migrations, jobs, full-text search, and blobs.
//!
//! Use cases are synchronous functions over a [`Tx`], run by [`Store::write`] and [`Store::read`]. SQL is written once,
//! in the subset that both databases share, with `$1` parameters; where they differ there is a named function here
//! ([`search`], [`jobs`], [`Tx::for_update`]).
//!
//! **Invariant:** a write is acknowledged only when it is durable, its events are published only after that and never
//! when it was undone, and one piece of work that fails takes no other down with it.

pub mod backup;
pub mod blobs;
mod dialect;
mod error;
pub mod jobs;
mod migrate;
mod postgresql;
mod private;
pub mod proof;
pub mod search;
mod sqlite;
mod store;
mod task;
mod tx;
mod value;

pub use backup::BackupError;
pub use blobs::{BlobFault, BlobRef, Blobs, INLINE_LIMIT};
pub use dialect::Dialect;
pub use error::{ConstraintKind, OpenError, StoreError};
pub use store::{Database, Store};
pub use tx::{Row, Tx};
pub use value::{FromValue, Mismatch, ToValue, ValueRef};

#[cfg(test)]
mod tests;
