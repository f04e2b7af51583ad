//! Plain text as HTML, with links that can be followed.

use super::{LINK_REL, starts_with};

/// How long an address may be to become a link, in bytes: browsers and servers take no longer ones.
const URL_BYTES: usize = 2_000;
/// What may stand around a link: it ends before one that it did not open.
const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

/// Text as HTML: what it means in HTML it does not mean any more.
pub(super) fn marked_up(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8 + 100);
    // The parser takes away the first line end.
    html.push_str("<pre style=\"white-space:pre-wrap;overflow-wrap:anywhere;font-family:inherit\">\n");
    let mut rest = text;
    while let Some(at) = next_link(rest) {
        let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (url, behind) = behind.split_at_checked(link_length(behind)).unwrap_or((behind, ""));
        push_escaped(&mut html, before);
        push_link(&mut html, url);
        rest = behind;
    }
    push_escaped(&mut html, rest);
    html.push_str("</pre>");
    html
}

/// Where the next link begins: at a word that starts with a scheme and goes on.
fn next_link(text: &str) -> Option<usize> {
    let begins = |(at, _): &(usize, &str)| {
        let at = at.saturating_sub(5);
        [at, at + 1].into_iter().find(|at| {
            let behind = text.get(*at..).unwrap_or_default();
            let before = text.get(..*at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| !before.is_alphanumeric()) && is_link(behind)
        })
    };
    text.match_indices("://").find_map(|found| begins(&found))
}

fn is_link(text: &str) -> bool {
    let host = ["http://", "https://"].iter().find(|scheme| starts_with(text, scheme));
    let host = host.and_then(|scheme| text.get(scheme.len()..)).and_then(|host| host.chars().next());
    host.is_some_and(char::is_alphanumeric)
}

/// How long the link is that a text starts with: without the marks that belong to the sentence around it.
fn link_length(text: &str) -> usize {
    let ends = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '<' | '>' | '"' | '`' | '\\')
    };
    let room = text.floor_char_boundary(URL_BYTES);
    let url = text.get(..room).unwrap_or_default();
    let mut url = url.get(..url.find(ends).unwrap_or(url.len())).unwrap_or_default();
    let count = |wanted: char| url.matches(wanted).count();
    let mut surplus = BRACKETS.map(|(open, close)| (close, count(close).saturating_sub(count(open))));
    loop {
        let length = url.len();
        url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
        for (close, surplus) in &mut surplus {
            if let Some(shorter) = url.strip_suffix(*close).filter(|_| *surplus > 0) {
                *surplus -= 1;
                url = shorter;
            }
        }
        if url.len() == length {
            return length;
        }
    }
}

fn push_link(html: &mut String, url: &str) {
    html.push_str("<a href=\"");
    push_escaped(html, url);
    html.push_str("\" target=\"_blank\" rel=\"");
    html.push_str(LINK_REL);
    html.push_str("\">");
    push_escaped(html, url);
    html.push_str("</a>");
}

fn push_escaped(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\0' => {}
            character => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The addresses of the links.
    fn links(text: &str) -> Vec<String> {
        let html = marked_up(text);
        let link = |piece: &str| piece.split_once('"').map(|(url, _)| url.to_owned()).unwrap();
        html.split("<a href=\"").skip(1).map(link).collect()
    }

    #[test]
    fn text_means_nothing_in_html() {
        let html = marked_up("<b>\"a\" & 'b'</b>\n\n c");
        assert!(
            html.ends_with("\">\n&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt;\n\n c</pre>"),
            "{html}"
        );
    }

    #[test]
    fn links_are_found_without_the_sentence_around_them() {
        for (text, expected) in [
            (
                "see http://x.test/a?b=c&d, or HTTPS://y.test.",
                &["http://x.test/a?b=c&amp;d", "HTTPS://y.test"][..],
            ),
            ("(https://x.test/a_(b)) <https://y.test/>", &["https://x.test/a_(b)", "https://y.test/"]),
            ("(https://x.test/a).", &["https://x.test/a"]),
            ("http://x.test/\"onclick=alert(1)", &["http://x.test/"]),
            ("xhttp://x.test ftp://x.test javascript://x http:// https://", &[]),
            ("äöühttp://x.test ://", &[]),
            ("http://http://x.test", &["http://http://x.test"]),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }

    #[test]
    fn a_link_has_an_end() {
        let text = format!("https://x.test/{}", "ä".repeat(5_000));
        assert!(links(&text).first().unwrap().len() <= URL_BYTES);
    }
}
