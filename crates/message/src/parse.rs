//! The parser, behind a guard.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{Message, MessageParser};

/// How many parts are read. The parser nests what it finds and takes it down again one inside the other: some thousand
/// messages within each other are more than a thread's stack holds, and that ends the whole program.
const PARTS: usize = 1_000;
/// How many bytes the parser may look at again: it seeks the boundary of each multipart up to the end of the message.
/// Four thousand million take some seconds.
const SOUGHT_BYTES: usize = 4_000_000_000;
/// How many multiparts are read however long the message is.
const MULTIPARTS: usize = 16;

/// Parses a message. None for what cannot be parsed at all, and for what trips the parser: hostile bytes end here.
pub(crate) fn parse(bytes: &[u8]) -> Option<Message<'_>> {
    let bytes = readable(bytes);
    guarded(|| MessageParser::default().parse(bytes)).flatten()
}

/// What code that is not ours makes of bytes that are not ours; None if it panics.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    // The parser's checks of itself panic on some nested messages.
    catch_unwind(AssertUnwindSafe(read)).ok()
}

/// The bytes up to where they have more parts than are read.
fn readable(bytes: &[u8]) -> &[u8] {
    let multiparts = SOUGHT_BYTES.checked_div(bytes.len()).unwrap_or(PARTS).clamp(MULTIPARTS, PARTS);
    let mut left = (PARTS, multiparts);
    for (at, byte) in bytes.iter().enumerate() {
        let counted = match byte {
            b'c' | b'C' if starts(bytes, at, b"content-type") => &mut left.0,
            b'm' | b'M' if starts(bytes, at, b"multipart") => &mut left.1,
            _ => continue,
        };
        match counted.checked_sub(1) {
            Some(fewer) => *counted = fewer,
            None => return bytes.get(..at).unwrap_or(bytes),
        }
    }
    bytes
}

fn starts(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
}

/// A text of one line, of at most `characters`: without control characters, which no database and no list needs.
pub(crate) fn one_line(text: &str, characters: usize) -> String {
    let mut line = String::with_capacity(text.len().min(characters * 4));
    let mut kept = 0;
    for word in text.split(|character: char| character.is_whitespace() || character.is_control()) {
        if word.is_empty() {
            continue;
        }
        if kept > 0 {
            line.push(' ');
            kept += 1;
        }
        for character in word.chars() {
            if kept >= characters {
                return line;
            }
            line.push(character);
            kept += 1;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_control_characters_and_an_end() {
        assert_eq!(one_line("  a\r\n\tb\0c  ", 100), "a b c");
        assert_eq!(one_line("abcdef", 3), "abc");
        assert_eq!(one_line("", 3), "");
    }

    #[test]
    fn messages_within_messages_do_not_fill_the_stack() {
        let mail = "Content-Type: message/rfc822\n\n".repeat(200_000);
        let small_stack = std::thread::Builder::new().stack_size(1 << 20);
        let parsed = small_stack.spawn(move || parse(mail.as_bytes()).is_some()).unwrap().join();
        assert!(parsed.is_ok());
    }

    #[test]
    fn a_longer_message_may_have_fewer_multiparts() {
        let multiparts = "multipart".repeat(2_000);
        assert_eq!(readable(multiparts.as_bytes()).len(), 9 * PARTS);
        let long = format!("{multiparts}{}", " ".repeat(40_000_000));
        assert_eq!(readable(long.as_bytes()).len(), 9 * 99);
        assert_eq!(readable(b"Content-Type: text/plain\r\n\r\n").len(), 28);
    }
}
