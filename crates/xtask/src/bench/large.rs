//! A folder with very many messages: selecting it, listing its end, catching up, searching it.

use std::io::BufReader;
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::load::{connect, expect, line, say as tell};
use super::served::{ADDRESS, Served};
use super::{machine, milliseconds};
use crate::console::say;
use crate::steps::succeeds;
use crate::test::cargo;

/// How often each is measured.
const TIMES: usize = 5;
/// How many words are searched for.
const WORDS: usize = 40;
/// How many messages change between leaving and coming back.
const CHANGED: usize = 10;

/// Fills INBOX with so many messages, and measures what a mail program does there.
pub(super) fn run(served: &mut Served, messages: usize) -> anyhow::Result<()> {
    let secret = served.device("anna@home.example")?;
    served.stop()?;
    let begun = machine::now();
    let data = served.folder().to_owned();
    let mut fill = cargo();
    fill.args(["run", "--quiet", "--package", "tests", "--bin", "fill", "--"]);
    ensure!(
        succeeds(fill.arg(data).args([ADDRESS, &messages.to_string()]))?,
        "the folder could not be filled"
    );
    row(&format!("filling a folder with {messages} messages"), begun.elapsed());
    served.start_again()?;
    let mut client = Client::sign_in(served, &secret)?;
    client.say("ENABLE QRESYNC")?;
    row("SELECT, the first time", client.say("SELECT INBOX")?.0);
    row("SELECT", median(client.several(|_| "SELECT INBOX".to_owned())?));
    let last = format!("FETCH {}:{messages}", messages.saturating_sub(49).max(1));
    for (label, items) in [
        ("FETCH 50: FLAGS ENVELOPE SIZE PREVIEW", "(UID FLAGS ENVELOPE RFC822.SIZE INTERNALDATE PREVIEW)"),
        ("FETCH 50: the same and BODYSTRUCTURE", "(UID FLAGS ENVELOPE RFC822.SIZE BODYSTRUCTURE)"),
    ] {
        row(label, median(client.several(|_| format!("{last} {items}"))?));
    }
    catch_up(served, &mut client, &secret)?;
    let mut times = Vec::new();
    for number in 0..WORDS {
        times.push(client.say(&format!("UID SEARCH SUBJECT w{:x}", number * 97 % 4096))?.0);
    }
    times.sort_unstable();
    row("SEARCH SUBJECT of a word, p95", times.get(WORDS * 95 / 100).copied().unwrap_or_default());
    say(&format!("{:<58}{:>9} KiB", "memory after that (PSS)", served.memory_kib()?));
    Ok(())
}

/// Somebody marks a few messages; whoever comes back is told those.
fn catch_up(served: &Served, client: &mut Client, secret: &str) -> anyhow::Result<()> {
    let (_, told) = client.say("SELECT INBOX")?;
    let validity = coded(&told, "[UIDVALIDITY ")?;
    let modseq = coded(&told, "[HIGHESTMODSEQ ")?;
    let mut other = Client::sign_in(served, secret)?;
    other.say("SELECT INBOX")?;
    other.say(&format!("STORE 1:{CHANGED} +FLAGS.SILENT (\\Flagged)"))?;
    let (took, told) = client.say(&format!("SELECT INBOX (QRESYNC ({validity} {modseq}))"))?;
    let fetched = told.iter().filter(|line| line.contains(" FETCH (")).count();
    ensure!(fetched == CHANGED, "{fetched} changes were told");
    row(&format!("SELECT with QRESYNC, {CHANGED} changed"), took);
    Ok(())
}

/// An IMAP client that waits for each answer.
struct Client {
    connection: BufReader<TcpStream>,
}

impl Client {
    fn sign_in(served: &Served, secret: &str) -> anyhow::Result<Self> {
        let mut connection = connect(served.imap)?;
        expect(&mut connection, "* OK")?;
        let mut client = Self { connection };
        client.say(&format!("LOGIN {ADDRESS} \"{secret}\""))?;
        Ok(client)
    }

    /// Says a command that must be done: how long that took, and what was told.
    fn say(&mut self, command: &str) -> anyhow::Result<(Duration, Vec<String>)> {
        let begun = machine::now();
        tell(&mut self.connection, &format!("a {command}\r\n"))?;
        let mut told = Vec::new();
        loop {
            let line = line(&mut self.connection)?;
            if let Some(last) = line.strip_prefix("a ") {
                ensure!(last.starts_with("OK"), "{command}: {last}");
                return Ok((begun.elapsed(), told));
            }
            told.push(line);
        }
    }

    fn several(&mut self, command: impl Fn(usize) -> String) -> anyhow::Result<Vec<Duration>> {
        (0..TIMES).map(|number| Ok(self.say(&command(number))?.0)).collect()
    }
}

fn coded(told: &[String], code: &str) -> anyhow::Result<String> {
    let found = told.iter().find_map(|line| line.split_once(code)?.1.split(']').next().map(str::to_owned));
    found.with_context(|| format!("no {code} was told"))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn row(label: &str, took: Duration) {
    say(&format!("{label:<58}{:>12}", milliseconds(took)));
}
