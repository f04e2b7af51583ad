//! The time zones that people pick from.

use std::sync::LazyLock;

/// The names of all time zones that this server knows, by name; UTC is always among them.
pub fn time_zones() -> &'static [String] {
    static ALL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let known = jiff::tz::db().available().map(|name| name.as_str().to_owned());
        // Names without a place are relics of other systems: `EST5EDT`, `Zulu`.
        let mut all: Vec<String> =
            known.filter(|name| name.contains('/') && !name.starts_with("Etc/")).collect();
        all.push("UTC".to_owned());
        all.sort_unstable();
        all.dedup();
        all
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_is_known_everywhere_and_relics_are_not_offered() {
        let all = time_zones();
        assert!(all.iter().any(|name| name == "UTC"));
        assert!(all.iter().all(|name| name == "UTC" || name.contains('/')));
    }
}
