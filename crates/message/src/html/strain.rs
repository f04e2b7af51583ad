//! HTML brought down to what is allowed, in tags that close and in a depth that parsers bear.
//!
//! This is the first of two walls, and the one that keeps time and memory within bounds; the second is the sanitizer,
//! which reads what this one writes as a browser does, and believes none of it.

use super::lexer::{Lexer, Piece, Tag};
use super::pictures::Pictures;
use super::tags::{self, Kind};
use crate::described::percent_decoded;

/// How deep elements are nested: parsers walk over all open ones for each new one, and browsers flatten what is deeper.
const DEPTH: usize = 400;
/// How many tags are kept, of both ends: ten times what a long newsletter has. What stands behind them is text.
const TAGS: usize = 100_000;

/// How many characters that are written as references stand in a run of text: the writer behind looks through the rest of
/// the run for each of them.
const REFERENCES: usize = 200;
/// How long a value is, in bytes, for the same reason; longer addresses than this lead nowhere.
const VALUE_BYTES: usize = 4 * 1024;

/// HTML brought down to what is allowed.
pub(super) struct Strained {
    /// The HTML; a picture has `cid:` and the number of its part as its source.
    pub(super) html: String,
    /// Whether a picture was left out because it would have been fetched from elsewhere.
    pub(super) has_blocked_images: bool,
}

/// Strains HTML, and notes which pictures it shows.
pub(super) fn strain(source: &str, pictures: &mut Pictures) -> Strained {
    let html = String::with_capacity(source.len());
    let mut strainer = Strainer { html, open: Vec::new(), tags: 0, references: 0, blocked: false, pictures };
    for piece in Lexer::new(source) {
        match piece {
            Piece::Text(text) => strainer.push_text(text),
            Piece::Start(tag) => strainer.start(&tag),
            Piece::End(name) => strainer.end(&name),
            Piece::Unseen(inside) => strainer.blocked |= fetches(inside),
        }
    }
    strainer.close_down_to(0);
    Strained { html: strainer.html, has_blocked_images: strainer.blocked }
}

struct Strainer<'a> {
    html: String,
    /// The elements that are open, the innermost last.
    open: Vec<(&'static str, Kind)>,
    tags: usize,
    /// How many references stand in the run of text that is being written.
    references: usize,
    blocked: bool,
    pictures: &'a mut Pictures,
}

impl Strainer<'_> {
    fn start(&mut self, tag: &Tag<'_>) {
        self.blocked |= tag.attributes.iter().any(|(name, value)| fetches_picture(&tag.name, name, value));
        self.tags += 1;
        if matches!(tag.name.as_str(), "img" | "image") {
            return self.picture(tag);
        }
        let Some((name, kind)) = tags::kind(&tag.name).filter(|_| self.tags <= TAGS) else { return };
        if kind == Kind::Void {
            return self.push_tag(name, tag);
        }
        self.close_implied(name, kind);
        if self.open.len() < DEPTH {
            self.push_tag(name, tag);
            self.open.push((name, kind));
        }
    }

    fn end(&mut self, name: &str) {
        // What the body of a document looks like, its inside looks like to the end.
        self.tags += 1;
        let is_read = name != "body" && self.tags <= TAGS;
        let Some((name, kind)) = tags::kind(name).filter(|_| is_read) else { return };
        let mut has_block_above = false;
        let is_of_table = tags::is_of_table(name);
        for at in (0..self.open.len()).rev() {
            let Some((open, open_kind)) = self.open.get(at).copied() else { return };
            if open == name {
                return self.end_at(at, kind, has_block_above);
            }
            if !is_of_table && tags::bounds(open) {
                return;
            }
            has_block_above |= open_kind == Kind::Block;
        }
    }

    fn end_at(&mut self, at: usize, kind: Kind, has_block_above: bool) {
        match kind {
            Kind::Block => self.close_down_to(at),
            Kind::Inline if !has_block_above => self.close_down_to(at),
            // The parser behind knows how to end it across the blocks that are open inside of it.
            Kind::Formatting => self.push_end(at),
            Kind::Inline | Kind::Void => {}
        }
    }

    fn push_end(&mut self, at: usize) {
        let (name, _) = self.open.remove(at);
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }

    fn close_down_to(&mut self, length: usize) {
        while self.open.len() > length {
            self.push_end(self.open.len() - 1);
        }
    }

    /// Closes what a new element ends: a paragraph that another follows, a cell that another follows.
    fn close_implied(&mut self, name: &str, kind: Kind) {
        let Some(implied) = tags::implied(name, kind) else { return };
        for at in (0..self.open.len()).rev() {
            let Some((open, kind)) = self.open.get(at).copied() else { return };
            if implied.ends.contains(&open) {
                return self.close_down_to(at);
            }
            if implied.stops(open, kind) {
                return;
            }
        }
    }

    fn push_tag(&mut self, name: &str, tag: &Tag<'_>) {
        self.html.push('<');
        self.html.push_str(name);
        self.push_attributes(name, tag);
    }

    fn push_attributes(&mut self, name: &str, tag: &Tag<'_>) {
        for (attribute, value) in &tag.attributes {
            if tags::allows(name, attribute) {
                push_attribute(&mut self.html, attribute, value);
            }
        }
        self.html.push('>');
        self.references = 0;
    }

    /// A picture of the message itself, or else the words that stand for it.
    fn picture(&mut self, tag: &Tag<'_>) {
        let id = tag.value("src").and_then(content_id);
        let part = if self.tags <= TAGS { id.and_then(|id| self.pictures.show(&id)) } else { None };
        let Some(part) = part else {
            return self
                .push_text(tag.value("alt").filter(|alt| alt.len() <= VALUE_BYTES).unwrap_or_default());
        };
        self.html.push_str("<img");
        push_attribute(&mut self.html, "src", &format!("cid:{part}"));
        self.push_attributes("img", tag);
    }

    /// Adds text whose character references stay as they are, and that cannot become a tag.
    fn push_text(&mut self, text: &str) {
        for character in text.chars() {
            if matches!(character, '&' | '\u{80}'..='\u{BF}') {
                self.references += 1;
                if self.references > REFERENCES {
                    // Nothing is seen of it, but the run ends.
                    self.html.push_str("<wbr>");
                    self.references = 0;
                }
            }
            match character {
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '\0' => {}
                character => self.html.push(character),
            }
        }
    }
}

fn push_attribute(html: &mut String, name: &str, value: &str) {
    if value.len() > VALUE_BYTES {
        return;
    }
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    for character in value.chars() {
        match character {
            '"' => html.push_str("&quot;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\0' => {}
            character => html.push(character),
        }
    }
    html.push('"');
}

/// The Content-ID that a `cid:` URL names (RFC 2392).
fn content_id(source: &str) -> Option<String> {
    let source = source.trim().replace("&amp;", "&");
    let id = source.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")).and(source.get(4..))?;
    String::from_utf8(percent_decoded(id)).ok()
}

/// Whether an attribute would fetch a picture from elsewhere.
fn fetches_picture(tag: &str, name: &str, value: &str) -> bool {
    match name {
        "background" | "poster" => is_remote(value),
        "src" | "srcset" => matches!(tag, "img" | "image" | "input" | "source") && is_remote(value),
        "style" => fetches(value),
        _ => false,
    }
}

fn is_remote(url: &str) -> bool {
    let url = url.trim();
    let is_own =
        |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    !url.is_empty() && !url.starts_with('#') && !is_own("cid:") && !is_own("data:")
}

/// Whether a style would fetch something from elsewhere.
fn fetches(style: &str) -> bool {
    let lower = style.to_ascii_lowercase();
    lower.split("url(").skip(1).any(|url| {
        let url =
            url.trim_start_matches(|character: char| character.is_whitespace() || "'\"".contains(character));
        url.starts_with("http") || url.starts_with("//")
    })
}
