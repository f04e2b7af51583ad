//! The release build of the server, started for the bench on free loopback ports.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

use super::machine;

/// The shared address.
pub(crate) const ADDRESS: &str = "info@bench.test";
/// Who owns everything.
pub(crate) const OWNER: &str = "anna@home.example";
/// Who has an access to the shared address.
pub(crate) const OUTSIDER: &str = "ben@far.example";
const PASSWORD: &str = "correct horse battery staple 42";
/// Clock ticks a second in `/proc/<pid>/stat` (`getconf CLK_TCK` on Linux).
const TICKS_PER_SECOND: u64 = 100;

/// One of the further addresses.
pub(crate) fn numbered(number: usize) -> String {
    format!("box{number}@bench.test")
}

/// A running server.
pub(crate) struct Served {
    process: Child,
    folder: PathBuf,
    resolver: SocketAddr,
    pub(crate) smtp: SocketAddr,
    pub(crate) imap: SocketAddr,
    pub(crate) ready_after: Duration,
}

impl Served {
    /// Starts it on an empty folder and makes the addresses.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = std::env::current_dir()?.join("target").join("bench");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let resolver = knows_nothing()?;
        let (process, said, ready_after) = launch(&folder, resolver)?;
        let (smtp, imap) = (listens(&said, "smtp")?, listens(&said, "imap")?);
        let served = Self { smtp, imap, process, folder, resolver, ready_after };
        served.furnish()?;
        Ok(served)
    }

    /// Ends the process; what is stored stays.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Starts it again on what is stored.
    pub(crate) fn start_again(&mut self) -> anyhow::Result<()> {
        let (process, said, ready_after) = launch(&self.folder, self.resolver)?;
        (self.smtp, self.imap) = (listens(&said, "smtp")?, listens(&said, "imap")?);
        (self.process, self.ready_after) = (process, ready_after);
        Ok(())
    }

    /// Where its data is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn furnish(&self) -> anyhow::Result<()> {
        for (email, name) in [(OWNER, "Anna Muster"), (OUTSIDER, "Ben Far")] {
            self.command(&["user", "add", "--email", email, "--name", name, "--password-stdin"], PASSWORD)?;
        }
        self.command(&["organization", "add", "--name", "Bench", "--owner", OWNER], "")?;
        self.command(&["service", "add", "--organization", "Bench", "--domain", "bench.test"], "")?;
        self.command(&["domain", "trust", "bench.test"], "")?;
        self.command(&["address", "add", ADDRESS, "--for", OWNER], "")?;
        for number in 1..10 {
            self.command(&["address", "add", &numbered(number), "--for", OWNER], "")?;
        }
        self.command(&["access", "add", ADDRESS, "--user", OUTSIDER, "--permissions", "all"], "")?;
        Ok(())
    }

    /// Runs a subcommand and gives what it printed.
    pub(crate) fn command(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let mut command = prepared(&self.folder, self.resolver);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// A new device password of `user` for the shared address.
    pub(crate) fn device(&self, user: &str) -> anyhow::Result<String> {
        let printed =
            self.command(&["--json", "device", "add", ADDRESS, "--user", user, "--name", "bench"], "")?;
        let rest = printed.split("\"secret\"").nth(1).context("no secret was printed")?;
        rest.split('"').nth(1).map(str::to_owned).context("no secret was printed")
    }

    /// The processor time that it has used so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let after_name = stat.rsplit_once(") ").context("unreadable stat")?.1;
        // Fields 14 and 15 of proc(5), counted from the state, which is field 3.
        let ticks: u64 =
            after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// Its share of the memory, in KiB.
    pub(crate) fn memory_kib(&self) -> anyhow::Result<u64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.process.id()))?;
        let line = rollup.lines().find(|line| line.starts_with("Pss:")).context("no PSS")?;
        line.split_whitespace().nth(1).and_then(|field| field.parse().ok()).context("unreadable PSS")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Starts a name server that says of every name that there is none (RFC 1035 §4.1.1), so that checking a sender costs
/// what it costs and not what the network adds.
fn knows_nothing() -> anyhow::Result<SocketAddr> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    std::thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            if let Some([third, fourth]) = question.get_mut(2..4) {
                (*third, *fourth) = (0x85, 0x83);
                let _ = socket.send_to(&question[..length], from);
            }
        }
    });
    Ok(address)
}

/// Starts the process and waits until it is ready: what it said, and how long that took.
fn launch(folder: &Path, resolver: SocketAddr) -> anyhow::Result<(Child, Vec<String>, Duration)> {
    let begun = machine::now();
    let mut process = prepared(folder, resolver)
        .arg("serve")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .spawn()?;
    let output = process.stdout.take().context("no output")?;
    let mut said = Vec::new();
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    for line in lines.by_ref() {
        let ready = line.contains("/sign-up/") || line.to_ascii_lowercase().starts_with("ready");
        said.push(line);
        if ready {
            break;
        }
    }
    let ready_after = begun.elapsed();
    std::thread::spawn(move || lines.for_each(drop));
    Ok((process, said, ready_after))
}

fn prepared(folder: &Path, resolver: SocketAddr) -> Command {
    let mut command = Command::new("target/release/postroom");
    command.env("POSTROOM_DATA", folder).env("POSTROOM_OUTBOUND_RESOLVER", resolver.to_string());
    for listener in ["WEB", "SMTP", "SUBMISSION", "SUBMISSIONS", "IMAP", "IMAPS"] {
        command.env(format!("POSTROOM_LISTEN_{listener}"), "127.0.0.1:0");
    }
    command
}

fn listens(said: &[String], what: &str) -> anyhow::Result<SocketAddr> {
    let line = said.iter().find(|line| line.split_whitespace().next() == Some(what));
    let line = line.with_context(|| format!("the server did not say where its {what} is: {said:?}"))?;
    line.split_whitespace()
        .last()
        .context("an empty line")?
        .parse()
        .with_context(|| format!("no address in {line:?}"))
}
