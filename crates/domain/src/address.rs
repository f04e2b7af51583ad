//! Email addresses and domain names.
//!
//! **Invariant:** an [`EmailAddress`] can be written into an SMTP command or a header as it is: it has no control
//! character, no space outside quotes, and one way to be spelt (its domain in lower case and in A-labels).

use std::fmt;
use std::str::FromStr;

/// Why a text is no address or domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("the address is missing")]
    Empty,
    /// There is no `@`, or nothing before it.
    #[error("an address looks like name@domain")]
    NoAt,
    /// The part before the `@` has a character that it may not have, or is too long.
    #[error("the part before the @ is not valid")]
    LocalPart,
    /// The part after the `@` is not a domain name.
    #[error("the part after the @ is not a domain name")]
    Domain,
}

/// Longest local part in octets (RFC 5321 §4.5.3.1.1).
pub const LOCAL_PART_LIMIT: usize = 64;
/// Longest domain in octets (RFC 5321 §4.5.3.1.2).
pub const DOMAIN_LIMIT: usize = 255;

/// A DNS name, in lower case and A-labels (RFC 5890), without a final dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainName(String);

impl DomainName {
    /// The name in A-labels, as DNS has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as people read it, in U-labels.
    pub fn to_unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }
}

impl FromStr for DomainName {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.len() > 4 * DOMAIN_LIMIT {
            return Err(AddressError::Domain);
        }
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_| AddressError::Domain)?;
        let numeric_end =
            ascii.rsplit('.').next().is_none_or(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
        if ascii.len() > DOMAIN_LIMIT || numeric_end || ascii.split('.').any(|label| !is_label(label)) {
            return Err(AddressError::Domain);
        }
        Ok(Self(ascii))
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An email address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress {
    local: String,
    domain: DomainName,
}

impl EmailAddress {
    /// The address `local@domain`; `local` is the text meant, without quotes.
    pub fn new(local: &str, domain: DomainName) -> Result<Self, AddressError> {
        if local.is_empty()
            || local.len() > LOCAL_PART_LIMIT
            || local.chars().any(|character| character.is_control())
        {
            return Err(AddressError::LocalPart);
        }
        Ok(Self { local: local.to_owned(), domain })
    }

    /// The part before the `@`, as it was written, without quotes.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain.
    pub fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The local part by which mailboxes are found: in lower case (addresses here differ by more than case).
    pub fn local_key(&self) -> String {
        self.local.to_lowercase()
    }

    /// The whole address by which it is found: `local_key@domain`.
    pub fn key(&self) -> String {
        format!("{}@{}", self.local_key(), self.domain)
    }

    /// The address without what follows the first `+`, where mail to it goes as well; none without one.
    pub fn without_plus(&self) -> Option<Self> {
        let (base, _) = self.local.split_once('+')?;
        Self::new(base, self.domain.clone()).ok()
    }

    /// Whether its local part may name a mailbox made here: letters, digits and `.-_+`, no dot at an end or doubled.
    pub fn is_plain(&self) -> bool {
        is_dot_atom(&self.local)
            && self
                .local
                .chars()
                .all(|character| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '+'))
    }

    /// Whether it can be written without SMTPUTF8 (RFC 6531).
    pub fn is_ascii(&self) -> bool {
        self.local.is_ascii()
    }
}

fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_character))
}

/// `atext` of RFC 5322 §3.2.3, with the UTF-8 of RFC 6532.
fn is_atom_character(character: char) -> bool {
    character.is_alphanumeric()
        || (!character.is_ascii() && !character.is_control() && !character.is_whitespace())
        || "!#$%&'*+-/=?^_`{|}~".contains(character)
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NoAt)?;
        if local.is_empty() {
            return Err(AddressError::NoAt);
        }
        let local = match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(quoted) => unquote(quoted)?,
            None if is_dot_atom(local) => local.to_owned(),
            None => return Err(AddressError::LocalPart),
        };
        Self::new(&local, domain.parse()?)
    }
}

fn unquote(quoted: &str) -> Result<String, AddressError> {
    let mut plain = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.push(characters.next().ok_or(AddressError::LocalPart)?),
            '"' => return Err(AddressError::LocalPart),
            character => plain.push(character),
        }
    }
    Ok(plain)
}

/// As it is written in SMTP and headers: quoted where it must be (RFC 5321 §4.1.2).
impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_dot_atom(&self.local) {
            return write!(f, "{}@{}", self.local, self.domain);
        }
        f.write_str("\"")?;
        for character in self.local.chars() {
            if matches!(character, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{character}")?;
        }
        write!(f, "\"@{}", self.domain)
    }
}

impl serde::Serialize for EmailAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for EmailAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_follows_a_plus_is_left_out() {
        let base = |text: &str| {
            let address: EmailAddress = text.parse().unwrap();
            address.without_plus().map(|base| base.to_string())
        };
        assert_eq!(base("Info+a+b@example.org").as_deref(), Some("Info@example.org"));
        assert_eq!(base("info@example.org"), None);
        assert_eq!(base("+a@example.org"), None);
    }

    #[test]
    fn addresses_are_found_whatever_their_case() {
        let address: EmailAddress = "Info@Example.TEST".parse().unwrap();
        assert_eq!(address.key(), "info@example.test");
        assert_eq!(address.to_string(), "Info@example.test");
    }

    #[test]
    fn a_domain_has_one_spelling() {
        let one: DomainName = "Bücher.example.".parse().unwrap();
        assert_eq!(one.as_str(), "xn--bcher-kva.example");
        assert_eq!(one.to_unicode(), "bücher.example");
    }

    #[test]
    fn quoted_local_parts_are_read_and_written() {
        let address: EmailAddress = r#""john \"x\" doe"@example.test"#.parse().unwrap();
        assert_eq!(address.local(), "john \"x\" doe");
        assert_eq!(address.to_string(), r#""john \"x\" doe"@example.test"#);
        assert!(!address.is_plain());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "x",
            "@example.test",
            "a b@example.test",
            "a..b@example.test",
            "a@",
            "a@-x.test",
            "a@1.2.3.4",
            "a\r\nb@example.test",
            "\"a\nb\"@example.test",
        ] {
            assert!(text.parse::<EmailAddress>().is_err(), "{text:?}");
        }
        assert!(format!("{}@example.test", "x".repeat(65)).parse::<EmailAddress>().is_err());
    }

    proptest! {
        #[test]
        fn an_address_reads_back_what_it_prints(text in "\\PC{0,20}@[a-z]{1,8}\\.test") {
            if let Ok(address) = text.parse::<EmailAddress>() {
                prop_assert_eq!(address.to_string().parse::<EmailAddress>(), Ok(address));
            }
        }
    }
}
