//! The schema: numbered SQL files, applied once each, in order, forward only.
//!
//! They are written once for both databases: `{bytes}`, `{int}` and `{text}` are column types, `{table}` and
//! `{clustered}` end a table's definition (the latter keeps its rows in the order of the primary key), and lines between
//! `-- [sqlite]` or `-- [postgres]` and `-- [end]` are for that database alone.
//!
//! **Invariant:** a migration is applied whole or not at all, and never again once its number is in `migration`.

use sha2::{Digest, Sha256};

use crate::tx::Connection;
use crate::{Dialect, OpenError, StoreError, Tx};

/// One step of the schema.
#[derive(Debug)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

/// Every step there is.
pub(crate) const ALL: &[Migration] = &[
    Migration { version: 1, name: "foundation", sql: include_str!("../migrations/0001_foundation.sql") },
    Migration { version: 2, name: "search", sql: include_str!("../migrations/0002_search.sql") },
    Migration { version: 3, name: "imap", sql: include_str!("../migrations/0003_imap.sql") },
    Migration { version: 10, name: "teams", sql: include_str!("../migrations/0010_teams.sql") },
    Migration { version: 20, name: "account", sql: include_str!("../migrations/0020_account.sql") },
    Migration { version: 30, name: "bin", sql: include_str!("../migrations/0030_bin.sql") },
    Migration {
        version: 31,
        name: "domain checks",
        sql: include_str!("../migrations/0031_domain_checks.sql"),
    },
    Migration {
        version: 32,
        name: "bound invitations",
        sql: include_str!("../migrations/0032_bound_invitations.sql"),
    },
    Migration { version: 33, name: "aliases", sql: include_str!("../migrations/0033_aliases.sql") },
    Migration { version: 40, name: "sending", sql: include_str!("../migrations/0040_sending.sql") },
    Migration { version: 50, name: "counts", sql: include_str!("../migrations/0050_counts.sql") },
    Migration { version: 51, name: "audit heads", sql: include_str!("../migrations/0051_audit_heads.sql") },
    Migration { version: 55, name: "scram", sql: include_str!("../migrations/0055_scram.sql") },
    Migration {
        version: 56,
        name: "outgoing of a service",
        sql: include_str!("../migrations/0056_outgoing_of_a_service.sql"),
    },
    Migration { version: 60, name: "passkeys", sql: include_str!("../migrations/0060_passkeys.sql") },
    Migration {
        version: 65,
        name: "member rights",
        sql: include_str!("../migrations/0065_member_rights.sql"),
    },
    Migration {
        version: 66,
        name: "service transfers",
        sql: include_str!("../migrations/0066_service_transfers.sql"),
    },
    Migration {
        version: 67,
        name: "people in order",
        sql: include_str!("../migrations/0067_people_in_order.sql"),
    },
    Migration { version: 70, name: "auto-replies", sql: include_str!("../migrations/0070_auto_replies.sql") },
    Migration { version: 71, name: "signatures", sql: include_str!("../migrations/0071_signatures.sql") },
    Migration {
        version: 72,
        name: "generic addresses",
        sql: include_str!("../migrations/0072_generic_addresses.sql"),
    },
    Migration { version: 73, name: "senders", sql: include_str!("../migrations/0073_senders.sql") },
    Migration { version: 75, name: "redirections", sql: include_str!("../migrations/0075_redirections.sql") },
    Migration { version: 76, name: "imports", sql: include_str!("../migrations/0076_imports.sql") },
    Migration { version: 77, name: "address list", sql: include_str!("../migrations/0077_address_list.sql") },
    Migration {
        version: 78,
        name: "expunged history",
        sql: include_str!("../migrations/0078_expunged_history.sql"),
    },
    Migration { version: 80, name: "verify", sql: include_str!("../migrations/0080_verify.sql") },
    Migration {
        version: 81,
        name: "account devices",
        sql: include_str!("../migrations/0081_account_devices.sql"),
    },
    Migration { version: 82, name: "unseen", sql: include_str!("../migrations/0082_unseen.sql") },
    Migration {
        version: 85,
        name: "access limits",
        sql: include_str!("../migrations/0085_access_limits.sql"),
    },
    Migration {
        version: 90,
        name: "search merging",
        sql: include_str!("../migrations/0090_search_merging.sql"),
    },
    Migration {
        version: 91,
        name: "phones and pictures",
        sql: include_str!("../migrations/0091_phones_and_pictures.sql"),
    },
    Migration {
        version: 100,
        name: "removed messages",
        sql: include_str!("../migrations/0100_removed_messages.sql"),
    },
    Migration {
        version: 101,
        name: "history of an address",
        sql: include_str!("../migrations/0101_history_of_an_address.sql"),
    },
    Migration {
        version: 110,
        name: "search letters",
        sql: include_str!("../migrations/0110_search_letters.sql"),
    },
];

/// The table of what was applied.
const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (
  version {int} NOT NULL PRIMARY KEY,
  name {text} NOT NULL,
  checksum {text} NOT NULL,
  applied_at {int} NOT NULL
) {table}";

/// A connection that can also run several statements at once, and begin and end transactions.
pub(crate) trait Schema: Connection {
    /// Runs statements without parameters.
    fn batch(&mut self, sql: &str) -> Result<(), StoreError>;
    /// Begins a transaction in which nobody else changes the schema.
    fn begin_exclusive(&mut self) -> Result<(), StoreError>;
}

/// Applies those of `migrations` that are missing.
pub(crate) fn run(
    connection: &mut dyn Schema,
    migrations: &[Migration],
    ambient: &domain::Ambient,
) -> Result<(), OpenError> {
    let dialect = connection.dialect();
    connection.begin_exclusive()?;
    connection.batch(&translate(LEDGER, dialect))?;
    connection.batch("COMMIT")?;
    let newest = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    if let Some(version) = newest_applied(connection, ambient)?.filter(|version| *version > newest) {
        return Err(OpenError::Newer { version });
    }
    for migration in migrations {
        connection.begin_exclusive()?;
        let outcome = apply(connection, migration, ambient);
        let ended = connection.batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" });
        outcome?;
        ended.map_err(|source| OpenError::Migration { version: migration.version, source })?;
    }
    Ok(())
}

fn newest_applied(connection: &mut dyn Schema, ambient: &domain::Ambient) -> Result<Option<i64>, StoreError> {
    let mut tx = Tx::new(connection, ambient);
    tx.load("SELECT max(version) FROM migration", &[], |row| row.get(0))
}

fn apply(
    connection: &mut dyn Schema,
    migration: &Migration,
    ambient: &domain::Ambient,
) -> Result<(), OpenError> {
    let version = migration.version;
    let checksum = checksum(migration.sql);
    let known = Tx::new(connection, ambient).find(
        "SELECT checksum FROM migration WHERE version = $1",
        &[&version],
        |row| row.get::<String>(0),
    )?;
    match known {
        Some(known) if known == checksum => return Ok(()),
        Some(_) => return Err(OpenError::Changed { version }),
        None => {}
    }
    let sql = translate(migration.sql, connection.dialect());
    connection.batch(&sql).map_err(|source| OpenError::Migration { version, source })?;
    let mut tx = Tx::new(connection, ambient);
    let now = tx.now();
    tx.execute(
        "INSERT INTO migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        &[&version, &migration.name, &checksum, &now],
    )?;
    tracing::info!(version, name = migration.name, "migration applied");
    Ok(())
}

pub(crate) fn checksum(sql: &str) -> String {
    crate::blobs::hex(&Sha256::digest(sql.as_bytes()))
}

/// The SQL of one database.
pub(crate) fn translate(sql: &str, dialect: Dialect) -> String {
    let (bytes, int, table, clustered) = match dialect {
        Dialect::Sqlite => ("BLOB", "INTEGER", "STRICT", "STRICT, WITHOUT ROWID"),
        Dialect::Postgres => ("BYTEA", "BIGINT", "", ""),
    };
    let mut block = None;
    let mut lines = String::with_capacity(sql.len());
    for line in sql.lines() {
        match line.trim() {
            "-- [sqlite]" => block = Some(Dialect::Sqlite),
            "-- [postgres]" => block = Some(Dialect::Postgres),
            "-- [end]" => block = None,
            _ if block.is_none_or(|only| only == dialect) => {
                lines.push_str(line);
                lines.push('\n');
            }
            _ => {}
        }
    }
    lines
        .replace("{bytes}", bytes)
        .replace("{int}", int)
        .replace("{text}", "TEXT")
        .replace("{table}", table)
        .replace("{clustered}", clustered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_gets_its_own_words_and_blocks() {
        let sql = "CREATE TABLE t (id {bytes}, n {int}) {clustered};\n-- [sqlite]\nS\n-- [end]\n-- [postgres]\nP\n-- [end]\nB";
        let sqlite = "CREATE TABLE t (id BLOB, n INTEGER) STRICT, WITHOUT ROWID;\nS\nB\n";
        assert_eq!(translate(sql, Dialect::Sqlite), sqlite);
        assert_eq!(translate(sql, Dialect::Postgres), "CREATE TABLE t (id BYTEA, n BIGINT) ;\nP\nB\n");
    }

    #[test]
    fn the_numbers_of_the_migrations_go_up() {
        assert!(ALL.windows(2).all(|pair| pair[0].version < pair[1].version), "{ALL:?}");
    }
}
