//! An auto-reply: what it says and when.
//!
//! **Invariant:** one that exists has a name and a text, fits into a mail, and may answer on some day.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use domain::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// In how many days a sender is answered once: RFC 5230 §4.1 asks for 7 when nothing is said, and for 1 at least.
pub const EVERY_DAYS: RangeInclusive<u32> = 1..=60;
/// How long a name may be, in characters.
const NAME_CHARACTERS: usize = 80;
/// How long a subject may be, in characters.
const SUBJECT_CHARACTERS: usize = 200;
/// How long a text may be, in characters: a screen or two.
const TEXT_CHARACTERS: usize = 8_000;

/// A day of the calendar, wherever it is that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// The day that it is at a time in a time zone; in UTC if that is unknown.
    pub(crate) fn at(now: Timestamp, zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let at = jiff::Timestamp::from_millisecond(now.millis()).unwrap_or_default();
        Self(at.to_zoned_datetime(zone).date())
    }

    /// Noon of that day in UTC: a time that is that day nearly everywhere.
    pub fn noon(self) -> Timestamp {
        let noon = TimeZone::UTC.to_timestamp(self.0.at(12, 0, 0, 0)).unwrap_or_default();
        Timestamp::from_millis(noon.as_millisecond())
    }
}

/// The text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day: expected YYYY-MM-DD")]
pub struct NoDay;

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let day = is_plain.then(|| text.parse().ok()).flatten();
        day.map(Self).ok_or(NoDay)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All seven.
    pub const ALL: Self = Self(0x7f);

    /// With the weekday of that number: 0 is Monday.
    #[must_use]
    pub const fn with(self, number: u8) -> Self {
        if number < 7 { Self(self.0 | 1 << number) } else { self }
    }

    /// Whether the weekday of that number is among them: 0 is Monday.
    pub const fn has(self, number: u8) -> bool {
        number < 7 && self.0 & (1 << number) != 0
    }

    fn has_day(self, day: Day) -> bool {
        let number = day.0.weekday().to_monday_zero_offset();
        u8::try_from(number).is_ok_and(|number| self.has(number))
    }

    /// As in a row.
    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    /// From a row.
    pub(super) const fn of_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }
}

/// What somebody wants to be an auto-reply.
#[derive(Debug, Clone)]
pub struct NewAutoReply<'a> {
    /// What it is called in the list.
    pub name: &'a str,
    /// Its subject; empty for that of the mail.
    pub subject: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its first day, `YYYY-MM-DD`; empty for none.
    pub first_day: &'a str,
    /// Its last day; empty for none.
    pub last_day: &'a str,
    /// On which weekdays.
    pub weekdays: Weekdays,
    /// In how many days a sender is answered once, as it was typed.
    pub every_days: &'a str,
}

/// Why something cannot be an auto-reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AutoReplyFault {
    /// It has no name.
    #[error("an auto-reply needs a name")]
    NoName,
    /// The name is too long.
    #[error("the name has more than {NAME_CHARACTERS} characters")]
    LongName,
    /// The subject is too long.
    #[error("the subject has more than {SUBJECT_CHARACTERS} characters")]
    LongSubject,
    /// It has no text.
    #[error("an auto-reply needs a text")]
    NoText,
    /// The text is too long.
    #[error("the text has more than {TEXT_CHARACTERS} characters")]
    LongText,
    /// The first day is none.
    #[error("the first day is not a day")]
    FirstDay,
    /// The last day is none.
    #[error("the last day is not a day")]
    LastDay,
    /// It ends before it begins.
    #[error("the last day is before the first")]
    EndsEarly,
    /// There is no weekday.
    #[error("an auto-reply needs a weekday at least")]
    NoWeekday,
    /// The number of days is none, or out of range.
    #[error("a sender is answered once in 1 to 60 days")]
    EveryDays,
}

/// A message that answers while nobody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoReply {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) first_day: Option<Day>,
    pub(super) last_day: Option<Day>,
    pub(super) weekdays: Weekdays,
    pub(super) every_days: u32,
}

impl AutoReply {
    /// Makes one of what somebody wants.
    pub fn new(new: &NewAutoReply<'_>) -> Result<Self, AutoReplyFault> {
        let name = line(new.name);
        if name.is_empty() {
            return Err(AutoReplyFault::NoName);
        }
        let subject = line(new.subject);
        let text: String = new.text.replace("\r\n", "\n").trim_end().to_owned();
        let text: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
        let (first_day, last_day) = (
            day(new.first_day).map_err(|_| AutoReplyFault::FirstDay)?,
            day(new.last_day).map_err(|_| AutoReplyFault::LastDay)?,
        );
        let every_days = new.every_days.trim().parse().map_err(|_| AutoReplyFault::EveryDays)?;
        let fault = [
            (name.chars().count() > NAME_CHARACTERS, AutoReplyFault::LongName),
            (subject.chars().count() > SUBJECT_CHARACTERS, AutoReplyFault::LongSubject),
            (text.trim().is_empty(), AutoReplyFault::NoText),
            (text.chars().count() > TEXT_CHARACTERS, AutoReplyFault::LongText),
            (first_day.zip(last_day).is_some_and(|(first, last)| last < first), AutoReplyFault::EndsEarly),
            (new.weekdays == Weekdays::NONE, AutoReplyFault::NoWeekday),
            (!EVERY_DAYS.contains(&every_days), AutoReplyFault::EveryDays),
        ];
        if let Some((_, fault)) = fault.into_iter().find(|(is_so, _)| *is_so) {
            return Err(fault);
        }
        Ok(Self { name, subject, text, first_day, last_day, weekdays: new.weekdays, every_days })
    }

    /// What it is called in the list.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its subject; empty for that of the mail.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The day from which on it answers.
    pub fn first_day(&self) -> Option<Day> {
        self.first_day
    }

    /// The last day on which it answers.
    pub fn last_day(&self) -> Option<Day> {
        self.last_day
    }

    /// On which weekdays it answers.
    pub fn weekdays(&self) -> Weekdays {
        self.weekdays
    }

    /// In how many days a sender is answered once.
    pub fn every_days(&self) -> u32 {
        self.every_days
    }

    /// Whether it answers on a day.
    pub fn answers_on(&self, day: Day) -> bool {
        self.first_day.is_none_or(|first| first <= day)
            && self.last_day.is_none_or(|last| day <= last)
            && self.weekdays.has_day(day)
    }
}

fn day(text: &str) -> Result<Option<Day>, NoDay> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some),
    }
}

/// A text in one line.
fn line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new<'a>() -> NewAutoReply<'a> {
        NewAutoReply {
            name: "Holidays",
            subject: "",
            text: "Back on Monday.",
            first_day: "",
            last_day: "",
            weekdays: Weekdays::ALL,
            every_days: "7",
        }
    }

    #[test]
    fn what_cannot_answer_is_no_auto_reply() {
        let long = "x".repeat(TEXT_CHARACTERS + 1);
        for (faulty, fault) in [
            (NewAutoReply { name: " \r\n", ..new() }, AutoReplyFault::NoName),
            (NewAutoReply { name: &long, ..new() }, AutoReplyFault::LongName),
            (NewAutoReply { subject: &long, ..new() }, AutoReplyFault::LongSubject),
            (NewAutoReply { text: "\n ", ..new() }, AutoReplyFault::NoText),
            (NewAutoReply { text: &long, ..new() }, AutoReplyFault::LongText),
            (NewAutoReply { first_day: "soon", ..new() }, AutoReplyFault::FirstDay),
            (NewAutoReply { last_day: "2026-02-30", ..new() }, AutoReplyFault::LastDay),
            (
                NewAutoReply { first_day: "2026-12-24", last_day: "2026-12-23", ..new() },
                AutoReplyFault::EndsEarly,
            ),
            (NewAutoReply { weekdays: Weekdays::NONE, ..new() }, AutoReplyFault::NoWeekday),
            (NewAutoReply { every_days: "0", ..new() }, AutoReplyFault::EveryDays),
            (NewAutoReply { every_days: "61", ..new() }, AutoReplyFault::EveryDays),
            (NewAutoReply { every_days: "x", ..new() }, AutoReplyFault::EveryDays),
        ] {
            assert_eq!(AutoReply::new(&faulty), Err(fault), "{faulty:?}");
        }
    }

    #[test]
    fn it_answers_on_its_days() {
        let dated = NewAutoReply { first_day: "2026-12-24", last_day: "2026-12-26", ..new() };
        let weekend = NewAutoReply { weekdays: Weekdays::NONE.with(5).with(6), ..new() };
        let from = NewAutoReply { first_day: "2026-12-25", ..new() };
        for (reply, day, answers) in [
            (&dated, "2026-12-23", false),
            (&dated, "2026-12-24", true),
            (&dated, "2026-12-26", true),
            (&dated, "2026-12-27", false),
            (&weekend, "2026-11-27", false), // a Friday
            (&weekend, "2026-11-28", true),
            (&weekend, "2026-11-29", true),
            (&weekend, "2026-11-30", false),
            (&from, "2026-12-24", false),
            (&from, "2030-01-01", true),
        ] {
            let reply = AutoReply::new(reply).unwrap();
            assert_eq!(reply.answers_on(day.parse().unwrap()), answers, "{reply:?} on {day}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_where_the_address_is() {
        let late = Timestamp::from_secs(1_790_000_000 / 86_400 * 86_400 + 86_400 - 60);
        let (utc, paris) = (Day::at(late, "UTC"), Day::at(late, "Europe/Paris"));
        assert!(paris > utc, "{paris} {utc}");
        assert_eq!(Day::at(late, "Nowhere/Land"), utc);
    }

    proptest! {
        #[test]
        fn a_day_reads_back_what_it_prints(secs in 0i64..4_000_000_000) {
            let day = Day::at(Timestamp::from_secs(secs), "UTC");
            prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
        }

        #[test]
        fn nothing_that_is_typed_makes_it_panic(text in "\\PC{0,20}", day in "[0-9-]{0,12}") {
            let typed = NewAutoReply { text: &text, first_day: &day, every_days: &day, ..new() };
            drop(AutoReply::new(&typed));
        }
    }
}
