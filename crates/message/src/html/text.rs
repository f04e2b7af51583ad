//! The words of HTML, in lines.
//!
//! It reads what the sanitizer wrote: tags that close, and few character references.

use super::lexer::{Lexer, Piece};

/// How long a text is, in bytes: what somebody may quote, and more than anybody reads.
pub(crate) const TEXT_BYTES: usize = 512 * 1024;
/// How many line ends follow each other at most.
const BLANK_LINES: usize = 20;
/// How deep quotations are marked: deeper ones are marked as this deep.
const QUOTES: usize = 10;

/// The text of sanitized HTML.
pub(super) fn text_of(clean: &str) -> String {
    let mut lines = Lines::default();
    for piece in Lexer::new(clean) {
        if lines.text.len() >= TEXT_BYTES {
            break;
        }
        match piece {
            Piece::Text(words) => lines.words(&unescaped(words)),
            Piece::Start(tag) if tag.name == "img" => {
                lines.words(&unescaped(tag.value("alt").unwrap_or_default()))
            }
            Piece::Start(tag) => lines.start(&tag.name),
            Piece::End(name) => lines.end(&name),
            Piece::Unseen(_) => {}
        }
    }
    lines.text.truncate(lines.text.floor_char_boundary(TEXT_BYTES));
    lines.text.truncate(lines.text.trim_end().len());
    lines.text
}

#[derive(Default)]
struct Lines {
    text: String,
    /// How many line ends are due before the next words.
    breaks: usize,
    /// Whether a space is due before the next words.
    is_spaced: bool,
    quotes: usize,
    preformatted: usize,
    /// What begins the next line.
    mark: &'static str,
}

impl Lines {
    fn start(&mut self, name: &str) {
        match name {
            "br" => self.breaks = (self.breaks + 1).min(2),
            "hr" => {
                self.break_line(1);
                self.words("-----");
                self.break_line(1);
            }
            "li" => {
                self.break_line(1);
                self.mark = "- ";
            }
            "blockquote" => {
                self.break_line(1);
                self.quotes += 1;
            }
            "pre" => {
                self.break_line(2);
                self.preformatted += 1;
            }
            "td" | "th" => self.is_spaced = true,
            name => self.break_line(space_around(name)),
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "blockquote" => {
                self.break_line(1);
                self.quotes = self.quotes.saturating_sub(1);
            }
            "pre" => {
                self.break_line(2);
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "li" => self.break_line(1),
            name => self.break_line(space_around(name)),
        }
    }

    fn break_line(&mut self, breaks: usize) {
        // What begins an item stands behind its mark.
        if self.mark.is_empty() {
            self.breaks = self.breaks.max(breaks);
        }
    }

    fn words(&mut self, words: &str) {
        if self.preformatted > 0 {
            for (at, line) in words.split('\n').enumerate() {
                if at > 0 {
                    self.breaks = (self.breaks + 1).min(BLANK_LINES);
                }
                self.word(line);
            }
            return;
        }
        for (at, word) in words.split(is_space).enumerate() {
            self.is_spaced |= at > 0;
            self.word(word);
        }
    }

    /// Adds a word behind what is due before it.
    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        let is_first = self.text.is_empty();
        if self.breaks > 0 || is_first {
            self.begin_line(is_first);
        } else if self.is_spaced {
            self.text.push(' ');
        }
        self.is_spaced = false;
        self.text.push_str(word);
    }

    fn begin_line(&mut self, is_first: bool) {
        let quotes = "> ".repeat(self.quotes.min(QUOTES));
        for at in 0..if is_first { 0 } else { self.breaks } {
            if at > 0 {
                self.text.push_str(quotes.trim_end());
            }
            self.text.push('\n');
        }
        self.text.push_str(&quotes);
        self.text.push_str(self.mark);
        (self.breaks, self.mark) = (0, "");
    }
}

/// How many line ends stand around an element.
fn space_around(name: &str) -> usize {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table" => 2,
        "address" | "article" | "aside" | "caption" | "center" | "dd" | "details" | "div" | "dt"
        | "figcaption" | "figure" | "footer" | "header" | "main" | "nav" | "section" | "summary" | "tr" => 1,
        _ => 0,
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0C')
}

/// What the character references stand for that the sanitizer writes.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text.replace("&nbsp;", " ").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_read_in_lines() {
        for (html, expected) in [
            ("<p>One  two\nthree</p><p>Four</p>", "One two three\n\nFour"),
            ("a<br>b<br><br><br>c", "a\nb\n\nc"),
            ("<div>a<div>b</div></div>c", "a\nb\nc"),
            ("<ul><li>a</li><li><p>b</p></li></ul>c", "- a\n- b\n\nc"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            (
                "a<blockquote>b<p>c</p><blockquote>d</blockquote></blockquote>e",
                "a\n> b\n>\n> c\n> >\n> > d\ne",
            ),
            ("<pre>\na\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
            ("1 &lt; 2 &amp;lt;&nbsp;&quot;&gt;", "1 < 2 &lt; \">"),
            ("<b>a</b><i>b</i> <u>c</u>", "ab c"),
            ("a<hr>b", "a\n-----\nb"),
            ("<img src=\"cid:1\" alt=\"A b\">", "A b"),
            ("", ""),
        ] {
            assert_eq!(text_of(html), expected, "{html}");
        }
    }

    #[test]
    fn a_text_has_an_end() {
        assert!(text_of(&"<p>ä</p>".repeat(400_000)).len() <= TEXT_BYTES);
        assert!(text_of(&"ä ".repeat(400_000)).len() <= TEXT_BYTES);
        assert!(text_of(&"<blockquote>a".repeat(100_000)).len() <= TEXT_BYTES);
    }
}
