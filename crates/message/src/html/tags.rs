//! The elements and attributes that a mail may have.

/// How an element behaves among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has no inside.
    Void,
    /// It stands in a line.
    Inline,
    /// It stands in a line, and goes on behind the block in which it was not closed.
    Formatting,
    /// It stands in lines of its own.
    Block,
}

const VOID: [&str; 4] = ["br", "hr", "wbr", "col"];
const INLINE: [&str; 21] = [
    "abbr", "acronym", "bdi", "bdo", "cite", "del", "dfn", "ins", "kbd", "label", "mark", "q", "rp", "rt",
    "ruby", "samp", "span", "sub", "sup", "time", "var",
];
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
const BLOCK: [&str; 41] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "colgroup",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Each element that a mail may have.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    VOID.into_iter().chain(INLINE).chain(FORMATTING).chain(BLOCK).chain(["img"])
}

/// The element by which one is shown, and how that behaves; None if it is left out.
pub(super) fn kind(name: &str) -> Option<(&'static str, Kind)> {
    // The body of the document carries its colours.
    let name = if name == "body" { "div" } else { name };
    let find =
        |names: &[&'static str], kind| names.iter().find(|found| **found == name).map(|found| (*found, kind));
    find(&BLOCK, Kind::Block)
        .or_else(|| find(&FORMATTING, Kind::Formatting))
        .or_else(|| find(&INLINE, Kind::Inline))
        .or_else(|| find(&VOID, Kind::Void))
}

/// The attributes that each element may have.
pub(super) const GENERAL: [&str; 9] =
    ["align", "bgcolor", "dir", "height", "lang", "style", "title", "valign", "width"];

/// The attributes that an element may have besides. The source of a picture and what a link opens with are ours.
pub(super) const SPECIAL: [(&str, &[&str]); 11] = [
    ("a", &["href"]),
    ("br", &["clear"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("font", &["color", "face", "size"]),
    ("hr", &["color", "noshade", "size"]),
    ("img", &["alt", "border", "hspace", "vspace"]),
    ("li", &["type", "value"]),
    ("ol", &["start", "type"]),
    ("table", &["border", "bordercolor", "cellpadding", "cellspacing"]),
    ("ul", &["type"]),
];

/// The attributes that the cells of a table may have besides.
pub(super) const CELL: [&str; 3] = ["colspan", "nowrap", "rowspan"];

/// Whether an element may have an attribute.
pub(super) fn allows(name: &str, attribute: &str) -> bool {
    GENERAL.contains(&attribute)
        || (matches!(name, "td" | "th") && CELL.contains(&attribute))
        || SPECIAL.iter().any(|(found, attributes)| *found == name && attributes.contains(&attribute))
}

/// Whether an element is of the frame of a table.
pub(super) fn is_of_table(name: &str) -> bool {
    matches!(name, "table" | "caption" | "colgroup" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th")
}

/// Whether an element keeps what is inside of it from being closed from within.
pub(super) fn bounds(name: &str) -> bool {
    matches!(name, "table" | "caption" | "td" | "th")
}

/// What a new element ends, and what keeps it from that.
pub(super) struct Implied {
    /// The elements of which the innermost open one ends.
    pub(super) ends: &'static [&'static str],
    /// The elements beyond which none is ended; without any, each block.
    within: &'static [&'static str],
}

impl Implied {
    /// Whether nothing beyond this open element is ended.
    pub(super) fn stops(&self, open: &str, open_kind: Kind) -> bool {
        if self.within.is_empty() { open_kind == Kind::Block } else { self.within.contains(&open) }
    }
}

/// What an element ends when it begins (HTML Standard §13.1.2.4).
pub(super) fn implied(name: &str, kind: Kind) -> Option<Implied> {
    let implied = |ends, within| Some(Implied { ends, within });
    match name {
        "li" => implied(&["li"], &["ul", "ol", "menu", "dir", "table", "td", "th", "blockquote"]),
        "dt" | "dd" => implied(&["dt", "dd"], &["dl", "table", "td", "th", "blockquote"]),
        "td" | "th" => implied(&["td", "th"], &["table", "tr"]),
        "tr" => implied(&["tr"], &["table", "tbody", "thead", "tfoot"]),
        "tbody" | "thead" | "tfoot" => {
            implied(&["tbody", "thead", "tfoot", "colgroup", "caption"], &["table"])
        }
        _ if kind == Kind::Block => implied(&["p"], &[]),
        _ => None,
    }
}
