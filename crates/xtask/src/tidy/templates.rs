//! What a template may not hold: text that is not escaped, and style or script that the content security policy
//! would refuse.

use std::collections::BTreeMap;

use super::tree::{Source, Tree};
use crate::fault::Fault;

/// Lines of `path count`: how often a template may say `|safe`. The numbers may only go down.
const ALLOWED: &str = "crates/xtask/allowed/safe.txt";

/// `|safe` stands only where it is allowed, and an allowance that is not used up is taken away.
pub(super) fn unescaped(tree: &Tree) -> Vec<Fault> {
    let mut allowed = tree.find(ALLOWED).map(|file| allowances(&file.text)).unwrap_or_default();
    let mut faults = Vec::new();
    for source in tree.sources.iter().filter(|source| may_be_template(source)) {
        let lines: Vec<usize> = unescaped_lines(&source.text).collect();
        let allowance = allowed.remove(source.path.as_str()).unwrap_or(0);
        if let Some(line) = lines.get(allowance) {
            let what = "`|safe` puts unescaped text on a page; pass a value that renders itself instead";
            faults.push(Fault::at(&source.path, *line, what));
        } else if lines.len() < allowance {
            faults.push(too_generous(&source.path, lines.len()));
        }
    }
    faults.extend(allowed.keys().map(|path| too_generous(path, 0)));
    faults
}

fn too_generous(path: &str, used: usize) -> Fault {
    Fault::in_file(
        ALLOWED,
        format!("{path} says `|safe` {used} times, and more is allowed; lower the number"),
    )
}

fn may_be_template(source: &Source) -> bool {
    match source.kind() {
        "html" => true,
        "rs" => !source.path.starts_with("crates/xtask/"),
        _ => false,
    }
}

fn allowances(text: &str) -> BTreeMap<&str, usize> {
    let rows = text.lines().filter_map(|line| line.split_once(' '));
    rows.filter_map(|(path, count)| Some((path, count.trim().parse().ok()?))).collect()
}

/// The lines that hold `|safe`, once for each time.
fn unescaped_lines(text: &str) -> impl Iterator<Item = usize> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let filters = line.split('|').skip(1).map(str::trim_start);
        let safe = filters.filter(|filter| word(filter) == "safe").count();
        std::iter::repeat_n(index + 1, safe)
    })
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// No template holds style or script of its own.
pub(super) fn inline(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for source in tree.of_kind("html") {
        for tag in tags(&source.text) {
            if let Some(what) = forbidden(&tag) {
                faults.push(Fault::at(&source.path, tag.line, what));
            }
        }
    }
    faults
}

/// One opening tag.
struct Tag<'a> {
    line: usize,
    name: &'a str,
    inside: &'a str,
    after: &'a str,
}

/// The opening tags of a template. What stands in quotes may hold `>`.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let name = word(rest);
        if name.is_empty() {
            continue;
        }
        let end = tag_end(rest);
        let line = text[..at].matches('\n').count() + 1;
        let after = rest.get(end + 1..).unwrap_or("");
        tags.push(Tag { line, name, inside: &rest[name.len()..end], after });
    }
    tags
}

fn tag_end(rest: &str) -> usize {
    let mut quoted = false;
    for (at, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    rest.len()
}

fn forbidden(tag: &Tag<'_>) -> Option<String> {
    if tag.name == "style" {
        return Some("a style element; put the rule into a style sheet of crates/ui".to_owned());
    }
    if tag.name == "script" && !tag.after.trim_start().starts_with("</script>") && !holds_data(tag.inside) {
        return Some("a script with content; put it into a module of crates/ui".to_owned());
    }
    let name = attributes(tag.inside).into_iter().find(|name| is_inline(name))?;
    Some(format!(
        "the attribute `{name}` is inline style or script; use a class, or a module bound by `data-`"
    ))
}

/// Whether a script element is data for a module, which no browser runs.
fn holds_data(inside: &str) -> bool {
    inside.contains("type=\"application/json\"")
}

fn is_inline(name: &str) -> bool {
    let event = name.strip_prefix("on").is_some_and(|event| !event.is_empty() && !event.contains('-'));
    name == "style" || event || name.starts_with("hx-on")
}

/// The names of the attributes of a tag that have a value.
fn attributes(inside: &str) -> Vec<&str> {
    let unquoted = inside.split('"').step_by(2);
    let names = unquoted.filter_map(|part| part.strip_suffix('='));
    names.filter_map(|part| part.rsplit(|c: char| c.is_whitespace() || c == '}').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "crates/webmail/templates/page.html";

    fn messages(found: &[Fault]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unescaped_text_is_found_unless_it_is_allowed() {
        let text = "<p>{{ a|safe }}</p>\n{{ b | safe }} {{ c|safer }}\n";
        let found = messages(&unescaped(&Tree::of(&[(PAGE, text)])));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with(&format!("{PAGE}:1: ")), "{found:?}");
        let one = format!("{PAGE} 1\n");
        let found = messages(&unescaped(&Tree::of(&[(PAGE, text), (ALLOWED, &one)])));
        assert!(found[0].starts_with(&format!("{PAGE}:2: ")), "{found:?}");
        let two = format!("{PAGE} 2\n");
        assert!(unescaped(&Tree::of(&[(PAGE, text), (ALLOWED, &two)])).is_empty());
    }

    #[test]
    fn an_allowance_may_only_shrink() {
        let allowed = format!("{PAGE} 1\ncrates/gone/templates/gone.html 1\n");
        let found = unescaped(&Tree::of(&[(PAGE, "<p></p>"), (ALLOWED, &allowed)]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|fault| fault.to_string().starts_with(ALLOWED)));
    }

    #[test]
    fn inline_style_and_script_are_found() {
        for bad in [
            "<p class=\"a\" style=\"color:red\">",
            "<script>alert(1)</script>",
            "<style>p{}</style>",
            "<a href=\"#\"\n onclick=\"go()\">",
            "<form hx-on:submit=\"x\">",
            "<p {% if a %}style=\"b\"{% endif %}>",
        ] {
            assert_eq!(inline(&Tree::of(&[(PAGE, bad)])).len(), 1, "{bad}");
        }
    }

    #[test]
    fn what_only_looks_like_it_passes() {
        let text = "<script src=\"/a.js\" type=\"module\"></script>\n<p data-style=\"a\" title=\"x > onclick=\">\n\
                    style=\"text\" <link rel=\"stylesheet\" href=\"a.css\"><input name=\"once\" one=\"\">";
        let found = messages(&inline(&Tree::of(&[(PAGE, text)])));
        assert_eq!(found.len(), 1, "only the invented event attribute: {found:?}");
        assert!(found[0].contains("`one`"));
    }
}
