//! Weekly hours of an access (I11): on some days, from one time of the day to another, where its people are.
//!
//! **Invariant:** whether they are open is read from the clock on the wall there; a change of the offset moves nothing.

use std::fmt;
use std::str::FromStr;

use domain::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

/// The minutes of a day.
const DAY: u16 = 24 * 60;

/// Weekly hours. Where they end before they begin, they go on into the next day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    days: u8,
    from: u16,
    to: u16,
    zone: String,
}

/// What cannot be weekly hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursFault {
    /// No day is among them.
    #[error("no day was chosen")]
    NoDay,
    /// A time is not one.
    #[error("a time of the day is written as 08:30")]
    Time,
    /// They end when they begin.
    #[error("the hours end when they begin")]
    Empty,
    /// Nobody knows the time zone.
    #[error("the time zone is unknown")]
    Zone,
}

impl Hours {
    /// Hours on these days (Monday is 0), from and to a time like `08:30`, in the zone of that IANA name. `24:00` is the
    /// end of a day.
    pub fn new(
        days: impl IntoIterator<Item = usize>,
        from: &str,
        to: &str,
        zone: &str,
    ) -> Result<Self, HoursFault> {
        let days = days.into_iter().filter(|day| *day < 7).fold(0_u8, |all, day| all | 1 << day);
        let (from, to) = (minute(from)?, minute(to)?);
        TimeZone::get(zone).map_err(|_| HoursFault::Zone)?;
        if days == 0 {
            return Err(HoursFault::NoDay);
        }
        if from == to || from == DAY {
            return Err(HoursFault::Empty);
        }
        Ok(Self { days, from, to, zone: zone.to_owned() })
    }

    /// The days among them; Monday is 0.
    pub fn days(&self) -> impl Iterator<Item = usize> {
        let days = self.days;
        (0..7).filter(move |day| days & (1 << day) != 0)
    }

    /// When they begin, like `08:30`.
    pub fn from(&self) -> String {
        clock(self.from)
    }

    /// When they end, like `18:00`.
    pub fn to(&self) -> String {
        clock(self.to)
    }

    /// The IANA name of the zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Whether they are open at a moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = self.time_zone().to_datetime(moment(at));
        let time = local.time();
        let now = u16::try_from(i16::from(time.hour()) * 60 + i16::from(time.minute())).unwrap_or(0);
        let (today, yesterday) =
            (self.has(local.date().weekday()), self.has(local.date().weekday().previous()));
        if self.from < self.to {
            today && (self.from..self.to).contains(&now)
        } else {
            (today && now >= self.from) || (yesterday && now < self.to)
        }
    }

    /// A moment after `at` until which nothing changes about whether they are open.
    pub fn next_turn(&self, at: Timestamp) -> Timestamp {
        let zone = self.time_zone();
        let mut date = zone.to_datetime(moment(at)).date();
        // The offset of the zone may change in between: then it is looked at again.
        let mut next = zone.following(moment(at)).next().map(|change| timestamp(change.timestamp()));
        // A window may have begun yesterday, and the next one begins within a week.
        for _ in 0..9 {
            for turn in [self.from, self.to].into_iter().flat_map(|minute| turns(&zone, date, minute)) {
                if turn > at && next.is_none_or(|next| turn < next) {
                    next = Some(turn);
                }
            }
            let Ok(tomorrow) = date.tomorrow() else { break };
            date = tomorrow;
        }
        next.unwrap_or_else(|| at.plus(domain::duration::days(1)))
    }

    fn has(&self, day: Weekday) -> bool {
        u32::try_from(day.to_monday_zero_offset()).is_ok_and(|day| self.days & (1 << day) != 0)
    }

    fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }
}

/// The moments at which the clock on the wall shows a time: two of them where it is put back.
fn turns(zone: &TimeZone, date: Date, minute: u16) -> Vec<Timestamp> {
    let (date, minute) = if minute == DAY { (date.tomorrow().unwrap_or(date), 0) } else { (date, minute) };
    let time = Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::midnight());
    let shown = || zone.to_ambiguous_timestamp(date.to_datetime(time));
    [shown().earlier(), shown().later()].into_iter().flatten().map(timestamp).collect()
}

fn part(number: u16) -> i8 {
    i8::try_from(number).unwrap_or(0)
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default()
}

fn timestamp(at: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millisecond())
}

fn minute(text: &str) -> Result<u16, HoursFault> {
    let (hours, minutes) = text.trim().split_once(':').ok_or(HoursFault::Time)?;
    let number = |text: &str, below: u16| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_number { text.parse().ok() } else { None };
        number.filter(|number: &u16| *number < below).ok_or(HoursFault::Time)
    };
    let minute = number(hours, 25)? * 60 + number(minutes, 60)?;
    if minute <= DAY { Ok(minute) } else { Err(HoursFault::Time) }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// As it is kept: `0123456 08:00 18:00 Europe/Paris`.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.days().try_for_each(|day| write!(f, "{day}"))?;
        write!(f, " {} {} {}", self.from(), self.to(), self.zone)
    }
}

impl FromStr for Hours {
    type Err = HoursFault;

    fn from_str(kept: &str) -> Result<Self, HoursFault> {
        let mut parts = kept.split(' ');
        let (days, from, to, zone) = (parts.next(), parts.next(), parts.next(), parts.next());
        let days = days.unwrap_or_default().bytes().map(|day| usize::from(day.wrapping_sub(b'0')));
        Self::new(days, from.unwrap_or_default(), to.unwrap_or_default(), zone.unwrap_or_default())
    }
}

/// The end of a day of the calendar, written `2026-12-31`, in the zone of that IANA name.
pub fn end_of_day(day: &str, zone: &str) -> Option<Timestamp> {
    let next = day.parse::<Date>().ok()?.tomorrow().ok()?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let midnight = zone.to_ambiguous_timestamp(next.to_datetime(Time::midnight())).compatible();
    midnight.ok().map(timestamp)
}

/// The last day of the calendar before a moment, as [`end_of_day`] reads it.
pub fn last_day(end: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    zone.to_datetime(moment(end.minus(std::time::Duration::from_millis(1)))).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        timestamp(text.parse().unwrap())
    }

    fn office() -> Hours {
        Hours::new(0..5, "08:00", "18:00", "Europe/Paris").unwrap()
    }

    #[test]
    fn hours_are_those_of_the_clock_on_the_wall() {
        // A Friday in winter and one in summer.
        for (moment, is_open) in [
            ("2026-01-02T06:59:59Z", false),
            ("2026-01-02T07:00:00Z", true),
            ("2026-01-02T16:59:59Z", true),
            ("2026-01-02T17:00:00Z", false),
            ("2026-07-03T06:00:00Z", true),
            ("2026-07-03T16:00:00Z", false),
            ("2026-01-03T10:00:00Z", false),
        ] {
            assert_eq!(office().is_open(at(moment)), is_open, "{moment}");
        }
    }

    #[test]
    fn hours_may_go_on_into_the_next_day() {
        let night = Hours::new([4], "22:00", "06:00", "UTC").unwrap();
        assert!(night.is_open(at("2026-01-02T23:00:00Z")) && night.is_open(at("2026-01-03T05:59:00Z")));
        assert!(!night.is_open(at("2026-01-03T06:00:00Z")) && !night.is_open(at("2026-01-03T23:00:00Z")));
        assert!(!night.is_open(at("2026-01-02T05:00:00Z")), "Thursday is not among them");
    }

    #[test]
    fn nothing_changes_between_one_turn_and_the_next() {
        for hours in [
            office(),
            Hours::new([6], "02:30", "24:00", "Europe/Paris").unwrap(),
            Hours::new(0..7, "22:00", "02:30", "America/New_York").unwrap(),
            Hours::new(0..7, "00:00", "24:00", "Asia/Kolkata").unwrap(),
        ] {
            // Around both changes of the clock of 2026, five minutes at a time.
            for start in ["2026-03-06T00:00:00Z", "2026-03-27T00:00:00Z", "2026-10-23T00:00:00Z"] {
                let mut turn = hours.next_turn(at(start));
                let mut was_open = hours.is_open(at(start));
                for step in 1..3 * 288 {
                    let now = at(start).plus(domain::duration::minutes(5 * step));
                    if now >= turn {
                        (turn, was_open) = (hours.next_turn(now), hours.is_open(now));
                    }
                    assert_eq!(hours.is_open(now), was_open, "{hours} at {}", moment(now));
                }
            }
        }
    }

    #[test]
    fn a_day_ends_where_its_reader_is() {
        let end = end_of_day("2026-12-31", "Europe/Paris").unwrap();
        assert_eq!(end, at("2026-12-31T23:00:00Z"));
        assert_eq!(last_day(end, "Europe/Paris"), "2026-12-31");
        assert_eq!(end_of_day("31.12.2026", "UTC"), None);
    }

    #[test]
    fn hours_read_back_what_they_print_and_faults_are_told_apart() {
        assert_eq!(office().to_string(), "01234 08:00 18:00 Europe/Paris");
        assert_eq!(office().to_string().parse(), Ok(office()));
        let fault = |days: &[usize], from, to, zone| Hours::new(days.iter().copied(), from, to, zone).err();
        assert_eq!(fault(&[], "08:00", "18:00", "UTC"), Some(HoursFault::NoDay));
        assert_eq!(fault(&[1], "8", "18:00", "UTC"), Some(HoursFault::Time));
        assert_eq!(fault(&[1], "08:00", "24:01", "UTC"), Some(HoursFault::Time));
        assert_eq!(fault(&[1], "08:00", "08:00", "UTC"), Some(HoursFault::Empty));
        assert_eq!(fault(&[1], "08:00", "18:00", "Mars/Base"), Some(HoursFault::Zone));
    }
}
