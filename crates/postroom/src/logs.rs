//! The log, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::orders::Refusal;

/// Begins to log what `filter` lets through.
pub(crate) fn begin(filter: &str) -> Result<(), Refusal> {
    let filter = EnvFilter::try_new(filter).map_err(|fault| Refusal::Usage(format!("log: {fault}")))?;
    let begun = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    begun.map_err(|fault| Refusal::failed("the log cannot begin", fault))
}
