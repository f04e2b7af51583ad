//! The steps of a run: each is timed, its output passes through, and its test counts are remembered.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::console;

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    passed: u64,
    failed: u64,
}

/// What became of one step.
struct Outcome {
    name: &'static str,
    took: Duration,
    ok: bool,
}

/// A run in progress.
#[derive(Default)]
pub(crate) struct Steps {
    outcomes: Vec<Outcome>,
    counts: Counts,
}

impl Steps {
    /// Runs one step that answers whether all was in order. A step that fails does not stop the run: whoever reads
    /// the result wants to know everything that is wrong.
    pub(crate) fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&mut Counts) -> anyhow::Result<bool>,
    ) -> bool {
        console::head(name);
        let begun = now();
        let ok = work(&mut self.counts).unwrap_or_else(|error| {
            console::say(&format!("error: {error:#}"));
            false
        });
        self.outcomes.push(Outcome { name, took: begun.elapsed(), ok });
        ok
    }

    /// Prints the summary, the count of tests last; the answer is whether every step was in order.
    pub(crate) fn finish(self) -> bool {
        console::head("summary");
        for outcome in &self.outcomes {
            let word = if outcome.ok { "ok" } else { "FAILED" };
            console::say(&format!("{word:>6}  {:>7.1} s  {}", outcome.took.as_secs_f64(), outcome.name));
        }
        let all: f64 = self.outcomes.iter().map(|outcome| outcome.took.as_secs_f64()).sum();
        console::say(&format!("{:>6}  {all:>7.1} s  in all", ""));
        let ok = self.outcomes.iter().all(|outcome| outcome.ok);
        console::say(&verdict(self.counts, &self.outcomes));
        ok
    }
}

/// The last line of a run.
fn verdict(counts: Counts, outcomes: &[Outcome]) -> String {
    let mut line = format!("tests: {} passed, {} failed", counts.passed, counts.failed);
    let failed: Vec<&str> =
        outcomes.iter().filter(|outcome| !outcome.ok).map(|outcome| outcome.name).collect();
    if !failed.is_empty() {
        let _ = write!(line, "; steps that failed: {}", failed.join(", "));
    }
    line
}

/// Runs a command whose output is shown as it is; the answer is whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> anyhow::Result<bool> {
    let name = command.get_program().to_string_lossy().into_owned();
    Ok(command.status().with_context(|| format!("cannot start {name}"))?.success())
}

/// Runs a test command: its output is shown as it comes, and the counts in it are added up.
pub(crate) fn counted(command: &mut Command, counts: &mut Counts) -> anyhow::Result<bool> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let out = child.stdout.take().context("no standard output")?;
    let err = child.stderr.take().context("no standard error")?;
    let reader = std::thread::spawn(move || pass_through(out));
    let from_err = pass_through(err);
    let from_out = reader.join().map_err(|_| anyhow::anyhow!("the reader of {name} failed"))?;
    for part in [from_err, from_out] {
        counts.passed += part.passed;
        counts.failed += part.failed;
    }
    Ok(child.wait().with_context(|| format!("cannot wait for {name}"))?.success())
}

/// Shows a stream line by line and counts the tests it reports.
fn pass_through(stream: impl Read) -> Counts {
    let mut counts = Counts::default();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        console::say(line.trim_end_matches('\r'));
        if let Some(found) = summary(&line) {
            counts.passed += found.passed;
            counts.failed += found.failed;
        }
    }
    counts
}

/// The counts in the closing line of nextest (`Summary [..] 5 tests run: 4 passed, 1 failed, 2 skipped`) or of the
/// standard harness (`test result: ok. 4 passed; 1 failed; ..`).
fn summary(line: &str) -> Option<Counts> {
    let plain = without_colour(line);
    let plain = plain.trim_start();
    if !plain.starts_with("Summary [") && !plain.starts_with("test result:") {
        return None;
    }
    let words: Vec<&str> = plain.split(|c: char| c.is_whitespace() || ",;()".contains(c)).collect();
    let before = |label: &str| -> u64 {
        let at = words.iter().position(|word| *word == label);
        at.and_then(|at| words.get(at.checked_sub(1)?)).and_then(|word| word.parse().ok()).unwrap_or(0)
    };
    Some(Counts { passed: before("passed"), failed: before("failed") + before("timed") })
}

/// A line without terminal colour sequences.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[expect(clippy::disallowed_methods, reason = "the duration of a step is what is measured here")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_nextest_is_counted() {
        let line = "     Summary [  12.318s] 345 tests run: 343 passed (1 slow), 2 failed, 7 skipped";
        assert_eq!(summary(line), Some(Counts { passed: 343, failed: 2 }));
        let line = "     Summary [   0.018s] 3 tests run: 1 passed, 1 failed, 1 timed out, 0 skipped";
        assert_eq!(summary(line), Some(Counts { passed: 1, failed: 2 }));
    }

    #[test]
    fn the_summary_of_the_standard_harness_is_counted_in_colour_too() {
        let line =
            "test result: \u{1b}[32mok\u{1b}[0m. 3 passed; 0 failed; 0 ignored; 0 measured; finished in 0.4s";
        assert_eq!(summary(line), Some(Counts { passed: 3, failed: 0 }));
    }

    #[test]
    fn other_lines_count_for_nothing() {
        assert_eq!(summary("        PASS [   0.018s] domain rights::tests::five_passed"), None);
    }

    #[test]
    fn the_last_line_names_the_steps_that_failed() {
        let outcome = |name, ok| Outcome { name, took: Duration::ZERO, ok };
        let counts = Counts { passed: 4, failed: 1 };
        let line = verdict(counts, &[outcome("tidy", true), outcome("tests", false)]);
        assert_eq!(line, "tests: 4 passed, 1 failed; steps that failed: tests");
    }
}
