//! Delivery reports: what a sender wants to hear of a mail, and by which names (RFC 3461).

use std::fmt;

use crate::EmailAddress;

/// Longest envelope id (RFC 3461 §4.4).
const ENVELOPE_ID_LIMIT: usize = 100;
/// Longest original recipient (RFC 3461 §4.2).
const ORIGINAL_LIMIT: usize = 500;

/// Of what a sender wants to hear (RFC 3461 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Notify(u8);

impl Notify {
    /// Nothing was said: of failures.
    pub const USUAL: Self = Self(0);
    /// Of nothing.
    pub const NEVER: Self = Self(1);
    /// That it arrived.
    pub const SUCCESS: Self = Self(2);
    /// That it will not arrive.
    pub const FAILURE: Self = Self(4);
    /// That it takes its time.
    pub const DELAY: Self = Self(8);

    /// Of both, unless one of them is never to be combined (`NEVER` with another).
    pub const fn and(self, other: Self) -> Option<Self> {
        let both = self.0 | other.0;
        if both & Self::NEVER.0 != 0 && both != Self::NEVER.0 { None } else { Some(Self(both)) }
    }

    /// From its bits, as they are stored.
    pub fn from_bits(bits: u8) -> Option<Self> {
        let known = bits & !15 == 0 && (bits & 1 == 0 || bits == 1);
        known.then_some(Self(bits))
    }

    /// Its bits, to be stored.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether a failure is told.
    pub const fn wants_failure(self) -> bool {
        self.0 == 0 || self.0 & Self::FAILURE.0 != 0
    }

    /// Whether success is told.
    pub const fn wants_success(self) -> bool {
        self.0 & Self::SUCCESS.0 != 0
    }

    /// Whether a delay is told.
    pub const fn wants_delay(self) -> bool {
        self.0 & Self::DELAY.0 != 0
    }
}

/// As in the NOTIFY parameter; empty when nothing was said.
impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            (Self::NEVER, "NEVER"),
            (Self::SUCCESS, "SUCCESS"),
            (Self::FAILURE, "FAILURE"),
            (Self::DELAY, "DELAY"),
        ];
        let said = all.into_iter().filter(|(bit, _)| self.0 & bit.0 != 0).map(|(_, word)| word);
        f.write_str(&said.collect::<Vec<_>>().join(","))
    }
}

/// How much of a mail comes back with the report of a failure (RFC 3461 §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// All of it.
    Full,
    /// Its header.
    Headers,
}

/// What the sender calls a mail: printable ASCII, in no encoding (RFC 3461 §4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeId(String);

impl EnvelopeId {
    /// An id of one to a hundred printable characters.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=ENVELOPE_ID_LIMIT).contains(&text.len());
        (fits && text.bytes().all(is_printable)).then(|| Self(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// To whom the sender wrote at first, before anybody forwarded it: a kind of address and the address, as in
/// `rfc822;ada@example.org` (RFC 3461 §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginalRecipient(String);

impl OriginalRecipient {
    /// Reads `kind;address`, in no encoding. Only an address of the kind `utf-8` may go beyond ASCII (RFC 6533 §3).
    pub fn new(text: &str) -> Option<Self> {
        let (kind, address) = text.split_once(';')?;
        let kind_fits =
            !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_utf8 = kind.eq_ignore_ascii_case("utf-8");
        let fits = |character: char| !character.is_control() && (is_utf8 || character.is_ascii());
        let address_fits = !address.is_empty() && address.chars().all(fits);
        (text.len() <= ORIGINAL_LIMIT && kind_fits && address_fits).then(|| Self(text.to_owned()))
    }

    /// Its text: `kind;address`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

/// What a sender wants of the reports on a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportWishes {
    /// What the sender calls it.
    pub envelope_id: Option<EnvelopeId>,
    /// How much comes back; its header when nothing was said.
    pub returned: Option<Returned>,
}

/// A recipient, and what the sender wants to hear of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// To whom it goes.
    pub address: EmailAddress,
    /// Of what the sender wants to hear.
    pub notify: Notify,
    /// To whom it went at first.
    pub original: Option<OriginalRecipient>,
}

impl From<EmailAddress> for Recipient {
    fn from(address: EmailAddress) -> Self {
        Self { address, notify: Notify::USUAL, original: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_stands_alone() {
        assert_eq!(Notify::NEVER.and(Notify::SUCCESS), None);
        assert_eq!(Notify::NEVER.and(Notify::NEVER), Some(Notify::NEVER));
        let both = Notify::SUCCESS.and(Notify::DELAY).unwrap();
        assert_eq!(both.to_string(), "SUCCESS,DELAY");
        assert!(both.wants_success() && both.wants_delay() && !both.wants_failure());
        assert!(Notify::USUAL.wants_failure() && !Notify::NEVER.wants_failure());
    }

    #[test]
    fn only_sound_bits_are_read_back() {
        let sound: Vec<u8> = (0..=255).filter(|bits| Notify::from_bits(*bits).is_some()).collect();
        assert_eq!(sound, [0, 1, 2, 4, 6, 8, 10, 12, 14]);
    }

    #[test]
    fn names_cannot_break_a_line() {
        assert!(EnvelopeId::new("QQ 314159+").is_some());
        for bad in ["", "a\r\nb", "é", &"x".repeat(101)] {
            assert_eq!(EnvelopeId::new(bad), None, "{bad}");
        }
        assert!(OriginalRecipient::new("rfc822;a@b.example").is_some());
        assert!(OriginalRecipient::new("utf-8;zoë@b.example").is_some());
        for bad in
            ["a@b.example", "rfc822;", ";a@b.example", "rfc822;zoë@b.example", "x y;a", "utf-8;a\u{85}b"]
        {
            assert_eq!(OriginalRecipient::new(bad), None, "{bad}");
        }
    }
}
