//! What can go wrong, as far as a caller can act on it.

use std::error::Error;

/// Why a statement or a transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Others hold what is needed; the same may work in a moment.
    #[error("the database is busy")]
    Busy,
    /// The disk is full. What was there before is whole.
    #[error("the disk is full")]
    Full,
    /// The database cannot be reached now.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The rows would break a rule of the schema.
    #[error("{kind} constraint {} failed", name.as_deref().unwrap_or("(unnamed)"))]
    Constraint {
        /// Which sort of rule.
        kind: ConstraintKind,
        /// `table.column, table.column` for a unique rule on columns, else the name of the rule, where known.
        name: Option<String>,
    },
    /// A row that must exist does not.
    #[error("no such row")]
    Absent,
    /// What is stored is not what the program wrote, or the file is damaged.
    #[error("what is stored cannot be read: {0}")]
    Corrupt(String),
    /// A fault of the program or of the database.
    #[error("the database failed: {0}")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

/// A sort of rule in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// Another row has the same key.
    Unique,
    /// The row that is referred to does not exist, or the row that goes is referred to.
    ForeignKey,
    /// A value is missing.
    NotNull,
    /// A value is out of the range the schema allows, or of the wrong type.
    Check,
}

impl std::fmt::Display for ConstraintKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unique => "unique",
            Self::ForeignKey => "foreign key",
            Self::NotNull => "not null",
            Self::Check => "check",
        })
    }
}

impl StoreError {
    /// Whether another row has the same key.
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Constraint { kind: ConstraintKind::Unique, .. })
    }

    /// Whether the same call may succeed later without anybody repairing anything by hand.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::Full | Self::Unavailable(_))
    }

    pub(crate) fn internal(what: impl Into<String>) -> Self {
        Self::Internal(what.into().into())
    }

    /// The same error once more, for each of those who waited for one commit.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::Full => Self::Full,
            Self::Unavailable(what) => Self::Unavailable(what.clone()),
            Self::Constraint { kind, name } => Self::Constraint { kind: *kind, name: name.clone() },
            Self::Absent => Self::Absent,
            Self::Corrupt(what) => Self::Corrupt(what.clone()),
            Self::Internal(source) => Self::internal(source.to_string()),
        }
    }
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A folder or file could not be made or opened.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The address of the database makes no sense.
    #[error("the database address is not valid: {0}")]
    Address(String),
    /// The database could not be reached or answered with an error.
    #[error("the database could not be opened: {0}")]
    Database(#[from] StoreError),
    /// A migration failed; nothing of it was kept.
    #[error("migration {version} failed: {source}")]
    Migration {
        /// Its number.
        version: i64,
        /// Why.
        source: StoreError,
    },
    /// A migration that was applied is not the one this program has.
    #[error("migration {version} was changed after it had been applied to this database")]
    Changed {
        /// Its number.
        version: i64,
    },
    /// A newer program has used this database.
    #[error("this database was made by a newer version of the program (its schema is {version})")]
    Newer {
        /// The number of its newest migration.
        version: i64,
    },
}
