//! A header is a promise: each crate opens with what it is and what always holds in it.

use super::tree::{Source, Tree};
use crate::fault::Fault;

/// Every crate's root begins with `//!` and names its invariant there.
pub(super) fn invariants(tree: &Tree) -> Vec<Fault> {
    tree.of_kind("rs").filter(|source| is_root(&source.path)).filter_map(fault).collect()
}

/// Whether a path is `crates/<name>/src/lib.rs` or `main.rs`.
fn is_root(path: &str) -> bool {
    let mut parts = path.split('/');
    let shape = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
    matches!(shape, (Some("crates"), Some(_), Some("src"), Some("lib.rs" | "main.rs"), None))
}

fn fault(source: &Source) -> Option<Fault> {
    let header: Vec<&str> = source.text.lines().take_while(|line| line.starts_with("//!")).collect();
    if header.is_empty() {
        return Some(Fault::in_file(
            &source.path,
            "no `//!` header; say what the crate is and its **Invariant:**",
        ));
    }
    let promised = header.iter().any(|line| line.contains("**Invariant:**"));
    (!promised)
        .then(|| Fault::in_file(&source.path, "the header has no `**Invariant:**`; say what always holds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_its_invariant_passes() {
        let text = "//! The thing.\n//!\n//! **Invariant:** it holds.\n\nmod a;\n";
        assert!(invariants(&Tree::of(&[("crates/a/src/lib.rs", text)])).is_empty());
    }

    #[test]
    fn a_root_without_header_or_without_invariant_is_found() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "mod a; // **Invariant:** too late"),
            ("crates/b/src/main.rs", "//! The thing.\nfn main() {}\n"),
            ("crates/b/src/part/lib.rs", "fn part() {}\n"),
        ]);
        let found: Vec<String> = invariants(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("no `//!` header"));
        assert!(found[1].contains("has no `**Invariant:**`"));
    }
}
