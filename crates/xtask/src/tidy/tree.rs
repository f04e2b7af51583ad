//! The sources that the rules look at.

use std::path::Path;

use anyhow::Context;

use super::blank::blank;

/// Folders that hold no source of ours.
const SKIPPED: &[&str] = &["target", "node_modules", "dist", ".git", "data"];
/// Kinds of files that the rules look at.
const KINDS: &[&str] = &["rs", "html", "css", "js", "mjs", "ftl", "md", "txt"];
/// Where they are.
const FOLDERS: &[&str] = &["crates", "docs"];

/// One file.
pub(super) struct Source {
    /// Its path from the root of the workspace, with `/`.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
    /// The text without comments and without what literals hold, for Rust; empty for anything else.
    pub(super) code: String,
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let code = if path.ends_with(".rs") { blank(&text) } else { String::new() };
        Self { path, text, code }
    }

    /// The ending of the file's name.
    pub(super) fn kind(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, kind)| kind)
    }
}

/// All files, in the order of their paths.
pub(super) struct Tree {
    pub(super) sources: Vec<Source>,
}

impl Tree {
    /// Reads the sources below the root of the workspace.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut sources = Vec::new();
        for folder in FOLDERS {
            let folder_path = root.join(folder);
            if folder_path.is_dir() {
                collect(&folder_path, folder, &mut sources)?;
            }
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { sources })
    }

    /// A tree of these paths and texts.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let sources = files.iter().map(|(path, text)| Source::new((*path).to_owned(), (*text).to_owned()));
        Self { sources: sources.collect() }
    }

    /// The files of a kind.
    pub(super) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Source> {
        self.sources.iter().filter(move |source| source.kind() == kind)
    }

    /// The file with this path.
    pub(super) fn find(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }
}

fn collect(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read the folder {prefix}"))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                collect(&entry.path(), &path, sources)?;
            }
        } else if KINDS.iter().any(|kind| name.ends_with(&format!(".{kind}"))) {
            // Samples of mail need not be UTF-8, and no rule is about them.
            if let Ok(text) = std::fs::read_to_string(entry.path()) {
                sources.push(Source::new(path, text));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_knows_its_kind_and_only_rust_is_blanked() {
        let tree = Tree::of(&[("crates/a/src/lib.rs", "fn a() {} // b\n"), ("docs/a.b.md", "x")]);
        assert_eq!(tree.sources[1].kind(), "md");
        assert!(tree.sources[1].code.is_empty());
        assert_eq!(tree.sources[0].code.trim_end(), "fn a() {}");
    }
}
