//! What is left of a subject without its prefixes and suffixes (RFC 5256 §2.1).

/// A subject to compare by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BaseSubject {
    /// What is left, in lower case; may be empty.
    pub(super) text: String,
    /// Whether something was there that an answer or a forwarded message has.
    pub(super) is_reply: bool,
}

/// The base subject of a subject that is decoded already.
pub(super) fn base(subject: &str) -> BaseSubject {
    let plain = subject.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut text = plain.as_str();
    let mut is_reply = false;
    loop {
        let before = text;
        while let Some(rest) = text.trim_end().strip_suffix("(fwd)") {
            (text, is_reply) = (rest, true);
        }
        text = text.trim();
        while let Some((rest, reply)) = without_leader(text) {
            (text, is_reply) = (rest, is_reply || reply);
        }
        if let Some(inner) = text.strip_prefix("[fwd:").and_then(|rest| rest.strip_suffix(']')) {
            (text, is_reply) = (inner, true);
        }
        if text == before {
            return BaseSubject { text: text.to_owned(), is_reply };
        }
    }
}

/// The text without `re:` and the like or without `[…]` before it, and whether it was the former; nothing when it begins
/// with neither.
fn without_leader(text: &str) -> Option<(&str, bool)> {
    let mut rest = text;
    while let Some(after) = without_blob(rest) {
        rest = after;
    }
    for word in ["re", "fwd", "fw"] {
        let Some(after) = rest.strip_prefix(word) else { continue };
        let after = after.trim_start();
        let after = without_blob(after).unwrap_or(after);
        if let Some(after) = after.strip_prefix(':') {
            return Some((after.trim_start(), true));
        }
    }
    let after = without_blob(text)?;
    (!after.is_empty()).then_some((after, false))
}

/// The text without one `[…]` and the spaces behind it.
fn without_blob(text: &str) -> Option<&str> {
    let (inner, rest) = text.strip_prefix('[')?.split_once(']')?;
    (!inner.contains('[')).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_add_is_taken_away() {
        for (subject, expected, is_reply) in [
            ("Plan", "plan", false),
            ("Re: Plan", "plan", true),
            ("RE : [list]  Fwd[2]: \t Plan (fwd) (fwd)", "plan", true),
            ("[list] Plan", "plan", false),
            ("[list]", "[list]", false),
            ("[Fwd: Re: Plan]", "plan", true),
            ("Refuse", "refuse", false),
            ("", "", false),
            ("Re:", "", true),
            ("[a] [b] re: x", "x", true),
            ("re: re: re: x", "x", true),
        ] {
            let base = base(subject);
            assert_eq!((base.text.as_str(), base.is_reply), (expected, is_reply), "{subject:?}");
        }
        // Takes no time in the square of its length.
        assert_eq!(super::base(&"re: ".repeat(10_000)).text, "");
    }
}
