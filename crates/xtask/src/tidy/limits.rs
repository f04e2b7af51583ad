//! Small things: how long a file and a function may be.

use super::tree::{Source, Tree};
use crate::fault::Fault;

/// A file that is longer holds more than one noun, command or page.
const FILE_LINES: usize = 500;
/// A function that is longer does not fit a screen.
const FUNCTION_LINES: usize = 70;
/// Kinds of files that the limit holds for.
const LIMITED: &[&str] = &["rs", "html", "css", "js", "mjs"];

/// No file is longer than the limit.
pub(super) fn files(tree: &Tree) -> Vec<Fault> {
    let limited = tree.sources.iter().filter(|source| LIMITED.contains(&source.kind()));
    limited.filter_map(long_file).collect()
}

fn long_file(source: &Source) -> Option<Fault> {
    let lines = source.text.lines().count();
    (lines > FILE_LINES).then(|| {
        let what =
            format!("{lines} lines, {FILE_LINES} are the limit; move a noun of its own to a file of its own");
        Fault::at(&source.path, FILE_LINES + 1, what)
    })
}

/// No function is longer than the limit, empty lines and comments not counted.
pub(super) fn functions(tree: &Tree) -> Vec<Fault> {
    tree.of_kind("rs").flat_map(|source| long_functions(&source.path, &source.code)).collect()
}

fn long_functions(path: &str, code: &str) -> Vec<Fault> {
    let lines: Vec<&str> = code.lines().collect();
    let mut faults = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = declared(line) else { continue };
        let long = body_lines(&lines[index..]);
        if long > FUNCTION_LINES {
            let what =
                format!("`{name}` has {long} lines, {FUNCTION_LINES} are the limit; name a part of it");
            faults.push(Fault::at(path, index + 1, what));
        }
    }
    faults
}

/// The name of the function that a line declares.
pub(super) fn declared(line: &str) -> Option<&str> {
    let after = match line.trim_start().strip_prefix("fn ") {
        Some(after) => after,
        None => line.split_once(" fn ").map(|(_, after)| after)?,
    };
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
    (end > 0).then(|| &after[..end])
}

/// How many lines of code stand between the braces of the function that begins on the first line.
fn body_lines(lines: &[&str]) -> usize {
    let mut depth = 0_usize;
    let mut count = 0;
    for line in lines {
        let inside = depth > 0;
        for c in line.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth <= 1 => return count,
                '}' => depth -= 1,
                ';' if depth == 0 => return 0,
                _ => {}
            }
        }
        if inside && !line.trim().is_empty() {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_at_the_limit_passes_and_one_line_more_does_not() {
        let text = "x\n".repeat(FILE_LINES);
        assert!(files(&Tree::of(&[("crates/a/src/lib.rs", &text)])).is_empty());
        let found = files(&Tree::of(&[("crates/a/a.css", &format!("{text}x\n"))]));
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().starts_with("crates/a/a.css:501: 501 lines"));
    }

    #[test]
    fn prose_may_be_long() {
        let text = "x\n".repeat(FILE_LINES + 1);
        assert!(files(&Tree::of(&[("docs/long.md", &text)])).is_empty());
    }

    #[test]
    fn a_long_function_is_named_and_comments_do_not_count() {
        let body = "    if a { b(); }\n    // why\n\n".repeat(FUNCTION_LINES);
        let source = format!("struct A;\npub(crate) fn short() {{\n{body}}}\n");
        assert!(functions(&Tree::of(&[("a.rs", &source)])).is_empty());
        let source = source.replace("// why", "c();");
        let found = functions(&Tree::of(&[("a.rs", &source)]));
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().contains("a.rs:2: `short` has 140 lines"), "{}", found[0]);
    }

    #[test]
    fn a_declaration_without_body_has_no_length() {
        assert_eq!(body_lines(&["    fn a(&self) -> u8;", "    fn b() {", "x", "}"]), 0);
    }

    #[test]
    fn a_function_type_declares_nothing() {
        assert_eq!(declared("    work: fn(u8) -> u8,"), None);
        assert_eq!(declared("pub async fn open<T>(t: T) {"), Some("open"));
    }
}
