//! Every text exists in every language.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Source, Tree};
use crate::fault::Fault;

/// The keys of one catalogue folder, by language: key → where it stands.
type Languages<'a> = BTreeMap<&'a str, BTreeMap<String, (&'a str, usize)>>;

/// Every key of one language is there in all others, and only once.
pub(super) fn complete(tree: &Tree) -> Vec<Fault> {
    let mut catalogues: BTreeMap<&str, Languages<'_>> = BTreeMap::new();
    let mut faults = Vec::new();
    for source in tree.of_kind("ftl") {
        let Some((folder, language)) = place(&source.path) else { continue };
        let keys = catalogues.entry(folder).or_default().entry(language).or_default();
        for (key, line) in keys_of(source) {
            if keys.contains_key(&key) {
                faults.push(Fault::at(&source.path, line, format!("`{key}` stands here twice; keep one")));
            }
            keys.entry(key).or_insert((&source.path, line));
        }
    }
    faults.extend(catalogues.values().flat_map(missing));
    faults
}

/// How code and templates ask for a text by its key.
const ASKING: &[&str] = &[".t(\"", ".t_with(\""];

/// Every key that code or a template asks for by name has a text.
pub(super) fn asked_for(tree: &Tree) -> Vec<Fault> {
    let known: BTreeSet<String> =
        tree.of_kind("ftl").flat_map(|source| keys_of(source).into_iter().map(|(key, _)| key)).collect();
    let mut faults = Vec::new();
    for source in tree.of_kind("rs").chain(tree.of_kind("html")).filter(|source| shows_texts(&source.path)) {
        for (index, line) in source.text.lines().enumerate() {
            for key in asked_in(line).filter(|key| !known.contains(*key)) {
                let what = format!("`{key}` is in no catalogue; write its text in every language");
                faults.push(Fault::at(&source.path, index + 1, what));
            }
        }
    }
    faults
}

fn shows_texts(path: &str) -> bool {
    path.starts_with("crates/") && !path.starts_with("crates/xtask/")
}

/// The keys that a line asks for by name.
fn asked_in(line: &str) -> impl Iterator<Item = &str> {
    let starts =
        ASKING.iter().flat_map(|asking| line.match_indices(asking).map(|(at, found)| at + found.len()));
    starts.filter_map(|start| line.get(start..)?.split('"').next()).filter(|key| is_key(key))
}

/// The folder of catalogues and the language of `crates/ui/locales/fr/mail.ftl`.
fn place(path: &str) -> Option<(&str, &str)> {
    let (folder, rest) = path.split_once("/locales/")?;
    Some((folder, rest.split_once('/')?.0))
}

fn missing(languages: &Languages<'_>) -> Vec<Fault> {
    let all: BTreeSet<&String> = languages.values().flat_map(BTreeMap::keys).collect();
    let mut faults = Vec::new();
    for key in all {
        let without: Vec<&str> = languages
            .iter()
            .filter(|(_, keys)| !keys.contains_key(key))
            .map(|(language, _)| *language)
            .collect();
        let here = languages.values().find_map(|keys| keys.get(key));
        if let (false, Some((path, line))) = (without.is_empty(), here) {
            let what = format!("`{key}` has no text in: {}; translate it there", without.join(", "));
            faults.push(Fault::at(path, *line, what));
        }
    }
    faults
}

/// The keys of a catalogue with their lines: messages, terms, and `message.attribute`.
fn keys_of(source: &Source) -> Vec<(String, usize)> {
    let mut keys = Vec::new();
    let mut message = String::new();
    for (index, line) in source.text.lines().enumerate() {
        let Some((left, _)) = line.split_once('=') else { continue };
        let name = left.trim_end();
        if let Some(attribute) = name.trim_start().strip_prefix('.') {
            if is_key(attribute) {
                keys.push((format!("{message}.{attribute}"), index + 1));
            }
        } else if is_key(name.strip_prefix('-').unwrap_or(name)) {
            name.clone_into(&mut message);
            keys.push((message.clone(), index + 1));
        }
    }
    keys
}

fn is_key(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        complete(&Tree::of(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_key_missing_in_one_language_is_named() {
        let found = messages(&[
            ("crates/ui/locales/en/a.ftl", "# x = y\nhello = Hello\n    .title = T\nbye =\n    Bye = bye\n"),
            ("crates/ui/locales/fr/b.ftl", "hello = Bonjour\nbye = Au revoir\n"),
        ]);
        assert_eq!(
            found,
            ["crates/ui/locales/en/a.ftl:3: `hello.title` has no text in: fr; translate it there"]
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_named() {
        let found =
            messages(&[("crates/ui/locales/en/a.ftl", "a = 1\n"), ("crates/ui/locales/en/b.ftl", "a = 2\n")]);
        assert_eq!(found, ["crates/ui/locales/en/b.ftl:1: `a` stands here twice; keep one"]);
    }

    #[test]
    fn a_key_that_is_asked_for_and_not_there_is_named() {
        let page = "<p>{{ l.t(\"hello\") }} {{ l.t_with(\"gone\", [(\"a\", \"b\")]) }}</p>";
        let tree = Tree::of(&[
            ("crates/ui/locales/en/a.ftl", "hello = Hello\n"),
            ("crates/account/templates/a.html", page),
        ]);
        let found: Vec<String> = asked_for(&tree).iter().map(ToString::to_string).collect();
        let expected =
            "crates/account/templates/a.html:1: `gone` is in no catalogue; write its text in every language";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn terms_count_as_well() {
        let found = messages(&[
            ("crates/ui/locales/en/a.ftl", "-name = P\n"),
            ("crates/ui/locales/fr/a.ftl", "b = 1\n"),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
