//! Values of header fields as IMAP tells them: not decoded, with comments and quotes taken away (RFC 2045 §5.1).

use message::header;

/// How many parameters a value may have: programs write two or three.
const PARAMETERS: usize = 64;

/// The first field of a name, unfolded and as it stands. Zero bytes, which no string of IMAP can hold, are left out.
pub(super) fn field(bytes: &[u8], name: &str) -> Option<String> {
    let first = header::raw_all(bytes, name).into_iter().next()?;
    Some(first.replace('\0', ""))
}

/// A value and its parameters, such as `attachment; filename="a.pdf"`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Valued {
    pub(super) value: String,
    pub(super) parameters: Vec<(String, String)>,
}

impl Valued {
    /// Reads a value. What is not a parameter is passed over.
    pub(super) fn parse(text: &str) -> Self {
        let mut pieces = pieces(text, ';').into_iter();
        let value = pieces.next().unwrap_or_default();
        let parameters = pieces.filter_map(|piece| parameter(&piece)).take(PARAMETERS).collect();
        Self { value: unquoted(&value), parameters }
    }

    /// A parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The values that stand between commas.
pub(super) fn list(text: &str) -> Vec<String> {
    let all = pieces(text, ',').into_iter().map(|piece| unquoted(&piece));
    all.filter(|piece| !piece.is_empty()).take(PARAMETERS).collect()
}

/// A single word, or nothing.
pub(super) fn word(text: &str) -> Option<String> {
    let word = pieces(text, ';').into_iter().next().map(|piece| unquoted(&piece))?;
    is_token(&word).then_some(word)
}

fn parameter(piece: &str) -> Option<(String, String)> {
    let (name, value) = piece.split_once('=')?;
    let name = name.trim();
    is_token(name).then(|| (name.to_owned(), unquoted(value)))
}

/// Whether a text can be a type, an encoding or the name of a parameter.
pub(super) fn is_token(text: &str) -> bool {
    const SPECIAL: &[u8] = b"()<>@,;:\\\"/[]?=";
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !SPECIAL.contains(&byte))
}

/// Cuts a text at `separator`, but not within quotes; comments are left out.
fn pieces(text: &str, separator: char) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for letter in text.chars() {
        let special = !std::mem::take(&mut escaped);
        if special && letter == '\\' && (quoted || depth > 0) {
            escaped = true;
        }
        match letter {
            '"' if special && depth == 0 => quoted = !quoted,
            '(' if special && !quoted => depth += 1,
            ')' if special && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        match pieces.last_mut() {
            Some(_) if letter == separator && !quoted => pieces.push(String::new()),
            Some(piece) => piece.push(letter),
            None => {}
        }
    }
    pieces
}

/// A value without the quotes around it.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('"') else { return text.to_owned() };
    let mut plain = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => plain.extend(letters.next()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, Vec<(String, String)>) {
        let Valued { value, parameters } = Valued::parse(text);
        (value, parameters)
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_value_has_parameters_with_or_without_quotes() {
        let expected = vec![pair("charset", "utf-8"), pair("name", "a;b \"c\".txt")];
        assert_eq!(
            parsed("text/plain (really; so); charset=utf-8 ; name=\"a;b \\\"c\\\".txt\""),
            ("text/plain".to_owned(), expected)
        );
        assert_eq!(Valued::parse("a; X=1").parameter("x"), Some("1"));
    }

    #[test]
    fn what_is_no_parameter_is_passed_over() {
        assert_eq!(parsed("attachment; ; =x; a b=c; d=e"), ("attachment".to_owned(), vec![pair("d", "e")]));
        assert_eq!(parsed(""), (String::new(), vec![]));
        assert_eq!(parsed("a; b=\"never ends"), ("a".to_owned(), vec![pair("b", "never ends")]));
        assert_eq!(parsed("a; b=c (never ends; d=e"), ("a".to_owned(), vec![pair("b", "c")]));
    }

    #[test]
    fn a_list_is_cut_at_its_commas() {
        assert_eq!(list("de, en (English), "), ["de", "en"]);
        assert_eq!(word(" Base64 (as ever)"), Some("Base64".to_owned()));
        assert_eq!(word("two words"), None);
    }

    #[test]
    fn a_field_is_the_first_of_its_name() {
        let header = b"Subject: on\0e\r\n  more\r\nsubject: two\r\n\r\n";
        assert_eq!(field(header, "SUBJECT"), Some("one  more".to_owned()));
        assert_eq!(field(header, "To"), None);
    }
}
