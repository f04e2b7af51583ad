//! Lists of `tag=value`, as DKIM and DMARC write them (RFC 6376 §3.2).

/// How many tags are read: each standard knows about a dozen.
const TAGS: usize = 64;

/// A list of tags, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    /// Reads a whole list; none if anything in it is wrong: a tag twice, a name that is none, too many.
    pub(crate) fn strict(text: &'a str) -> Option<Self> {
        let mut tags = Self(Vec::new());
        let mut parts = text.split(';').peekable();
        while let Some(part) = parts.next() {
            // The last semicolon may end the list.
            if part.trim_matches(is_space).is_empty() && parts.peek().is_none() && !tags.0.is_empty() {
                break;
            }
            let (name, value) = tag(part)?;
            if tags.get(name).is_some() || tags.0.len() >= TAGS {
                return None;
            }
            tags.0.push((name, value));
        }
        Some(tags)
    }

    /// Reads what can be read: the first of each tag, without what is none.
    pub(crate) fn lenient(text: &'a str) -> Self {
        let mut tags = Self(Vec::new());
        for (name, value) in text.split(';').filter_map(tag).take(TAGS) {
            if tags.get(name).is_none() {
                tags.0.push((name, value));
            }
        }
        tags
    }

    /// The value of a tag; names differ by case.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The first tag.
    pub(crate) fn first(&self) -> Option<(&'a str, &'a str)> {
        self.0.first().copied()
    }
}

fn tag(part: &str) -> Option<(&str, &str)> {
    let (name, value) = part.split_once('=')?;
    let name = name.trim_matches(is_space);
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let goes_on = bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = value.trim_matches(is_space);
    let is_text = value.chars().all(|c| !c.is_control() || is_space(c));
    (begins && goes_on && is_text).then_some((name, value))
}

/// White space that may stand between words, and where a line was folded.
pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// A value without the white space in it.
pub(crate) fn compact(value: &str) -> String {
    value.chars().filter(|c| !is_space(*c)).collect()
}

/// The words of a value that are set apart by colons.
pub(crate) fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(':').map(|word| word.trim_matches(is_space))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_its_folds() {
        let tags = Tags::strict("v=1; a = rsa-sha256;\r\n\tb=AB\r\n CD=;").unwrap();
        assert_eq!((tags.get("v"), tags.get("a"), tags.get("B")), (Some("1"), Some("rsa-sha256"), None));
        assert_eq!(compact(tags.get("b").unwrap()), "ABCD=");
        assert_eq!(tags.first(), Some(("v", "1")));
    }

    #[test]
    fn a_strict_list_has_no_fault() {
        let many: String = (0..65).map(|number| format!("t{number}=x;")).collect();
        for wrong in ["", "v", "v=1;;a=b", "v=1; v=2", "=1", "1=v", "v=\u{7}", ";", many.as_str()] {
            assert_eq!(Tags::strict(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_lenient_list_is_what_can_be_read_of_it() {
        let tags = Tags::lenient("v=DMARC1;; p=reject; junk; p=none; =x");
        assert_eq!((tags.get("p"), tags.get("junk")), (Some("reject"), None));
    }
}
