//! A body in two forms: plain text, and HTML with a picture.

use super::{Draft, base64_lines, boundary_of, push_text, quoted_printable};
use crate::html::SafeHtml;
use crate::name::media_type;

/// A body as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichText {
    /// What it says, for a `body`.
    pub(crate) html: SafeHtml,
    /// A picture that it shows.
    pub(crate) picture: Option<Shown>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A picture under the id by which the HTML names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) id: String,
    pub(crate) picture: Picture,
}

/// The body as it is written: one part, or two forms of one (RFC 2046 §5.1.4), the second with its picture (RFC 2387).
pub(super) fn push_body(message: &mut String, draft: &Draft, seed: [u8; 16]) {
    let Some(rich) = &draft.rich else {
        push_text(message, &draft.text);
        return;
    };
    let forms = boundary_of("x", seed);
    message.push_str(&format!(
        "Content-Type: multipart/alternative;\r\n boundary=\"{forms}\"\r\n\r\n--{forms}\r\n"
    ));
    push_text(message, &draft.text);
    message.push_str(&format!("\r\n--{forms}\r\n"));
    match &rich.picture {
        None => push_html(message, &rich.html),
        Some(shown) => push_with_picture(message, &rich.html, shown, &boundary_of("y", seed)),
    }
    message.push_str(&format!("\r\n--{forms}--\r\n"));
}

fn push_html(message: &mut String, html: &SafeHtml) {
    message.push_str(
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
    );
    let page = format!("<!doctype html>\n<html><body>\n{}\n</body></html>\n", html.as_str());
    message.push_str(&quoted_printable(&page));
}

fn push_with_picture(message: &mut String, html: &SafeHtml, shown: &Shown, boundary: &str) {
    message.push_str(&format!(
        "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n"
    ));
    push_html(message, html);
    let kind = media_type(&shown.picture.media_type).unwrap_or_else(|| super::OCTETS.to_owned());
    message.push_str(&format!(
        "\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-ID: <{}>\r\nContent-Disposition: inline\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n",
        shown.id
    ));
    message.push_str(&base64_lines(&shown.picture.content));
    message.push_str(&format!("\r\n--{boundary}--\r\n"));
}
