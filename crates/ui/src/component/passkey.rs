//! The button that asks a passkey, inside a form: its answer is sent with the form.

use askama::Template;

use crate::{Html, Locale};

/// What a passkey is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyAct {
    /// To come into being.
    Make,
    /// To say who is there.
    Use,
}

impl PasskeyAct {
    const fn name(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Use => "use",
        }
    }
}

/// The button. It is there only where the browser has passkeys.
#[derive(Template, Debug, Clone)]
#[template(path = "passkey.html")]
pub struct PasskeyButton {
    /// The words around.
    pub l: Locale,
    /// What the passkey is to do.
    pub act: PasskeyAct,
    /// The path that says, by POST, what exactly.
    pub question: &'static str,
    /// The field in which the answer is sent.
    pub field: &'static str,
    /// What stands on it.
    pub label: String,
    /// Whether it is what one most likely wants.
    pub is_primary: bool,
}

impl PasskeyButton {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_script_the_button_is_not_there() {
        let button = PasskeyButton {
            l: Locale::of(domain::Language::En),
            act: PasskeyAct::Use,
            question: "/sign-in/passkey/question",
            field: "passkey",
            label: "Sign in <with> a passkey".to_owned(),
            is_primary: false,
        };
        let html = button.html();
        assert!(html.as_str().starts_with("<div class=\"passkey\" hidden data-passkey=\"use\""), "{html}");
        assert!(html.as_str().contains("name=\"passkey\"") && !html.as_str().contains("<with>"), "{html}");
    }
}
