//! Whom a list of senders means: one address, everybody of a domain, everybody below one.
//!
//! **Invariant:** a sender is meant by few patterns, which are known beforehand: a list is asked for these, and never
//! gone through.

use std::fmt;
use std::str::FromStr;

use domain::{DomainName, EmailAddress};
use store::{FromValue, Mismatch, ToValue, ValueRef};

/// How many domains above that of a sender are asked for: names have three or four parts.
const DEPTH: usize = 10;

/// How senders are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderStanding {
    /// Their mail is not wanted.
    Blocked,
    /// Their mail is never junk.
    Approved,
}

impl SenderStanding {
    /// Each.
    pub const ALL: [Self; 2] = [Self::Blocked, Self::Approved];

    /// The name in the database, in forms, and of catalogue keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Approved => "approved",
        }
    }
}

impl ToValue for SenderStanding {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Text(self.name()))
    }
}

impl FromValue for SenderStanding {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let known = Self::ALL.into_iter().find(|standing| value == ValueRef::Text(standing.name()));
        known.ok_or_else(|| value.mismatch("how a sender is listed"))
    }
}

/// What becomes of mail of those who are blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockedMail {
    /// It goes into Junk.
    Junk,
    /// It is refused, and whoever sent it is told; where only its From names them, it goes into Junk.
    Refused,
}

impl BlockedMail {
    /// Each.
    pub const ALL: [Self; 2] = [Self::Junk, Self::Refused];

    /// The name in the database, in forms, and of catalogue keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Junk => "junk",
            Self::Refused => "refused",
        }
    }
}

impl ToValue for BlockedMail {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Text(self.name()))
    }
}

impl FromValue for BlockedMail {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let known = Self::ALL.into_iter().find(|way| value == ValueRef::Text(way.name()));
        known.ok_or_else(|| value.mismatch("what becomes of blocked mail"))
    }
}

/// Whom an entry of a list means.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SenderPattern(String);

/// The text means nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an address, *@example.org, or *.example.org")]
pub struct NoPattern;

impl SenderPattern {
    /// The pattern as it is compared and kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SenderPattern {
    type Err = NoPattern;

    fn from_str(text: &str) -> Result<Self, NoPattern> {
        let text = text.trim();
        let domain = |name: &str| name.parse::<DomainName>().map_err(|_| NoPattern);
        // A name alone, with or without its @, is everybody of the domain.
        if let Some(name) = text.strip_prefix("*@").or_else(|| text.strip_prefix('@')) {
            return Ok(Self(format!("*@{}", domain(name)?)));
        }
        if let Some(name) = text.strip_prefix("*.") {
            return Ok(Self(format!("*.{}", domain(name)?)));
        }
        if text.contains('@') {
            let address = text.parse::<EmailAddress>().map_err(|_| NoPattern)?;
            return if text.contains('*') { Err(NoPattern) } else { Ok(Self(address.key())) };
        }
        Ok(Self(format!("*@{}", domain(text)?)))
    }
}

impl fmt::Display for SenderPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every pattern that means a sender, the nearest first.
pub(super) fn meaning(sender: &EmailAddress) -> Vec<String> {
    let mut all = vec![sender.key()];
    all.extend(sender.without_plus().map(|base| base.key()));
    let domain = sender.domain().as_str();
    all.push(format!("*@{domain}"));
    let above = domain.match_indices('.').filter_map(|(at, _)| domain.get(at + 1..));
    all.extend(above.take(DEPTH).map(|name| format!("*.{name}")));
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        text.parse::<SenderPattern>().ok().map(|pattern| pattern.0)
    }

    #[test]
    fn a_pattern_is_an_address_a_domain_or_what_lies_below_one() {
        for (text, expected) in [
            (" Bob@Far.test ", Some("bob@far.test")),
            ("*@Far.test", Some("*@far.test")),
            ("@far.test", Some("*@far.test")),
            ("far.test", Some("*@far.test")),
            ("*.far.test", Some("*.far.test")),
            ("*@bücher.test", Some("*@xn--bcher-kva.test")),
            ("", None),
            ("*", None),
            ("*@*", None),
            ("b*b@far.test", None),
            ("*@far.*", None),
            ("a b@far.test", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_sender_is_meant_by_few_patterns_the_nearest_first() {
        let sender = "Bob+x@mail.far.test".parse().unwrap();
        let expected =
            ["bob+x@mail.far.test", "bob@mail.far.test", "*@mail.far.test", "*.far.test", "*.test"];
        assert_eq!(meaning(&sender), expected);
    }

    proptest! {
        #[test]
        fn a_pattern_reads_back_what_it_prints(text in "[a-z*@.]{1,20}") {
            if let Some(pattern) = read(&text) {
                prop_assert_eq!(read(&pattern), Some(pattern));
            }
        }

        #[test]
        fn whoever_is_at_a_domain_is_meant_by_it(local in "[a-z]{1,8}", domain in "[a-z]{1,8}(\\.[a-z]{1,8}){1,15}") {
            let sender: EmailAddress = format!("{local}@{domain}").parse().unwrap();
            let all = meaning(&sender);
            let pattern: SenderPattern = domain.parse().unwrap();
            prop_assert!(all.contains(&pattern.0));
            prop_assert!(all.len() <= 3 + DEPTH);
        }
    }
}
