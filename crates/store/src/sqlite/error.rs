//! SQLite's faults in our words.

use rusqlite::ffi;

use crate::{ConstraintKind, StoreError};

/// What `error` means to a caller.
pub(super) fn translate(error: rusqlite::Error) -> StoreError {
    let (code, message) = if let rusqlite::Error::SqliteFailure(failure, message) = &error {
        (failure.extended_code, message.clone().unwrap_or_default())
    } else if let rusqlite::Error::SqlInputError { error, msg, .. } = &error {
        (error.extended_code, msg.clone())
    } else {
        return StoreError::Internal(Box::new(error));
    };
    match code & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => StoreError::Busy,
        ffi::SQLITE_FULL => StoreError::Full,
        ffi::SQLITE_CONSTRAINT => constraint(code, &message),
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => StoreError::Corrupt(message),
        ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN | ffi::SQLITE_NOMEM => {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::Internal(Box::new(error)),
    }
}

/// Reads `UNIQUE constraint failed: table.column, table.column` or `…: index 'name'`.
fn constraint(code: i32, message: &str) -> StoreError {
    let kind = match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            ConstraintKind::Unique
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ConstraintKind::ForeignKey,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ConstraintKind::NotNull,
        _ => ConstraintKind::Check,
    };
    let named = message.split_once("failed: ").map(|(_, name)| name);
    let name = named.map(|name| name.trim_start_matches("index '").trim_end_matches('\'').to_owned());
    StoreError::Constraint { kind, name }
}
