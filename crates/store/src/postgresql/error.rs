//! The server's faults in our words.

use ::postgres::error::{DbError, SqlState};

use crate::{ConstraintKind, StoreError};

/// What `fault` means to a caller.
pub(super) fn translate(fault: &::postgres::Error) -> StoreError {
    let Some(said) = fault.as_db_error() else {
        return if lost(fault) {
            StoreError::Unavailable(chain(fault))
        } else {
            StoreError::internal(chain(fault))
        };
    };
    let code = said.code();
    if let Some(kind) = constraint_kind(code) {
        return StoreError::Constraint { kind, name: constraint_name(said) };
    }
    if gave_way(fault) || *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::QUERY_CANCELED {
        StoreError::Busy
    } else if *code == SqlState::DISK_FULL {
        StoreError::Full
    } else if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED {
        StoreError::Corrupt(said.message().to_owned())
    } else if lost(fault) || is_about_resources(code) {
        StoreError::Unavailable(said.to_string())
    } else {
        let place = said.where_().map(|place| format!(" ({place})")).unwrap_or_default();
        StoreError::internal(format!("{said}{place}"))
    }
}

/// Whether the same work is to be run again.
pub(super) fn gave_way(fault: &::postgres::Error) -> bool {
    fault.code().is_some_and(|code| {
        *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
    })
}

/// Whether the connection is of no use any more, or could not be made.
pub(super) fn lost(fault: &::postgres::Error) -> bool {
    match fault.code() {
        // 08: connection exceptions; 57P: the operator intervenes (shutdown, crash, start-up).
        Some(code) => code.code().starts_with("08") || code.code().starts_with("57P"),
        None => {
            fault.is_closed()
                || std::error::Error::source(fault).is_some_and(|source| source.is::<std::io::Error>())
        }
    }
}

/// 53: the server is out of connections or memory (a full disk apart). 25006: it is a standby for the moment.
fn is_about_resources(code: &SqlState) -> bool {
    code.code().starts_with("53") || *code == SqlState::READ_ONLY_SQL_TRANSACTION
}

fn constraint_kind(code: &SqlState) -> Option<ConstraintKind> {
    if *code == SqlState::UNIQUE_VIOLATION {
        Some(ConstraintKind::Unique)
    } else if *code == SqlState::FOREIGN_KEY_VIOLATION {
        Some(ConstraintKind::ForeignKey)
    } else if *code == SqlState::NOT_NULL_VIOLATION {
        Some(ConstraintKind::NotNull)
    } else if *code == SqlState::CHECK_VIOLATION {
        Some(ConstraintKind::Check)
    } else {
        None
    }
}

/// Names a rule as SQLite does: by table and columns where they are known. The server tells the columns of a unique key
/// only in its detail, `Key (a, b)=(1, 2) already exists.`, whose first parentheses are the same in every language.
fn constraint_name(said: &DbError) -> Option<String> {
    let table = said.table()?;
    if let Some(column) = said.column() {
        return Some(format!("{table}.{column}"));
    }
    let columns = said
        .detail()
        .filter(|_| *said.code() == SqlState::UNIQUE_VIOLATION)
        .and_then(|detail| detail.split_once('('))
        .and_then(|(_, rest)| rest.split_once(")="))
        .map(|(columns, _)| columns)
        .filter(|columns| !columns.contains('('));
    match columns {
        Some(columns) => {
            let named: Vec<String> = columns.split(", ").map(|column| format!("{table}.{column}")).collect();
            Some(named.join(", "))
        }
        None => said.constraint().map(str::to_owned),
    }
}

fn chain(fault: &dyn std::error::Error) -> String {
    let mut words = fault.to_string();
    let mut source = fault.source();
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}
