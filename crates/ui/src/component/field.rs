//! Fields of forms.

use askama::Template;

use crate::Html;
use crate::component::button::Disabled;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldKind {
    /// Any text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password: not shown, never filled in again.
    Password,
    /// A phone number.
    Phone,
    /// A code of digits.
    Code,
    /// Words to search for.
    Search,
    /// A day of the calendar.
    Date,
}

impl FieldKind {
    const fn html_type(self) -> &'static str {
        match self {
            Self::Text | Self::Code => "text",
            Self::Email => "email",
            Self::Password => "password",
            Self::Phone => "tel",
            Self::Search => "search",
            Self::Date => "date",
        }
    }

    const fn is_code(self) -> bool {
        matches!(self, Self::Code)
    }
}

/// A field of one line.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "field.html")]
pub struct Field {
    /// Its id, and the name that is sent.
    pub id: &'static str,
    /// What it is for.
    pub label: String,
    /// What it takes.
    pub kind: FieldKind,
    /// What stands in it.
    pub value: String,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What was wrong with what stands in it.
    pub fault: Option<String>,
    /// What browsers may fill in (HTML's autocomplete); empty for nothing.
    pub autocomplete: &'static str,
    /// What stands behind it on the same line, as `@example.test`.
    pub suffix: Option<String>,
    /// How many characters it takes; 0 for 200.
    pub limit: usize,
    /// Whether one types here first.
    pub is_first: bool,
}

impl Field {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    fn max(&self) -> usize {
        if self.limit == 0 { 200 } else { self.limit }
    }

    fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let fault = self.fault.as_ref().map(|_| format!("{}-fault", self.id));
        hint.into_iter().chain(fault).collect::<Vec<_>>().join(" ")
    }
}

/// A field of several lines.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "area.html")]
pub struct Area {
    /// Its id, and the name that is sent.
    pub id: &'static str,
    /// What it is called.
    pub label: String,
    /// What stands in it.
    pub value: String,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// How many lines are seen.
    pub rows: usize,
    /// How many characters it takes.
    pub limit: usize,
}

impl Area {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    fn described_by(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let fault = self.fault.as_ref().map(|_| format!("{}-fault", self.id));
        hint.into_iter().chain(fault).collect::<Vec<_>>().join(" ")
    }
}

/// A box to tick.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "tick.html")]
pub struct Tick {
    /// Its id, and the name that is sent.
    pub id: &'static str,
    /// What ticking it says.
    pub label: String,
    /// Whether it is ticked.
    pub is_ticked: bool,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// Why it cannot be changed. What it was is sent nevertheless.
    pub disabled: Option<Disabled>,
}

impl Tick {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

/// One of several ways.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it is.
    pub label: String,
    /// What it means.
    pub hint: String,
    /// Why it cannot be chosen.
    pub disabled: Option<Disabled>,
}

/// A group of which one is chosen.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "choices.html")]
pub struct Choices {
    /// The name that is sent; the ids are made from it.
    pub name: &'static str,
    /// What is asked.
    pub legend: String,
    /// Each way.
    pub choices: Vec<Choice>,
    /// The value that is chosen.
    pub chosen: String,
    /// What is wrong.
    pub fault: Option<String>,
}

impl Choices {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

/// One entry of a list to pick from.
#[derive(Debug, Clone, Default)]
pub struct Pick {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// A list to pick from.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "picks.html")]
pub struct Picks {
    /// Its id, and the name that is sent.
    pub id: &'static str,
    /// What it is for.
    pub label: String,
    /// Each entry.
    pub picks: Vec<Pick>,
    /// The value that is picked.
    pub picked: String,
    /// What is wrong.
    pub fault: Option<String>,
}

impl Picks {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_stands_beside_its_field() {
        let field = Field {
            id: "email",
            label: "E-mail".to_owned(),
            value: "<x>".to_owned(),
            hint: Some("Yours".to_owned()),
            fault: Some("No @".to_owned()),
            ..Field::default()
        };
        let html = field.html();
        assert!(html.as_str().contains("aria-invalid=\"true\""), "{html}");
        assert!(html.as_str().contains("aria-describedby=\"email-hint email-fault\""), "{html}");
        assert!(html.as_str().contains("&#60;x&#62;") || html.as_str().contains("&lt;x&gt;"), "{html}");
    }

    #[test]
    fn a_box_that_cannot_be_changed_says_why_and_is_sent_as_it_was() {
        let disabled = Some(Disabled { because: "There is no <gateway>.".to_owned() });
        let tick =
            Tick { id: "sms", label: "By SMS".to_owned(), is_ticked: true, disabled, ..Tick::default() };
        let html = tick.html();
        assert!(html.as_str().contains("checked disabled aria-describedby=\"sms-reason\""), "{html}");
        assert!(html.as_str().contains("type=\"hidden\" name=\"sms\" value=\"on\""), "{html}");
        assert!(
            html.as_str().contains("id=\"sms-reason\"") && !html.as_str().contains("<gateway>"),
            "{html}"
        );
        let off = Tick { is_ticked: false, ..tick };
        assert!(!off.html().as_str().contains("hidden"), "{}", off.html());
    }

    #[test]
    fn a_password_is_never_filled_in_again() {
        let field = Field {
            id: "password",
            kind: FieldKind::Password,
            value: "secret".to_owned(),
            ..Field::default()
        };
        assert!(!field.html().as_str().contains("secret"));
    }
}
