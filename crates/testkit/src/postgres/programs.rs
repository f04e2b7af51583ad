//! The programs of PostgreSQL, and the user they run as.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::PostgresFault;

/// Where Debian's packages put each major version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Where the programs are, and whom they run as.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    folder: PathBuf,
    user: Option<(u32, u32)>,
}

impl Programs {
    /// Finds the newest installed version.
    pub(super) fn find() -> Result<Self, PostgresFault> {
        let folder = newest(Path::new(VERSIONS)).ok_or(PostgresFault::Missing)?;
        let user = if own_uid() == 0 { Some(system_user().ok_or(PostgresFault::NoUser)?) } else { None };
        Ok(Self { folder, user })
    }

    /// The path of one program.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// User and group of the server, when they are not those of this process.
    pub(super) fn user(&self) -> Option<(u32, u32)> {
        self.user
    }

    /// A command that runs as the server's user.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).current_dir("/");
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }

    /// Runs a program to its end and returns what it printed.
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> Result<String, PostgresFault> {
        let output = self
            .command(&self.path(program))
            .args(arguments)
            .output()
            .map_err(|source| PostgresFault::Io { what: format!("cannot run {program}"), source })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(PostgresFault::Failed {
            program: program.to_owned(),
            output: String::from_utf8_lossy(&said).trim().to_owned(),
        })
    }
}

/// The user of this process.
pub(super) fn own_uid() -> u32 {
    std::fs::metadata("/proc/self").map_or(u32::MAX, |process| process.uid())
}

fn newest(versions: &Path) -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(versions)
        .ok()?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, programs)| programs)
}

/// User and group number of `postgres`.
fn system_user() -> Option<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
