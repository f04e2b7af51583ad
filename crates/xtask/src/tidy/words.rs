//! Nouns and verbs come from the glossary; these words say nothing and are not in it.

use super::limits::declared;
use super::tree::Tree;
use crate::fault::Fault;

/// Words that name no thing of the product.
const EMPTY: &[&str] = &["helper", "helpers", "util", "utils", "handler", "handlers"];
/// Beginnings of function names that hide the user's verb.
const EMPTY_VERBS: &[&str] = &["get_", "do_", "process_"];
/// What declares a name, apart from functions.
const DECLARING: &[&str] = &["struct ", "enum ", "trait ", "type ", "mod ", "union ", "macro_rules! "];

/// No name that we declare is made of a banned word.
pub(super) fn banned(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in tree.of_kind("rs") {
        for (index, line) in source.code.lines().enumerate() {
            if let Some(what) = function(line).or_else(|| noun(line)) {
                faults.push(Fault::at(&source.path, index + 1, what));
            }
        }
    }
    faults
}

fn function(line: &str) -> Option<String> {
    let name = declared(line)?;
    if let Some(verb) = EMPTY_VERBS.iter().find(|verb| name.starts_with(**verb)) {
        return Some(format!(
            "`{name}`: `{verb}` says nothing; use the user's verb (find, list, load, open, …)"
        ));
    }
    empty_word(name)
}

fn noun(line: &str) -> Option<String> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub").map_or(line, |rest| match rest.split_once(')') {
        Some((scope, after)) if scope.trim_start().starts_with('(') => after.trim_start(),
        _ => rest.trim_start(),
    });
    let name = DECLARING.iter().find_map(|word| line.strip_prefix(word))?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    let name = &name[..end];
    empty_word(name).or_else(|| a_manager(name))
}

/// The Manager is a place of the product; a thing that "manages" something is not.
fn a_manager(name: &str) -> Option<String> {
    let parts = parts(name);
    let managing = parts.len() > 1 && parts.last().is_some_and(|part| part == "manager");
    managing.then(|| format!("`{name}`: name what it holds or does, not that it manages"))
}

fn empty_word(name: &str) -> Option<String> {
    let word = parts(name).into_iter().find(|part| EMPTY.contains(&part.as_str()))?;
    Some(format!("`{name}`: `{word}` names no thing of the product; take a word of docs/glossary.md"))
}

/// The words of a name, in small letters.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = '_';
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && before.is_lowercase()) {
            parts.push(String::new());
        }
        if c != '_'
            && let Some(last) = parts.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        before = c;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> usize {
        banned(&Tree::of(&[("crates/a/src/a.rs", code)])).len()
    }

    #[test]
    fn empty_names_are_found() {
        assert_eq!(found("pub fn get_user() {}\nasync fn process_mail() {}\n    fn do_it() {}\n"), 3);
        assert_eq!(
            found("struct MailManager;\npub(crate) enum RequestHandler {}\nmod utils;\nfn url_helper() {}\n"),
            4
        );
    }

    #[test]
    fn names_of_things_pass_and_so_does_the_crate() {
        assert_eq!(
            found(
                "use manager::router;\nfn getting() {}\nstruct Utility;\nfn doing_it() {}\nmod manager;\nfn opens_the_manager() {}\nfn handle() {}\n"
            ),
            0
        );
        assert_eq!(found("// struct Handler\nlet a = \"mod utils\";\n"), 0);
    }
}
