//! What people type about themselves.

use std::fmt;
use std::str::FromStr;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TextFault {
    /// Nothing was given.
    #[error("is missing")]
    Empty,
    /// It is longer than it may be.
    #[error("is too long: {limit} characters at most")]
    TooLong {
        /// How many characters it may have.
        limit: usize,
    },
    /// It has a control character.
    #[error("has a character that cannot be shown")]
    Control,
    /// It is not of the form asked for.
    #[error("is not of the expected form")]
    Form,
}

/// The longest name of a person, an organization or a device, in characters: what fits a line on screen.
pub const NAME_LIMIT: usize = 100;

/// A name to show: of a person, an organization, a device.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = TextFault;

    fn from_str(text: &str) -> Result<Self, TextFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextFault::Empty);
        }
        if text.chars().count() > NAME_LIMIT {
            return Err(TextFault::TooLong { limit: NAME_LIMIT });
        }
        if text.chars().any(is_unseen) {
            return Err(TextFault::Control);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, and those that turn the direction of the text around them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A phone number in E.164 form: `+41441234567`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number in E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = TextFault;

    /// Reads a number in international form; spaces, dots, hyphens and parentheses between digits are tolerated.
    fn from_str(text: &str) -> Result<Self, TextFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextFault::Empty);
        }
        // A longer text is no number, and is not worth the reading.
        if text.len() > 40 || !text.starts_with('+') {
            return Err(TextFault::Form);
        }
        let number = phonenumber::parse(None, text).map_err(|_| TextFault::Form)?;
        if !number.is_valid() {
            return Err(TextFault::Form);
        }
        Ok(Self(number.format().mode(phonenumber::Mode::E164).to_string()))
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where one of a person's phone numbers reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PhoneLabel {
    /// On the way.
    #[default]
    Mobile,
    /// At work.
    Work,
    /// At home.
    Home,
    /// Elsewhere.
    Other,
}

impl PhoneLabel {
    /// Every label.
    pub const ALL: [Self; 4] = [Self::Mobile, Self::Work, Self::Home, Self::Other];

    /// As it is stored and sent in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Work => "work",
            Self::Home => "home",
            Self::Other => "other",
        }
    }

    /// The label of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_becomes_e164() {
        assert_eq!(
            "+41 44 668 18 00".parse::<PhoneNumber>().map(|number| number.to_string()),
            Ok("+41446681800".to_owned())
        );
    }

    #[test]
    fn what_is_no_phone_number_is_refused() {
        for text in [
            "044 668 18 00",
            "+41",
            "+999 123 456 789",
            "hello",
            "+41446681800000000000000000000000000000000000",
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(TextFault::Form), "{text}");
        }
    }

    #[test]
    fn a_name_is_trimmed_and_shows_wholly() {
        assert_eq!("  Anna Muster ".parse::<PersonName>().unwrap().as_str(), "Anna Muster");
        assert_eq!("   ".parse::<PersonName>(), Err(TextFault::Empty));
        assert_eq!("evil\u{202e}eman".parse::<PersonName>(), Err(TextFault::Control));
        assert_eq!("x".repeat(101).parse::<PersonName>(), Err(TextFault::TooLong { limit: 100 }));
    }
}
