//! Buttons.

use askama::Template;

use crate::Html;

/// How much a button draws attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonLook {
    /// One of several.
    #[default]
    Ordinary,
    /// What one most likely wants here.
    Primary,
    /// Something is lost by it.
    Danger,
    /// Beside something more important.
    Plain,
}

impl ButtonLook {
    const fn class(self) -> &'static str {
        match self {
            Self::Ordinary => "",
            Self::Primary => " button-primary",
            Self::Danger => " button-danger",
            Self::Plain => " button-plain",
        }
    }
}

/// Why a button cannot be used now: always said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// The reason in words, and what to do.
    pub because: String,
}

/// A button of a form.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "button.html")]
pub struct Button {
    /// Its id; needed where a reason is said, else it may be empty.
    pub id: String,
    /// What stands on it.
    pub label: String,
    /// How it looks.
    pub look: ButtonLook,
    /// The name that is sent; empty sends none.
    pub name: String,
    /// The value that is sent.
    pub value: String,
    /// Why it cannot be used.
    pub disabled: Option<Disabled>,
}

impl Button {
    /// The button that sends a form.
    pub fn primary(label: String) -> Self {
        Self { label, look: ButtonLook::Primary, ..Self::default() }
    }

    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disabled_button_says_why() {
        let disabled = Some(Disabled { because: "Somebody signs in with it.".to_owned() });
        let button = Button { id: "add".to_owned(), label: "Add".to_owned(), disabled, ..Button::default() };
        let html = button.html();
        assert!(html.as_str().contains("disabled"), "{html}");
        assert!(html.as_str().contains("aria-describedby=\"add-reason\""), "{html}");
        assert!(html.as_str().contains("Somebody signs in with it."), "{html}");
    }
}
