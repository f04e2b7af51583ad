//! Who may import whom: the table, and its check against what the manifests say.
//!
//! **Invariant:** a crate that is not in the table does not pass, and neither does a dependency that the table
//! does not name. Privacy is per crate, so this table is what keeps the fronts on their side of the door.

use std::collections::BTreeSet;

use anyhow::Context;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::fault::Fault;

/// What a crate may import of ours.
enum May {
    /// Any crate of the workspace.
    All,
    /// These, and no others.
    Only(&'static [&'static str]),
}

/// What every front may import: never the store, never another front.
const FRONT: &[&str] = &["domain", "message", "wire", "net", "bus", "identity", "mailbox", "ui", "web"];
/// The Manager also shows the queue page.
const FRONT_WITH_QUEUE: &[&str] =
    &["domain", "message", "wire", "net", "bus", "identity", "mailbox", "ui", "web", "queue"];

/// The direction table of ARCHITECTURE.md.
const TABLE: &[(&str, May)] = &[
    // Pure: no I/O, no clock of their own.
    ("domain", May::Only(&[])),
    ("message", May::Only(&["domain"])),
    ("wire", May::Only(&["domain"])),
    // Ground: the outside world behind small traits.
    ("bus", May::Only(&["domain"])),
    ("store", May::Only(&["domain"])),
    ("net", May::Only(&["domain"])),
    // Office: the use cases.
    ("identity", May::Only(&["domain", "message", "store", "bus"])),
    ("mailauth", May::Only(&["domain", "message", "store"])),
    ("queue", May::Only(&["domain", "message", "wire", "store", "bus", "net", "mailauth"])),
    ("mailbox", May::Only(&["domain", "message", "store", "bus", "identity", "queue", "mailauth"])),
    // Fronts: translate, never decide.
    ("smtp", May::Only(FRONT)),
    ("imap", May::Only(FRONT)),
    ("ui", May::Only(&["domain"])),
    ("web", May::Only(&["domain", "bus", "identity", "mailbox", "ui"])),
    ("account", May::Only(FRONT)),
    ("manager", May::Only(FRONT_WITH_QUEUE)),
    ("webmail", May::Only(FRONT)),
    ("setup", May::Only(FRONT)),
    // Top.
    ("postroom", May::All),
    ("testkit", May::All),
    ("tests", May::All),
    ("xtask", May::Only(&[])),
];

/// One import: who imports, and what.
type Edge = (String, String);

/// Checks the manifests of the workspace against the table.
pub(crate) fn check() -> anyhow::Result<Vec<Fault>> {
    let metadata = MetadataCommand::new().no_deps().exec().context("cargo metadata failed")?;
    let (crates, edges) = read(&metadata);
    Ok(judge(&crates, &edges))
}

/// The crates of the workspace, and which of them each one imports (tests apart).
fn read(metadata: &Metadata) -> (BTreeSet<String>, BTreeSet<Edge>) {
    let crates: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let mut edges = BTreeSet::new();
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            if dependency.kind != DependencyKind::Development && crates.contains(&dependency.name) {
                edges.insert((package.name.to_string(), dependency.name.clone()));
            }
        }
    }
    (crates, edges)
}

/// What in these crates and imports is against the table.
fn judge(crates: &BTreeSet<String>, edges: &BTreeSet<Edge>) -> Vec<Fault> {
    let unknown = crates.iter().filter(|name| rule(name).is_none()).map(|name| {
        let what = format!("crate `{name}` is not in the table of crates/xtask/src/layers.rs; add it there");
        Fault::in_file(&manifest(name), what)
    });
    let forbidden = edges.iter().filter(|(from, to)| !allowed(from, to)).map(|(from, to)| {
        let what = format!("`{from}` may not import `{to}` (crates/xtask/src/layers.rs); {}", advice(from));
        Fault::in_file(&manifest(from), what)
    });
    unknown.chain(forbidden).collect()
}

fn rule(name: &str) -> Option<&'static May> {
    TABLE.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, may)| may)
}

fn allowed(from: &str, to: &str) -> bool {
    match rule(from) {
        Some(May::All) | None => true,
        Some(May::Only(names)) => names.contains(&to),
    }
}

/// What may be imported instead.
fn advice(from: &str) -> String {
    match rule(from) {
        Some(May::Only(names)) if !names.is_empty() => format!("it may import {}", names.join(", ")),
        Some(May::Only(_) | May::All) | None => "it imports no other crate of ours".to_owned(),
    }
}

fn manifest(name: &str) -> String {
    format!("crates/{name}/Cargo.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(pairs: &[(&str, &str)]) -> BTreeSet<Edge> {
        pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    }

    fn crates(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_front_may_use_the_office_but_not_the_store() {
        let found = judge(&crates(&["imap"]), &edges(&[("imap", "mailbox"), ("imap", "store")]));
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().contains("`imap` may not import `store`"), "{}", found[0]);
    }

    #[test]
    fn only_the_manager_shows_the_queue() {
        let found = judge(&crates(&[]), &edges(&[("manager", "queue"), ("webmail", "queue")]));
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().starts_with("crates/webmail/Cargo.toml:1:"));
    }

    #[test]
    fn no_front_imports_another() {
        for front in ["smtp", "imap", "account", "manager", "webmail", "setup"] {
            for other in ["smtp", "imap", "account", "manager", "webmail", "setup"] {
                assert!(!allowed(front, other), "{front} may import {other}");
            }
        }
    }

    #[test]
    fn a_crate_outside_the_table_is_named() {
        let found = judge(&crates(&["domain", "surprise"]), &BTreeSet::new());
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().contains("`surprise` is not in the table"));
    }

    #[test]
    fn the_table_has_no_way_round_in_a_circle() {
        fn reaches(from: &str, target: &str, depth: usize) -> bool {
            let Some(May::Only(names)) = rule(from) else { return false };
            depth > 0 && names.iter().any(|name| *name == target || reaches(name, target, depth - 1))
        }
        for (name, _) in TABLE {
            assert!(!reaches(name, name, TABLE.len()), "{name} may import itself by a detour");
        }
    }
}
