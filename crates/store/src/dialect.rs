//! The two databases, and the words in which they differ.

/// Which database a transaction runs on. For the functions of this crate that have to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, embedded.
    Sqlite,
    /// PostgreSQL, or what speaks its protocol.
    Postgres,
}

impl Dialect {
    /// What a SELECT ends with when its rows are to be changed by the same transaction. SQLite has one writer at a
    /// time and needs nothing.
    pub fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// As [`Self::for_update`], passing over the rows that another transaction holds.
    pub fn for_update_skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }
}
