//! HTML of strangers, made safe to show.
//!
//! **Invariant:** a [`SafeHtml`] has only elements and attributes of a list, no address but that of a link to be followed,
//! and no picture but those that the message brought along.

mod lexer;
mod pictures;
mod plain;
mod strain;
mod style;
mod tags;
mod text;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

pub(crate) use pictures::{Pictures, raster_type};
pub(crate) use text::TEXT_BYTES;

use crate::parse::guarded;

/// HTML that has nothing that runs and nothing that is fetched from elsewhere: the inside of a `body`.
///
/// It is meant for a document of its own, in a frame without scripts; links open outside of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Plain text as HTML, with its lines and with links.
    pub(crate) fn plain(text: &str) -> Self {
        Self(plain::marked_up(text))
    }

    /// HTML that was made safe before.
    pub(crate) fn made(html: &str) -> Self {
        Self(html.to_owned())
    }

    /// A picture that comes along with the message, under its id.
    pub(crate) fn picture(id: &str) -> Self {
        let id: String =
            id.chars().filter(|letter| letter.is_ascii_alphanumeric() || ".@-".contains(*letter)).collect();
        Self(format!("<p><img src=\"cid:{id}\" alt=\"\"></p>"))
    }

    /// Adds more.
    pub(crate) fn push(&mut self, more: &Self) {
        self.0.push_str(&more.0);
    }

    /// Adds more below a line.
    pub(crate) fn append(&mut self, more: &Self) {
        if !self.0.is_empty() && !more.0.is_empty() {
            self.0.push_str("<hr>");
        }
        self.0.push_str(&more.0);
    }
}

/// HTML made safe.
#[derive(Debug, Default)]
pub(crate) struct Sanitized {
    /// What can be shown.
    pub(crate) html: SafeHtml,
    /// What can be read.
    pub(crate) text: String,
    /// Whether a picture was left out because it would have been fetched from elsewhere.
    pub(crate) has_blocked_images: bool,
}

/// Makes HTML safe, and notes which pictures it shows.
pub(crate) fn sanitize(source: &str, pictures: &mut Pictures) -> Sanitized {
    let strained = strain::strain(source, pictures);
    let clean = guarded(|| SANITIZER.clean(&strained.html).to_string()).unwrap_or_default();
    Sanitized {
        text: text::text_of(&clean),
        html: SafeHtml(with_pictures(&clean, pictures)),
        has_blocked_images: strained.has_blocked_images,
    }
}

/// Whether there is something to see.
pub(crate) fn has_content(source: &str) -> bool {
    lexer::Lexer::new(source).any(|piece| match piece {
        lexer::Piece::Text(text) => !text.replace("&nbsp;", " ").trim().is_empty(),
        lexer::Piece::Start(tag) => tag.name == "img",
        lexer::Piece::End(_) | lexer::Piece::Unseen(_) => false,
    })
}

/// What a link is to carry: no page learns where it was followed from, and none vouches for it.
const LINK_REL: &str = "noopener noreferrer nofollow";

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut attributes: HashMap<_, HashSet<_>> =
        tags::SPECIAL.into_iter().map(|(name, allowed)| (name, allowed.iter().copied().collect())).collect();
    for cell in ["td", "th"] {
        attributes.insert(cell, HashSet::from(tags::CELL));
    }
    attributes.entry("img").or_default().insert("src");
    let mut sanitizer = Builder::empty();
    sanitizer
        .tags(tags::names().collect())
        .generic_attributes(HashSet::from(tags::GENERAL))
        .tag_attributes(attributes)
        .url_schemes(HashSet::from(["http", "https", "mailto", "cid"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(LINK_REL))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true)
        .attribute_filter(attribute);
    sanitizer
});

/// What stays of an attribute that is allowed.
fn attribute<'v>(element: &str, name: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match (element, name) {
        ("a", "href") => Some(value.trim()).filter(|url| is_link(url)).map(Cow::Borrowed),
        ("img", "src") => picture_part(value).map(|_| Cow::Borrowed(value)),
        (_, "style") => Some(style::filtered(value)).filter(|style| !style.is_empty()).map(Cow::Owned),
        _ => Some(Cow::Borrowed(value)),
    }
}

fn is_link(url: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| starts_with(url, scheme))
}

/// Whether a text starts with an ASCII word, in whatever case.
fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn picture_part(source: &str) -> Option<u32> {
    source.strip_prefix("cid:")?.parse().ok()
}

/// The HTML with its pictures put in. A `<` stands in it only where a tag begins, so only tags are touched.
fn with_pictures(clean: &str, pictures: &Pictures) -> String {
    let urls = pictures.urls();
    let mut pieces = clean.split("<img src=\"");
    let mut html = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (source, rest) = piece.split_once('"').unwrap_or((piece, ""));
        let url = picture_part(source).and_then(|part| urls.get(&part)).map(String::as_str);
        html.push_str("<img src=\"");
        html.push_str(url.unwrap_or_default());
        html.push('"');
        html.push_str(rest);
    }
    html
}

#[cfg(test)]
pub(crate) mod reread;
#[cfg(test)]
mod tests;
