//! What strangers wrote, byte for byte or made safe, each as a document of its own.
//!
//! **Invariant:** a document of this file brings its own content security policy, which lets nothing in it run and
//! nothing be fetched from elsewhere; a part is saved, never opened, unless its type is on a short list it is bytes.

use askama::Template;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::MessageId;
use message::{Part, View};
use ui::Html;
use web::Fault;

use crate::here::Here;
use crate::text::{shown, subject};

/// Pictures inside the mail, its own styles, and links that open elsewhere.
const BODY_POLICY: &str = "default-src 'none'; img-src data:; style-src 'self' 'unsafe-inline'; \
                           frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
/// Nothing at all.
const FILE_POLICY: &str = "default-src 'none'; sandbox";
/// The types that a browser is told: others could run in it, or in what opens them unasked.
const TOLD_TYPES: [&str; 8] = [
    "application/pdf",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
];
const BYTES: &str = "application/octet-stream";
/// How long the name of a saved message is, in characters.
const NAME: usize = 80;
/// Above this size a message is parsed away from the runtime's threads, in bytes: below, the switch costs more.
const PARSED_IN_PLACE: usize = 32 * 1024;

/// `GET /mail/{mailbox}/message/{message}/body`: the mail, for the frame of the reading pane.
pub(crate) async fn body(here: Here) -> Result<Response, Fault> {
    let view = view(&here, here.message()?).await?;
    let frame = Frame {
        language: here.l().code(),
        title: subject(here.l(), &view.subject),
        stylesheet: ui::stylesheet(),
        html: view.body.as_str(),
    };
    Ok(with_policy(Html::of(&frame), BODY_POLICY))
}

/// `GET /mail/{mailbox}/message/{message}/part/{part}`: an attachment, to save.
pub(crate) async fn part(here: Here) -> Result<Response, Fault> {
    let number: u32 = here.id("part")?;
    let part = load_part(&here, here.message()?, number).await?.ok_or(Fault::NotFound)?;
    Ok(saved(told_type(&part.media_type), &part.name, part.content))
}

/// `GET /mail/{mailbox}/message/{message}/source`: the message as it came, to read.
pub(crate) async fn source(here: Here) -> Result<Response, Fault> {
    let content = here.mailbox.content_of(here.message()?).await?;
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok(with_policy((kind, content), FILE_POLICY))
}

/// `GET /mail/{mailbox}/message/{message}/eml`: the message as it came, to save.
pub(crate) async fn eml(here: Here) -> Result<Response, Fault> {
    let message = here.mailbox.located(here.message()?).await?;
    let content = here.mailbox.content_of(message.message).await?;
    Ok(saved("message/rfc822", &format!("{}.eml", plain_name(&message.subject)), content))
}

/// A message as a person sees it.
pub(crate) async fn view(here: &Here, message: MessageId) -> Result<View, Fault> {
    let content = here.mailbox.content_of(message).await?;
    parsed(content, message::view).await
}

/// A part of a message, decoded.
pub(crate) async fn load_part(here: &Here, message: MessageId, number: u32) -> Result<Option<Part>, Fault> {
    let content = here.mailbox.content_of(message).await?;
    parsed(content, move |bytes| message::part(bytes, number)).await
}

async fn parsed<T: Send + 'static>(
    content: Bytes,
    parse: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Result<T, Fault> {
    if content.len() <= PARSED_IN_PLACE {
        return Ok(parse(&content));
    }
    tokio::task::spawn_blocking(move || parse(&content)).await.map_err(|_| Fault::Internal)
}

/// The answer that a browser saves under `name`.
fn saved(kind: &'static str, name: &str, content: impl Into<Bytes>) -> Response {
    let mut response = with_policy(([(CONTENT_TYPE, kind)], content.into()), FILE_POLICY);
    let value = HeaderValue::from_str(&disposition(name));
    let value = value.unwrap_or(HeaderValue::from_static("attachment"));
    response.headers_mut().insert(CONTENT_DISPOSITION, value);
    response
}

fn with_policy(content: impl IntoResponse, policy: &'static str) -> Response {
    let mut response = content.into_response();
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    let nosniff = HeaderValue::from_static("nosniff");
    response.headers_mut().insert(HeaderName::from_static("x-content-type-options"), nosniff);
    response
}

fn told_type(media_type: &str) -> &'static str {
    TOLD_TYPES.into_iter().find(|told| *told == media_type).unwrap_or(BYTES)
}

/// How a file is saved (RFC 6266 §4.3): its name in ASCII for old programs, and as it is (RFC 8187 §3.2) for others.
fn disposition(name: &str) -> String {
    let name = shown(name);
    let plain = |letter: char| match letter {
        '"' | '\\' | '%' => '_',
        letter if letter.is_ascii() && !letter.is_ascii_control() => letter,
        _ => '_',
    };
    let ascii: String = name.chars().map(plain).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", crate::text::encoded(&name))
}

/// A subject as the name of a file.
fn plain_name(subject: &str) -> String {
    let subject = shown(subject);
    let keep = |letter: char| if letter.is_alphanumeric() || "-_., ".contains(letter) { letter } else { '_' };
    let name: String = subject.chars().take(NAME).map(keep).collect();
    let name = name.trim_matches(['.', ' ', '_']);
    if name.is_empty() { "message".to_owned() } else { name.to_owned() }
}

#[derive(Template)]
#[template(path = "frame.html")]
struct Frame<'a> {
    language: &'static str,
    title: String,
    stylesheet: &'static str,
    html: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_inside_its_header() {
        let hostile = "a\"; filename=evil.exe\r\nX: y\\%41\u{202E}gpj.é";
        let value = disposition(hostile);
        assert!(HeaderValue::from_str(&value).is_ok(), "{value}");
        assert_eq!(value.matches('"').count(), 2, "{value}");
        assert!(!value.contains("202E") && value.ends_with("gpj.%C3%A9"), "{value}");
        assert!(
            value.starts_with("attachment; filename=\"a_; filename=evil.exe  X: y__41gpj._\""),
            "{value}"
        );
    }

    #[test]
    fn only_harmless_types_are_told() {
        assert_eq!(told_type("image/png"), "image/png");
        for other in ["text/html", "image/svg+xml", "application/xhtml+xml", "", "text/plain; charset=x"] {
            assert_eq!(told_type(other), BYTES, "{other}");
        }
    }

    #[test]
    fn a_saved_answer_runs_nowhere() {
        let response = saved("image/png", "a.png", vec![1]);
        assert_eq!(response.headers()[CONTENT_SECURITY_POLICY], FILE_POLICY);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert!(BODY_POLICY.contains("sandbox allow-popups") && !BODY_POLICY.contains("script"));
    }

    #[test]
    fn a_message_is_saved_under_its_subject() {
        assert_eq!(plain_name("Re: Invoice / 2026 ../x"), "Re_ Invoice _ 2026 .._x");
        assert_eq!(plain_name("../"), "message");
    }

    #[test]
    fn the_frame_shows_the_safe_body_as_it_is_and_the_subject_as_text() {
        let frame =
            Frame { language: "fr", title: "<x>".to_owned(), stylesheet: "/a.css", html: "<b>Hi</b>" };
        let html = Html::of(&frame);
        assert!(html.as_str().contains("<b>Hi</b>") && !html.as_str().contains("<x>"), "{html}");
        assert!(html.as_str().contains("<base target=\"_blank\">"), "{html}");
    }
}
