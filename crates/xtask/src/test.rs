//! `cargo xtask test`: everything that must be green, cheap steps first.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::prerequisites::{self, Runner};
use crate::steps::{Counts, Steps, counted, succeeds};
use crate::{console, layers, show, tidy};

/// How much of the tests to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of them.
    Full,
    /// All but the browser journey and the slow ones, on the embedded database.
    Quick,
}

/// Runs every step; the answer is whether all were in order.
pub(crate) fn run(extent: Extent) -> anyhow::Result<bool> {
    let root = std::env::current_dir().context("the current folder is gone")?;
    let mut steps = Steps::default();
    let mut runner = Runner::CargoTest;
    let ready = steps.step("prerequisites", |_| {
        runner = prerequisites::provide(extent)?;
        Ok(true)
    });
    if !ready {
        return Ok(steps.finish());
    }
    steps.step("format", |_| succeeds(cargo().args(["fmt", "--all", "--check"])));
    steps.step("tidy", |_| Ok(show(&tidy::check(&root)?)));
    steps.step("layers", |_| Ok(show(&layers::check()?)));
    steps.step("clippy", |_| {
        succeeds(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    // The scenarios start the server as a process of its own.
    steps.step("build", |_| succeeds(cargo().args(["build", "--package", "postroom"])));
    steps.step("tests", |counts| tests(runner, extent, counts));
    steps.step("doctests", |counts| doctests(&root, counts));
    Ok(steps.finish())
}

/// Sends a folder of messages through the server; the answer is whether all came through.
pub(crate) fn corpus(folder: &Path) -> anyhow::Result<bool> {
    if !succeeds(cargo().args(["build", "--package", "postroom", "--package", "tests"]))? {
        return Ok(false);
    }
    succeeds(cargo().args(["run", "--quiet", "--package", "tests", "--bin", "corpus", "--"]).arg(folder))
}

fn tests(runner: Runner, extent: Extent, counts: &mut Counts) -> anyhow::Result<bool> {
    let mut command = cargo();
    if extent == Extent::Quick {
        // What is to be the same on both databases plays on the embedded one alone.
        command.env("POSTROOM_TEST_QUICK", "1");
    }
    match runner {
        Runner::Nextest => {
            command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
            if extent == Extent::Quick {
                command.args(["--profile", "quick"]);
            }
        }
        Runner::CargoTest => {
            command.args(["test", "--workspace", "--all-targets", "--no-fail-fast"]);
            if extent == Extent::Quick {
                command.args(["--", "--skip", "journey::", "--skip", "slow::"]);
            }
        }
    }
    counted(&mut command, counts)
}

/// Runs the documentation tests of the crates that have them: those prove what a front cannot do.
fn doctests(root: &Path, counts: &mut Counts) -> anyhow::Result<bool> {
    let crates = crates_with_doctests(root)?;
    if crates.is_empty() {
        console::say("no crate has documentation tests");
        return Ok(true);
    }
    let mut command = cargo();
    command.args(["test", "--doc", "--no-fail-fast"]);
    for name in &crates {
        command.args(["--package", name]);
    }
    counted(&mut command, counts)
}

/// The library crates whose manifest does not say `doctest = false`.
fn crates_with_doctests(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root.join("crates")).context("no folder crates")? {
        let folder = entry?.path();
        if !folder.join("src/lib.rs").is_file() {
            continue;
        }
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml"))
            .with_context(|| format!("no manifest in {}", folder.display()))?;
        if !manifest.lines().any(|line| line.trim() == "doctest = false") {
            names.extend(folder.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}
