//! The rules of STYLE that neither compiler nor clippy can check. One file per group of rules; a rule is a function
//! from the tree of sources to what is wrong in it.
//!
//! **Invariant:** a rule has no switch and no list of exceptions that can grow: an allowance that is no longer used
//! up is itself a fault.

mod blank;
mod catalogues;
mod citations;
mod decisions;
mod forbidden;
mod headers;
mod limits;
mod templates;
mod tree;
mod words;

use std::path::Path;

use crate::fault::Fault;
use tree::Tree;

/// A rule: what in the tree is against it.
type Rule = fn(&Tree) -> Vec<Fault>;

const RULES: &[Rule] = &[
    limits::files,
    limits::functions,
    headers::invariants,
    citations::listed,
    templates::unescaped,
    templates::inline,
    words::banned,
    catalogues::complete,
    catalogues::asked_for,
    decisions::numbered,
    forbidden::unfinished,
];

/// Applies every rule to the sources below `root`.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<Fault>> {
    let tree = Tree::read(root)?;
    Ok(RULES.iter().flat_map(|rule| rule(&tree)).collect())
}
