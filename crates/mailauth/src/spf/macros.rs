//! Names that a record leaves to be filled in (RFC 7208 §7).

use std::fmt::Write as _;
use std::net::IpAddr;

/// The longest name that the DNS knows (RFC 1035 §2.3.4).
const NAME_BYTES: usize = 253;
/// At what names are split, where nothing else is said.
const DOT: &str = ".";

/// A text with places to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Place),
}

/// A place: what goes there, and in which form.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    letter: Letter,
    /// How many parts are kept, from the right; none is all.
    kept: Option<usize>,
    reversed: bool,
    delimiters: String,
    escaped: bool,
}

/// What goes into a place (RFC 7208 §7.2). The letters of explanations are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letter {
    Sender,
    Local,
    SenderDomain,
    Domain,
    Ip,
    Validated,
    Version,
    Helo,
}

/// What places are filled with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) local: &'a str,
    pub(super) sender_domain: &'a str,
    pub(super) domain: &'a str,
    pub(super) ip: IpAddr,
    pub(super) helo: &'a str,
    /// The name of the address that was proven; asked for only where [`Pattern::needs_validated`].
    pub(super) validated: &'a str,
}

impl Pattern {
    /// Reads a text with places.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if !c.is_ascii_graphic() {
                return None;
            }
            rest = rest.get(1..)?;
            if c != '%' {
                plain.push(c);
                continue;
            }
            let (kind, left) = (rest.chars().next()?, rest.get(1..)?);
            rest = left;
            match kind {
                '%' => plain.push('%'),
                '_' => plain.push(' '),
                '-' => plain.push_str("%20"),
                '{' => {
                    let (inside, left) = rest.split_once('}')?;
                    rest = left;
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Place(place(inside)?));
                }
                _ => return None,
            }
        }
        pieces.push(Piece::Text(plain));
        Some(Self(pieces))
    }

    /// Reads a text that becomes a name: it ends in a place, or in a label that can be a top one (RFC 7208 §7.1).
    pub(super) fn read_name(text: &str) -> Option<Self> {
        let pattern = Self::read(text)?;
        let ends_in_place = text.ends_with('}')
            && matches!(pattern.0.as_slice(), [.., Piece::Place(_), Piece::Text(end)] if end.is_empty());
        (ends_in_place || ends_in_top_label(text)).then_some(pattern)
    }

    /// Whether the proven name of the address is wanted.
    pub(super) fn needs_validated(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Place(place) if place.letter == Letter::Validated))
    }

    /// Fills it; a name that is too long loses labels from its left (RFC 7208 §7.3).
    pub(super) fn fill(&self, values: &Values<'_>) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Place(place) => filled.push_str(&place.fill(values)),
            }
        }
        let mut name = filled.strip_suffix('.').unwrap_or(&filled);
        while name.len() > NAME_BYTES {
            match name.split_once('.') {
                Some((_, shorter)) => name = shorter,
                None => return String::new(),
            }
        }
        name.to_owned()
    }
}

fn place(inside: &str) -> Option<Place> {
    let mut letters = inside.chars();
    let first = letters.next()?;
    let rest = letters.as_str();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, rest) = rest.split_at_checked(digits)?;
    let kept = match count {
        "" => None,
        count => Some(count.parse().unwrap_or(usize::MAX)).filter(|count| *count > 0).map(Some)?,
    };
    let (reversed, delimiters) = match rest.strip_prefix(['r', 'R']) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if delimiters.chars().any(|c| !".-+,/_=".contains(c)) {
        return None;
    }
    let delimiters = if delimiters.is_empty() { DOT } else { delimiters }.to_owned();
    Some(Place { letter: letter(first)?, kept, reversed, delimiters, escaped: first.is_ascii_uppercase() })
}

const fn letter(c: char) -> Option<Letter> {
    Some(match c.to_ascii_lowercase() {
        's' => Letter::Sender,
        'l' => Letter::Local,
        'o' => Letter::SenderDomain,
        'd' => Letter::Domain,
        'i' => Letter::Ip,
        'p' => Letter::Validated,
        'v' => Letter::Version,
        'h' => Letter::Helo,
        _ => return None,
    })
}

impl Place {
    fn fill(&self, values: &Values<'_>) -> String {
        let whole = self.letter.value(values);
        let mut parts: Vec<&str> = whole.split(|c| self.delimiters.contains(c)).collect();
        if self.reversed {
            parts.reverse();
        }
        let skipped = parts.len().saturating_sub(self.kept.unwrap_or(usize::MAX));
        let joined = parts.get(skipped..).unwrap_or_default().join(DOT);
        if self.escaped { escape(&joined) } else { joined }
    }
}

impl Letter {
    fn value(self, values: &Values<'_>) -> String {
        match self {
            Self::Sender => format!("{}@{}", values.local, values.sender_domain),
            Self::Local => values.local.to_owned(),
            Self::SenderDomain => values.sender_domain.to_owned(),
            Self::Domain => values.domain.to_owned(),
            Self::Ip => dotted(values.ip),
            Self::Validated => values.validated.to_owned(),
            Self::Version => match values.ip {
                IpAddr::V4(_) => "in-addr".to_owned(),
                IpAddr::V6(_) => "ip6".to_owned(),
            },
            Self::Helo => values.helo.to_owned(),
        }
    }
}

/// An address as labels: numbers, or the sixteenths of numbers.
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let digits: Vec<String> = ip
                .octets()
                .iter()
                .flat_map(|octet| [octet >> 4, octet & 15])
                .map(|half| format!("{half:x}"))
                .collect();
            digits.join(DOT)
        }
    }
}

/// Everything but unreserved characters as `%XX` (RFC 3986 §2.3).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

fn ends_in_top_label(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let Some((_, label)) = text.rsplit_once('.') else { return false };
    !label.is_empty()
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.bytes().all(|byte| byte.is_ascii_digit())
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7208 §7.4.
    #[test]
    fn places_are_filled_as_the_standard_shows() {
        let mut values = Values {
            local: "strong-bad",
            sender_domain: "email.example.com",
            domain: "email.example.com",
            ip: IpAddr::from([192, 0, 2, 3]),
            helo: "mx.example.org",
            validated: "unknown",
        };
        let fill = |text: &str, values: &Values<'_>| Pattern::read(text).unwrap().fill(values);
        for (text, filled) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{o}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l-}", "strong.bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
            ("%%%_%-%{S}", "% %20strong-bad%40email.example.com"),
        ] {
            assert_eq!(fill(text, &values), filled, "{text}");
        }
        values.ip = "2001:db8::cb01".parse().unwrap();
        assert_eq!(
            fill("%{ir}.%{v}._spf.%{d2}", &values),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
        );
        let long = "x".repeat(60);
        values.domain = &long;
        let name = fill("%{d}.%{d}.%{d}.%{d}.%{d}.example", &values);
        assert_eq!(name, format!("{long}.{long}.{long}.{long}.example"));
    }

    #[test]
    fn a_place_that_is_none_is_a_fault() {
        for wrong in ["%", "%a", "%{", "%{}", "%{x}", "%{d0}", "%{d!}", "%{c}", "a b", "ü", "%{d", "%{d2rr}"]
        {
            assert_eq!(Pattern::read(wrong), None, "{wrong:?}");
        }
        for wrong in ["localhost", "a.1", "a.-b", "a.b-", "a.", "%%", "a.b/c", "%{d}a"] {
            assert_eq!(Pattern::read_name(wrong), None, "{wrong:?}");
        }
        for right in ["a.b", "a.b.", "%{d}", "%{l}.example", "a.1b"] {
            assert!(Pattern::read_name(right).is_some(), "{right:?}");
        }
    }
}
