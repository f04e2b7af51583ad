//! How a message is marked in a folder: the flags of the protocol, and keywords (RFC 9051 §2.3.2).

use store::{FromValue, Mismatch, ToValue, ValueRef};

/// How long a keyword may be, in bytes: as long as people name things.
const KEYWORD_BYTES: usize = 64;
/// How many keywords a message may have: what common clients make fits several times.
const KEYWORDS: usize = 32;

/// A set of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u8);

impl Flags {
    /// None.
    pub const NONE: Self = Self(0);
    /// `\Seen`: has been read.
    pub const SEEN: Self = Self(1);
    /// `\Answered`.
    pub const ANSWERED: Self = Self(2);
    /// `\Flagged`: wants attention.
    pub const FLAGGED: Self = Self(4);
    /// `\Deleted`: goes with the next EXPUNGE.
    pub const DELETED: Self = Self(8);
    /// `\Draft`.
    pub const DRAFT: Self = Self(16);
    const ALL: u8 = 31;

    /// Whether all of `flags` are set.
    pub const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// The number that the database keeps.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// These and `flags`.
    #[must_use]
    pub const fn with(self, flags: Self) -> Self {
        Self(self.0 | flags.0)
    }

    /// These without `flags`.
    #[must_use]
    pub const fn without(self, flags: Self) -> Self {
        Self(self.0 & !flags.0)
    }
}

impl ToValue for Flags {
    fn to_value(&self) -> Result<ValueRef<'_>, Mismatch> {
        Ok(ValueRef::Int(i64::from(self.0)))
    }
}

impl FromValue for Flags {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        Ok(Self(u8::from_value(value)? & Self::ALL))
    }
}

/// The keywords of a message: words without spaces, each once whatever its case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keywords(Vec<String>);

impl Keywords {
    /// Those of `words` that can be kept: no spaces or controls, ≤ 64 bytes each, 32 at most.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut keywords = Self::default();
        words.into_iter().for_each(|word| keywords.add(word));
        keywords
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `word` is one of them.
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(word))
    }

    fn add(&mut self, word: &str) {
        let fits = !word.is_empty() && word.len() <= KEYWORD_BYTES;
        let plain = word.bytes().all(|byte| byte.is_ascii_graphic());
        if fits && plain && self.0.len() < KEYWORDS && !self.has(word) {
            self.0.push(word.to_owned());
        }
    }

    pub(crate) fn column(&self) -> String {
        self.0.join(" ")
    }

    pub(crate) fn from_column(column: &str) -> Self {
        Self(column.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }
}

/// What a change of flags does with what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagMode {
    /// Sets these, keeps others.
    Add,
    /// Clears these, keeps others.
    Remove,
    /// Sets exactly these.
    Replace,
}

/// A change of flags.
#[derive(Debug, Clone)]
pub struct FlagChange {
    /// What to do with what is there.
    pub mode: FlagMode,
    /// The flags.
    pub flags: Flags,
    /// The keywords.
    pub keywords: Keywords,
}

impl FlagChange {
    /// Sets `flags`.
    pub fn add(flags: Flags) -> Self {
        Self { mode: FlagMode::Add, flags, keywords: Keywords::default() }
    }

    /// Clears `flags`.
    pub fn remove(flags: Flags) -> Self {
        Self { mode: FlagMode::Remove, flags, keywords: Keywords::default() }
    }

    /// What it makes of the flags and keywords that are there.
    pub(crate) fn apply(&self, flags: Flags, keywords: &Keywords) -> (Flags, Keywords) {
        match self.mode {
            FlagMode::Replace => (self.flags, self.keywords.clone()),
            FlagMode::Add => {
                let mut all = keywords.clone();
                self.keywords.iter().for_each(|word| all.add(word));
                (flags.with(self.flags), all)
            }
            FlagMode::Remove => {
                let kept = keywords.iter().filter(|word| !self.keywords.has(word));
                (flags.without(self.flags), Keywords::of(kept))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_there_once_whatever_its_case() {
        let keywords = Keywords::of(["$Junk", "$junk", "work", "two words", "", "work"]);
        assert_eq!(keywords.column(), "$Junk work");
        assert_eq!(Keywords::from_column("$Junk work"), keywords);
    }

    #[test]
    fn a_change_adds_removes_or_replaces() {
        let there = (Flags::SEEN.with(Flags::FLAGGED), Keywords::of(["a", "b"]));
        let change = |mode| FlagChange { mode, flags: Flags::FLAGGED, keywords: Keywords::of(["B", "c"]) };
        let added = change(FlagMode::Add).apply(there.0, &there.1);
        assert_eq!(added, (there.0, Keywords::of(["a", "b", "c"])));
        let removed = change(FlagMode::Remove).apply(there.0, &there.1);
        assert_eq!(removed, (Flags::SEEN, Keywords::of(["a"])));
        let replaced = change(FlagMode::Replace).apply(there.0, &there.1);
        assert_eq!(replaced, (Flags::FLAGGED, Keywords::of(["B", "c"])));
    }
}
