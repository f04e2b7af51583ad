//! Amounts of storage, as people read them.

use ui::Locale;

/// The units above a byte, each a thousand of the one before.
const UNITS: [&str; 4] = ["manager-size-kb", "manager-size-mb", "manager-size-gb", "manager-size-tb"];

/// So many bytes in the largest unit of which there is at least one, with one digit behind the point.
pub(crate) fn size(l: Locale, bytes: u64) -> String {
    if bytes < 1_000 {
        return l.t_with("manager-size-bytes", [("count", &bytes.to_string())]);
    }
    let (mut tenths, mut unit) = (bytes / 100, UNITS[0]);
    for larger in &UNITS[1..] {
        if tenths < 10_000 {
            break;
        }
        (tenths, unit) = (tenths / 1_000, larger);
    }
    let point = l.t("manager-decimal-point");
    let value = if tenths % 10 == 0 {
        (tenths / 10).to_string()
    } else {
        format!("{}{point}{}", tenths / 10, tenths % 10)
    };
    l.t_with(unit, [("value", &value)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Language;

    #[test]
    fn a_size_is_said_in_the_unit_that_fits() {
        let english = Locale::of(Language::En);
        assert_eq!(size(english, 0), "0 bytes");
        assert_eq!(size(english, 1), "1 byte");
        assert_eq!(size(english, 1_500), "1.5 KB");
        assert_eq!(size(english, 999_999), "999.9 KB");
        assert_eq!(size(english, 2_000_000), "2 MB");
        assert_eq!(size(english, 5_123_000_000_000), "5.1 TB");
        assert_eq!(size(Locale::of(Language::Fr), 1_500_000_000), "1,5 Go");
    }
}
