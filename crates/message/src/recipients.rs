//! The recipients that a person types into a field.

use domain::EmailAddress;

use crate::parse::one_line;
use crate::summary::Party;

/// How many recipients a field takes: who writes to more has a list for it, or is not who they seem.
const RECIPIENTS: usize = 100;
/// How long a field may be, in bytes: a hundred addresses with names.
const FIELD_BYTES: usize = 40_000;
/// How long a name may be, in characters.
const NAME_CHARACTERS: usize = 200;
/// How much of a faulty piece is told, in characters.
const PIECE_CHARACTERS: usize = 100;

/// Why what was typed is no list of recipients.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipientsFault {
    /// This piece of it is no address.
    #[error("this is not an address: {0}")]
    NotAnAddress(String),
    /// There are more than so many recipients.
    #[error("there can be at most {0} recipients")]
    TooMany(usize),
    /// It is longer than so many bytes.
    #[error("the list of recipients is longer than {0} bytes")]
    TooLong(usize),
}

/// Reads the recipients that a person typed, with or without names, between commas, semicolons or line ends:
/// `Anna <a@x.test>, b@x.test; "Last, First" <c@x.test>`. Each address comes once, and is one that can be written to. A
/// field takes 100 recipients and 40,000 bytes.
pub fn parse_recipients(text: &str) -> Result<Vec<Party>, RecipientsFault> {
    if text.len() > FIELD_BYTES {
        return Err(RecipientsFault::TooLong(FIELD_BYTES));
    }
    let mut recipients = Vec::new();
    let mut keys = Vec::new();
    for piece in pieces(text) {
        let (name, address) = recipient(piece)?;
        if keys.contains(&address.key()) {
            continue;
        }
        if recipients.len() == RECIPIENTS {
            return Err(RecipientsFault::TooMany(RECIPIENTS));
        }
        keys.push(address.key());
        recipients.push(Party { name, address: address.to_string() });
    }
    Ok(recipients)
}

/// The pieces between separators that stand outside of quotes; none is empty.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            ',' | ';' | '\n' | '\r' if !is_quoted => {
                pieces.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

fn recipient(piece: &str) -> Result<(String, EmailAddress), RecipientsFault> {
    let (name, address) = match piece.strip_suffix('>').and_then(|piece| piece.rsplit_once('<')) {
        Some((name, address)) => (name.trim(), address),
        None => ("", piece),
    };
    match address.parse() {
        Ok(address) => Ok((one_line(&unquoted(name), NAME_CHARACTERS), address)),
        Err(_) => Err(RecipientsFault::NotAnAddress(one_line(piece, PIECE_CHARACTERS))),
    }
}

/// A name without the quotes around it.
fn unquoted(name: &str) -> String {
    let Some(quoted) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut plain = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The recipients in a short notation.
    fn read(text: &str) -> String {
        let recipients = parse_recipients(text).unwrap();
        recipients.iter().map(|party| format!("[{}|{}]", party.name, party.address)).collect()
    }

    #[test]
    fn recipients_are_read_as_people_type_them() {
        for (text, expected) in [
            (
                "Anna <a@x.test>, b@x.test; \"Last, First\" <c@x.test>",
                "[Anna|a@x.test][|b@x.test][Last, First|c@x.test]",
            ),
            (" ,; \n ", ""),
            ("<a@x.test>\r\nb@X.TEST,A@x.test", "[|a@x.test][|b@x.test]"),
            ("\"a \\\"b\\\" ; c\" <a@x.test>", "[a \"b\" ; c|a@x.test]"),
            ("\"a, b\"@x.test", "[|\"a, b\"@x.test]"),
            ("Jörg Müller<jörg@bücher.test>", "[Jörg Müller|jörg@xn--bcher-kva.test]"),
            ("Anna <Work> <a@x.test>", "[Anna <Work>|a@x.test]"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn the_faulty_piece_is_told() {
        for (text, piece) in [
            ("a@x.test, Anna, b@x.test", "Anna"),
            ("Last, First <a@x.test>", "Last"),
            ("a@x.test b@x.test", "a@x.test b@x.test"),
            ("Anna <a@x.test", "Anna <a@x.test"),
            ("\"Anna <a@x.test>, b@x.test", "\"Anna <a@x.test>, b@x.test"),
            ("<>", "<>"),
            ("a@x.test\0", "a@x.test"),
        ] {
            assert_eq!(
                parse_recipients(text),
                Err(RecipientsFault::NotAnAddress(piece.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn there_are_so_many_recipients() {
        let list = |count: usize| (0..count).map(|at| format!("a{at}@x.test,")).collect::<String>();
        assert_eq!(parse_recipients(&list(100)).unwrap().len(), 100);
        assert_eq!(parse_recipients(&list(101)), Err(RecipientsFault::TooMany(100)));
        assert_eq!(parse_recipients(&list(9_000)), Err(RecipientsFault::TooLong(40_000)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a@.<>\",; \\\\x\\PC]{0,40}") {
            for party in parse_recipients(&text).unwrap_or_default() {
                prop_assert!(party.address.parse::<EmailAddress>().is_ok());
                prop_assert!(!party.name.chars().any(char::is_control));
            }
        }
    }
}
