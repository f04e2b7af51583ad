//! What commands say, and what they read from standard input.

use std::io::{Read, Write};
use std::process::ExitCode;

use domain::Secret;
use serde_json::json;

use crate::orders::{Refusal, Report};

/// Longest password that is read: far more than anybody types, and no way to fill the memory.
const PASSWORD_LIMIT: u64 = 4096;

/// Prints a report on standard output.
pub(crate) fn show(report: &Report, as_json: bool) -> ExitCode {
    let text = if as_json { format!("{:#}", report.json()) } else { report.text() };
    say(&text);
    report.exit_code()
}

/// Prints why something was not done, on standard error.
pub(crate) fn complain(refusal: &Refusal, as_json: bool) -> ExitCode {
    let text = if as_json {
        json!({"error": refusal.to_string(), "code": refusal.code()}).to_string()
    } else {
        refusal.to_string()
    };
    let _ = writeln!(std::io::stderr().lock(), "{text}");
    refusal.exit_code()
}

/// One line on standard output. Whoever closed the pipe does not want to know more.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The password on standard input: its first line.
pub(crate) fn password() -> Result<Secret<String>, Refusal> {
    let mut text = String::new();
    std::io::stdin().lock().take(PASSWORD_LIMIT).read_to_string(&mut text).map_err(|error| {
        Refusal::Usage(format!("the password cannot be read from standard input: {error}"))
    })?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line.to_owned())),
        Some(_) | None => Err(Refusal::Usage("there is no password on standard input".to_owned())),
    }
}
