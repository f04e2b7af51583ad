//! One connection to the file.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef as SqliteValue};
use rusqlite::{CachedStatement, OpenFlags};

use super::error::translate;
use crate::migrate::Schema;
use crate::tx::{Columns, Connection, EachRow};
use crate::value::ValueRef;
use crate::{Dialect, Row, StoreError, ToValue};

/// How long to wait for another process (a backup tool, the command line) to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How many statements stay prepared: above the number of different ones in the program.
const STATEMENTS: usize = 512;
/// How many pages the log may grow to before it is folded into the file: 64 MiB, so that a burst of mail is not held up
/// by checkpoints, and recovery after a crash stays well under a second.
const CHECKPOINT_PAGES: i64 = 8192;
/// What the log file is cut back to after a checkpoint.
const LOG_SIZE_BYTES: i64 = 64 * 1024 * 1024;
/// How much of the file is mapped into memory for reading: the system's page cache then serves all connections.
const MAPPED_BYTES: i64 = 1024 * 1024 * 1024;
/// The page cache of the writer, which reads back what it wrote; in KiB.
const WRITER_CACHE_KIB: i64 = 32 * 1024;
/// The page cache of a reader, small since the file is mapped; in KiB.
const READER_CACHE_KIB: i64 = 2 * 1024;
/// Page size of a new file: message bodies of some ten kilobytes take few pages.
const PAGE_BYTES: i64 = 8192;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Writing,
    Reading,
}

pub(super) struct SqliteConnection {
    inner: rusqlite::Connection,
    /// Statements with `$1` as SQLite wants them: it takes `$1` for a name and numbers names as they appear.
    numbered: HashMap<Box<str>, Box<str>>,
}

impl SqliteConnection {
    pub(super) fn open(path: &Path, purpose: Use) -> Result<Self, StoreError> {
        Self::prepare(path, purpose).map_err(translate)
    }

    fn prepare(path: &Path, purpose: Use) -> rusqlite::Result<Self> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if purpose == Use::Writing {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let inner = rusqlite::Connection::open_with_flags(path, flags)?;
        inner.busy_timeout(BUSY_TIMEOUT)?;
        inner.set_prepared_statement_cache_capacity(STATEMENTS);
        if purpose == Use::Writing {
            inner.pragma_update(None, "page_size", PAGE_BYTES)?;
            inner.pragma_update(None, "journal_mode", "wal")?;
        }
        inner.pragma_update(None, "synchronous", "full")?;
        inner.pragma_update(None, "foreign_keys", true)?;
        inner.pragma_update(None, "temp_store", "memory")?;
        inner.pragma_update(None, "mmap_size", MAPPED_BYTES)?;
        inner.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        inner.pragma_update(None, "journal_size_limit", LOG_SIZE_BYTES)?;
        let cache = if purpose == Use::Writing { WRITER_CACHE_KIB } else { READER_CACHE_KIB };
        inner.pragma_update(None, "cache_size", -cache)?;
        inner.pragma_update(None, "query_only", purpose == Use::Reading)?;
        Ok(Self { inner, numbered: HashMap::new() })
    }

    /// Runs one of the statements that frame transactions.
    pub(super) fn frame(&mut self, sql: &str) -> Result<(), StoreError> {
        self.inner
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(translate)
    }

    /// Whether a transaction is open: SQLite ends one by itself when the disk is full or fails.
    pub(super) fn in_transaction(&self) -> bool {
        !self.inner.is_autocommit()
    }

    /// How many rows were changed since the connection was opened.
    pub(super) fn changes(&self) -> u64 {
        self.inner.total_changes()
    }

    pub(super) fn copy_to(&self, to: &Path) -> Result<(), StoreError> {
        /// Every page in one step: the copy is of one moment, and in WAL mode it holds up nobody.
        const ALL_PAGES: i32 = -1;
        let copy = || {
            let mut target = rusqlite::Connection::open(to)?;
            rusqlite::backup::Backup::new(&self.inner, &mut target)?.step(ALL_PAGES)?;
            // A backup is one file that needs no log beside it.
            target.pragma_update(None, "journal_mode", "delete")
        };
        copy().map_err(translate)
    }

    pub(super) fn damage(&self) -> Result<Vec<String>, StoreError> {
        let check = || {
            let mut statement = self.inner.prepare("PRAGMA integrity_check")?;
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
        };
        let mut faults = check().map_err(translate)?;
        faults.retain(|fault| fault != "ok");
        Ok(faults)
    }

    pub(super) fn faults(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = self.damage()?;
        let check = || {
            let mut orphans = self.inner.prepare("PRAGMA foreign_key_check")?;
            let orphans = orphans.query_map([], |row| {
                Ok(format!(
                    "a row of {} refers to a missing row of {}",
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(2)?
                ))
            })?;
            for orphan in orphans {
                faults.push(orphan?);
            }
            Ok(faults)
        };
        check().map_err(translate)
    }

    fn statement(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<CachedStatement<'_>, StoreError> {
        if !self.numbered.contains_key(sql) {
            if self.numbered.len() >= STATEMENTS {
                self.numbered.clear();
            }
            self.numbered.insert(sql.into(), with_numbers(sql).into());
        }
        let sql = self.numbered.get(sql).map_or(sql, |numbered| numbered);
        let mut statement = self.inner.prepare_cached(sql).map_err(translate)?;
        if statement.parameter_count() != params.len() {
            let wanted = statement.parameter_count();
            return Err(StoreError::internal(format!("{} parameters for {wanted} in: {sql}", params.len())));
        }
        for (index, param) in params.iter().enumerate() {
            let value = param.to_value().map_err(|fault| StoreError::Internal(Box::new(fault)))?;
            statement
                .raw_bind_parameter(index + 1, ToSqlOutput::Borrowed(outward(value)))
                .map_err(translate)?;
        }
        Ok(statement)
    }
}

impl Connection for SqliteConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<u64, StoreError> {
        let touched = self.statement(sql, params)?.raw_execute().map_err(translate)?;
        Ok(u64::try_from(touched).unwrap_or(u64::MAX))
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[&dyn ToValue],
        each: &mut EachRow<'_>,
    ) -> Result<(), StoreError> {
        let mut statement = self.statement(sql, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(translate)? {
            if each(&Row::new(&SqliteRow(row)))?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl Schema for SqliteConnection {
    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.inner.execute_batch(sql).map_err(translate)
    }

    fn begin_exclusive(&mut self) -> Result<(), StoreError> {
        self.frame("BEGIN IMMEDIATE")
    }
}

struct SqliteRow<'a>(&'a rusqlite::Row<'a>);

impl Columns for SqliteRow<'_> {
    fn value(&self, column: usize) -> Result<ValueRef<'_>, StoreError> {
        match self.0.get_ref(column).map_err(translate)? {
            SqliteValue::Null => Ok(ValueRef::Null),
            SqliteValue::Integer(number) => Ok(ValueRef::Int(number)),
            SqliteValue::Real(number) => Ok(ValueRef::Real(number)),
            SqliteValue::Blob(bytes) => Ok(ValueRef::Bytes(bytes)),
            SqliteValue::Text(bytes) => std::str::from_utf8(bytes)
                .map(ValueRef::Text)
                .map_err(|_| StoreError::Corrupt(format!("column {column}: text that is not UTF-8"))),
        }
    }
}

fn outward(value: ValueRef<'_>) -> SqliteValue<'_> {
    match value {
        ValueRef::Null => SqliteValue::Null,
        ValueRef::Int(number) => SqliteValue::Integer(number),
        ValueRef::Real(number) => SqliteValue::Real(number),
        ValueRef::Text(text) => SqliteValue::Text(text.as_bytes()),
        ValueRef::Bytes(bytes) => SqliteValue::Blob(bytes),
    }
}

/// Writes `?1` for `$1`, but not within quotes.
fn with_numbers(sql: &str) -> String {
    let mut quote = None;
    let mut numbered = String::with_capacity(sql.len());
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        match quote {
            Some(end) if character == end => quote = None,
            Some(_) => {}
            None if character == '\'' || character == '"' => quote = Some(character),
            None => {}
        }
        let numbers =
            character == '$' && quote.is_none() && characters.peek().is_some_and(char::is_ascii_digit);
        numbered.push(if numbers { '?' } else { character });
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_and_quotes_left_alone() {
        assert_eq!(
            with_numbers(r#"SELECT '$1', "$2", $12 WHERE a = $1 AND b = 'it''s $3'"#),
            r#"SELECT '$1', "$2", ?12 WHERE a = ?1 AND b = 'it''s $3'"#
        );
    }
}
