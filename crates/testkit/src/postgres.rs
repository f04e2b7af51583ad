//! PostgreSQL for tests: a private cluster on a Unix socket, shared by all test processes, a database for each test.
//!
//! nextest runs every test in a process of its own, so the cluster belongs to none of them. Whoever comes first makes
//! and starts it under a file lock; every process holds a shared lock on another file as long as it lives; a watchdog
//! stops the cluster and removes its data once nobody has held that lock for a while. The kernel lets go of the locks
//! of a process that was killed, so nothing is left behind.
//!
//! **Invariant:** a test never touches a cluster that it did not find or start here, and no port is opened.

mod cluster;
mod programs;

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub use cluster::{Cluster, Durability};

/// Why there is no PostgreSQL to test on.
#[derive(Debug, thiserror::Error)]
pub enum PostgresFault {
    /// The programs are not installed.
    #[error("PostgreSQL is needed by this test and was not found: install Debian's package `postgresql`")]
    Missing,
    /// This process is root, the server refuses to be, and there is no user `postgres`.
    #[error(
        "PostgreSQL does not run as root and there is no user `postgres`: install Debian's package `postgresql`"
    )]
    NoUser,
    /// A file or a process could not be handled.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Failed {
        /// Which program.
        program: String,
        /// What it said.
        output: String,
    },
}

/// The variable that `cargo xtask test --quick` sets.
const QUICK: &str = "POSTROOM_TEST_QUICK";

/// Whether a scenario of both databases plays on PostgreSQL as well: always, but in a quick run.
pub fn is_wanted() -> bool {
    std::env::var_os(QUICK).is_none()
}

/// A database of a test; dropped with it.
#[derive(Debug)]
pub struct TestDatabase {
    cluster: &'static Cluster,
    name: String,
}

impl TestDatabase {
    /// Where to connect to.
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// Runs SQL beside the program under test, as the superuser.
    pub fn sql(&self, sql: &str) -> Result<String, PostgresFault> {
        self.cluster.sql(&self.name, sql)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // The watchdog removes what a failed drop leaves.
        let _ = self.cluster.sql("postgres", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// A new, empty database on the shared cluster.
pub fn database() -> Result<TestDatabase, PostgresFault> {
    let cluster = shared()?;
    let name = unused_name();
    cluster.sql("postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    cluster.sql("postgres", &format!("CREATE DATABASE {name} {FILE_COPY}"))?;
    Ok(TestDatabase { cluster, name })
}

/// A new database that is a copy of a template. `prepare` fills the template, given its URL, when no process has done
/// so yet for this `fingerprint` (letters, digits and `_`); it must have closed its connections when it returns.
pub fn copy_of(fingerprint: &str, prepare: impl FnOnce(&str)) -> Result<TestDatabase, PostgresFault> {
    let cluster = shared()?;
    let template = format!("template_{fingerprint}");
    cluster.once("template", || {
        let known =
            cluster.sql("postgres", &format!("SELECT 1 FROM pg_database WHERE datname = '{template}'"))?;
        if !known.trim().is_empty() {
            return Ok(());
        }
        cluster.sql("postgres", &format!("DROP DATABASE IF EXISTS {template}_new WITH (FORCE)"))?;
        cluster.sql("postgres", &format!("CREATE DATABASE {template}_new"))?;
        prepare(&cluster.url(&format!("{template}_new")));
        cluster.sql("postgres", &format!("ALTER DATABASE {template}_new RENAME TO {template}")).map(drop)
    })?;
    let name = unused_name();
    cluster.sql("postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    cluster.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template} {FILE_COPY}"))?;
    Ok(TestDatabase { cluster, name })
}

/// Copying the files takes a fifth of the time of copying through the log, where nothing waits for the disk.
const FILE_COPY: &str = "STRATEGY FILE_COPY";

/// The cluster that all test processes of this work tree share, started when it is not running.
fn shared() -> Result<&'static Cluster, PostgresFault> {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    if let Some(cluster) = SHARED.get() {
        return Ok(cluster);
    }
    let cluster = Cluster::join(shared_folder(), Durability::MayLose)?;
    Ok(SHARED.get_or_init(|| cluster))
}

/// One folder for each work tree, short enough for the path of a Unix socket (107 bytes).
fn shared_folder() -> PathBuf {
    let tree = env!("CARGO_MANIFEST_DIR").bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    std::env::temp_dir().join(format!("postroom-pg-{}-{tree:016x}", programs::own_uid()))
}

fn unused_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_has_a_database_of_its_own() {
        let (first, second) = (database().unwrap(), database().unwrap());
        first.sql("CREATE TABLE only_here (id INTEGER)").unwrap();
        assert!(second.sql("SELECT * FROM only_here").is_err());
    }

    #[test]
    fn a_copy_has_what_its_template_has() {
        let cluster = shared().unwrap();
        let copies: Vec<TestDatabase> = (0..2)
            .map(|_| {
                copy_of("testkit_own", |url| {
                    let name = url.rsplit('/').next().unwrap();
                    cluster.sql(name, "CREATE TABLE kept (id INTEGER)").unwrap();
                })
                .unwrap()
            })
            .collect();
        for copy in copies {
            assert_eq!(copy.sql("SELECT count(*) FROM kept").unwrap().trim(), "0");
        }
    }

    #[test]
    fn a_private_cluster_comes_back_after_a_crash() {
        let cluster = Cluster::private(Durability::Kept).unwrap();
        cluster.sql("postgres", "CREATE TABLE kept (id INTEGER)").unwrap();
        cluster.crash().unwrap();
        assert!(cluster.sql("postgres", "SELECT 1").is_err());
        cluster.start().unwrap();
        assert_eq!(cluster.sql("postgres", "SELECT count(*) FROM kept").unwrap().trim(), "0");
    }
}
