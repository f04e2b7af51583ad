//! The record of a domain: who sends for it (RFC 7208 §4.5 to §6).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::macros::Pattern;
use crate::verdicts::SpfResult;

/// How a record begins.
const VERSION: &str = "v=spf1";

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) directives: Vec<Directive>,
    pub(super) redirect: Option<Pattern>,
}

/// Whom a directive is about, and what it says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) says: SpfResult,
    pub(super) mechanism: Mechanism,
}

/// Whom a directive is about (RFC 7208 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mechanism {
    All,
    Include(Pattern),
    A(Option<Pattern>, Prefixes),
    Mx(Option<Pattern>, Prefixes),
    Ptr(Option<Pattern>),
    Ip(IpAddr, Prefixes),
    Exists(Pattern),
}

/// How many leading bits of an address count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefixes {
    v4: u8,
    v6: u8,
}

impl Prefixes {
    const WHOLE: Self = Self { v4: 32, v6: 128 };

    /// Whether both addresses are the same, as far as they count.
    pub(super) fn same(self, one: IpAddr, other: IpAddr) -> bool {
        match (one, other) {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                let differ = one.to_bits() ^ other.to_bits();
                differ.checked_shr(32 - u32::from(self.v4)).unwrap_or(0) == 0
            }
            (IpAddr::V6(one), IpAddr::V6(other)) => {
                let differ = one.to_bits() ^ other.to_bits();
                differ.checked_shr(128 - u32::from(self.v6)).unwrap_or(0) == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl Record {
    /// Whether a text is meant to be a record.
    pub(super) fn is_meant(text: &str) -> bool {
        let (version, rest) = text.split_at_checked(VERSION.len()).unwrap_or_default();
        version.eq_ignore_ascii_case(VERSION) && (rest.is_empty() || rest.starts_with(' '))
    }

    /// Reads it whole: a fault anywhere spoils all of it (RFC 7208 §4.6).
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut record = Self { directives: Vec::new(), redirect: None };
        let mut explained = false;
        for term in text.get(VERSION.len()..)?.split(' ').filter(|term| !term.is_empty()) {
            let Some((name, value)) = modifier(term) else {
                record.directives.push(directive(term)?);
                continue;
            };
            if name.eq_ignore_ascii_case("redirect") {
                if record.redirect.replace(Pattern::read_name(value)?).is_some() {
                    return None;
                }
            } else if name.eq_ignore_ascii_case("exp") {
                // Explanations are for those who refuse mail; a wrong one is a fault all the same.
                Pattern::read_name(value)?;
                if std::mem::replace(&mut explained, true) {
                    return None;
                }
            } else {
                Pattern::read(value)?;
            }
        }
        Some(record)
    }
}

/// Name and value of a term that is no mechanism.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    (begins && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)))
        .then_some((name, value))
}

fn directive(term: &str) -> Option<Directive> {
    let (says, term) = match term.as_bytes().first()? {
        b'+' => (SpfResult::Pass, term.get(1..)?),
        b'-' => (SpfResult::Fail, term.get(1..)?),
        b'~' => (SpfResult::SoftFail, term.get(1..)?),
        b'?' => (SpfResult::Neutral, term.get(1..)?),
        _ => (SpfResult::Pass, term),
    };
    let end = term.find([':', '/']).unwrap_or(term.len());
    let (name, arguments) = term.split_at_checked(end)?;
    let given = arguments.strip_prefix(':');
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" => arguments.is_empty().then_some(Mechanism::All)?,
        "include" => Mechanism::Include(Pattern::read_name(given?)?),
        "exists" => Mechanism::Exists(Pattern::read_name(given?)?),
        "ip4" => four(given?)?,
        "ip6" => six(given?)?,
        "a" => hosts(arguments).map(|(name, prefixes)| Mechanism::A(name, prefixes))?,
        "mx" => hosts(arguments).map(|(name, prefixes)| Mechanism::Mx(name, prefixes))?,
        "ptr" if arguments.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(Pattern::read_name(given?)?)),
        _ => return None,
    };
    Some(Directive { says, mechanism })
}

/// `[":" name] ["/" bits] ["//" bits]`
fn hosts(arguments: &str) -> Option<(Option<Pattern>, Prefixes)> {
    let mut prefixes = Prefixes::WHOLE;
    let mut rest = arguments;
    if let Some((before, bits)) = rest.rsplit_once("//")
        && is_number(bits)
    {
        (prefixes.v6, rest) = (length(bits, 128)?, before);
    }
    if let Some((before, bits)) = rest.rsplit_once('/')
        && is_number(bits)
        && !before.ends_with('/')
    {
        (prefixes.v4, rest) = (length(bits, 32)?, before);
    }
    match rest.strip_prefix(':') {
        Some(name) => Some((Some(Pattern::read_name(name)?), prefixes)),
        None => rest.is_empty().then_some((None, prefixes)),
    }
}

fn four(given: &str) -> Option<Mechanism> {
    let (address, bits) = with_bits(given, 32)?;
    let address: Ipv4Addr = address.parse().ok()?;
    Some(Mechanism::Ip(address.into(), Prefixes { v4: bits, ..Prefixes::WHOLE }))
}

fn six(given: &str) -> Option<Mechanism> {
    let (address, bits) = with_bits(given, 128)?;
    let address: Ipv6Addr = address.parse().ok()?;
    Some(Mechanism::Ip(address.into(), Prefixes { v6: bits, ..Prefixes::WHOLE }))
}

fn with_bits(given: &str, all: u8) -> Option<(&str, u8)> {
    match given.split_once('/') {
        Some((address, bits)) => Some((address, length(bits, all)?)),
        None => Some((given, all)),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of bits, without zeros before it.
fn length(text: &str, most: u8) -> Option<u8> {
    let is_plain = is_number(text) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|bits| is_plain && *bits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_whole() {
        let text =
            "V=SPF1  mx -ip4:192.0.2.0/24 ~A:%{d}.example//64 ?ip6:::1 exists:%{i}.x.test unknown=a/b -all";
        let record = Record::read(text).unwrap();
        let says: Vec<_> = record.directives.iter().map(|directive| directive.says).collect();
        use SpfResult::{Fail, Neutral, Pass, SoftFail};
        assert_eq!(says, [Pass, Fail, SoftFail, Neutral, Pass, Fail]);
        let all = Record::read("v=spf1 redirect=a.test exp=%{d}").unwrap();
        assert!(all.directives.is_empty() && all.redirect.is_some());
    }

    #[test]
    fn a_fault_anywhere_spoils_a_record() {
        for wrong in [
            "foo",
            "all:x",
            "all/8",
            "ip4",
            "ip4:1.2.3",
            "ip4:1.2.3.999",
            "ip4:1.2.3.4/33",
            "ip4:1.2.3.4/",
            "ip4:1.2.3.4/08",
            "ip6:1.2.3.4",
            "ip6:::1/129",
            "include",
            "include:",
            "include:localhost",
            "a:",
            "a/33",
            "a//129",
            "a/24/64",
            "a:x.test/",
            "a:x.test/ab",
            "mx:",
            "ptr:",
            "ptr/24",
            "exists",
            "--all",
            "-",
            "foo:bar.test",
            "redirect=",
            "redirect=a.test redirect=a.test",
            "exp=a.test exp=a.test",
            "exp=",
            "x=%",
            "a:ü.test",
            "\tall",
        ] {
            assert_eq!(Record::read(&format!("v=spf1 {wrong} -all")), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_another_version_is_not_meant() {
        for other in ["v=spf10", "v=spf2.0/pra all", "spf1", "", "v=spf1\tall", " v=spf1"] {
            assert!(!Record::is_meant(other), "{other:?}");
        }
        assert!(Record::is_meant("v=spf1") && Record::is_meant("v=SPF1 "));
    }

    #[test]
    fn only_the_leading_bits_of_an_address_count() {
        let same = |one: &str, other: &str, v4, v6| {
            Prefixes { v4, v6 }.same(one.parse().unwrap(), other.parse().unwrap())
        };
        assert!(same("192.0.2.1", "192.0.2.255", 24, 0) && !same("192.0.2.1", "192.0.3.1", 24, 0));
        assert!(same("1.2.3.4", "5.6.7.8", 0, 0) && !same("1.2.3.4", "1.2.3.5", 32, 0));
        assert!(same("2001:db8::1", "2001:db8::2", 0, 126) && !same("2001:db8::1", "2001:db8::2", 0, 127));
        assert!(!same("::1", "0.0.0.1", 0, 0));
    }
}
