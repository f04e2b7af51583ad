//! Documents as programs get them.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// A document of a kind.
pub(crate) fn document(kind: &'static str, text: String) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}

/// That there is none, in the few words that a program may log.
pub(crate) fn absent() -> Response {
    (StatusCode::NOT_FOUND, document(PLAIN, "not served here\n".to_owned())).into_response()
}

/// A text without the characters that no XML document may hold, not even escaped (XML 1.0 §2.2).
pub(crate) fn xml_text(text: &str) -> String {
    text.chars().filter(|character| is_xml(*character)).collect()
}

fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Plain text.
pub(crate) const PLAIN: &str = "text/plain; charset=utf-8";
/// XML.
pub(crate) const XML: &str = "text/xml; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(xml_text("a\u{0}b\u{FFFE}c\u{1F600}ü"), "abc\u{1F600}ü");
    }
}
