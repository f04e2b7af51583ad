//! The transaction that use cases are written over.

use std::ops::ControlFlow;

use domain::{Ambient, Event, Id, Timestamp};

use crate::search::SearchChange;
use crate::value::{self, ValueRef};
use crate::{Dialect, FromValue, StoreError, ToValue};

/// One connection inside a transaction: what the two drivers implement.
pub(crate) trait Connection {
    fn dialect(&self) -> Dialect;
    /// Runs a statement that returns no rows; how many it touched.
    fn execute(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<u64, StoreError>;
    /// Runs a statement and shows each row to `each` until that breaks off.
    fn query(&mut self, sql: &str, params: &[&dyn ToValue], each: &mut EachRow<'_>)
    -> Result<(), StoreError>;
}

/// Looks at one row and says whether to go on.
pub(crate) type EachRow<'a> = dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError> + 'a;

/// The columns of the row a driver stands on.
pub(crate) trait Columns {
    fn value(&self, column: usize) -> Result<ValueRef<'_>, StoreError>;
}

/// A transaction. It sees one time: that of its beginning.
///
/// After a statement has failed the transaction is lost, on both databases: further statements fail, and work that
/// returns `Ok` nevertheless is undone. Where a row may exist already, say `ON CONFLICT DO NOTHING`.
pub struct Tx<'a> {
    connection: &'a mut dyn Connection,
    ambient: &'a Ambient,
    now: Timestamp,
    events: Vec<Event>,
    failure: Option<StoreError>,
    lock: &'static str,
    search_changes: Vec<SearchChange>,
}

/// What a transaction's work leaves behind.
pub(crate) struct Ended {
    /// What it published.
    pub(crate) events: Vec<Event>,
    /// The failure that makes it impossible to keep.
    pub(crate) failure: Option<StoreError>,
    /// What is still to be written to the index before the commit.
    pub(crate) search_changes: Vec<SearchChange>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: &'a mut dyn Connection, ambient: &'a Ambient) -> Self {
        let (now, lock) = (ambient.clock.now(), connection.dialect().for_update());
        let (events, search_changes) = (Vec::new(), Vec::new());
        Self { connection, ambient, now, events, failure: None, lock, search_changes }
    }

    /// A transaction that only reads: it locks nothing.
    pub(crate) fn reading(connection: &'a mut dyn Connection, ambient: &'a Ambient) -> Self {
        Self { lock: "", ..Self::new(connection, ambient) }
    }

    /// Runs a statement; returns how many rows it touched.
    pub fn execute(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<u64, StoreError> {
        self.check()?;
        let result = self.connection.execute(sql, params);
        self.note(result)
    }

    /// Runs a statement and returns what `row` makes of each row.
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[&dyn ToValue],
        mut row: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.visit(sql, params, &mut |columns| {
            rows.push(row(columns)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// Runs a statement and returns what `row` makes of its first row, if there is one.
    pub fn find<T>(
        &mut self,
        sql: &str,
        params: &[&dyn ToValue],
        row: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let (mut found, mut row) = (None, Some(row));
        self.visit(sql, params, &mut |columns| {
            if let Some(row) = row.take() {
                found = Some(row(columns)?);
            }
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// As [`Self::find`], for a row that must exist: [`StoreError::Absent`] when it does not.
    pub fn load<T>(
        &mut self,
        sql: &str,
        params: &[&dyn ToValue],
        row: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.find(sql, params, row)?.ok_or(StoreError::Absent)
    }

    /// When the transaction began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Random bytes, fit for secrets.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.ambient.random.fill(&mut bytes);
        bytes
    }

    /// A new id (UUID of version 7).
    pub fn id<I: Id>(&mut self) -> I {
        let random = self.random();
        I::new(self.now, random)
    }

    /// Tells `event` to the rest of the server once the transaction is durable; never when it is undone.
    pub fn publish(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Which database this is: for the named functions that differ, and nobody else.
    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// What a SELECT ends with whose rows this transaction goes on to change; nothing in one that only reads, so that
    /// a look-up serves both.
    pub fn for_update(&self) -> &'static str {
        self.lock
    }

    /// Changes the index right before the commit: only SQLite wants that.
    pub(crate) fn change_search(&mut self, change: SearchChange) -> Result<(), StoreError> {
        self.check()?;
        self.search_changes.push(change);
        Ok(())
    }

    /// What the work wants of the index so far.
    pub(crate) fn search_changes(&self) -> &[SearchChange] {
        &self.search_changes
    }

    /// What the work leaves behind.
    pub(crate) fn end(self) -> Ended {
        let Self { events, failure, search_changes, .. } = self;
        Ended { events, failure, search_changes }
    }

    fn visit(
        &mut self,
        sql: &str,
        params: &[&dyn ToValue],
        each: &mut EachRow<'_>,
    ) -> Result<(), StoreError> {
        self.check()?;
        let result = self.connection.query(sql, params, each);
        self.note(result)
    }

    /// Whether the transaction can still be kept.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &self.failure {
            Some(failure) => Err(failure.duplicate()),
            None => Ok(()),
        }
    }

    fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(failure) = &result {
            self.failure = Some(failure.duplicate());
        }
        result
    }
}

/// One row of an answer.
pub struct Row<'a> {
    columns: &'a dyn Columns,
}

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a dyn Columns) -> Self {
        Self { columns }
    }

    /// The value of a column, counted from 0.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, StoreError> {
        T::from_value(self.columns.value(column)?).map_err(|fault| unreadable(column, fault))
    }

    /// The text of a column, where it lies: no copy.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        value::text(self.columns.value(column)?).map_err(|fault| unreadable(column, fault))
    }

    /// The bytes of a column, where they lie: no copy.
    pub fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        value::bytes(self.columns.value(column)?).map_err(|fault| unreadable(column, fault))
    }
}

fn unreadable(column: usize, fault: value::Mismatch) -> StoreError {
    StoreError::Corrupt(format!("column {column}: {fault}"))
}
