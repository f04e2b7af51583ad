//! Texts to take along: to copy, and as QR codes.

use askama::Template;
use fast_qr::QRBuilder;
use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;

use crate::{Html, Locale};

/// A text in a field with a button that copies it.
#[derive(Template, Debug, Clone)]
#[template(path = "copy.html")]
pub struct CopyLine {
    /// The words around.
    pub l: Locale,
    /// The id of the field.
    pub id: String,
    /// What it is.
    pub label: String,
    /// The text.
    pub value: String,
    /// What stands on the button.
    pub button: String,
}

impl CopyLine {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

/// A QR code of `text` as a picture that screen readers call `label`; nothing when the text is too long for one.
pub fn qr(text: &str, label: &str) -> Html {
    let Ok(code) = QRBuilder::new(text).build() else { return Html::empty() };
    let svg = SvgBuilder::default().margin(2).to_str(&code);
    let svg = svg.find("<svg").map_or("", |start| &svg[start..]);
    Html::join([
        Html::trusted("<div class=\"qr\" role=\"img\" aria-label=\"".to_owned()),
        Html::text(label),
        Html::trusted(format!("\">{svg}</div>")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_picture_with_a_name() {
        let html = qr("otpauth://totp/x", "QR \"code\"");
        assert!(html.as_str().contains("aria-label=\"QR &quot;code&quot;\""), "{html}");
        assert!(html.as_str().contains("<svg") && !html.as_str().contains("style="), "{html}");
        assert!(qr(&"x".repeat(10_000), "").is_empty());
    }
}
