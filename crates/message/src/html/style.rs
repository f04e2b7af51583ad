//! The style of an element, by a list of what it may say.

/// How long a value may be, in bytes: a list of fonts is the longest that is honest.
const VALUE_BYTES: usize = 300;
/// How many declarations are kept.
const DECLARATIONS: usize = 60;
/// What may be said: nothing that moves an element out of its place, puts it above another, or fetches.
const PROPERTIES: [&str; 83] = [
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-left-radius",
    "border-bottom-right-radius",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-left-radius",
    "border-top-right-radius",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-sizing",
    "caption-side",
    "clear",
    "color",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-stretch",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-decoration-color",
    "text-decoration-line",
    "text-decoration-style",
    "text-indent",
    "text-transform",
    "text-underline-offset",
    "vertical-align",
    "visibility",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
    "line-break",
    "hyphens",
];
/// The functions that a value may call: colours.
const FUNCTIONS: [&str; 4] = ["rgb", "rgba", "hsl", "hsla"];

/// The declarations of a style attribute that may stay; empty if none may.
pub(super) fn filtered(style: &str) -> String {
    let kept = style.split(';').filter_map(declaration).take(DECLARATIONS);
    kept.collect::<Vec<_>>().join(";")
}

fn declaration(text: &str) -> Option<String> {
    let (property, value) = text.split_once(':')?;
    let property = property.trim().to_ascii_lowercase();
    let value = value.trim();
    (PROPERTIES.contains(&property.as_str()) && is_plain(value)).then(|| format!("{property}:{value}"))
}

/// Whether a value is made of words, numbers, colours and whole strings: without an escape and without a comment, a word
/// is what it looks like.
fn is_plain(value: &str) -> bool {
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || " #%.,-+!/'\"()\t\r\n".contains(character);
    let count = |wanted: char| value.chars().filter(|character| *character == wanted).count();
    let (single, double) = (count('\''), count('"'));
    !value.is_empty()
        && value.len() <= VALUE_BYTES
        && value.chars().all(is_allowed)
        && (single == 0 || double == 0)
        && single % 2 == 0
        && double % 2 == 0
        && count('(') == count(')')
        && calls_nothing_else(value)
}

fn calls_nothing_else(value: &str) -> bool {
    let mut before = value.split('(').collect::<Vec<_>>();
    before.pop();
    before.into_iter().all(|before| {
        let name =
            before.rsplit(|character: char| !character.is_ascii_alphanumeric() && character != '-').next();
        name.is_some_and(|name| FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_harmless_stays() {
        for style in [
            "color:red",
            "font-family:'Segoe UI', Arial",
            "background:#fff",
            "background-color:rgba(1, 2, 3, .5)",
            "margin:0 auto !important;font:12px/1.5 \"A b\"",
        ] {
            assert_eq!(filtered(style), style);
        }
        assert_eq!(filtered(" COLOR : Red ;; mso-x:y; width:10PX;"), "color:Red;width:10PX");
    }

    #[test]
    fn what_fetches_runs_or_moves_is_left_out() {
        for style in [
            "background:url(http://x.test/a)",
            "background:URL( 'a' )",
            "background:u\\72l(a)",
            "background:ur/**/l(a)",
            "background:image-set('a' 1x)",
            "width:expression(alert(1))",
            "width:rgb(expression(1))",
            "position:fixed",
            "z-index:9",
            "behavior:url(#a)",
            "-moz-binding:url(a)",
            "color:red}body{color:blue",
            "color:var(--a)",
            "font-family:'a",
            "font-family:'a\"b'c\"",
            "content:'a'",
            "color:<b>",
            "@import 'a'",
            "color",
            "color:",
            "color:(a)",
        ] {
            assert_eq!(filtered(style), "", "{style}");
        }
    }
}
