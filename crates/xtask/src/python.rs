//! The Python packages that ours is compared with, in a folder of their own.
//!
//! **Invariant:** nothing is installed for the system: the packages live and die with the folder `target`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::console;
use crate::steps::succeeds;

/// The packages, each with its version.
const REQUIREMENTS: &str = "crates/mailauth/tests/requirements.txt";
/// The folder of the environment; the tests know it too.
const ENVIRONMENT: &str = "target/python";

/// Whether Python can make environments: Debian keeps that in a package of its own.
pub(crate) fn can_make_environments() -> bool {
    let mut probe = Command::new("python3");
    probe.args(["-c", "import venv, ensurepip"]).stdout(Stdio::null()).stderr(Stdio::null());
    succeeds(&mut probe).unwrap_or(false)
}

/// Sees to it that the packages are there.
pub(crate) fn provide() -> anyhow::Result<()> {
    let environment = Path::new(ENVIRONMENT);
    let wanted = std::fs::read_to_string(REQUIREMENTS).with_context(|| format!("no {REQUIREMENTS}"))?;
    // Written last, so that an environment with it is whole.
    let made_for = environment.join("requirements.txt");
    if std::fs::read_to_string(&made_for).is_ok_and(|made_for| made_for == wanted) {
        console::say("every Python package the tests use is there");
        return Ok(());
    }
    console::say(&format!("installing what {REQUIREMENTS} lists into {ENVIRONMENT}"));
    if !succeeds(Command::new("python3").args(["-m", "venv", "--clear", ENVIRONMENT]))? {
        bail!(
            "python3 cannot make the environment {ENVIRONMENT}: Debian needs the package python3-venv for it"
        );
    }
    let mut pip = Command::new(environment.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
    if !succeeds(&mut pip)? {
        bail!(
            "pip cannot install what {REQUIREMENTS} lists: it needs a way to pypi.org or a mirror (PIP_INDEX_URL)"
        );
    }
    std::fs::write(&made_for, wanted).context("the environment cannot be marked as whole")
}
