//! What an answer begins with.

use crate::parse::one_line;

/// How long a subject may be, in characters.
const SUBJECT_CHARACTERS: usize = 900;
/// How much of a text is quoted, in bytes: nobody reads more of it a second time.
const QUOTE_BYTES: usize = 64 * 1024;
/// What stands before the subject of an answer, in the languages of common programs.
const REPLY_MARKS: [&str; 6] = ["re", "aw", "antw", "sv", "rif", "odp"];
/// What stands before the subject of a forwarded message.
const FORWARD_MARKS: [&str; 5] = ["fwd", "fw", "wg", "tr", "vs"];

/// The subject of an answer: with `Re:` once, however often it was answered, in one line of at most 900 characters.
pub fn reply_subject(subject: &str) -> String {
    marked("Re:", subject, &REPLY_MARKS)
}

/// The subject of a forwarded message: with `Fwd:` once, in one line of at most 900 characters.
pub fn forward_subject(subject: &str) -> String {
    marked("Fwd:", subject, &FORWARD_MARKS)
}

fn marked(mark: &str, subject: &str, marks: &[&str]) -> String {
    let subject = one_line(subject, SUBJECT_CHARACTERS - mark.len() - 1);
    let mut rest = subject.as_str();
    while let Some(behind) = without_mark(rest, marks) {
        rest = behind;
    }
    format!("{mark} {rest}").trim_end().to_owned()
}

/// What stands behind one mark: `Re:`, `Re[2]:`, `AW :`.
fn without_mark<'s>(subject: &'s str, marks: &[&str]) -> Option<&'s str> {
    let (before, behind) = subject.split_once(':')?;
    let word =
        before.trim_end_matches(|character: char| character.is_ascii_digit() || " []()".contains(character));
    marks.iter().any(|mark| word.eq_ignore_ascii_case(mark)).then(|| behind.trim_start())
}

/// A text as it is quoted in an answer: behind a line that says whose it is, with `> ` before each line. Of a text of more
/// than 64 KiB the end is left out.
pub fn quoted(text: &str, opening: &str) -> String {
    let kept = text.get(..text.floor_char_boundary(QUOTE_BYTES)).unwrap_or_default();
    let mut quoted = String::with_capacity(kept.len() + kept.len() / 8 + opening.len() + 16);
    if !opening.is_empty() {
        quoted.push_str(opening);
        quoted.push('\n');
    }
    for line in kept.trim_end().lines() {
        push_line(&mut quoted, line);
    }
    if kept.len() < text.len() {
        push_line(&mut quoted, "[…]");
    }
    quoted
}

fn push_line(quoted: &mut String, line: &str) {
    let line = line.trim_end();
    let mark = if line.is_empty() || line.starts_with('>') { ">" } else { "> " };
    quoted.push_str(mark);
    quoted.push_str(line);
    quoted.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_marked_once() {
        for (subject, reply, forward) in [
            ("Hello", "Re: Hello", "Fwd: Hello"),
            ("RE: re[2]: AW : Hello", "Re: Hello", "Fwd: RE: re[2]: AW : Hello"),
            ("Fw: WG: Hello", "Re: Fw: WG: Hello", "Fwd: Hello"),
            ("", "Re:", "Fwd:"),
            ("Regards: you", "Re: Regards: you", "Fwd: Regards: you"),
            ("a\r\nBcc: b", "Re: a Bcc: b", "Fwd: a Bcc: b"),
        ] {
            assert_eq!(reply_subject(subject), reply);
            assert_eq!(forward_subject(subject), forward);
        }
        assert!(reply_subject(&"ä".repeat(5_000)).chars().count() <= SUBJECT_CHARACTERS);
    }

    #[test]
    fn a_text_is_quoted_line_by_line() {
        assert_eq!(quoted("One\r\n\r\n> Two \n\n", "Anna wrote:"), "Anna wrote:\n> One\n>\n>> Two\n");
        assert_eq!(quoted("", ""), "");
        let long = quoted(&"ä\n".repeat(100_000), "");
        assert!(long.ends_with("> ä\n> […]\n") && long.len() < 3 * QUOTE_BYTES);
    }
}
