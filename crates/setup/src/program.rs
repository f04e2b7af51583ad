//! The programs that we tell step by step how to set an address up in.

use ui::Locale;

/// A mail program, or the system that brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// Mail on an iPhone, an iPad or a Mac.
    Apple,
    /// Outlook.
    Outlook,
    /// Thunderbird.
    Thunderbird,
    /// Gmail, as Android has it.
    Android,
    /// Any other.
    Other,
}

impl Program {
    /// Every program, as they are offered.
    pub(crate) const ALL: [Self; 5] =
        [Self::Apple, Self::Outlook, Self::Thunderbird, Self::Android, Self::Other];

    /// As it stands in the query.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Apple => "apple",
            Self::Outlook => "outlook",
            Self::Thunderbird => "thunderbird",
            Self::Android => "android",
            Self::Other => "other",
        }
    }

    /// The program of that name in a query.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|program| program.name() == name)
    }

    /// The likeliest on the device whose browser names itself so.
    pub(crate) fn guessed(browser: &str) -> Self {
        let has = |word: &str| browser.contains(word);
        if has("Android") {
            Self::Android
        } else if has("iPhone") || has("iPad") || has("Mac OS X") {
            Self::Apple
        } else if has("Windows") {
            Self::Outlook
        } else if has("Linux") {
            Self::Thunderbird
        } else {
            Self::Other
        }
    }

    /// As people call it.
    pub(crate) fn label(self, l: Locale) -> String {
        match self {
            Self::Apple => l.t("setup-apple"),
            Self::Outlook => l.t("setup-outlook"),
            Self::Thunderbird => l.t("setup-thunderbird"),
            Self::Android => l.t("setup-android"),
            Self::Other => l.t("setup-other"),
        }
    }

    /// What to do in it, one thing after another.
    pub(crate) fn steps(self, l: Locale) -> Vec<String> {
        let steps: &[String] = match self {
            Self::Apple => &[
                l.t("setup-apple-download"),
                l.t("setup-apple-install"),
                l.t("setup-apple-unsigned"),
                l.t("setup-apple-password"),
            ],
            Self::Outlook => &[
                l.t("setup-outlook-add"),
                l.t("setup-outlook-address"),
                l.t("setup-outlook-imap"),
                l.t("setup-password-typed"),
            ],
            Self::Thunderbird => &[
                l.t("setup-thunderbird-add"),
                l.t("setup-thunderbird-address"),
                l.t("setup-password-typed"),
                l.t("setup-thunderbird-found"),
            ],
            Self::Android => &[
                l.t("setup-android-add"),
                l.t("setup-android-address"),
                l.t("setup-password-typed"),
                l.t("setup-android-servers"),
            ],
            Self::Other => &[l.t("setup-other-add"), l.t("setup-other-values"), l.t("setup-other-encrypted")],
        };
        steps.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_that_asks_is_known_by_its_browser() {
        for (browser, program) in [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", Program::Apple),
            ("Mozilla/5.0 (Linux; Android 15; Pixel 9)", Program::Android),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", Program::Outlook),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0)", Program::Thunderbird),
            ("", Program::Other),
        ] {
            assert_eq!(Program::guessed(browser), program, "{browser}");
            assert_eq!(Program::named(program.name()), Some(program));
        }
        assert_eq!(Program::named("pine"), None);
    }
}
