//! A message as a person sees it: its header, a body that is safe to show, and what is attached.
//!
//! **Invariant:** the body has nothing that runs and nothing that is fetched from elsewhere, and a part is found under the
//! number that [`view`] gave it.

use domain::Timestamp;
use mail_parser::{HeaderName, HeaderValue};

use crate::body::{Layout, Tree};
use crate::content::text;
use crate::header;
use crate::html::{Pictures, SafeHtml, TEXT_BYTES, sanitize};
use crate::parse::{one_line, parse};
use crate::summary::{Party, RECIPIENTS, SUBJECT_CHARACTERS, ids, parties, references, sent_at};

/// A message as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The subject in one line.
    pub subject: String,
    /// Who wrote it.
    pub from: Vec<Party>,
    /// To whom.
    pub to: Vec<Party>,
    /// Who has a copy.
    pub cc: Vec<Party>,
    /// Who has a copy that the others do not know of: only in a draft and in what one sent.
    pub bcc: Vec<Party>,
    /// Where an answer goes, if not to the author.
    pub reply_to: Vec<Party>,
    /// When, as it says.
    pub sent_at: Option<Timestamp>,
    /// Its Message-ID without the brackets.
    pub header_id: Option<String>,
    /// The message that it answers.
    pub in_reply_to: Option<String>,
    /// The messages before it in the thread, the nearest last.
    pub references: Vec<String>,
    /// The body, to be put into a page of its own.
    pub body: SafeHtml,
    /// The body as plain text, to be quoted in an answer.
    pub text: String,
    /// Whether a picture was left out because it would have been fetched from elsewhere.
    pub has_blocked_images: bool,
    /// Whether the body was too long to be shown whole.
    pub is_cut: bool,
    /// What can be downloaded, in the order of the message.
    pub attachments: Vec<Attachment>,
}

/// Something to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its number for [`part`]: the same as long as the bytes of the message are.
    pub part: u32,
    /// A file name that is safe to show and to save.
    pub name: String,
    /// Its media type: `type/subtype` in lower case, without parameters.
    pub media_type: String,
    /// How large it is, in bytes, once decoded.
    pub size: u64,
}

/// A part of a message, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// A file name that is safe to show and to save.
    pub name: String,
    /// Its media type: `type/subtype` in lower case, without parameters.
    pub media_type: String,
    /// The bytes that were attached.
    pub content: Vec<u8>,
}

/// Reads a message; of one that cannot be parsed, its subject and its body as text.
pub fn view(bytes: &[u8]) -> View {
    let Some(message) = parse(bytes) else { return unparsed(bytes) };
    let tree = Tree::of(&message);
    let layout = tree.layout();
    let mut pictures = pictures(&tree, &layout);
    let mut body = Body::default();
    for part in &layout.shown {
        body.show(&tree, *part, &mut pictures);
    }
    let text = if layout.plain == layout.shown { body.text } else { plain_text(&tree, &layout.plain) };
    let attached = layout.attached.iter().filter(|part| !pictures.shown().contains(part));
    View {
        subject: one_line(message.subject().unwrap_or_default(), SUBJECT_CHARACTERS),
        from: people(message.header_values(HeaderName::From)),
        to: people(message.header_values(HeaderName::To)),
        cc: people(message.header_values(HeaderName::Cc)),
        bcc: people(message.header_values(HeaderName::Bcc)),
        reply_to: people(message.header_values(HeaderName::ReplyTo)),
        sent_at: sent_at(&message),
        header_id: ids(message.header(HeaderName::MessageId)).into_iter().next(),
        in_reply_to: ids(message.header(HeaderName::InReplyTo)).into_iter().next(),
        references: references(&message),
        body: body.html,
        text,
        has_blocked_images: body.has_blocked_images,
        is_cut: body.is_cut,
        attachments: attached.map(|part| attachment(&tree, *part)).collect(),
    }
}

/// The part of a message under a number, decoded; None where there is none to download.
pub fn part(bytes: &[u8], part: u32) -> Option<Part> {
    let message = parse(bytes)?;
    let tree = Tree::of(&message);
    tree.is_leaf(part).then(|| Part {
        name: tree.name(part),
        media_type: tree.media_type(part).to_owned(),
        content: tree.content(part).into_owned(),
    })
}

fn attachment(tree: &Tree<'_>, part: u32) -> Attachment {
    let size = u64::try_from(tree.content(part).len()).unwrap_or(u64::MAX);
    Attachment { part, name: tree.name(part), media_type: tree.media_type(part).to_owned(), size }
}

/// A message that trips the parser, or that has no header at all.
fn unparsed(bytes: &[u8]) -> View {
    let subject = header::all(bytes, "Subject").into_iter().next().unwrap_or_default();
    let content = bytes.get(header::end(bytes)..).filter(|content| !content.is_empty()).unwrap_or(bytes);
    let (text, is_cut) = cut(&readable(&text(content, None)), TEXT_BYTES);
    View {
        subject: one_line(&subject, SUBJECT_CHARACTERS),
        body: SafeHtml::plain(&text),
        text,
        is_cut,
        ..View::default()
    }
}

/// The people of a field, however often it stands there.
fn people<'v>(values: impl Iterator<Item = &'v HeaderValue<'v>>) -> Vec<Party> {
    values.flat_map(|value| parties(value.as_address())).take(RECIPIENTS).collect()
}

/// The pictures that the body may show.
fn pictures(tree: &Tree<'_>, layout: &Layout) -> Pictures {
    let mut pictures = Pictures::default();
    for part in &layout.attached {
        let id = tree.described(*part).and_then(|described| described.content_id.as_deref());
        if let Some(id) = id.filter(|_| tree.is_leaf(*part)) {
            pictures.add(id, *part, &tree.content(*part));
        }
    }
    pictures
}

/// The text of parts that are plain text.
fn plain_text(tree: &Tree<'_>, parts: &[u32]) -> String {
    let mut body = Body::default();
    for part in parts {
        body.show(tree, *part, &mut Pictures::default());
    }
    body.text
}

/// The body as it grows, part by part.
#[derive(Default)]
struct Body {
    html: SafeHtml,
    text: String,
    has_blocked_images: bool,
    is_cut: bool,
    html_bytes: usize,
}

impl Body {
    fn show(&mut self, tree: &Tree<'_>, part: u32, pictures: &mut Pictures) {
        let source = tree.text(part);
        if !tree.is_html(part) {
            return self.show_text(&source);
        }
        let room = HTML_BYTES.saturating_sub(self.html_bytes);
        self.html_bytes += source.len();
        let (source, is_cut) = cut(&source, room);
        if is_cut {
            // A page of which the end is missing may be anything; its words are what they are.
            let words = sanitize(&source, &mut Pictures::default()).text;
            self.is_cut = true;
            return self.show_text(&words);
        }
        let sanitized = sanitize(&source, pictures);
        self.has_blocked_images |= sanitized.has_blocked_images;
        self.html.append(&sanitized.html);
        self.push_text(&sanitized.text);
    }

    fn show_text(&mut self, text: &str) {
        let text = readable(text);
        let (text, is_cut) = cut(&text, TEXT_BYTES.saturating_sub(self.text.len()));
        self.is_cut |= is_cut;
        if !text.trim().is_empty() {
            self.html.append(&SafeHtml::plain(&text));
            self.push_text(&text);
        }
    }

    fn push_text(&mut self, text: &str) {
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push_str("\n\n");
        }
        let (text, _) = cut(text, TEXT_BYTES.saturating_sub(self.text.len()));
        self.text.push_str(&text);
    }
}

/// A text with one kind of line end and without control characters.
fn readable(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')).collect()
}

/// A text of at most so many bytes, and whether something is missing.
fn cut(text: &str, bytes: usize) -> (String, bool) {
    let kept = text.get(..text.floor_char_boundary(bytes)).unwrap_or_default();
    (kept.to_owned(), kept.len() < text.len())
}

/// How long the HTML of a body may be, in bytes: longer one is shown as text. Long newsletters have a tenth of it.
const HTML_BYTES: usize = 2 * 1024 * 1024;

#[cfg(test)]
mod tests;
