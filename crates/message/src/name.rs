//! File names and media types that are safe to use.

/// How long a file name may be, in characters: what each file system takes, and a page can show.
const NAME_CHARACTERS: usize = 150;
/// How long an ending of a file name may be to be kept when the name is cut, in characters.
const ENDING_CHARACTERS: usize = 16;
/// How long a type or a subtype may be, in bytes (RFC 6838 §4.2).
const TYPE_BYTES: usize = 127;

/// A file name that is safe to show and to save: never empty, without what separates folders, controls a terminal, turns
/// the direction of writing, or may not be in a name on some system.
pub(crate) fn file_name(given: Option<&str>, media_type: &str) -> String {
    let kept = given.unwrap_or_default().chars().filter(|character| !is_unseen(*character));
    let replaced: String =
        kept.map(|character| if is_reserved(character) { '_' } else { character }).collect();
    let joined = replaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = joined.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    if name.is_empty() { unnamed(media_type) } else { shortened(name) }
}

fn is_unseen(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(
            character,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
}

fn is_reserved(character: char) -> bool {
    matches!(
        character,
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{2044}' | '\u{2215}' | '\u{29F8}'
    )
}

/// A name of at most so many characters, with its ending.
fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_CHARACTERS {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let ending = ending.filter(|ending| ending.chars().count() <= ENDING_CHARACTERS);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let room = NAME_CHARACTERS - ending.chars().count();
    let start: String = name.chars().take(room).collect();
    format!("{}{ending}", start.trim_end_matches(['.', ' ']))
}

/// The name of what has none.
fn unnamed(media_type: &str) -> String {
    let ending = match media_type {
        "message/rfc822" | "message/global" => return "message.eml".to_owned(),
        "text/plain" => ".txt",
        "text/html" => ".html",
        "text/calendar" => ".ics",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        _ => "",
    };
    format!("attachment{ending}")
}

/// A media type in lower case without parameters (RFC 6838 §4.2); None for what is none.
pub(crate) fn media_type(text: &str) -> Option<String> {
    let main = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = main.split_once('/')?;
    let (kind, subtype) = (kind.trim(), subtype.trim());
    (is_type_name(kind) && is_type_name(subtype)).then(|| format!("{kind}/{subtype}"))
}

fn is_type_name(name: &str) -> bool {
    name.len() <= TYPE_BYTES
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_safe() {
        for (given, expected) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\temp\\a.txt", "C__temp_a.txt"),
            ("evil\u{202E}fdp.exe", "evilfdp.exe"),
            ("a\r\nb\0\tc.txt", "a b c.txt"),
            (".bashrc", "bashrc"),
            (" . ", "attachment.png"),
            ("", "attachment.png"),
            ("grüße 你好.txt", "grüße 你好.txt"),
        ] {
            assert_eq!(file_name(Some(given), "image/png"), expected, "{given:?}");
        }
        assert_eq!(file_name(None, "message/rfc822"), "message.eml");
        assert_eq!(file_name(None, "x/y"), "attachment");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = file_name(Some(&format!("{}.pdf", "ä".repeat(400))), "application/pdf");
        assert_eq!(name.chars().count(), 150);
        assert!(name.ends_with("ä.pdf"));
        assert_eq!(file_name(Some(&"a".repeat(400)), "x/y").len(), 150);
        assert_eq!(file_name(Some(&format!("a.{}", "b".repeat(400))), "x/y").len(), 150);
    }

    #[test]
    fn media_types_are_checked() {
        assert_eq!(media_type("Text/HTML; charset=x").as_deref(), Some("text/html"));
        assert_eq!(media_type("image / svg+xml").as_deref(), Some("image/svg+xml"));
        for text in ["", "text", "/", "text/", "a/b/c", "a b/c", "text/ht\rml", "text/<b>", "é/a"] {
            assert_eq!(media_type(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_name_becomes_safe(given in any::<String>()) {
            let name = file_name(Some(&given), "x/y");
            prop_assert!(!name.is_empty() && name.chars().count() <= NAME_CHARACTERS);
            prop_assert!(!name.chars().any(|found| found.is_control() || is_reserved(found) || is_unseen(found)));
        }
    }
}
