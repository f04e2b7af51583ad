//! Connections that wait: what each costs in memory.

use super::load;
use super::served::{ADDRESS, Served};
use crate::console::say;

/// How many wait: as many as the server takes.
const CONNECTIONS: usize = 10_000;

/// Opens connections that select INBOX and wait, and measures the server.
pub(super) fn run(served: &Served) -> anyhow::Result<()> {
    let secret = served.device("anna@home.example")?;
    let before = served.memory_kib()?;
    let mut waiting = Vec::with_capacity(CONNECTIONS);
    while waiting.len() < CONNECTIONS {
        match load::idle(served.imap, ADDRESS, &secret) {
            Ok(connection) => waiting.push(connection),
            // This process or the server may not have that many files.
            Err(error) => {
                say(&format!("  no more connections than {}: {error:#}", waiting.len()));
                break;
            }
        }
    }
    let each = (served.memory_kib()?.saturating_sub(before) * 1024) / waiting.len().max(1) as u64;
    let label = format!("memory of each of {} idle IMAP connections (PSS)", waiting.len());
    say(&format!("{label:<58}{each:>9} B"));
    Ok(())
}
