//! The configuration file: TOML to pairs of setting and value, each with its line.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Place};
use super::settings::{Kind, SETTINGS, Setting, nearest};

/// What a file says.
pub(super) struct Read {
    /// The values of known settings, of the right type.
    pub(super) given: Vec<Given>,
    /// What is wrong with the rest.
    pub(super) faults: Vec<Fault>,
}

/// One value.
pub(super) struct Given {
    /// The setting.
    pub(super) path: &'static str,
    /// Its value as text.
    pub(super) value: String,
    /// Where it stands.
    pub(super) place: Place,
}

/// Reads the text of the file at `path`.
pub(super) fn read(path: &Path, text: &str) -> Read {
    let mut reader = Reader { path, text, read: Read { given: Vec::new(), faults: Vec::new() } };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reader.fault(error.span().unwrap_or(0..0), error.message());
    }
    reader.table("", document.get_ref());
    reader.read
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    read: Read,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = if prefix.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{prefix}.{}", key.get_ref())
            };
            match SETTINGS.iter().find(|setting| setting.path == path) {
                Some(setting) => self.value(setting, value),
                None => self.no_setting(&path, key.span(), value),
            }
        }
    }

    fn value(&mut self, setting: &Setting, value: &Spanned<DeValue<'_>>) {
        match (setting.kind, as_text(value.get_ref())) {
            (kind, Some((found, text))) if kind == found => {
                let place = self.place(value.span());
                self.read.given.push(Given { path: setting.path, value: text, place });
            }
            (kind, _) => {
                let what = format!(
                    "{}: expected {}, found {}",
                    setting.path,
                    kind.words(),
                    value.get_ref().type_str()
                );
                self.fault(value.span(), &what);
            }
        }
    }

    /// A section holds settings; anything else of this name is a mistake.
    fn no_setting(&mut self, path: &str, span: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let section = SETTINGS.iter().any(|setting| setting.path.starts_with(&format!("{path}.")));
        match (section, value.get_ref()) {
            (true, DeValue::Table(table)) => self.table(path, table),
            (true, other) => {
                let what = format!("{path}: expected a section [{path}], found {}", other.type_str());
                self.fault(value.span(), &what);
            }
            (false, _) => {
                let advice =
                    nearest(path).map(|known| format!("; did you mean {known}?")).unwrap_or_default();
                self.fault(span, &format!("{path}: unknown setting{advice}"));
            }
        }
    }

    fn fault(&mut self, span: Range<usize>, what: &str) {
        let place = self.place(span);
        self.read.faults.push(Fault::new(place, what));
    }

    fn place(&self, span: Range<usize>) -> Place {
        let before = self.text.as_bytes().get(..span.start).unwrap_or(self.text.as_bytes());
        Place::File(self.path.to_owned(), before.iter().filter(|byte| **byte == b'\n').count() + 1)
    }
}

/// The text of a value, if it is of a type that settings have.
fn as_text(value: &DeValue<'_>) -> Option<(Kind, String)> {
    if let Some(text) = value.as_str() {
        return Some((Kind::Text, text.to_owned()));
    }
    let number = value.as_integer()?;
    (number.radix() == 10).then(|| (Kind::Number, number.as_str().replace('_', "")))
}
