//! What was wrong with a form: a summary above it, each fault leading to its field.

use askama::Template;

use crate::{Html, Locale};

/// A fault of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The id of the field.
    pub field: &'static str,
    /// What is wrong, and what to do.
    pub words: String,
}

/// The summary above a form with faults; nothing without one.
#[derive(Template, Debug, Clone)]
#[template(path = "error_summary.html")]
pub struct ErrorSummary<'a> {
    /// The words around.
    pub l: Locale,
    /// Every fault.
    pub faults: &'a [FieldFault],
}

impl ErrorSummary<'_> {
    /// Rendered.
    pub fn html(&self) -> Html {
        if self.faults.is_empty() { Html::empty() } else { Html::of(self) }
    }

    /// What is wrong with a field.
    pub fn of_field(faults: &[FieldFault], field: &str) -> Option<String> {
        faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.clone())
    }
}
