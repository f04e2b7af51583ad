//! The words of the field: comments skipped, quotes taken off (RFC 8601 §2.2, RFC 5322 §3.2).

/// How much of a field is read, in bytes: ours is far shorter.
const BYTES: usize = 32 * 1024;

/// What stands between two semicolons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Clause {
    /// Its first word: who speaks, or the method.
    pub(super) first: String,
    /// `name=value`, the method with its result among them.
    values: Vec<(String, String)>,
}

impl Clause {
    /// The value of a name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Whether a text can stand without quotes: letters, digits and what is in domain names.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+!#$%&'*^`{|}~".contains(&byte))
}

/// The clauses of a value; none if a quote or comment does not end, or it is too long.
pub(super) fn clauses(value: &str) -> Option<Vec<Clause>> {
    if value.len() > BYTES {
        return None;
    }
    let mut clauses = vec![Clause::default()];
    // The name before an `=` that waits for its value.
    let (mut last, mut awaited) = (String::new(), None);
    let mut rest = value;
    while let Some((word, left)) = next(rest)? {
        rest = left;
        let clause = clauses.last_mut()?;
        match word {
            Word::Semicolon => {
                clauses.push(Clause::default());
                (last, awaited) = (String::new(), None);
            }
            Word::Equals => awaited = Some(std::mem::take(&mut last)),
            Word::Text(text) => {
                if clause.first.is_empty() {
                    clause.first.clone_from(&text);
                }
                match awaited.take() {
                    Some(name) => clause.values.push((name, text)),
                    None => last = text,
                }
            }
        }
    }
    Some(clauses)
}

enum Word {
    Semicolon,
    Equals,
    Text(String),
}

/// The next word, and what follows; the outer none is a fault, the inner one the end.
fn next(text: &str) -> Option<Option<(Word, &str)>> {
    let rest = skip(text)?;
    let Some(first) = rest.chars().next() else { return Some(None) };
    let one = |word| Some(Some((word, rest.get(1..).unwrap_or_default())));
    match first {
        ';' => one(Word::Semicolon),
        '=' => one(Word::Equals),
        '"' => quoted(rest.get(1..)?).map(|(text, left)| Some((Word::Text(text), left))),
        _ => {
            let end =
                rest.find(|c: char| c.is_ascii_whitespace() || ";=\"(".contains(c)).unwrap_or(rest.len());
            let (word, left) = rest.split_at_checked(end)?;
            Some(Some((Word::Text(word.to_owned()), left)))
        }
    }
}

/// What follows white space and comments, which may be one within another.
fn skip(text: &str) -> Option<&str> {
    let (mut depth, mut is_escaped) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if depth > 0 => is_escaped = true,
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            c if depth == 0 && !c.is_ascii_whitespace() => return text.get(at..),
            _ => {}
        }
    }
    (depth == 0).then_some("")
}

/// The text in quotes, and what follows them.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut plain = String::new();
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            c if is_escaped => {
                plain.push(c);
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            '"' => return Some((plain, text.get(at + 1..)?)),
            '\r' | '\n' => {}
            c => plain.push(c),
        }
    }
    None
}
