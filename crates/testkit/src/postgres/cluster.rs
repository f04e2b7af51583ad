//! One cluster: made, started, watched, stopped.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::PostgresFault;
use super::programs::Programs;

/// How long nobody may use a shared cluster before it is stopped: longer than a pause between two test runs of
/// somebody at work, shorter than anybody would wonder.
const SHARED_IDLE_SECS: u32 = 60;
/// How long a private cluster outlives the process that owns it.
const PRIVATE_IDLE_SECS: u32 = 2;

/// Stops the cluster in folder `$1` with `pg_ctl` `$2` when nobody used it for `$3` seconds, and removes its data.
/// `start.lock` is held while stopping, so nobody joins a cluster that is going.
const WATCHDOG: &str = r#"
idle=0
while :; do
  sleep 1
  [ -d "$1/data" ] || exit 0
  if flock -n -x "$1/users.lock" true; then idle=$((idle + 1)); else idle=0; fi
  [ "$idle" -ge "$3" ] || continue
  exec 9>>"$1/start.lock"
  flock -x 9
  if flock -n -x "$1/users.lock" true; then
    "$2" -D "$1/data" -m immediate stop
    rm -rf "$1/data"
    exit 0
  fi
  exec 9>&-
  idle=0
done
"#;

/// What becomes of committed rows when the machine, or the server, stops at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// They may be lost: no flushes, the fastest.
    MayLose,
    /// They are kept, as on a real server.
    Kept,
}

/// A cluster of PostgreSQL in a folder of its own, reachable through a Unix socket in that folder.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: Programs,
    durability: Durability,
    /// Holds the shared lock that keeps the watchdog waiting.
    _users: File,
    /// A private cluster's folder, removed with it.
    private: Option<tempfile::TempDir>,
}

impl Cluster {
    /// Uses the cluster in `folder`, which is made and started when it is not running.
    pub(super) fn join(folder: PathBuf, durability: Durability) -> Result<Self, PostgresFault> {
        let programs = Programs::find()?;
        prepare_folder(&folder, &programs)?;
        let start = lock_file(&folder, "start.lock", &programs)?;
        start.lock().map_err(|source| fault("cannot lock the cluster", source))?;
        let users = lock_file(&folder, "users.lock", &programs)?;
        users.lock_shared().map_err(|source| fault("cannot lock the cluster", source))?;
        let cluster = Self { folder, programs, durability, _users: users, private: None };
        if !cluster.is_running() {
            cluster.make()?;
            cluster.start()?;
            cluster.watch(SHARED_IDLE_SECS)?;
        }
        Ok(cluster)
    }

    /// A cluster for one test alone, which may crash and start it as it likes. It goes when the value is dropped.
    pub fn private(durability: Durability) -> Result<Self, PostgresFault> {
        let programs = Programs::find()?;
        let folder = tempfile::Builder::new()
            .prefix("postroom-pg-")
            .tempdir()
            .map_err(|source| fault("cannot make a folder", source))?;
        prepare_folder(folder.path(), &programs)?;
        let users = lock_file(folder.path(), "users.lock", &programs)?;
        users.lock_shared().map_err(|source| fault("cannot lock the cluster", source))?;
        let path = folder.path().to_owned();
        let cluster = Self { folder: path, programs, durability, _users: users, private: Some(folder) };
        cluster.make()?;
        cluster.start()?;
        cluster.watch(PRIVATE_IDLE_SECS)?;
        Ok(cluster)
    }

    /// Where to connect to for a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.folder.to_string_lossy().replace('/', "%2F"))
    }

    /// Runs SQL with `psql` and returns what it printed, values apart by `|`.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, PostgresFault> {
        let socket = self.folder.to_string_lossy();
        let to = ["-h", &socket, "-U", "postgres", "-d", database];
        self.programs
            .run("psql", &[&to[..], &["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]].concat())
    }

    /// Starts the server; returns when it takes connections.
    pub fn start(&self) -> Result<(), PostgresFault> {
        self.start_listening("-c listen_addresses=")
    }

    /// Starts the server anew, with a listener at the returned port of the loopback that speaks TLS with this
    /// certificate and key, in PEM.
    pub fn restart_over_tls(&self, certificate: &str, key: &str) -> Result<u16, PostgresFault> {
        // The server's own user writes the files, so that it may read them.
        for (file, pem) in [("server.crt", certificate), ("server.key", key)] {
            let path = self.data().join(file);
            let write = format!(
                "COPY (SELECT unnest(string_to_array('{pem}', chr(10)))) TO PROGRAM 'umask 077; cat > {}'",
                path.to_string_lossy()
            );
            self.sql("postgres", &write)?;
        }
        self.sql("postgres", "ALTER SYSTEM SET ssl = on")?;
        self.control(&["stop", "-w", "-m", "fast"])?;
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let port = free.map_err(|source| fault("cannot find a free port", source))?.port();
        self.start_listening(&format!("-c listen_addresses=127.0.0.1 -c port={port}"))?;
        Ok(port)
    }

    fn start_listening(&self, listeners: &str) -> Result<(), PostgresFault> {
        let flushes = match self.durability {
            Durability::MayLose => "-c fsync=off -c full_page_writes=off",
            Durability::Kept => "-c fsync=on",
        };
        let socket = self.folder.to_string_lossy();
        let options = format!(
            "-k '{socket}' {listeners} -c max_connections=400 -c shared_buffers=64MB \
             -c autovacuum_naptime=600 {flushes}"
        );
        let log = self.folder.join("log");
        let arguments = ["start", "-w", "-t", "60", "-l", &log.to_string_lossy(), "-o", &options];
        self.control(&arguments)
    }

    /// Ends the server at once, as a power cut would end it.
    pub fn crash(&self) -> Result<(), PostgresFault> {
        self.control(&["stop", "-w", "-m", "immediate"])
    }

    /// Runs `work` while no other process runs any under the same name.
    pub(super) fn once(
        &self,
        name: &str,
        work: impl FnOnce() -> Result<(), PostgresFault>,
    ) -> Result<(), PostgresFault> {
        let lock = lock_file(&self.folder, &format!("{name}.lock"), &self.programs)?;
        lock.lock().map_err(|source| fault("cannot lock the cluster", source))?;
        work()
    }

    fn is_running(&self) -> bool {
        self.control(&["status"]).is_ok() && self.sql("postgres", "SELECT 1").is_ok()
    }

    /// Makes the data anew: what is there belongs to a server that is not running.
    fn make(&self) -> Result<(), PostgresFault> {
        let data = self.data();
        if data.exists() {
            // A server that runs but answers nobody is of no use either.
            let _ = self.control(&["stop", "-w", "-m", "immediate"]);
            fs::remove_dir_all(&data).map_err(|source| fault("cannot remove old data", source))?;
        }
        let mut arguments = vec!["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
        if self.durability == Durability::MayLose {
            arguments.push("--no-sync");
        }
        let data = data.to_string_lossy();
        arguments.extend(["-D", &data]);
        self.programs.run("initdb", &arguments).map(drop)
    }

    fn watch(&self, idle_secs: u32) -> Result<(), PostgresFault> {
        self.programs
            .command(Path::new("/bin/sh"))
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(&self.folder)
            .arg(self.programs.path("pg_ctl"))
            .arg(idle_secs.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map(drop)
            .map_err(|source| fault("cannot start the watchdog", source))
    }

    /// Runs `pg_ctl`. Its server keeps what it was given as output, so that is the log and never a pipe.
    fn control(&self, arguments: &[&str]) -> Result<(), PostgresFault> {
        let said = self.folder.join("control.log");
        let output = File::create(&said).map_err(|source| fault("cannot write the log", source))?;
        let errors = output.try_clone().map_err(|source| fault("cannot write the log", source))?;
        let status = self
            .programs
            .command(&self.programs.path("pg_ctl"))
            .arg("-D")
            .arg(self.data())
            .args(arguments)
            .stdout(output)
            .stderr(errors)
            .status()
            .map_err(|source| fault("cannot run pg_ctl", source))?;
        if status.success() {
            return Ok(());
        }
        let output = fs::read_to_string(&said).unwrap_or_default();
        Err(PostgresFault::Failed { program: "pg_ctl".to_owned(), output })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The shared one is the watchdog's; a private one goes at once, and its folder after it.
        if self.private.is_some() {
            let _ = self.crash();
        }
    }
}

fn prepare_folder(folder: &Path, programs: &Programs) -> Result<(), PostgresFault> {
    fs::create_dir_all(folder).map_err(|source| fault("cannot make the cluster's folder", source))?;
    own(folder, programs)
}

fn lock_file(folder: &Path, name: &str, programs: &Programs) -> Result<File, PostgresFault> {
    let path = folder.join(name);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| fault("cannot make a lock file", source))?;
    own(&path, programs)?;
    Ok(file)
}

/// Gives a file or folder to the server's user.
fn own(path: &Path, programs: &Programs) -> Result<(), PostgresFault> {
    match programs.user() {
        Some((user, group)) => chown(path, Some(user), Some(group))
            .map_err(|source| fault("cannot give the folder away", source)),
        None => Ok(()),
    }
}

fn fault(what: &str, source: std::io::Error) -> PostgresFault {
    PostgresFault::Io { what: what.to_owned(), source }
}
