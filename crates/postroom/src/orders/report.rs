//! The answer to an order: a sentence, and rows for people and programs alike.

use std::fmt::Write as _;
use std::process::ExitCode;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The exit code when there are faults among what was listed.
const FAULTS_FOUND: u8 = 6;

/// What an order answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    sentence: String,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    shape: Shape,
    /// Whether what is listed are faults: then the exit code says so.
    #[serde(default)]
    is_faulty: bool,
}

/// Whether the rows are one thing, or a list of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Shape {
    One,
    List,
}

impl Report {
    /// One thing that was made or changed, with what is worth knowing of it.
    pub(crate) fn one<const N: usize>(sentence: impl Into<String>, facts: [(&str, Value); N]) -> Self {
        let (columns, row) = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).unzip();
        Self { sentence: sentence.into(), columns, rows: vec![row], shape: Shape::One, is_faulty: false }
    }

    /// A list. The sentence is shown to people where the list is empty.
    pub(crate) fn list<const N: usize>(
        empty: impl Into<String>,
        columns: [&str; N],
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Self {
        let columns = columns.into_iter().map(str::to_owned).collect();
        let rows = rows.into_iter().map(Vec::from).collect();
        Self { sentence: empty.into(), columns, rows, shape: Shape::List, is_faulty: false }
    }

    /// The same, which lists faults.
    pub(crate) fn with_faults(self) -> Self {
        Self { is_faulty: true, ..self }
    }

    /// The exit code of the command that asked for it, as `postroom --help` lists them.
    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.is_faulty { ExitCode::from(FAULTS_FOUND) } else { ExitCode::SUCCESS }
    }

    /// For programs: an object, or an array of objects.
    pub(crate) fn json(&self) -> Value {
        let object = |row: &Vec<Value>| -> Value {
            Value::Object(self.columns.iter().cloned().zip(row.iter().cloned()).collect::<Map<_, _>>())
        };
        match self.shape {
            Shape::One => self.rows.first().map_or(Value::Null, object),
            Shape::List => self.rows.iter().map(object).collect(),
        }
    }

    /// For people: a sentence with its facts, or a table.
    pub(crate) fn text(&self) -> String {
        match self.shape {
            Shape::One => self.facts(),
            Shape::List if self.rows.is_empty() => self.sentence.clone(),
            Shape::List => self.table(),
        }
    }

    fn facts(&self) -> String {
        let width = self.columns.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let mut text = self.sentence.clone();
        for (name, value) in self.columns.iter().zip(self.rows.iter().flatten()) {
            let _ = write!(text, "\n  {name:width$}  {}", shown(value));
        }
        text
    }

    fn table(&self) -> String {
        let head: Vec<String> =
            self.columns.iter().map(|name| name.replace('_', " ").to_uppercase()).collect();
        let body = self.rows.iter().map(|row| row.iter().map(shown).collect::<Vec<_>>());
        let lines: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |cells: &Vec<String>| {
            let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// A moment in a report, as RFC 3339 writes it: `2026-11-24T14:05:00Z`.
pub(crate) fn moment(at: Timestamp) -> Value {
    jiff::Timestamp::from_second(at.secs()).map_or(Value::Null, |at| at.to_string().into())
}

/// A moment that may not have come.
pub(crate) fn moment_if(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, moment)
}

/// A value as people read it. Control characters, which could play tricks on a terminal, are shown as escapes.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    if text.is_empty() {
        return "-".to_owned();
    }
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn users() -> Report {
        Report::list(
            "No users yet.",
            ["email", "second_factor"],
            [[json!("anna@example.org"), json!(true)], [json!("b\u{1b}[2J@example.org"), json!(null)]],
        )
    }

    #[test]
    fn a_list_is_a_table_for_people() {
        assert_eq!(
            users().text(),
            "EMAIL                   SECOND FACTOR\nanna@example.org        yes\nb\\u{1b}[2J@example.org  -"
        );
    }

    #[test]
    fn a_list_is_an_array_for_programs() {
        assert_eq!(users().json()[0], json!({"email": "anna@example.org", "second_factor": true}));
    }

    #[test]
    fn an_empty_list_says_so_and_stays_an_array() {
        let report = Report::list("No users yet.", ["email"], []);
        assert_eq!(report.text(), "No users yet.");
        assert_eq!(report.json(), json!([]));
    }

    #[test]
    fn one_thing_is_a_sentence_with_its_facts() {
        let report =
            Report::one("The device may sign in.", [("name", json!("phone")), ("password", json!("x-y"))]);
        assert_eq!(report.text(), "The device may sign in.\n  name      phone\n  password  x-y");
        assert_eq!(report.json(), json!({"name": "phone", "password": "x-y"}));
    }

    #[test]
    fn a_moment_is_written_as_programs_read_it() {
        assert_eq!(moment(Timestamp::from_secs(1_790_000_000)), json!("2026-09-21T14:13:20Z"));
        assert_eq!(moment_if(None), Value::Null);
    }

    #[test]
    fn a_report_survives_the_socket() {
        let line = serde_json::to_string(&users()).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&line).unwrap(), users());
    }
}
