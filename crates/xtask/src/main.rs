//! The project's tasks: `cargo xtask test`, `tidy`, `layers`, `corpus`, `fuzz`, `bench`.
//!
//! Rules of the project that a machine can check are checked here, so that they need not be remembered.
//!
//! **Invariant:** a task changes nothing in the checkout; the only thing any of them installs is a system package
//! or `cargo-nextest` that `test` needs and did not find.

mod bench;
mod console;
mod fault;
mod fuzz;
mod layers;
mod prerequisites;
mod python;
mod steps;
mod test;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::fault::Fault;

/// The project's tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that must be green before a commit: format, lints, tidy, layers, all tests on both databases.
    Test {
        /// Leave out the browser journey and the slow tests.
        #[arg(long)]
        quick: bool,
    },
    /// The rules that compiler and clippy cannot check.
    Tidy,
    /// Who may import whom.
    Layers,
    /// Every message of a folder through the whole server: in by SMTP, out by IMAP, and onto the page.
    Corpus {
        /// The folder.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Sessions and damaged bytes by ever new seeds; a seed that finds something is named.
    Fuzz {
        /// For how long.
        #[arg(value_name = "MINUTES", default_value_t = 10)]
        minutes: u64,
        /// The one seed to play; without it, ever new ones.
        #[arg(value_name = "SEED")]
        seed: Option<u64>,
    },
    /// How fast the release build is on this machine.
    Bench {
        /// How many messages the large folder has.
        #[arg(long, value_name = "COUNT", default_value_t = 1_000_000)]
        messages: usize,
    },
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            console::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the task; the answer is whether everything was in order.
fn run() -> anyhow::Result<bool> {
    let arguments = Arguments::parse();
    let root = workspace_root()?;
    let from = std::env::current_dir().context("the current folder is gone")?;
    std::env::set_current_dir(&root).with_context(|| format!("cannot enter {}", root.display()))?;
    match arguments.task {
        Task::Test { quick } => test::run(if quick { test::Extent::Quick } else { test::Extent::Full }),
        Task::Tidy => Ok(show(&tidy::check(&root)?)),
        Task::Layers => Ok(show(&layers::check()?)),
        Task::Corpus { folder } => test::corpus(&from.join(folder)),
        Task::Fuzz { minutes, seed } => fuzz::run(minutes, seed),
        Task::Bench { messages } => bench::run(messages),
    }
}

/// Prints what was found; the answer is whether nothing was.
fn show(faults: &[Fault]) -> bool {
    for fault in faults {
        console::say(&fault.to_string());
    }
    faults.is_empty()
}

/// The nearest folder above the current one that holds the workspace's lock file.
fn workspace_root() -> anyhow::Result<PathBuf> {
    let start = std::env::current_dir().context("the current folder is gone")?;
    let root = start.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    root.map(PathBuf::from).with_context(|| format!("no workspace at or above {}", start.display()))
}
