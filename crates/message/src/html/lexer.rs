//! HTML as a run of tags and text, as browsers cut it (HTML Standard §13.2.5), in one pass.

/// How many attributes of a tag are kept: no honest tag has more, and parsers compare each with all others.
const ATTRIBUTES: usize = 40;
/// What has text and no tags inside, or something that is never shown.
const RAW: [&str; 9] =
    ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "template"];

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it stands, with its character references.
    Text(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag, by its name in lower case.
    End(String),
    /// The inside of an element that is never shown, which ends with it.
    Unseen(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its name in lower case.
    pub(super) name: String,
    /// Its attributes: names in lower case, values as they stand, with their character references.
    pub(super) attributes: Vec<(String, &'a str)>,
}

impl Tag<'_> {
    /// The value of an attribute, as it stands.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| *value)
    }
}

/// Cuts HTML into pieces.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    /// The element whose inside comes next.
    raw: Option<String>,
}

impl<'a> Lexer<'a> {
    /// A lexer of a source.
    pub(super) fn new(source: &'a str) -> Self {
        Self { rest: source, raw: None }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn take_until(&mut self, is_end: impl Fn(char) -> bool) -> &'a str {
        self.take(self.rest.find(is_end).unwrap_or(self.rest.len()))
    }

    /// Passes over everything up to the end of one of the marks, or to the end of the source.
    fn pass(&mut self, marks: &[&str]) {
        let end = |mark: &&str| self.rest.find(*mark).map(|at| at + mark.len());
        let end = marks.iter().filter_map(end).min().unwrap_or(self.rest.len());
        self.take(end);
    }

    /// What begins with `<` and is neither text nor a tag.
    fn pass_declaration(&mut self) {
        if self.rest.starts_with("<!-->") || self.rest.starts_with("<!--->") {
            self.pass(&[">"]);
        } else if self.rest.starts_with("<!--") {
            self.pass(&["-->", "--!>"]);
        } else {
            self.pass(&[">"]);
        }
    }

    /// The rest of a tag behind its `<` or `</`; None if the source ends within it.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let name = self.take_until(ends_name).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            self.take_until(|character| !is_space(character) && character != '/');
            if self.rest.starts_with('>') {
                self.take(1);
                return Some(Tag { name, attributes });
            }
            let (name, value) = self.attribute()?;
            if attributes.len() < ATTRIBUTES {
                attributes.push((name.to_ascii_lowercase(), value));
            }
        }
    }

    fn attribute(&mut self) -> Option<(&'a str, &'a str)> {
        // A `=` that begins a name belongs to it.
        let first = self.rest.chars().next()?;
        let behind = self.rest.get(first.len_utf8()..).unwrap_or_default();
        let length =
            behind.find(|character| ends_name(character) || character == '=').unwrap_or(behind.len());
        let name = self.take(first.len_utf8() + length);
        self.take_until(|character| !is_space(character));
        if !self.rest.starts_with('=') {
            return Some((name, ""));
        }
        self.take(1);
        self.take_until(|character| !is_space(character));
        let quote = self.rest.chars().next()?;
        if !matches!(quote, '"' | '\'') {
            return Some((name, self.take_until(|character| is_space(character) || character == '>')));
        }
        self.take(1);
        let value = self.take(self.rest.find(quote)?);
        self.take(1);
        Some((name, value))
    }

    /// The inside of an element that is not shown, and its end tag.
    fn unseen(&mut self, name: &str) -> Piece<'a> {
        let mut end = self.rest.len();
        for (at, _) in self.rest.match_indices("</") {
            let behind = self.rest.get(at + 2..).unwrap_or_default();
            let found = behind.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
            if found
                && behind
                    .get(name.len()..)
                    .is_none_or(|behind| behind.is_empty() || behind.starts_with(ends_name))
            {
                end = at;
                break;
            }
        }
        let inside = self.take(end);
        self.pass(&[">"]);
        Piece::Unseen(inside)
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0C')
}

fn ends_name(character: char) -> bool {
    is_space(character) || matches!(character, '/' | '>')
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(name) = self.raw.take() {
            return Some(self.unseen(&name));
        }
        loop {
            let mut behind = self.rest.chars();
            let second = (behind.next()? == '<').then(|| behind.next());
            let third = behind.next();
            match (second, third) {
                (Some(Some('/')), Some(third)) if third.is_ascii_alphabetic() => {
                    self.take(2);
                    return self.tag().map(|tag| Piece::End(tag.name));
                }
                (Some(Some(second)), _) if second.is_ascii_alphabetic() => {
                    self.take(1);
                    let tag = self.tag()?;
                    self.raw = RAW.contains(&tag.name.as_str()).then(|| tag.name.clone());
                    return Some(Piece::Start(tag));
                }
                (Some(Some('!' | '?')), _) | (Some(Some('/')), Some(_)) => self.pass_declaration(),
                (Some(_), _) => return Some(Piece::Text(self.take(1))),
                (None, _) => return Some(Piece::Text(self.take_until(|character| character == '<'))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces in a short notation.
    fn pieces(source: &str) -> String {
        let piece = |piece: Piece<'_>| match piece {
            Piece::Text(text) => format!("[{text}]"),
            Piece::Start(tag) => {
                let attributes: String =
                    tag.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
                format!("<{}{attributes}>", tag.name)
            }
            Piece::End(name) => format!("</{name}>"),
            Piece::Unseen(inside) => format!("({inside})"),
        };
        Lexer::new(source).map(piece).collect()
    }

    #[test]
    fn html_is_cut_as_browsers_cut_it() {
        for (source, expected) in [
            ("a<B>c</B >d", "[a]<b>[c]</b>[d]"),
            ("<a HREF = \"x>y\" b='\"' c=d/e f>", "<a href=x>y b=\" c=d/e f=>"),
            ("<img/src=x/onerror=y>", "<img src=x/onerror=y>"),
            ("<a =b=c>", "<a =b=c>"),
            ("1 < 2 <3", "[1 ][<][ 2 ][<][3]"),
            ("a<!-- <b> -->c<!--->d<!-- x --!>e<!-- open", "[a][c][d][e]"),
            ("<!doctype html><?xml?></ x>a", "[a]"),
            ("<style>a</STYLEX></Style >b", "<style>(a</STYLEX>)[b]"),
            ("<script>a<b", "<script>(a<b)"),
            ("<a b=\"c", ""),
            ("<a", ""),
            ("<", "[<]"),
            ("</", "[<][/]"),
            ("", ""),
        ] {
            assert_eq!(pieces(source), expected, "{source}");
        }
    }

    #[test]
    fn a_tag_has_so_many_attributes() {
        let source = format!("<a{}>", " b".repeat(100_000));
        let Some(Piece::Start(tag)) = Lexer::new(&source).next() else { panic!("no tag") };
        assert_eq!(tag.attributes.len(), ATTRIBUTES);
    }
}
