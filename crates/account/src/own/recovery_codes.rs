//! Recovery codes, shown this once.

use askama::Template;
use domain::Secret;
use ui::{Html, Locale};

/// The page that shows them.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub(crate) struct RecoveryCodes<'a> {
    /// The words around.
    pub(crate) l: Locale,
    /// The codes.
    pub(crate) codes: &'a [Secret<String>],
    /// Where one goes on to.
    pub(crate) next: &'a str,
}

impl RecoveryCodes<'_> {
    /// Rendered.
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }
}
