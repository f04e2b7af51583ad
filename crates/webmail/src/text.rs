//! Texts of strangers, made fit to stand beside our own.

use message::Party;
use ui::Locale;

/// How many people of a field are named: a header can hold thousands.
const PEOPLE: usize = 50;

/// A text in one line that cannot turn the direction of what stands around it.
pub(crate) fn shown(text: &str) -> String {
    unturned(text).chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A text of several lines that cannot turn the direction of what stands around it.
pub(crate) fn unturned(text: &str) -> String {
    text.chars().filter(|letter| !turns(*letter)).collect()
}

/// Whether a character embeds, overrides or isolates a direction (Unicode TR 9 §2).
fn turns(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A subject, or the words for none.
pub(crate) fn subject(l: Locale, subject: &str) -> String {
    let shown = shown(subject);
    if shown.trim().is_empty() { l.t("mail-no-subject") } else { shown }
}

/// Somebody as a list names them: by name, or else by address.
pub(crate) fn called(l: Locale, name: &str, address: &str) -> String {
    let name = shown(name);
    match (name.trim(), address.trim()) {
        ("", "") => l.t("mail-nobody"),
        ("", address) => shown(address),
        (name, _) => name.to_owned(),
    }
}

/// Somebody with the address always beside the name, which anybody can choose.
pub(crate) fn party(party: &Party) -> String {
    let (name, address) = (shown(&party.name), shown(&party.address));
    match (name.trim(), address.trim()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

/// The people of a field.
pub(crate) fn parties(l: Locale, all: &[Party]) -> String {
    let named = all.iter().take(PEOPLE).map(party).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(PEOPLE) {
        0 => named,
        more => format!("{named} {}", l.t_with("mail-more-people", [("count", &more.to_string())])),
    }
}

/// How large something is, in units that people know.
pub(crate) fn size(l: Locale, bytes: u64) -> String {
    match bytes {
        0..1_000 => l.t_with("mail-bytes", [("count", &bytes.to_string())]),
        1_000..1_000_000 => l.t_with("mail-kilobytes", [("size", &bytes.div_ceil(1_000).to_string())]),
        1_000_000.. => {
            let (whole, tenth) = (bytes / 1_000_000, bytes % 1_000_000 / 100_000);
            l.t_with("mail-megabytes", [("whole", &whole.to_string()), ("tenth", &tenth.to_string())])
        }
    }
}

/// A text as a value behind the `?` of an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use domain::Language;

    use super::*;

    fn of(name: &str, address: &str) -> Party {
        Party { name: name.to_owned(), address: address.to_owned() }
    }

    #[test]
    fn directions_are_not_turned() {
        assert_eq!(shown("invoice\u{202E}fdp.exe\u{2066}\n"), "invoicefdp.exe ");
        assert_eq!(shown("שלום 🧑‍🌾"), "שלום 🧑‍🌾");
    }

    #[test]
    fn a_chosen_name_does_not_hide_the_address() {
        assert_eq!(party(&of("boss@firm.test", "mallory@evil.test")), "boss@firm.test <mallory@evil.test>");
        assert_eq!(party(&of("", "a@b.test")), "a@b.test");
        assert_eq!(called(Locale::default(), "", " "), "Nobody named");
        assert_eq!(called(Locale::default(), "Anna", "anna@b.test"), "Anna");
    }

    #[test]
    fn a_crowd_is_counted() {
        let crowd = vec![of("", "a@b.test"); PEOPLE + 3];
        assert!(parties(Locale::default(), &crowd).ends_with("a@b.test and 3 more"));
    }

    #[test]
    fn sizes_are_rounded_for_people() {
        let (en, fr) = (Locale::of(Language::En), Locale::of(Language::Fr));
        assert_eq!(size(en, 1), "1 byte");
        assert_eq!(size(en, 1_001), "2 KB");
        assert_eq!(size(en, 12_345_678), "12.3 MB");
        assert_eq!(size(fr, 12_345_678), "12,3\u{a0}Mo");
    }

    #[test]
    fn a_value_survives_its_address() {
        assert_eq!(encoded("a b&c=ü"), "a%20b%26c%3D%C3%BC");
    }
}
