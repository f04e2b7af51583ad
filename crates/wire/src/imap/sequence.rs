//! Sets of message numbers (RFC 9051 §9, `sequence-set`).

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use super::scan::Fault;

/// How many ranges a set may have: as many as fit in a line, so that no set is refused for its length alone.
const RANGES_LIMIT: usize = 32 * 1024;

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A number; never zero.
    Number(u32),
    /// `*`: the largest number in use.
    Last,
}

impl Bound {
    const fn resolve(self, last: u32) -> u32 {
        match self {
            Self::Number(number) => number,
            Self::Last => last,
        }
    }
}

/// Message numbers or UIDs, as the client wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceSet(Which);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    Ranges(Vec<(Bound, Bound)>),
    /// `$`
    Saved,
}

impl SequenceSet {
    /// Reads a set such as `1,3:5,9:*`, or `$`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(text: &[u8]) -> Result<Self, Fault> {
        if text == b"$" {
            return Ok(Self(Which::Saved));
        }
        let mut ranges = Vec::new();
        for piece in text.split(|byte| *byte == b',') {
            let range = match piece.iter().position(|byte| *byte == b':') {
                Some(colon) => (bound(&piece[..colon])?, bound(&piece[colon + 1..])?),
                None => {
                    let one = bound(piece)?;
                    (one, one)
                }
            };
            if ranges.len() == RANGES_LIMIT {
                return Err(Fault::Syntax("too many ranges in a set"));
            }
            ranges.push(range);
        }
        Ok(Self(Which::Ranges(ranges)))
    }

    /// The set that is this one message.
    pub fn one(number: Bound) -> Self {
        Self(Which::Ranges(vec![(number, number)]))
    }

    /// Whether it is `$`: what the last search saved (RFC 5182 §2). Its numbers are known to the session alone.
    pub fn is_saved(&self) -> bool {
        self.0 == Which::Saved
    }

    fn ranges(&self) -> &[(Bound, Bound)] {
        match &self.0 {
            Which::Ranges(ranges) => ranges,
            Which::Saved => &[],
        }
    }

    /// The ranges in numbers, where `last` is the largest in use. `9:*` with 5 in use is `5:9` (RFC 9051 §9,
    /// `seq-range`). In an empty folder (`last` is 0) `*` stands for nothing.
    pub fn resolve(&self, last: u32) -> Vec<RangeInclusive<u32>> {
        let range = |(one, other): &(Bound, Bound)| {
            let (one, other) = (one.resolve(last), other.resolve(last));
            one.min(other).max(1)..=one.max(other)
        };
        self.ranges().iter().map(range).filter(|range| !range.is_empty()).collect()
    }

    /// Whether `number` is in it, where `last` is the largest in use.
    pub fn contains(&self, number: u32, last: u32) -> bool {
        self.ranges().iter().any(|(one, other)| {
            let (one, other) = (one.resolve(last), other.resolve(last));
            (one.min(other)..=one.max(other)).contains(&number)
        })
    }

    /// Whether all its numbers lie between 1 and `last`; `*` does unless there is none.
    pub fn is_within(&self, last: u32) -> bool {
        let within = |bound: Bound| match bound {
            Bound::Number(number) => number <= last,
            Bound::Last => last > 0,
        };
        self.ranges().iter().all(|(one, other)| within(*one) && within(*other))
    }
}

/// Whether a byte can stand in a set.
pub(super) const fn is_set_char(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b':' | b',' | b'*' | b'$')
}

/// Reads a number or `*`.
pub(super) fn bound(text: &[u8]) -> Result<Bound, Fault> {
    const WRONG: Fault = Fault::Syntax("a message number was expected");
    if text == b"*" {
        return Ok(Bound::Last);
    }
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err(WRONG);
    }
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    number.filter(|number| *number > 0).map(Bound::Number).ok_or(WRONG)
}

/// Writes numbers in the shortest way, `1:3,7`: runs that rise by one become ranges. The order is kept.
pub fn write_numbers(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::new();
    let mut run: Option<(u32, u32)> = None;
    for number in numbers {
        run = match run {
            Some((start, end)) if end.checked_add(1) == Some(number) => Some((start, number)),
            Some(done) => {
                write_run(&mut text, done);
                Some((number, number))
            }
            None => Some((number, number)),
        };
    }
    if let Some(last) = run {
        write_run(&mut text, last);
    }
    text
}

fn write_run(text: &mut String, (start, end): (u32, u32)) {
    if !text.is_empty() {
        text.push(',');
    }
    // Writing to a string cannot fail.
    let _ = if start == end { write!(text, "{start}") } else { write!(text, "{start}:{end}") };
}
