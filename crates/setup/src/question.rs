//! Outlook's question, read out of XML that may come from anybody.
//!
//! **Invariant:** reading takes time in proportion to the text, which is limited, and expands nothing: a document with
//! a declaration of types or entities is not read at all.

/// How large a question may be, in bytes: a real one has some 400.
pub(crate) const LIMIT: usize = 16 * 1024;
/// How deep its elements may lie: a real one has three levels.
const DEPTH: usize = 16;

/// What a program asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// For which address, as it was written.
    pub(crate) address: String,
    /// In which schema it wants the answer; empty when it does not say.
    pub(crate) schema: String,
}

/// The text is no such question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// Reads a question ([MS-OXDSCLI] §2.2.3.1).
pub(crate) fn read(body: &[u8]) -> Result<Question, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
    let mut reading = Reading { rest: text.trim_start_matches('\u{FEFF}'), ..Reading::default() };
    while reading.step()? {}
    let Reading { address: Some(address), schema, is_done: true, .. } = reading else {
        return Err(Unreadable);
    };
    Ok(Question { address, schema: schema.unwrap_or_default() })
}

/// How far the reading has come.
#[derive(Default)]
struct Reading<'a> {
    /// What is not read yet.
    rest: &'a str,
    /// The elements that are open, by their names.
    open: Vec<&'a str>,
    /// Whether the outermost element has ended.
    is_done: bool,
    /// The text since the last tag.
    text: &'a str,
    address: Option<String>,
    schema: Option<String>,
}

impl<'a> Reading<'a> {
    /// Reads up to the end of the next tag; false at the end of the text.
    fn step(&mut self) -> Result<bool, Unreadable> {
        let Some(start) = self.rest.find('<') else {
            return if self.rest.trim().is_empty() && self.open.is_empty() {
                Ok(false)
            } else {
                Err(Unreadable)
            };
        };
        let (text, tag) = (&self.rest[..start], &self.rest[start..]);
        if self.open.is_empty() && !text.trim().is_empty() {
            return Err(Unreadable);
        }
        self.text = text;
        if tag.starts_with("<?") {
            return self.skip(tag, "?>");
        }
        if tag.starts_with("<!--") {
            return self.skip(tag, "-->");
        }
        // Types, entities, character data: no program sends them, and they are what attacks are made of.
        if tag.starts_with("<!") {
            return Err(Unreadable);
        }
        let end = end_of_tag(tag).ok_or(Unreadable)?;
        self.rest = &tag[end + 1..];
        let inside = &tag[1..end];
        match inside.strip_prefix('/') {
            Some(name) => self.close(name.trim_end())?,
            None => self.open(inside)?,
        }
        Ok(true)
    }

    fn skip(&mut self, tag: &'a str, end: &str) -> Result<bool, Unreadable> {
        let at = tag.find(end).ok_or(Unreadable)?;
        self.rest = &tag[at + end.len()..];
        Ok(true)
    }

    fn open(&mut self, inside: &'a str) -> Result<(), Unreadable> {
        let name = inside.split(|character: char| character.is_whitespace() || character == '/').next();
        let name = name.filter(|name| !name.is_empty()).ok_or(Unreadable)?;
        if self.is_done || self.open.len() >= DEPTH {
            return Err(Unreadable);
        }
        if inside.ends_with('/') {
            self.is_done = self.open.is_empty();
        } else {
            self.open.push(name);
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Unreadable> {
        if self.open.pop() != Some(name) {
            return Err(Unreadable);
        }
        self.is_done = self.open.is_empty();
        let local = name.rsplit(':').next().unwrap_or(name);
        match local {
            "EMailAddress" => keep(&mut self.address, self.text),
            "AcceptableResponseSchema" => keep(&mut self.schema, self.text),
            _ => Ok(()),
        }
    }
}

/// Where the tag ends that `tag` begins with: at a `>` that is in no quotes.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None | Some(_), _) => {}
        }
    }
    None
}

/// Keeps a text that may be there only once.
fn keep(place: &mut Option<String>, text: &str) -> Result<(), Unreadable> {
    if place.is_some() {
        return Err(Unreadable);
    }
    *place = Some(plain(text.trim())?);
    Ok(())
}

/// A text with the five references that XML itself has (XML 1.0 §4.6) put in; any other makes it unreadable.
fn plain(text: &str) -> Result<String, Unreadable> {
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(';').ok_or(Unreadable)?;
        let character = REFERENCES.iter().find(|(known, _)| *known == name).ok_or(Unreadable)?.1;
        plain.push(character);
        plain.push_str(rest);
    }
    Ok(plain)
}

const REFERENCES: [(&str, char); 5] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/\
                        requestschema/2006\"><Request>";
    const TAIL: &str = "</Request></Autodiscover>";

    fn asked(inside: &str) -> Result<Question, Unreadable> {
        read(format!("{HEAD}{inside}{TAIL}").as_bytes())
    }

    #[test]
    fn outlooks_question_is_read() {
        let schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
        let text = format!(
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- > -->{HEAD}<EMailAddress> a&amp;b@example.test\
             </EMailAddress><x a='>' /><AcceptableResponseSchema>{schema}</AcceptableResponseSchema>{TAIL}\r\n"
        );
        let question = Question { address: "a&b@example.test".to_owned(), schema: schema.to_owned() };
        assert_eq!(read(text.as_bytes()), Ok(question));
        let prefixed = read(b"<a:Autodiscover><a:EMailAddress>a@b.test</a:EMailAddress></a:Autodiscover>");
        assert_eq!(prefixed.map(|question| question.address), Ok("a@b.test".to_owned()));
    }

    #[test]
    fn what_is_no_question_is_not_read() {
        let address = "<EMailAddress>a@b.test</EMailAddress>";
        for inside in [
            "",
            "<EMailAddress/>",
            &format!("{address}{address}"),
            "<EMailAddress>&x;@b.test</EMailAddress>",
            "<EMailAddress>&#97;@b.test</EMailAddress>",
            "<EMailAddress>a&b.test</EMailAddress>",
            "<EMailAddress><![CDATA[a@b.test]]></EMailAddress>",
            "<EMailAddress>a@b.test</Other>",
            "<EMailAddress>a@b.test",
            "<EMailAddress a=\"<EMailAddress>a@b.test</EMailAddress>",
            "<EMailAddress>a@b.test</EMailAddress><!-- ",
            "< EMailAddress>a@b.test</ EMailAddress>",
            &format!("{}{address}{}", "<x>".repeat(20), "</x>".repeat(20)),
        ] {
            assert_eq!(asked(inside), Err(Unreadable), "{inside}");
        }
        for whole in [
            &b""[..],
            b"EMailAddress=a@b.test",
            b"\xFF\xFE<\0",
            b"<a><EMailAddress>a@b.test</EMailAddress></a><b/>",
            b"<a><EMailAddress>a@b.test</EMailAddress></a> and more",
            b"<!DOCTYPE a [<!ENTITY x \"y\">]><a><EMailAddress>&x;</EMailAddress></a>",
            b"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a><EMailAddress>a@b.test</EMailAddress></a>",
        ] {
            assert_eq!(read(whole), Err(Unreadable), "{}", String::from_utf8_lossy(whole));
        }
    }

    #[test]
    fn no_beginning_of_a_question_is_one() {
        let whole = format!("{HEAD}<EMailAddress>ü@b.test</EMailAddress>{TAIL}");
        for end in 0..whole.len() {
            assert_eq!(read(&whole.as_bytes()[..end]), Err(Unreadable), "{end}");
        }
        assert!(read(whole.as_bytes()).is_ok());
    }
}
