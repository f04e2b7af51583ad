//! Rust source with its comments blanked and the contents of its literals filled, so that a rule about code meets
//! code only. Lines and columns stay where they were.

/// Stands for a character inside a literal: no identifier has it, and the line does not look empty.
const FILLER: char = '~';

/// Blanks comments and fills literals.
pub(super) fn blank(source: &str) -> String {
    let mut scanner =
        Scanner { chars: source.chars().collect(), at: 0, out: String::with_capacity(source.len()) };
    scanner.run();
    scanner.out
}

struct Scanner {
    chars: Vec<char>,
    at: usize,
    out: String,
}

impl Scanner {
    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', Some('"' | '#')) if !self.inside_a_word() && self.raw_hashes().is_some() => {
                    self.raw_string()
                }
                ('b' | 'c', Some('r')) if !self.inside_a_word() && self.raw_after_prefix() => {
                    self.keep();
                    self.raw_string();
                }
                ('\'', _) => self.quote(),
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        self.out.extend(self.peek(0));
        self.at += 1;
    }

    fn cover(&mut self, with: char) {
        self.out.extend(self.peek(0).map(|c| if c == '\n' { c } else { with }));
        self.at += 1;
    }

    fn inside_a_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at));
        before.is_some_and(|c| c.is_alphanumeric() || *c == '_')
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.cover(' ');
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                (Some(_), _) => {
                    self.cover(' ');
                    continue;
                }
                (None, _) => return,
            }
            self.cover(' ');
            self.cover(' ');
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.keep();
        while let Some(c) = self.peek(0) {
            match c {
                '"' => return self.keep(),
                '\\' => {
                    self.cover(FILLER);
                    self.cover(FILLER);
                }
                _ => self.cover(FILLER),
            }
        }
    }

    /// How many `#` the raw string that begins here has; nothing when none begins here (`r#name` is an identifier).
    fn raw_hashes(&self) -> Option<usize> {
        let hashes = self.chars[self.at + 1..].iter().take_while(|c| **c == '#').count();
        (self.peek(1 + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_after_prefix(&self) -> bool {
        let hashes = self.chars[self.at + 2..].iter().take_while(|c| **c == '#').count();
        self.peek(2 + hashes) == Some('"')
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        for _ in 0..hashes + 2 {
            self.keep();
        }
        while let Some(c) = self.peek(0) {
            let closes = c == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            if closes {
                for _ in 0..=hashes {
                    self.keep();
                }
                return;
            }
            self.cover(FILLER);
        }
    }

    /// A character literal, or the beginning of a lifetime.
    fn quote(&mut self) {
        let literal = self.peek(1) == Some('\\') || self.peek(2) == Some('\'');
        self.keep();
        if !literal {
            return;
        }
        if self.peek(0) == Some('\\') {
            self.cover(FILLER);
        }
        self.cover(FILLER);
        while self.peek(0).is_some_and(|c| c != '\'') {
            self.cover(FILLER);
        }
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_blanked() {
        assert_eq!(
            blank("a // fn x\nb /* f /* y */ z */ c"),
            format!("a{}\nb{}c", " ".repeat(8), " ".repeat(19))
        );
    }

    #[test]
    fn strings_are_filled_whatever_their_kind() {
        assert_eq!(blank(r#"a("b\"{", 1)"#), r#"a("~~~~", 1)"#);
        assert_eq!(blank("r#\"x\"y\"# + br\"z\""), "r#\"~~~\"# + br\"~\"");
        assert_eq!(blank("b\"{\" c\"{\""), "b\"~\" c\"~\"");
    }

    #[test]
    fn characters_are_filled_and_lifetimes_kept() {
        assert_eq!(blank("'{' '\\'' '\\u{7b}' &'a str"), "'~' '~~' '~~~~~~' &'a str");
    }

    #[test]
    fn a_raw_identifier_is_kept() {
        assert_eq!(blank("r#type = for"), "r#type = for");
    }

    #[test]
    fn lines_stay_where_they_are() {
        let source = "let a = \"1\n2\";\n/* x\n */ b";
        assert_eq!(blank(source).lines().count(), source.lines().count());
    }
}
