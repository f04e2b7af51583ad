//! What the tasks say to whoever runs them.

use std::io::Write;

/// One line on standard output. A closed pipe is not worth an error message.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A heading between the steps of a run.
pub(crate) fn head(title: &str) {
    say(&format!("\n== {title}"));
}
