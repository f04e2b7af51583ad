//! Dates and times as IMAP writes them (RFC 9051 §9, `date` and `date-time`).

use std::time::Duration;

use domain::Timestamp;

use super::scan::Fault;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_SECS: i64 = 86_400;
const WRONG: Fault = Fault::Syntax("a date was expected");

/// A calendar day, of the years 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `1-Feb-1994` or `01-Feb-1994`.
    ///
    /// # Errors
    /// When it is not a day of the calendar.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut pieces = text.split('-');
        let (Some(day), Some(month), Some(year), None) =
            (pieces.next(), pieces.next(), pieces.next(), pieces.next())
        else {
            return Err(WRONG);
        };
        Self::of(year, month, day)
    }

    fn of(year: &str, month: &str, day: &str) -> Result<Self, Fault> {
        let month = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(month)).ok_or(WRONG)?;
        let month = u8::try_from(month + 1).map_err(|_| WRONG)?;
        let day = number(day.trim_start_matches(' '), 2)?;
        let year = u16::try_from(number(year, 4)?).map_err(|_| WRONG)?;
        let day = u8::try_from(day).map_err(|_| WRONG)?;
        if day == 0 || day > days_of(year, month) {
            return Err(WRONG);
        }
        Ok(Self { year, month, day })
    }

    /// The moment at which it begins, in UTC.
    pub fn start(self) -> Timestamp {
        Timestamp::from_secs(self.days() * DAY_SECS)
    }

    /// The moment at which the day after it begins, in UTC.
    pub fn end(self) -> Timestamp {
        self.start().plus(Duration::from_secs(86_400))
    }

    /// Days since 1970-01-01, after Howard Hinnant's `days_from_civil`.
    fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }
}

/// The day of a moment, in UTC. A moment outside the years 0 to 9999 has the nearest day of those.
pub fn date_of(at: Timestamp) -> Date {
    let (first, last) = (Date { year: 0, month: 1, day: 1 }, Date { year: 9999, month: 12, day: 31 });
    let days = at.secs().div_euclid(DAY_SECS).clamp(first.days(), last.days()) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |value: i64| u8::try_from(value).unwrap_or(1);
    Date { year: u16::try_from(year).unwrap_or(0), month: small(month), day: small(day) }
}

/// Writes a moment as `date-time`, in UTC, without its quotes: `17-Jul-1996 02:44:25 +0000`.
pub fn format_date_time(at: Timestamp) -> String {
    let date = date_of(at);
    let second = at.secs().rem_euclid(DAY_SECS);
    let month = MONTHS.get(usize::from(date.month) - 1).copied().unwrap_or("Jan");
    format!(
        "{:02}-{month}-{:04} {:02}:{:02}:{:02} +0000",
        date.day,
        date.year,
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Reads a `date-time` without its quotes: `17-Jul-1996 02:44:25 -0700`.
///
/// # Errors
/// When it is not one.
pub fn parse_date_time(text: &str) -> Result<Timestamp, Fault> {
    let text = text.trim_start_matches(' ');
    let mut pieces = text.split(' ');
    let (Some(date), Some(time), Some(zone), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Err(WRONG);
    };
    let seconds = Date::parse(date)?.start().secs() + time_of_day(time)? - zone_offset(zone)?;
    Ok(Timestamp::from_secs(seconds))
}

fn time_of_day(text: &str) -> Result<i64, Fault> {
    let mut pieces = text.split(':').map(|piece| number(piece, 2));
    let mut below = |limit: i64| match pieces.next() {
        Some(Ok(value)) if value < limit => Ok(value),
        Some(_) | None => Err(WRONG),
    };
    // A leap second is the second before it: time here has none.
    let (hour, minute, second) = (below(24)?, below(60)?, below(61)?.min(59));
    if pieces.next().is_some() {
        return Err(WRONG);
    }
    Ok(hour * 3600 + minute * 60 + second)
}

fn zone_offset(text: &str) -> Result<i64, Fault> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        Some(_) | None => return Err(WRONG),
    };
    if digits.len() != 4 {
        return Err(WRONG);
    }
    let value = number(digits, 4)?;
    let (hours, minutes) = (value / 100, value % 100);
    if minutes >= 60 {
        return Err(WRONG);
    }
    Ok(sign * (hours * 3600 + minutes * 60))
}

fn number(text: &str, digits: usize) -> Result<i64, Fault> {
    if text.is_empty() || text.len() > digits || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(WRONG);
    }
    text.parse().map_err(|_| WRONG)
}

fn days_of(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    }
}
