//! Nothing unfinished is committed: no test that does not run, no code that is not there, no proof that is not looked
//! at.

use super::tree::Tree;
use crate::fault::Fault;

/// What may not stand in code, and what to do instead.
const UNFINISHED: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run proves nothing; make it run, or delete it"),
    ("todo!(", "finish it, or leave it out and say so"),
    ("unimplemented!(", "finish it, or leave it out and say so"),
    ("_proof: &Confirmed", "ask whether the proof belongs to the actor: anybody's would do otherwise"),
];

/// No ignored test, no placeholder.
pub(super) fn unfinished(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in tree.of_kind("rs") {
        for (index, line) in source.code.lines().enumerate() {
            for (mark, advice) in UNFINISHED.iter().filter(|(mark, _)| line.contains(mark)) {
                faults.push(Fault::at(&source.path, index + 1, format!("`{mark}`: {advice}")));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_that_nobody_looks_at_is_found() {
        let code = "fn a(proof: &Confirmed) {}\nfn b(_proof: &Confirmed) {}\n";
        assert_eq!(unfinished(&Tree::of(&[("crates/a/src/a.rs", code)])).len(), 1);
    }

    #[test]
    fn placeholders_and_ignored_tests_are_found_in_code_only() {
        let code = "#[test]\n#[ignore = \"slow\"]\nfn a() { todo!(\"x\") }\n// todo!()\nlet b = \"unimplemented!()\";\n";
        let found = unfinished(&Tree::of(&[("crates/a/src/a.rs", code)]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].to_string().starts_with("crates/a/src/a.rs:2: "));
        assert!(found[1].to_string().starts_with("crates/a/src/a.rs:3: "));
    }
}
