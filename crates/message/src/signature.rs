//! What stands below a mail: as text, as HTML, with a picture, and with fields that are filled in for whoever writes.
//!
//! **Invariant:** the HTML of a signature is as safe as that of strangers, and has no picture but its own; what a field
//! is filled with stands in it as text.

use crate::build::{Picture, RichText};
use crate::html::{self, Pictures, SafeHtml};

/// How large the HTML of a signature may be before it is made safe, in bytes.
pub const SIGNATURE_HTML_BYTES: usize = 64 * 1024;
/// How large its picture may be, in bytes: it goes along with each mail.
pub const SIGNATURE_PICTURE_BYTES: usize = 100 * 1024;
/// What stands above a signature in plain text (RFC 3676 §4.3).
const SEPARATOR: &str = "-- ";

/// A signature, ready to be put below a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// As plain text.
    pub text: String,
    /// As HTML that [`signature_html`] made; empty to make it of the text.
    pub html: String,
    /// Its picture, below its text.
    pub picture: Option<Picture>,
}

/// The HTML of a signature as it may be kept: without what runs, and without pictures.
pub fn signature_html(source: &str) -> String {
    html::sanitize(source, &mut Pictures::default()).html.as_str().to_owned()
}

/// The words of the HTML of a signature.
pub fn signature_text(source: &str) -> String {
    html::sanitize(source, &mut Pictures::default()).text
}

/// The media type of a picture that browsers draw, by its first bytes; none if it is none, or too large.
pub fn signature_picture(content: &[u8]) -> Option<Picture> {
    let media_type = html::raster_type(content)?;
    (content.len() <= SIGNATURE_PICTURE_BYTES)
        .then(|| Picture { media_type: media_type.to_owned(), content: content.to_vec() })
}

impl Signature {
    /// The same with its fields filled in: `{name}` becomes the value of that name.
    #[must_use]
    pub fn filled(&self, fields: &[(&str, &str)]) -> Self {
        let fill = |source: &str, escape: fn(&str) -> String| {
            let mut filled = String::with_capacity(source.len());
            let mut rest = source;
            // One pass: what a field is filled with is not looked at again.
            while let Some((before, behind)) = rest.split_once('{') {
                filled.push_str(before);
                let field = behind.split_once('}').and_then(|(name, behind)| {
                    let known = fields.iter().find(|(known, _)| *known == name)?;
                    Some((known.1, behind))
                });
                match field {
                    Some((value, behind)) => {
                        filled.push_str(&escape(value));
                        rest = behind;
                    }
                    None => {
                        filled.push('{');
                        rest = behind;
                    }
                }
            }
            filled.push_str(rest);
            filled
        };
        Self {
            text: fill(&self.text, str::to_owned),
            // Made safe once more: a field may stand where no text is meant to be.
            html: match self.html.as_str() {
                "" => String::new(),
                html => signature_html(&fill(html, escaped)),
            },
            picture: self.picture.clone(),
        }
    }

    /// What was written with the signature below it, in front of what is quoted at its end; as HTML too, if the signature
    /// has a form that plain text cannot show. `picture_id` is what makes the picture another than every other.
    pub fn below(&self, text: &str, picture_id: &str) -> (String, Option<RichText>) {
        let text = text.replace("\r\n", "\n");
        let (own, quoted) = text.split_at_checked(quote_start(&text)).unwrap_or((&text, ""));
        let own = own.trim_end();
        let below = if quoted.is_empty() { String::new() } else { format!("\n\n{quoted}") };
        let plain = format!("{own}\n\n{SEPARATOR}\n{}{below}", self.text.trim_end());
        if self.html.is_empty() && self.picture.is_none() {
            return (plain, None);
        }
        let mut html = SafeHtml::plain(own);
        html.push(&match self.html.as_str() {
            "" => SafeHtml::plain(&self.text),
            html => SafeHtml::made(html),
        });
        if self.picture.is_some() {
            html.push(&SafeHtml::picture(picture_id));
        }
        if !quoted.is_empty() {
            html.push(&SafeHtml::plain(quoted));
        }
        let shown =
            |picture: &Picture| crate::build::Shown { id: picture_id.to_owned(), picture: picture.clone() };
        (plain, Some(RichText { html, picture: self.picture.as_ref().map(shown) }))
    }
}

/// Where the quotation begins with which a text ends: at the line that says whose it is. At the end if there is none.
fn quote_start(text: &str) -> usize {
    let mut start = text.len();
    let mut has_quote = false;
    for line in text.split_inclusive('\n').rev() {
        let is_quote = line.starts_with('>');
        if is_quote || line.trim().is_empty() {
            has_quote |= is_quote;
            start -= line.len();
            continue;
        }
        if has_quote {
            // The line that opens it.
            start -= line.len();
        }
        break;
    }
    if has_quote { start } else { text.len() }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Draft, Party, build, view};
    use domain::Timestamp;

    const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n0000";

    fn signature(text: &str) -> Signature {
        Signature { text: text.to_owned(), ..Signature::default() }
    }

    #[test]
    fn a_signature_stands_above_what_is_quoted_at_the_end() {
        for (written, expected) in [
            ("Hello", "Hello\n\n-- \nAnna"),
            ("Hello\n\n", "Hello\n\n-- \nAnna"),
            (
                "Yes.\n\nOn Monday Bob wrote:\n> Shall we?\n>\n> Bob\n",
                "Yes.\n\n-- \nAnna\n\nOn Monday Bob wrote:\n> Shall we?\n>\n> Bob\n",
            ),
            (
                "On Monday Bob wrote:\n> Shall we?\nYes.",
                "On Monday Bob wrote:\n> Shall we?\nYes.\n\n-- \nAnna",
            ),
            ("", "\n\n-- \nAnna"),
        ] {
            assert_eq!(signature("Anna\n").below(written, "1").0, expected, "{written:?}");
        }
    }

    #[test]
    fn fields_are_filled_once_and_as_text() {
        let fields = [("first_name", "<b>{address}</b>"), ("address", "a@x.test")];
        let signature = Signature {
            text: "{first_name} {address} {unknown} {".to_owned(),
            html: signature_html("<p>{first_name}, <i>{address}</i></p>"),
            picture: None,
        };
        let filled = signature.filled(&fields);
        assert_eq!(filled.text, "<b>{address}</b> a@x.test {unknown} {");
        assert!(filled.html.contains("&lt;b&gt;{address}&lt;/b&gt;, <i>a@x.test</i>"), "{}", filled.html);
    }

    #[test]
    fn nothing_in_a_signature_runs_or_is_fetched() {
        let hostile = "<script>x</script><p onclick=x>Hi <img src=https://far.test/x.png><a href=javascript:x>a</a></p>";
        let html = signature_html(hostile);
        for bad in ["script", "onclick", "far.test", "javascript"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
        assert!(signature_picture(b"<svg></svg>").is_none());
        assert!(signature_picture(&[PIXEL, &vec![0; SIGNATURE_PICTURE_BYTES]].concat()).is_none());
    }

    #[test]
    fn a_mail_with_a_picture_below_it_reads_as_it_was_written() {
        let signature = Signature {
            text: "Anna, Acme".to_owned(),
            html: signature_html("<p>Anna, <b>Acme</b></p>"),
            picture: signature_picture(PIXEL),
        };
        let (text, rich) = signature.below("Hello <you>", "1.picture@mx.test");
        let from = Party { name: "Anna".to_owned(), address: "anna@acme.test".to_owned() };
        let reply_to = vec![Party { name: String::new(), address: "office@acme.test".to_owned() }];
        for attachments in [
            Vec::new(),
            vec![crate::NewAttachment {
                name: "a.txt".to_owned(),
                media_type: "text/plain".to_owned(),
                content: b"x".to_vec(),
            }],
        ] {
            let count = attachments.len();
            let draft = Draft {
                from: from.clone(),
                reply_to: reply_to.clone(),
                text: text.clone(),
                rich: rich.clone(),
                attachments,
                ..Draft::default()
            };
            let bytes = build(&draft, Timestamp::from_secs(1_790_000_000), "1@mx.test", [0xA5; 16]);
            let view = view(&bytes);
            assert!(
                view.body.as_str().contains("<b>Acme</b>") && view.body.as_str().contains("data:image/png"),
                "{}",
                view.body.as_str()
            );
            assert!(view.body.as_str().contains("Hello &lt;you&gt;"), "{}", view.body.as_str());
            assert_eq!(view.text, "Hello <you>\n\n-- \nAnna, Acme\n");
            assert_eq!((view.attachments.len(), &view.reply_to), (count, &reply_to));
        }
    }

    proptest! {
        #[test]
        fn what_was_written_stays_whatever_it_is(text in "[a> \n{}<]{0,60}") {
            let (signed, _) = signature("Anna").below(&text, "1");
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).count();
            prop_assert_eq!(letters(&signed), letters(&text) + "--Anna".len());
        }
    }
}
