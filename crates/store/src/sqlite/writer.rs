//! The one thread that writes, and the flush that concurrent writes share.
//!
//! While one commit waits for the disk, the next writes queue up; they then become one transaction, each within a
//! savepoint of its own. A disk that flushes 350 times a second so acknowledges many thousand writes a second.
//!
//! **Invariant:** nobody is answered, and no event published, before the commit that holds their rows has returned.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{Ambient, Event, Publish, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::connection::SqliteConnection;
use crate::search::SearchChange;
use crate::task::Task;
use crate::tx::Ended;
use crate::{StoreError, Tx};

/// How many writes share one commit at most: beyond this the flush is a small part of the cost, and the first of them
/// should not wait longer.
const GROUP: usize = 256;
/// For how long a commit takes in further writes: about the time of one flush on a busy disk.
const GROUP_FOR: Duration = Duration::from_millis(5);

/// How much text for the search index a commit collects: a bound on memory.
const INDEXED_BYTES: usize = 8 * 1024 * 1024;

/// What the writer is asked to do.
pub(super) enum Order {
    Run(Box<dyn Task>),
    Close(oneshot::Sender<()>),
}

pub(super) struct Writer {
    connection: SqliteConnection,
    orders: mpsc::Receiver<Order>,
    ambient: Ambient,
    publish: Arc<dyn Publish>,
    commits: Arc<AtomicU64>,
}

/// The tasks that share a transaction, so far.
struct Group {
    began: Timestamp,
    tasks: Vec<Box<dyn Task>>,
    events: Vec<Event>,
    search_changes: Vec<SearchChange>,
    indexed_bytes: usize,
    closing: Option<oneshot::Sender<()>>,
}

impl Group {
    fn new(began: Timestamp) -> Self {
        let (tasks, events, search_changes) = (Vec::new(), Vec::new(), Vec::new());
        Self { began, tasks, events, search_changes, indexed_bytes: 0, closing: None }
    }

    /// Takes what a task that succeeded leaves behind.
    fn keep(&mut self, ended: Ended) {
        self.events.extend(ended.events);
        self.indexed_bytes += ended.search_changes.iter().map(SearchChange::size).sum::<usize>();
        self.search_changes.extend(ended.search_changes);
    }

    fn is_full(&self, now: Timestamp) -> bool {
        self.tasks.len() >= GROUP || self.indexed_bytes >= INDEXED_BYTES || now.since(self.began) >= GROUP_FOR
    }
}

impl Writer {
    pub(super) fn new(
        connection: SqliteConnection,
        orders: mpsc::Receiver<Order>,
        ambient: Ambient,
        publish: Arc<dyn Publish>,
        commits: Arc<AtomicU64>,
    ) -> Self {
        Self { connection, orders, ambient, publish, commits }
    }

    /// Writes until it is told to close, or nobody can ask any more.
    pub(super) fn run(mut self) {
        while let Some(order) = self.orders.blocking_recv() {
            let closing = match order {
                Order::Run(task) => self.write_group(task),
                Order::Close(done) => Some(done),
            };
            if let Some(done) = closing {
                // Whoever is told that the store is closed finds the file free.
                self.orders.close();
                drop(self.connection);
                let _ = done.send(());
                return;
            }
        }
    }

    /// Runs `first` and what waits behind it, commits, and answers them all.
    fn write_group(&mut self, first: Box<dyn Task>) -> Option<oneshot::Sender<()>> {
        if let Err(error) = self.connection.frame("BEGIN IMMEDIATE") {
            first.settle(Err(error));
            return None;
        }
        let changes = self.connection.changes();
        let began = self.ambient.clock.now();
        let mut group = Group::new(began);
        let outcome = self.fill(&mut group, first).and_then(|()| {
            if let Err(error) = self.write_search(&group.search_changes) {
                return self.write_alone(&mut group, error);
            }
            self.connection.frame("COMMIT")
        });
        if self.connection.in_transaction() {
            // The commit failed, so there is nothing to keep; a rollback that fails as well is found by the next BEGIN.
            let _ = self.connection.frame("ROLLBACK");
        }
        match &outcome {
            Ok(()) => {
                if self.connection.changes() != changes {
                    self.commits.fetch_add(1, Ordering::Relaxed);
                }
                if !group.events.is_empty() {
                    self.publish.publish(&group.events);
                }
            }
            Err(error) => tracing::error!(%error, writes = group.tasks.len(), "a commit failed"),
        }
        for task in group.tasks {
            task.settle(match &outcome {
                Ok(()) => Ok(()),
                Err(error) => Err(error.duplicate()),
            });
        }
        group.closing
    }

    /// Runs tasks until the group is full or nobody waits. An error means that all of them are lost.
    fn fill(&mut self, group: &mut Group, first: Box<dyn Task>) -> Result<(), StoreError> {
        let mut next = Some(first);
        while let Some(mut task) = next.take() {
            let lost = self.run_within_savepoint(&mut *task, group);
            group.tasks.push(task);
            lost?;
            match if group.is_full(self.ambient.clock.now()) { None } else { self.orders.try_recv().ok() } {
                Some(Order::Run(task)) => next = Some(task),
                Some(Order::Close(done)) => group.closing = Some(done),
                None => {}
            }
        }
        Ok(())
    }

    /// Runs one task; what it did is undone when it fails. An error means that the whole transaction is lost.
    fn run_within_savepoint(&mut self, task: &mut dyn Task, group: &mut Group) -> Result<(), StoreError> {
        self.connection.frame("SAVEPOINT work")?;
        let mut tx = Tx::new(&mut self.connection, &self.ambient);
        let succeeded = task.run(&mut tx);
        let ended = tx.end();
        if !self.connection.in_transaction() {
            // SQLite has undone everything by itself: the disk is full, or failed.
            let lost = || StoreError::Unavailable("the transaction was lost".to_owned());
            return Err(ended.failure.unwrap_or_else(lost));
        }
        if succeeded {
            group.keep(ended);
            return self.connection.frame("RELEASE work");
        }
        self.connection.frame("ROLLBACK TO work")?;
        self.connection.frame("RELEASE work")
    }

    /// Writes to the search index what the tasks of a group want of it.
    fn write_search(&mut self, changes: &[SearchChange]) -> Result<(), StoreError> {
        let mut tx = Tx::new(&mut self.connection, &self.ambient);
        changes.iter().try_for_each(|change| change.write(&mut tx))
    }

    /// After the index refused what a group wants of it: each of its tasks in a transaction of its own, so that only that
    /// one is lost which is at fault. An error means that all of them are.
    fn write_alone(&mut self, group: &mut Group, error: StoreError) -> Result<(), StoreError> {
        if group.tasks.len() == 1 || !self.connection.in_transaction() {
            return Err(error);
        }
        tracing::error!(%error, writes = group.tasks.len(), "the search index refused a change; each write goes alone");
        self.connection.frame("ROLLBACK")?;
        group.events.clear();
        for task in std::mem::take(&mut group.tasks) {
            self.write_one(group, task);
        }
        Ok(())
    }

    /// Runs one task that shares its commit with none, and answers it.
    fn write_one(&mut self, group: &mut Group, mut task: Box<dyn Task>) {
        let mut alone = Group::new(group.began);
        let outcome = self
            .connection
            .frame("BEGIN IMMEDIATE")
            .and_then(|()| self.run_within_savepoint(&mut *task, &mut alone))
            .and_then(|()| self.write_search(&alone.search_changes))
            .and_then(|()| self.connection.frame("COMMIT"));
        if self.connection.in_transaction() {
            let _ = self.connection.frame("ROLLBACK");
        }
        if outcome.is_ok() {
            group.events.append(&mut alone.events);
        }
        task.settle(outcome);
    }
}
