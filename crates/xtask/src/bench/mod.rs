//! `cargo xtask bench`: how fast the release build is on this machine, beside what the machine itself can do.
//!
//! Figures wander between machines and minutes: compare within one run. Every figure is the median of three rounds.
//!
//! **Invariant:** the load goes to loopback only, is bounded in count, and the server that was started is ended.

mod idle;
mod large;
mod load;
mod machine;
mod served;

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::console::say;
use load::Load;
use served::Served;

/// How many sessions send at once, and what each run sends: the load of the comparison with other servers.
const SESSIONS: usize = 20;
const MESSAGES: usize = 2_000;
const MESSAGE_BYTES: usize = 10_000;
const ROUNDS: usize = 3;
/// How many connections wait in IDLE while one access is removed: half of them are its user's, and are cut.
const IDLE_CONNECTIONS: usize = 1_000;

/// Builds the server and measures it; `messages` is how many the large folder has.
pub(crate) fn run(messages: usize) -> anyhow::Result<bool> {
    let built = Command::new("cargo").args(["build", "--release", "--package", "postroom"]).status()?;
    ensure!(built.success(), "the release build failed");
    let served = Served::start().context("the server did not start")?;
    say(&format!("{:<58}{:>12}", "ready after start", milliseconds(served.ready_after)));
    say(&format!("{:<58}{:>9} KiB", "memory when idle (PSS)", served.memory_kib()?));
    say(&format!(
        "{:<58}{:>10}/s",
        "flushes of this disk, one after the other",
        machine::flushes_per_second()?
    ));
    for (mailboxes, label) in [(1, "to one mailbox"), (10, "to ten mailboxes")] {
        reception(&served, mailboxes, label)?;
    }
    say(&format!("{:<58}{:>9} KiB", "memory after that (PSS)", served.memory_kib()?));
    removal(&served)?;
    idle::run(&served)?;
    drop(served);
    // On a folder of its own: what was received above is not among the many.
    let mut served = Served::start().context("the server did not start")?;
    large::run(&mut served, messages)?;
    Ok(true)
}

fn reception(served: &Served, mailboxes: usize, label: &str) -> anyhow::Result<()> {
    let mut rates = Vec::new();
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        let load =
            Load { to: served.smtp, sessions: SESSIONS, messages: MESSAGES, size: MESSAGE_BYTES, mailboxes };
        let cpu_before = served.cpu()?;
        let took = load.run()?;
        let cpu = served.cpu()?.saturating_sub(cpu_before);
        rates.push(per_second(MESSAGES, took));
        costs.push(cpu.as_micros() as u64 / MESSAGES as u64);
    }
    say(&format!(
        "{:<58}{:>10}/s",
        format!("received, {SESSIONS} sessions of 10 kB, {label}, durable"),
        median(rates)
    ));
    say(&format!("{:<58}{:>9} µs", "  processor time of the server, each message", median(costs)));
    Ok(())
}

fn removal(served: &Served) -> anyhow::Result<()> {
    let waiting_for = |user: &str| -> anyhow::Result<Vec<_>> {
        let secret = served.device(user)?;
        (0..IDLE_CONNECTIONS / 2).map(|_| load::idle(served.imap, served::ADDRESS, &secret)).collect()
    };
    let (idlers, _staying) = (waiting_for(served::OUTSIDER)?, waiting_for(served::OWNER)?);
    say(&format!(
        "{:<58}{:>9} KiB",
        format!("memory with {IDLE_CONNECTIONS} idle IMAP connections (PSS)"),
        served.memory_kib()?
    ));
    let begun = machine::now();
    let waiting: Vec<_> =
        idlers.into_iter().map(|idler| std::thread::spawn(move || load::until_bye(idler, begun))).collect();
    served.command(&["access", "remove", served::ADDRESS, "--user", served::OUTSIDER], "")?;
    let returned = begun.elapsed();
    let mut times = Vec::new();
    for waiter in waiting {
        times.push(waiter.join().map_err(|_| anyhow::anyhow!("a waiting connection failed"))??);
    }
    times.sort_unstable();
    let at =
        |percent: usize| times.get(times.len() * percent / 100).or(times.last()).copied().unwrap_or_default();
    say(&format!(
        "{:<58}{:>12}",
        "removal to BYE, p50 (from the start of the command)",
        milliseconds(at(50))
    ));
    say(&format!("{:<58}{:>12}", "removal to BYE, p99", milliseconds(at(99))));
    say(&format!("{:<58}{:>12}", "the command itself returned after", milliseconds(returned)));
    Ok(())
}

fn per_second(count: usize, took: Duration) -> u64 {
    (count as f64 / took.as_secs_f64()) as u64
}

fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
