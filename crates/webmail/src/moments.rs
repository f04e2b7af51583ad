//! Days and times as the Mail app says them.

use domain::Timestamp;
use domain::duration::days;
use ui::Locale;
use web::SignedIn;

/// When it is for whoever looks.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    l: Locale,
    zone: String,
    now: Timestamp,
}

impl Moments {
    /// For whoever is signed in, now.
    pub(crate) fn of(signed_in: &SignedIn) -> Self {
        Self::at(signed_in.l(), signed_in.visitor.zone(), signed_in.web().now())
    }

    /// At a given time.
    pub(crate) fn at(l: Locale, zone: &str, now: Timestamp) -> Self {
        Self { l, zone: zone.to_owned(), now }
    }

    /// The heading of a day.
    pub(crate) fn heading(&self, at: Timestamp) -> String {
        let day = self.day(at);
        if day == self.day(self.now) {
            self.l.t("mail-today")
        } else if day == self.day(self.now.minus(days(1))) {
            self.l.t("mail-yesterday")
        } else {
            day
        }
    }

    /// The time of today, else the day.
    pub(crate) fn short(&self, at: Timestamp) -> String {
        let day = self.day(at);
        if day == self.day(self.now) { self.l.time(at, &self.zone) } else { day }
    }

    /// The day and the time.
    pub(crate) fn whole(&self, at: Timestamp) -> String {
        self.l.moment(at, &self.zone)
    }

    /// As programs read it, in an attribute `datetime`.
    pub(crate) fn iso(at: Timestamp) -> String {
        jiff::Timestamp::from_second(at.secs()).unwrap_or_default().to_string()
    }

    fn day(&self, at: Timestamp) -> String {
        self.l.day(at, &self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_readers_zone() {
        // 30 November 2026, 23:05 in UTC: five past midnight in Zurich.
        let now = Timestamp::from_secs(1_796_079_900);
        let earlier = now.minus(domain::duration::minutes(10));
        let zurich = Moments::at(Locale::default(), "Europe/Zurich", now);
        assert_eq!(zurich.heading(now), "Today");
        assert_eq!(zurich.short(now), "00:05");
        assert_eq!(zurich.heading(earlier), "Yesterday");
        assert_eq!(zurich.short(earlier), "30 November 2026");
        let utc = Moments::at(Locale::default(), "UTC", now);
        assert_eq!(utc.heading(earlier), "Today");
        assert_eq!(utc.heading(now.minus(days(3))), "27 November 2026");
        assert_eq!(Moments::iso(now), "2026-11-30T23:05:00Z");
    }
}
