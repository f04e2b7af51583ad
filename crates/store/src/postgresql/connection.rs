//! One connection to the server.

use std::collections::HashMap;

use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::types::Type;
use ::postgres::{Client, Statement};

use super::error::{self, translate};
use super::server::Server;
use super::values::{Bound, Kind, PostgresRow};
use crate::migrate::Schema;
use crate::tx::{Connection, EachRow};
use crate::{Dialect, Row, StoreError, ToValue};

/// What every session starts with. A transaction that its node forgot must not hold its locks for ever, and one that
/// waits for a lock gives way before its client does.
const SESSION: &str = "SET synchronous_commit = on; SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning";
/// How many statements stay prepared: above the number of different ones in the program.
const STATEMENTS: usize = 512;
/// The advisory lock that nodes migrate under: a number nobody else is likely to use.
const SCHEMA_LOCK: i64 = 0x706f_7374_726f_6f6d;

pub(super) struct PostgresConnection {
    client: Client,
    statements: HashMap<Box<str>, Vec<Prepared>>,
    prepared: usize,
    used: bool,
    broken: bool,
    gave_way: bool,
}

/// A statement as prepared for parameters of certain kinds. The server would else guess at their types by where they
/// stand, and guess 32 bits for a number beside a short constant.
struct Prepared {
    kinds: Vec<Kind>,
    statement: Statement,
}

impl PostgresConnection {
    pub(super) fn open(server: &Server) -> Result<Self, StoreError> {
        let mut client = server.connect().map_err(|fault| translate(&fault))?;
        client.batch_execute(SESSION).map_err(|fault| translate(&fault))?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            prepared: 0,
            used: false,
            broken: false,
            gave_way: false,
        })
    }

    /// Whether it has been used before: then it may have died since.
    pub(super) fn was_used(&self) -> bool {
        self.used
    }

    /// Whether it may be used again.
    pub(super) fn is_usable(&self) -> bool {
        !self.broken && !self.client.is_closed()
    }

    /// Whether the last transaction failed only because another was in its way.
    pub(super) fn gave_way(&self) -> bool {
        self.gave_way
    }

    /// Keeps other nodes from migrating meanwhile, where the server knows such locks; where it does not, a migration
    /// that loses the race fails and is tried again at the next start.
    pub(super) fn lock_schema(&mut self) {
        let _ = self
            .client
            .batch_execute(&format!("SET lock_timeout = 0; SELECT pg_advisory_lock({SCHEMA_LOCK})"));
    }

    pub(super) fn unlock_schema(&mut self) {
        let _ = self.client.batch_execute(&format!("SELECT pg_advisory_unlock({SCHEMA_LOCK}); {SESSION}"));
    }

    fn statement(&mut self, sql: &str, bound: &[Bound<'_>]) -> Result<Statement, StoreError> {
        let known = self.statements.get(sql).and_then(|all| all.iter().find(|one| fits(&one.kinds, bound)));
        if let Some(known) = known {
            return Ok(known.statement.clone());
        }
        let kinds: Vec<Kind> = bound.iter().map(Bound::kind).collect();
        let types: Vec<Type> = kinds.iter().map(|kind| kind.sql_type()).collect();
        let prepared = self.client.prepare_typed(sql, &types);
        let statement = self.note(prepared)?;
        if statement.params().len() != bound.len() {
            let wanted = statement.params().len();
            return Err(StoreError::internal(format!("{} parameters for {wanted} in: {sql}", bound.len())));
        }
        if self.prepared >= STATEMENTS {
            self.statements.clear();
            self.prepared = 0;
        }
        self.prepared += 1;
        let known = self.statements.entry(sql.into()).or_default();
        known.push(Prepared { kinds, statement: statement.clone() });
        Ok(statement)
    }

    fn note<T>(&mut self, result: Result<T, ::postgres::Error>) -> Result<T, StoreError> {
        result.map_err(|fault| {
            self.gave_way |= error::gave_way(&fault);
            self.broken |= error::lost(&fault);
            translate(&fault)
        })
    }
}

fn bind<'a>(params: &'a [&dyn ToValue]) -> Result<Vec<Bound<'a>>, StoreError> {
    let mut bound = Vec::with_capacity(params.len());
    for param in params {
        bound.push(Bound(param.to_value().map_err(|fault| StoreError::Internal(Box::new(fault)))?));
    }
    Ok(bound)
}

fn fits(kinds: &[Kind], bound: &[Bound<'_>]) -> bool {
    kinds.len() == bound.len()
        && kinds.iter().zip(bound).all(|(kind, value)| value.kind() == Kind::Unknown || value.kind() == *kind)
}

impl Connection for PostgresConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn execute(&mut self, sql: &str, params: &[&dyn ToValue]) -> Result<u64, StoreError> {
        let bound = bind(params)?;
        let statement = self.statement(sql, &bound)?;
        let touched = self.client.query_raw(&statement, bound.iter()).and_then(|mut rows| {
            while rows.next()?.is_some() {}
            Ok(rows.rows_affected().unwrap_or(0))
        });
        self.note(touched)
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[&dyn ToValue],
        each: &mut EachRow<'_>,
    ) -> Result<(), StoreError> {
        let bound = bind(params)?;
        let statement = self.statement(sql, &bound)?;
        let mut refused = None;
        let read = self.client.query_raw(&statement, bound.iter()).and_then(|mut rows| {
            while let Some(row) = rows.next()? {
                match each(&Row::new(&PostgresRow(row))) {
                    Ok(flow) if flow.is_continue() => {}
                    Ok(_) => break,
                    Err(error) => {
                        refused = Some(error);
                        break;
                    }
                }
            }
            Ok(())
        });
        self.note(read)?;
        refused.map_or(Ok(()), Err)
    }
}

impl Schema for PostgresConnection {
    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.used = true;
        if sql.starts_with("BEGIN") {
            self.gave_way = false;
        }
        let done = self.client.batch_execute(sql);
        // Where a transaction could not be begun or ended it is not known what state the session is in.
        self.broken |= done.is_err();
        self.note(done)
    }

    fn begin_exclusive(&mut self) -> Result<(), StoreError> {
        self.batch("BEGIN")
    }
}
