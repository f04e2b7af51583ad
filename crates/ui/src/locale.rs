//! The catalogues and the choice among them.
//!
//! **Invariant:** both languages have the same keys; a test holds that, and that every key used by a page exists.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use domain::{Language, Timestamp};
use fluent_templates::Loader;
use fluent_templates::fluent_bundle::FluentValue;
use unic_langid::{LanguageIdentifier, langid};

fluent_templates::static_loader! {
    static CATALOGUES = {
        locales: "./locales",
        fallback_language: "en",
        // Marks of direction around each value would end up in what people copy and in what tests read.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static FRENCH: LanguageIdentifier = langid!("fr");

/// How many entries of `Accept-Language` are read: browsers send a handful.
const ACCEPTED_LIMIT: usize = 20;

/// One language's words and manners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Locale {
    language: Language,
}

impl Locale {
    /// The words of `language`.
    pub const fn of(language: Language) -> Self {
        Self { language }
    }

    /// What the browser would rather read; English when it names none of ours.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let mut best: Option<(Language, f32)> = None;
        for entry in accepted.split(',').take(ACCEPTED_LIMIT) {
            let (tag, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
            let weight =
                weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or("").to_ascii_lowercase();
            if let Ok(language) = primary.parse::<Language>()
                && weight > best.map_or(0.0, |(_, before)| before)
            {
                best = Some((language, weight));
            }
        }
        Self::of(best.map_or(Language::default(), |(language, _)| language))
    }

    /// Which language.
    pub const fn language(self) -> Language {
        self.language
    }

    /// Its code, as in `lang` attributes.
    pub const fn code(self) -> &'static str {
        self.language.code()
    }

    /// The words for `key`; the key itself where the catalogues have none.
    pub fn t(&self, key: &str) -> String {
        CATALOGUES.try_lookup(self.identifier(), key).unwrap_or_else(|| missing(key))
    }

    /// The words for `key` with values in them. The value named `count` is a number and chooses between one and many;
    /// every other is a text as it stands.
    pub fn t_with<const N: usize>(&self, key: &str, values: [(&str, &str); N]) -> String {
        self.t_of(key, values.into_iter())
    }

    pub(crate) fn t_of<'a>(&self, key: &str, values: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
            values.map(|(name, value)| (Cow::Owned(name.to_owned()), fluent(name, value))).collect();
        CATALOGUES.try_lookup_with_args(self.identifier(), key, &values).unwrap_or_else(|| missing(key))
    }

    /// A day, as people of that language write it: `24 November 2026`. `zone` is an IANA name.
    pub fn day(&self, at: Timestamp, zone: &str) -> String {
        let time = zoned(at, zone);
        let month = self.t(MONTHS[usize::try_from(time.month() - 1).unwrap_or(0) % MONTHS.len()]);
        let day = match (self.language, time.day()) {
            (Language::Fr, 1) => "1er".to_owned(),
            (Language::En | Language::Fr, day) => day.to_string(),
        };
        format!("{day} {month} {}", time.year())
    }

    /// A day and the time of day: `24 November 2026, 14:05`.
    pub fn moment(&self, at: Timestamp, zone: &str) -> String {
        format!("{}, {}", self.day(at, zone), self.time(at, zone))
    }

    /// The time of day: `14:05`.
    pub fn time(&self, at: Timestamp, zone: &str) -> String {
        let time = zoned(at, zone);
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// How long something lasts, rounded up to a unit that people count in.
    pub fn duration(&self, secs: u64) -> String {
        let (key, count) = match secs {
            0..60 => ("common-seconds", secs.max(1)),
            60..3600 => ("common-minutes", secs.div_ceil(60)),
            3600.. => ("common-hours", secs.div_ceil(3600)),
        };
        self.t_with(key, [("count", &count.to_string())])
    }

    fn identifier(self) -> &'static LanguageIdentifier {
        match self.language {
            Language::En => &ENGLISH,
            Language::Fr => &FRENCH,
        }
    }
}

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9",
    "month-10", "month-11", "month-12",
];

fn zoned(at: Timestamp, zone: &str) -> jiff::ZonedDateTime {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    jiff::Timestamp::from_second(at.secs()).unwrap_or_default().to_zoned_datetime(zone)
}

fn fluent<'a>(name: &str, value: &'a str) -> FluentValue<'a> {
    if name == "count" { FluentValue::try_number(value) } else { FluentValue::from(value) }
}

fn missing(key: &str) -> String {
    tracing::error!(key, "a text is missing in the catalogues");
    key.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(header: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
        Locale::accepted(&headers).language()
    }

    #[test]
    fn the_browsers_wish_decides_while_nobody_is_signed_in() {
        assert_eq!(accepted("fr"), Language::Fr);
        assert_eq!(accepted("fr-CH, fr;q=0.9, en;q=0.8"), Language::Fr);
        assert_eq!(accepted("de, en;q=0.5, fr;q=0.6"), Language::Fr);
        assert_eq!(accepted("de, *;q=0.5"), Language::En);
        assert_eq!(accepted("fr;q=0, en;q=0.1"), Language::En);
        assert_eq!(accepted("fr;q=NaN"), Language::En);
    }

    #[test]
    fn one_and_many_are_told_apart_and_codes_keep_their_zeros() {
        let english = Locale::of(Language::En);
        assert_eq!(english.t_with("common-minutes", [("count", "1")]), "1 minute");
        assert_eq!(english.t_with("common-minutes", [("count", "12")]), "12 minutes");
        let notice = english.t_with("notice-sign-up-code-subject", [("code", "012345")]);
        assert!(notice.contains("012345"), "{notice}");
    }

    #[test]
    fn a_day_is_written_in_the_zone_and_language_of_its_reader() {
        let at = Timestamp::from_secs(1_796_079_900);
        assert_eq!(Locale::of(Language::En).moment(at, "UTC"), "30 November 2026, 23:05");
        assert_eq!(Locale::of(Language::Fr).moment(at, "Europe/Zurich"), "1er décembre 2026, 00:05");
        assert_eq!(Locale::of(Language::En).moment(at, "No/Where"), "30 November 2026, 23:05");
        assert_eq!(Locale::of(Language::Fr).time(at, "Europe/Zurich"), "00:05");
    }

    #[test]
    fn a_wait_is_never_said_to_be_nothing() {
        let english = Locale::of(Language::En);
        assert_eq!(english.duration(0), "1 second");
        assert_eq!(english.duration(61), "2 minutes");
        assert_eq!(english.duration(3600), "1 hour");
    }
}
