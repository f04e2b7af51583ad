//! Decisions are numbered, without gaps, and stay.

use super::tree::Tree;
use crate::fault::Fault;

const FOLDER: &str = "docs/decisions/";

/// Every decision is `NNNN-title.md`, and the numbers run from 1 without gap or repetition.
pub(super) fn numbered(tree: &Tree) -> Vec<Fault> {
    let mut expected = 1;
    let mut faults = Vec::new();
    for source in tree.of_kind("md") {
        let Some(name) = source.path.strip_prefix(FOLDER) else { continue };
        match number(name) {
            None => faults.push(Fault::in_file(&source.path, "name it NNNN-title.md, in small letters")),
            Some(found) if found != expected => {
                faults.push(Fault::in_file(
                    &source.path,
                    format!("the next number is {expected:04}; rename it"),
                ));
                expected = found + 1;
            }
            Some(_) => expected += 1,
        }
    }
    faults
}

/// The number of `0003-title-in-words.md`.
fn number(name: &str) -> Option<u32> {
    let (digits, title) = name.strip_suffix(".md")?.split_once('-')?;
    let plain = title.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    (digits.len() == 4 && plain && !title.is_empty()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> usize {
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "")).collect();
        numbered(&Tree::of(&files)).len()
    }

    #[test]
    fn decisions_in_order_pass() {
        assert_eq!(found(&["docs/decisions/0001-a.md", "docs/decisions/0002-b-c.md", "docs/other.md"]), 0);
    }

    #[test]
    fn gaps_repetitions_and_other_names_are_found() {
        assert_eq!(found(&["docs/decisions/0001-a.md", "docs/decisions/0003-c.md"]), 1);
        assert_eq!(found(&["docs/decisions/0001-a.md", "docs/decisions/0001-b.md"]), 1);
        assert_eq!(found(&["docs/decisions/Notes.md"]), 1);
    }
}
