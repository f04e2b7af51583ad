//! Which parts of a message are its body, and which are attached to it.

use std::borrow::Cow;
use std::cell::OnceCell;

use mail_parser::decoders::html::html_to_text;
use mail_parser::{Message, PartType};

use crate::content::text;
use crate::described::Described;
use crate::html::has_content;
use crate::name::file_name;
use crate::parse::guarded;

/// How deep multiparts are followed: what lies deeper is hidden on purpose.
const DEPTH: usize = 50;

/// A message as a tree of described parts.
pub(crate) struct Tree<'m> {
    message: &'m Message<'m>,
    parts: Vec<Described>,
    /// Whether each part says anything, once it was asked.
    says: Vec<OnceCell<bool>>,
}

/// Which parts are the body and which are attached, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// What is shown, in its best form.
    pub(crate) shown: Vec<u32>,
    /// The same as plain text, as far as there is some.
    pub(crate) plain: Vec<u32>,
    /// What is attached.
    pub(crate) attached: Vec<u32>,
}

impl Layout {
    fn attached(part: u32) -> Self {
        Self { attached: vec![part], ..Self::default() }
    }

    fn append(&mut self, more: Self) {
        self.shown.extend(more.shown);
        self.plain.extend(more.plain);
        self.attached.extend(more.attached);
    }
}

impl<'m> Tree<'m> {
    /// Describes each part of a message.
    pub(crate) fn of(message: &'m Message<'m>) -> Self {
        let raw = message.raw_message.as_ref();
        let header = |from: u32, to: u32| slice(raw, from, to);
        let parts = message.parts.iter();
        let parts = parts.map(|part| Described::read(header(part.offset_header, part.offset_body))).collect();
        Self { message, parts, says: vec![OnceCell::new(); message.parts.len()] }
    }

    /// What is known of a part.
    pub(crate) fn described(&self, part: u32) -> Option<&Described> {
        self.parts.get(usize::try_from(part).ok()?)
    }

    fn body(&self, part: u32) -> Option<&'m PartType<'m>> {
        self.message.parts.get(usize::try_from(part).ok()?).map(|part| &part.body)
    }

    /// The bytes that were attached.
    pub(crate) fn content(&self, part: u32) -> Cow<'m, [u8]> {
        let Some(found) = usize::try_from(part).ok().and_then(|at| self.message.parts.get(at)) else {
            return Cow::Borrowed(&[]);
        };
        let transfer = self.described(part).map(|described| described.transfer).unwrap_or_default();
        transfer.decode(slice(self.message.raw_message.as_ref(), found.offset_body, found.offset_end))
    }

    /// The text of a part.
    pub(crate) fn text(&self, part: u32) -> String {
        let charset = self.described(part).and_then(|described| described.charset.as_deref());
        text(&self.content(part), charset)
    }

    /// The media type of a part; without one it is what RFC 2045 §5.2 makes of it.
    pub(crate) fn media_type(&self, part: u32) -> &str {
        let given = self.described(part).and_then(|described| described.media_type.as_deref());
        let is_message = matches!(self.body(part), Some(PartType::Message(_)));
        match given {
            Some(given) => given,
            None if is_message => "message/rfc822",
            None if matches!(self.body(part), Some(PartType::Text(_))) => "text/plain",
            None => "application/octet-stream",
        }
    }

    /// A file name for a part that is safe to use.
    pub(crate) fn name(&self, part: u32) -> String {
        let given = self.described(part).and_then(|described| described.name.clone());
        let subject = match self.body(part) {
            Some(PartType::Message(nested)) => nested.subject().filter(|subject| !subject.trim().is_empty()),
            Some(
                PartType::Text(_)
                | PartType::Html(_)
                | PartType::Binary(_)
                | PartType::InlineBinary(_)
                | PartType::Multipart(_),
            )
            | None => None,
        };
        let given = given.or_else(|| subject.map(|subject| format!("{subject}.eml")));
        file_name(given.as_deref(), self.media_type(part))
    }

    /// Whether there is something to download under a number.
    pub(crate) fn is_leaf(&self, part: u32) -> bool {
        self.body(part).is_some_and(|body| !matches!(body, PartType::Multipart(_)))
    }

    /// The text of a part without its tags: for finding it, not for showing it.
    pub(crate) fn words(&self, part: u32) -> String {
        let text = self.text(part);
        if self.is_html(part) { guarded(|| html_to_text(&text)).unwrap_or_default() } else { text }
    }

    /// Whether a part is something to download, and not a picture within the text.
    pub(crate) fn is_for_download(&self, part: u32) -> bool {
        let is_shown_by_id = |described: &Described| !described.is_attached && described.content_id.is_some();
        !self.media_type(part).starts_with("image/") || !self.described(part).is_some_and(is_shown_by_id)
    }

    /// Whether a part is HTML.
    pub(crate) fn is_html(&self, part: u32) -> bool {
        self.media_type(part) == "text/html"
    }

    /// Divides the message into its body and what is attached.
    pub(crate) fn layout(&self) -> Layout {
        let mut layout = self.layout_of(0, 0);
        layout.attached.sort_unstable();
        layout.attached.dedup();
        layout
    }

    fn layout_of(&self, part: u32, depth: usize) -> Layout {
        let Some(PartType::Multipart(children)) = self.body(part) else { return self.leaf(part) };
        if depth >= DEPTH {
            return Layout::default();
        }
        let layouts = children.iter().map(|child| self.layout_of(*child, depth + 1));
        match self.media_type(part) {
            "multipart/alternative" => self.best(layouts.collect()),
            "multipart/related" => related(layouts, children),
            _ => layouts.fold(Layout::default(), |mut all, next| {
                all.append(next);
                all
            }),
        }
    }

    /// A part without parts inside: the body, if it is text that is neither named nor meant to be downloaded.
    fn leaf(&self, part: u32) -> Layout {
        let Some(described) = self.described(part) else { return Layout::default() };
        let is_text = !matches!(self.body(part), Some(PartType::Message(_)))
            && (matches!(self.media_type(part), "text/plain" | "text/html")
                || self.is_broken_multipart(part));
        if !is_text || described.is_attached || (described.name.is_some() && part > 0) {
            return Layout::attached(part);
        }
        Layout { shown: vec![part], plain: vec![part], attached: Vec::new() }
    }

    /// A multipart in which no part was found: it is shown as it stands.
    fn is_broken_multipart(&self, part: u32) -> bool {
        self.media_type(part).starts_with("multipart/")
    }

    /// The best of several forms: the last one that is HTML, else the last one that says anything (RFC 2046 §5.1.4).
    fn best(&self, forms: Vec<Layout>) -> Layout {
        let says = |form: &Layout| form.shown.iter().any(|part| self.says(*part));
        let is_rich = |form: &Layout| form.shown.iter().any(|part| self.is_html(*part) && self.says(*part));
        let is_plain = |form: &Layout| says(form) && !form.plain.iter().any(|part| self.is_html(*part));
        let shown = forms.iter().rposition(is_rich).or_else(|| forms.iter().rposition(says));
        let plain = forms.iter().rposition(is_plain).or(shown);
        let mut best = Layout::default();
        for (at, form) in forms.into_iter().enumerate() {
            let is_shown = shown == Some(at);
            best.attached.extend(form.attached.into_iter().filter(|part| is_shown || self.is_file(*part)));
            if is_shown {
                best.shown = form.shown;
            }
            if plain == Some(at) {
                best.plain = form.plain;
            }
        }
        best
    }

    /// Whether a part says anything.
    fn says(&self, part: u32) -> bool {
        let says = || {
            let text = self.text(part);
            if self.is_html(part) { has_content(&text) } else { !text.trim().is_empty() }
        };
        let known = usize::try_from(part).ok().and_then(|at| self.says.get(at));
        known.is_some_and(|known| *known.get_or_init(says))
    }

    /// Whether a form that is not shown is worth a download: another form of the same text is not.
    fn is_file(&self, part: u32) -> bool {
        let media_type = self.media_type(part);
        let is_named = self.described(part).is_some_and(|described| described.name.is_some());
        is_named || media_type == "text/calendar" || !media_type.starts_with("text/")
    }
}

/// A text and what it shows (RFC 2387): the first part is the text.
fn related(layouts: impl Iterator<Item = Layout>, children: &[u32]) -> Layout {
    let mut all = Layout::default();
    for (layout, child) in layouts.zip(children) {
        if all.shown.is_empty() {
            all.append(layout);
        } else {
            let is_leaf = layout.shown == [*child];
            all.attached.extend(if is_leaf { vec![*child] } else { layout.attached });
        }
    }
    all
}

fn slice(raw: &[u8], from: u32, to: u32) -> &[u8] {
    let range = usize::try_from(from).ok().zip(usize::try_from(to).ok());
    range.and_then(|(from, to)| raw.get(from..to)).unwrap_or_default()
}
