//! Whoever cites a standard says in `docs/standards.md` what we do of it.

use std::collections::BTreeSet;

use super::tree::Tree;
use crate::fault::Fault;

const STANDARDS: &str = "docs/standards.md";

/// Every RFC that code cites stands in a row of `docs/standards.md`.
pub(super) fn listed(tree: &Tree) -> Vec<Fault> {
    let table: BTreeSet<u32> = tree.find(STANDARDS).map(|file| rows(&file.text)).unwrap_or_default();
    let mut faults = Vec::new();
    for source in tree.of_kind("rs") {
        for (index, line) in source.text.lines().enumerate() {
            for number in cited(line).filter(|number| !table.contains(number)) {
                let what =
                    format!("RFC {number} has no row in {STANDARDS}; say there what we do of it, and where");
                faults.push(Fault::at(&source.path, index + 1, what));
            }
        }
    }
    faults
}

/// The RFCs named in the first column of the tables of a text.
fn rows(text: &str) -> BTreeSet<u32> {
    let cells =
        text.lines().filter_map(|line| line.strip_prefix('|')).filter_map(|row| row.split('|').next());
    cells.flat_map(cited).collect()
}

/// The numbers of the RFCs that a line names.
fn cited(line: &str) -> impl Iterator<Item = u32> {
    line.match_indices("RFC ").filter_map(|(at, mark)| {
        let after = &line[at + mark.len()..];
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        after[..end].parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc(number: u32) -> String {
        format!("RFC {number}")
    }

    #[test]
    fn a_listed_citation_passes_and_another_is_named_with_its_line() {
        let code = format!("//! {} §4.1\n// see {}, too\n", rfc(5321), rfc(9999));
        let table = format!("| RFC | what |\n|---|---|\n| {} | SMTP, not {} |\n", rfc(5321), rfc(9999));
        let found = listed(&Tree::of(&[("crates/a/src/a.rs", &code), (STANDARDS, &table)]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().starts_with(&format!("crates/a/src/a.rs:2: {} has no row", rfc(9999))));
    }

    #[test]
    fn a_row_may_name_several() {
        let row = format!("| {}, {} | mail |", rfc(5321), rfc(5322));
        assert_eq!(rows(&row), BTreeSet::from([5321, 5322]));
    }

    #[test]
    fn a_word_without_number_is_no_citation() {
        assert_eq!(cited("an RFC says so; RFC-style").count(), 0);
    }
}
