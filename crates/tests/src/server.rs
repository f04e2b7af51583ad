//! The server as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};

use tempfile::TempDir;
use testkit::postgres::TestDatabase;

use crate::dns;
use crate::lines::DEADLINE;

/// On which database the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// The embedded one.
    Sqlite,
    /// A fresh database of the private PostgreSQL cluster.
    Postgres,
}

/// What a server is started with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Further environment: `("POSTROOM_OUTBOUND_RESOLVER", "127.0.0.1:5353")`.
    pub environment: Vec<(String, String)>,
}

/// A running server with a data folder of its own, on free loopback ports.
pub struct Server {
    process: Child,
    output: Receiver<String>,
    said: Vec<String>,
    options: Options,
    folder: TempDir,
    database: Option<TestDatabase>,
}

impl Server {
    /// Starts a server and waits until it is ready.
    pub fn start(database: Database, options: Options) -> Self {
        let folder = tempfile::Builder::new().prefix("postroom-").tempdir().unwrap();
        let database = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(testkit::postgres::database().unwrap()),
        };
        let (process, output) = spawn(folder.path(), database.as_ref(), &options);
        let mut server = Self { process, output, said: Vec::new(), options, folder, database };
        server.wait_until_ready();
        server
    }

    /// Kills the process without a warning, as a power cut would.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Tells the process to end, as the system does, and waits until it has.
    pub fn end(&mut self) -> ExitStatus {
        let told = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(told.success(), "the process could not be told");
        self.process.wait().unwrap()
    }

    /// Starts it again on the same data. Its ports are new.
    pub fn start_again(&mut self) {
        (self.process, self.output) = spawn(self.folder.path(), self.database.as_ref(), &self.options);
        self.said.clear();
        self.wait_until_ready();
    }

    /// Starts it again with its data on a file system of so many bytes, in which there is a file `filler` of half of it.
    /// Commands do not reach it there: it lies in a name space of its own.
    pub fn start_again_on_a_small_disk(&mut self, bytes: usize) {
        let plain = prepared(self.folder.path(), self.database.as_ref(), &self.options);
        let mut command = Command::new("unshare");
        let script = "mv \"$1\" \"$1.old\" && mkdir \"$1\" && mount -t tmpfs -o size=$2 tmpfs \"$1\" \
                      && cp -a \"$1.old/.\" \"$1/\" && head -c $3 /dev/zero > \"$1/filler\" && exec \"$4\" serve";
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]);
        command.arg(self.folder.path().join("data"));
        command.args([bytes.to_string(), (bytes / 2).to_string()]).arg(plain.get_program());
        for (name, value) in plain.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        (self.process, self.output) = launch(command, self.folder.path());
        self.said.clear();
        self.wait_until_ready();
    }

    /// Takes the filler of a small disk away, so that there is room again.
    pub fn make_room(&self) {
        let root = PathBuf::from(format!("/proc/{}/root", self.process.id()));
        let folder = self.folder.path().join("data");
        let inside = folder.strip_prefix("/").expect("the folder is absolute");
        std::fs::remove_file(root.join(inside).join("filler")).expect("the filler is there");
    }

    /// Where it listens for `what`: `web`, `smtp`, `submission`, `submissions`, `imap`, `imaps`.
    pub fn listens(&self, what: &str) -> SocketAddr {
        let line = self.said.iter().find(|line| line.split_whitespace().next() == Some(what));
        let line =
            line.unwrap_or_else(|| panic!("the server did not say where its {what} is: {:?}", self.said));
        let address = line.split_whitespace().last().unwrap();
        address.trim_start_matches("http://").trim_end_matches('/').parse().unwrap()
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.listens("web").port())
    }

    /// The path of the link that creates the first account, as the server printed it.
    pub fn first_link(&self) -> String {
        let line = self
            .said
            .iter()
            .find(|line| line.contains("/sign-up/"))
            .expect("the server prints the first link");
        line[line.find("/sign-up/").unwrap()..].trim().to_owned()
    }

    /// Runs a subcommand on this server's data, with `input` on its standard input.
    pub fn try_command(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = prepared(self.folder.path(), self.database.as_ref(), &self.options);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs a subcommand that must succeed, and gives what it printed.
    pub fn command(&self, arguments: &[&str]) -> String {
        self.command_with(arguments, "")
    }

    /// Runs a subcommand that must succeed with `input` on its standard input, and gives what it printed.
    pub fn command_with(&self, arguments: &[&str], input: &str) -> String {
        let output = self.try_command(arguments, input);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?} failed with {}: {out}{err}", output.status);
        out.trim().to_owned()
    }

    /// Runs SQL beside the server, for what people cannot do: let time pass for what is stored.
    pub fn sql(&self, sql: &str) {
        if let Some(database) = &self.database {
            database.sql(sql).unwrap();
            return;
        }
        let script = "import sqlite3, sys\nbase = sqlite3.connect(sys.argv[1], timeout=30)\nbase.execute(sys.argv[2])\nbase.commit()";
        let file = self.folder.path().join("data").join("postroom.db");
        assert!(file.exists(), "{} is missing", file.display());
        let output = Command::new("python3").args(["-c", script]).arg(file).arg(sql).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn wait_until_ready(&mut self) {
        loop {
            let line =
                self.output.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("not ready: {:?}", self.said));
            let ready = line.contains("/sign-up/") || line.to_ascii_lowercase().starts_with("ready");
            self.said.push(line);
            if ready {
                return;
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The server's binary, which is built beside the tests'.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let beside = test.ancestors().skip(1).take(2).map(|folder| folder.join("postroom"));
    beside.into_iter().find(|path| path.is_file()).expect("the server is built: `cargo build -p postroom`")
}

fn prepared(folder: &Path, database: Option<&TestDatabase>, options: &Options) -> Command {
    let mut command = Command::new(binary());
    command.env("POSTROOM_DATA", folder.join("data"));
    for listener in ["WEB", "SMTP", "SUBMISSION", "SUBMISSIONS", "IMAP", "IMAPS"] {
        command.env(format!("POSTROOM_LISTEN_{listener}"), "127.0.0.1:0");
    }
    command.env("POSTROOM_OUTBOUND_RESOLVER", dns::out_of_order().to_string());
    if let Some(database) = database {
        command.env("POSTROOM_DATABASE_URL", database.url());
    }
    command.envs(options.environment.iter().map(|(name, value)| (name, value)));
    command
}

fn spawn(folder: &Path, database: Option<&TestDatabase>, options: &Options) -> (Child, Receiver<String>) {
    let mut command = prepared(folder, database, options);
    command.arg("serve");
    launch(command, folder)
}

fn launch(mut command: Command, folder: &Path) -> (Child, Receiver<String>) {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let output = child.stdout.take().unwrap();
    (child, read_lines(output))
}

fn read_lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
