//! Safe HTML read again, for tests, by a grammar so strict that nobody can read it in another way: a `<` begins a tag of a
//! list, whose attributes of a list stand in double quotes without any of `<`, `>` and `"` inside. No element of the list
//! changes how its inside is read.

use super::{LINK_REL, starts_with};

/// The elements that may be there.
const ELEMENTS: &str = "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite \
    code col colgroup dd del details dfn dir div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header \
    hr i img ins kbd label li main mark menu nav nobr ol p pre q rp rt ruby s samp section small span strike strong sub \
    summary sup table tbody td tfoot th thead time tr tt u ul var wbr";
/// The attributes that may be there, whatever they say.
const ATTRIBUTES: &str = "align alt bgcolor border bordercolor cellpadding cellspacing clear color colspan dir face height \
    hspace lang noshade nowrap rowspan size span start title type valign value vspace width";
/// What no style may say.
const STYLES: [&str; 9] =
    ["url", "expression", "position", "z-index", "import", "\\", "/*", "javascript", "binding"];
/// The style of plain text, which is ours.
const PLAIN: &str = "white-space:pre-wrap;overflow-wrap:anywhere;font-family:inherit";

/// What is wrong with HTML that is to be safe.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let mut pieces = html.split('<');
    let mut faults: Vec<String> =
        pieces.next().filter(|text| text.contains('>')).map(str::to_owned).into_iter().collect();
    for piece in pieces {
        match piece.split_once('>') {
            Some((tag, text)) if !text.contains('>') => faults.extend(tag_fault(tag)),
            _ => faults.push(format!("<{piece}")),
        }
    }
    faults.extend(html.contains('\0').then(|| "a null".to_owned()));
    faults
}

fn tag_fault(tag: &str) -> Option<String> {
    let is_element = |name: &str| ELEMENTS.split_whitespace().any(|allowed| allowed == name);
    if let Some(name) = tag.strip_prefix('/') {
        return (!is_element(name)).then(|| format!("<{tag}>"));
    }
    let (element, mut rest) = tag.split_once(' ').map_or((tag, ""), |(name, _)| (name, &tag[name.len()..]));
    let mut attributes = Vec::new();
    while let Some((name, behind)) = rest.strip_prefix(' ').and_then(|rest| rest.split_once("=\"")) {
        let Some((value, behind)) = behind.split_once('"') else { break };
        attributes.push((name, value));
        rest = behind;
    }
    let has = |wanted: &str| attributes.iter().any(|(name, _)| *name == wanted);
    let is_fine = rest.is_empty()
        && is_element(element)
        && attributes.iter().all(|(name, value)| is_allowed(element, name, value))
        && (element != "a" || (has("rel") && has("target")))
        && (element != "img" || has("src"));
    (!is_fine).then(|| format!("<{tag}>"))
}

fn is_allowed(element: &str, name: &str, value: &str) -> bool {
    let is_picture = |kind: &&str| value.starts_with(&format!("data:image/{kind};base64,"));
    match (element, name) {
        ("a", "href") => ["http://", "https://", "mailto:"].iter().any(|scheme| starts_with(value, scheme)),
        ("a", "rel") => value == LINK_REL,
        ("a", "target") => value == "_blank",
        ("img", "src") => ["png", "jpeg", "gif", "webp"].iter().any(is_picture),
        ("pre", "style") if value == PLAIN => true,
        (_, "style") => !STYLES.iter().any(|bad| value.to_ascii_lowercase().contains(bad)),
        _ => ATTRIBUTES.split_whitespace().any(|allowed| allowed == name),
    }
}

#[test]
fn faults_are_found() {
    for html in [
        "<script>a</script>",
        "<svg></svg>",
        "<p onclick=\"a\">",
        "<p title=\"a\"onclick=\"a\">",
        "<p title=a>",
        "<p title=\"<\">",
        "<p/>",
        "<P>",
        "<a href=\"javascript:a\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">",
        "<a href=\"&#106;avascript:a\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">",
        "<a href=\"http://x.test\">",
        "<img src=\"http://x.test\">",
        "<img src=\"data:image/svg+xml;base64,\">",
        "<img alt=\"a\">",
        "<p style=\"background:url(a)\">",
        "<!-- a -->",
        "<body>",
        "a > b",
        "<b",
        "\0",
    ] {
        assert_ne!(faults(html), Vec::<String>::new(), "{html}");
    }
    let html = "<table width=\"1\"><td style=\"color:red\">a &lt; b<br><a rel=\"noopener noreferrer nofollow\" target=\"_blank\">";
    assert_eq!(faults(html), Vec::<String>::new());
}
