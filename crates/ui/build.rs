//! Bundles scripts and styles with what npm's lock file names, into files whose names hold the hash of what is in them.
//!
//! **Invariant:** nothing is written outside `OUT_DIR`; the same sources make the same names.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node.js whose npm reads our lock file.
const NODE_MAJOR: u32 = 20;
/// What the bundle is made from: a change of anything else builds nothing.
const SOURCES: [&str; 3] = ["package.json", "package-lock.json", "web"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let source = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let work = out.join("web-build");
    require_node()?;
    install(&source, &work)?;
    replace(&source.join("web"), &work.join("web"))?;
    bundle(&work)?;
    declare(&work.join("dist"), &out.join("bundle.rs"))
}

/// Says what to install where Node.js is missing or too old.
fn require_node() -> Result<(), Box<dyn Error>> {
    let advice = format!("install Node.js {NODE_MAJOR} or newer with npm (https://nodejs.org)");
    let output = Command::new("node")
        .arg("--version")
        .output()
        .map_err(|fault| format!("Node.js is missing ({fault}): {advice}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major: Option<u32> =
        version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    match major {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        Some(_) | None => Err(format!("Node.js {version} is too old: {advice}").into()),
    }
}

/// `npm ci`, unless what the lock file names is there already.
fn install(source: &Path, work: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(work)?;
    let lock = fs::read(source.join("package-lock.json"))?;
    let installed = work.join("installed-lock.json");
    if fs::read(&installed).is_ok_and(|before| before == lock) && work.join("node_modules").is_dir() {
        return Ok(());
    }
    fs::copy(source.join("package.json"), work.join("package.json"))?;
    fs::copy(source.join("package-lock.json"), work.join("package-lock.json"))?;
    // No package needs its install script, and none may run code here that the lock file does not hold.
    run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(work))?;
    fs::write(installed, lock)?;
    Ok(())
}

/// Bundles script and style into `dist`.
fn bundle(work: &Path) -> Result<(), Box<dyn Error>> {
    remove(&work.join("dist"))?;
    run(Command::new("node")
        .args(["node_modules/esbuild/bin/esbuild", "web/app.js", "web/app.css"])
        .args(["--bundle", "--minify", "--format=esm", "--target=es2022,chrome115,firefox115,safari16.4"])
        .args([
            "--entry-names=[name]-[hash]",
            "--outdir=dist",
            "--log-level=warning",
            "--legal-comments=none",
        ])
        .args(["--external:/assets/*", "--charset=utf8"])
        .current_dir(work))
}

/// Writes the names and contents of the bundle as Rust constants.
fn declare(dist: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let mut code = String::new();
    for (constant, extension) in [("SCRIPT", "js"), ("STYLE", "css")] {
        let file = fs::read_dir(dist)?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|found| found == extension))
            .ok_or_else(|| format!("esbuild made no .{extension} file"))?;
        let name = file.file_name().ok_or("a file without name")?.to_string_lossy().into_owned();
        code.push_str(&format!(
            "const {constant}: Asset = Asset {{ path: \"/assets/{name}\", content: include_bytes!({:?}) }};\n",
            file.display().to_string()
        ));
    }
    fs::write(to, code)?;
    Ok(())
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.output().map_err(|fault| format!("{command:?}: {fault}"))?;
    if output.status.success() {
        return Ok(());
    }
    let (told, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{command:?} failed\n{told}{failed}").into())
}

/// Makes the folder `to` a copy of the folder `from`.
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    remove(to)?;
    copy(from, to)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
