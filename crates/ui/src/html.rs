//! Markup that is safe to put on a page, as a type of its own.
//!
//! **Invariant:** only a rendered template becomes [`Html`], and templates escape every text that goes into them.

use std::fmt;

use axum::response::{IntoResponse, Response};

/// Rendered markup. In a template, `{{ value }}` puts it there as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Nothing.
    pub const fn empty() -> Self {
        Self(String::new())
    }

    /// What `template` renders to. A template that cannot be rendered leaves a gap and a line in the log.
    pub fn of(template: &impl askama::Template) -> Self {
        match template.render() {
            Ok(text) => Self(text),
            Err(fault) => {
                tracing::error!(%fault, "a template cannot be rendered");
                Self::empty()
            }
        }
    }

    /// A text, escaped.
    pub fn text(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                other => escaped.push(other),
            }
        }
        Self(escaped)
    }

    /// The parts, one after another.
    pub fn join(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Markup made by this crate from numbers and constants only.
    pub(crate) const fn trusted(markup: String) -> Self {
        Self(markup)
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// A fragment, returned alone.
impl IntoResponse for Html {
    fn into_response(self) -> Response {
        axum::response::Html(self.0).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(Html::text("<a href='x'>&\"").as_str(), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }
}
