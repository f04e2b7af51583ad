//! What the tests need from the system: looked for, and installed where that is allowed.
//!
//! **Invariant:** nothing is skipped for want of a program. What is missing and cannot be installed here is named,
//! with the package that holds it, and the run fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::steps::succeeds;
use crate::test::{Extent, cargo};
use crate::{console, python};

/// What runs the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    /// `cargo nextest run`: a process for each test.
    Nextest,
    /// `cargo test`, where nextest can be neither found nor installed.
    CargoTest,
}

/// A program that tests start.
struct Program {
    /// Its name on the search path.
    name: &'static str,
    /// The Debian package that holds it.
    package: &'static str,
    /// The run that needs it.
    needed_by: Extent,
}

const PROGRAMS: &[Program] = &[
    Program { name: "initdb", package: "postgresql", needed_by: Extent::Quick },
    Program { name: "swaks", package: "swaks", needed_by: Extent::Full },
    Program { name: "msmtp", package: "msmtp", needed_by: Extent::Full },
    Program { name: "mutt", package: "mutt", needed_by: Extent::Full },
    Program { name: "curl", package: "curl", needed_by: Extent::Full },
    Program { name: "postfix", package: "postfix", needed_by: Extent::Full },
    Program { name: "mbsync", package: "isync", needed_by: Extent::Full },
    Program { name: "chromium", package: "chromium", needed_by: Extent::Full },
    Program { name: "chromedriver", package: "chromium-driver", needed_by: Extent::Full },
    PYTHON,
];

/// Python, with what makes environments.
const PYTHON: Program = Program { name: "python3", package: "python3-venv", needed_by: Extent::Full };

/// The oldest Node.js that the build of `ui` works with.
const NODE_MAJOR: u32 = 20;

/// Sees to it that everything is there; the answer is what runs the tests.
pub(crate) fn provide(extent: Extent) -> anyhow::Result<Runner> {
    node()?;
    let missing: Vec<&Program> = PROGRAMS
        .iter()
        .filter(|program| extent == Extent::Full || program.needed_by == Extent::Quick)
        .filter(|program| find(program.name).is_none())
        .collect();
    if missing.is_empty() {
        console::say("every program the tests start is there");
    } else {
        install(&missing)?;
    }
    if extent == Extent::Full {
        if !python::can_make_environments() {
            install(&[&PYTHON])?;
        }
        python::provide()?;
    }
    Ok(runner())
}

/// The build bundles the browser libraries with Node.js, so without it not even the server compiles.
fn node() -> anyhow::Result<()> {
    let output = Command::new("node").arg("--version").output();
    let version =
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    match major(&version) {
        Some(major) if major >= NODE_MAJOR => {}
        Some(_) => {
            bail!("Node.js {version} is too old: install Node.js {NODE_MAJOR} or newer (https://nodejs.org)")
        }
        None => {
            bail!("Node.js is missing: install Node.js {NODE_MAJOR} or newer with npm (https://nodejs.org)")
        }
    }
    if find("npm").is_none() {
        bail!("npm is missing: install it beside Node.js (Debian: package npm)");
    }
    Ok(())
}

/// The major number in `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Where a program is: on the search path, or where Debian keeps the programs of each PostgreSQL version.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let extra = versions.map(|version| version.path().join("bin"));
    std::env::split_paths(&path).chain(extra).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn install(missing: &[&Program]) -> anyhow::Result<()> {
    let packages: Vec<&str> = missing.iter().map(|program| program.package).collect();
    let wanted = packages.join(" ");
    if !Path::new("/usr/bin/apt-get").is_file() {
        bail!("missing here: {wanted} (names of Debian packages); install what holds them on this system");
    }
    if !is_root() {
        bail!("missing here: {wanted}; only root may install them: sudo apt-get install {wanted}");
    }
    console::say(&format!("installing {wanted}"));
    apt(&["update", "-q"])?;
    let mut arguments = vec!["install", "-q", "-y", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(&arguments)?;
    match missing.iter().find(|program| find(program.name).is_none()) {
        Some(program) => bail!("{} is still missing after installing {}", program.name, program.package),
        None => Ok(()),
    }
}

fn apt(arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    if !succeeds(&mut command)? {
        bail!("apt-get {} failed", arguments.join(" "));
    }
    Ok(())
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn runner() -> Runner {
    let present = || {
        let mut probe = cargo();
        probe.args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
        succeeds(&mut probe).unwrap_or(false)
    };
    if present() {
        return Runner::Nextest;
    }
    console::say("installing cargo-nextest");
    let installed = succeeds(cargo().args(["install", "cargo-nextest", "--locked"]))
        .context("cargo install failed")
        .unwrap_or(false);
    if installed && present() {
        return Runner::Nextest;
    }
    console::say("cargo-nextest cannot be installed here: the tests run with cargo test");
    Runner::CargoTest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v9.1"), Some(9));
        assert_eq!(major(""), None);
        assert_eq!(major("node"), None);
    }

    #[test]
    fn a_program_of_every_system_is_found_and_an_invented_one_is_not() {
        assert!(find("sh").is_some());
        assert!(find("no-such-program-anywhere").is_none());
    }
}
