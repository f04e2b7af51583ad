//! What these pages are made of: a form in a card, and a page that says something.

use askama::Template;
use ui::{Button, ErrorSummary, FieldFault, Html, Locale};
use web::Posted;

/// A page with one form.
#[derive(Template, Default)]
#[template(path = "form.html")]
pub(crate) struct FormPage<'a> {
    /// The words around.
    pub(crate) l: Locale,
    /// The token against forged requests.
    pub(crate) csrf: &'a str,
    /// What stands above the heading.
    pub(crate) above: Html,
    /// The heading.
    pub(crate) title: String,
    /// What it is about.
    pub(crate) intro: String,
    /// What was wrong.
    pub(crate) faults: &'a [FieldFault],
    /// Where it is sent.
    pub(crate) action: String,
    /// Where one goes afterwards; empty for the usual place.
    pub(crate) next: &'a str,
    /// The fields.
    pub(crate) fields: Html,
    /// What stands on the button.
    pub(crate) button: String,
    /// Another way, beside the button: a link and its words.
    pub(crate) instead: Option<(String, String)>,
    /// Another way to send the form.
    pub(crate) after: Html,
    /// What stands below.
    pub(crate) below: Html,
}

impl FormPage<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }

    fn errors(&self) -> Html {
        ErrorSummary { l: self.l, faults: self.faults }.html()
    }

    fn send(&self) -> Html {
        Button::primary(self.button.clone()).html()
    }
}

/// A page that says something, and where to go from there.
#[derive(Template, Default)]
#[template(path = "notice.html")]
pub(crate) struct NoticePage {
    /// The heading.
    pub(crate) title: String,
    /// What it says.
    pub(crate) paragraphs: Vec<String>,
    /// Links and their words; the first is what one most likely wants.
    pub(crate) links: Vec<(String, String)>,
}

impl NoticePage {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }
}

/// A line below a form that helps along.
#[derive(Template)]
#[template(source = "<p class=\"muted small\">{{ words }}</p>", ext = "html")]
pub(crate) struct Help {
    /// What it says.
    pub(crate) words: String,
}

/// What was typed, to be shown again. Never passwords and codes.
#[derive(Default)]
pub(crate) struct Typed(Vec<(&'static str, String)>);

impl Typed {
    /// What stands in these fields of a form.
    pub(crate) fn of(posted: &Posted, names: &[&'static str]) -> Self {
        Self(names.iter().map(|name| (*name, posted.text(name).to_owned())).collect())
    }

    /// This value in a field where nothing was typed.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, value.to_owned()));
        self
    }

    /// What stood in a field.
    pub(crate) fn text(&self, name: &str) -> String {
        self.0
            .iter()
            .find(|(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// Whether a box was ticked.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.text(name) == "on"
    }
}
