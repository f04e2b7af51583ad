//! What a page has to say: banners, tags, and what stands where there is nothing.

use askama::Template;

use crate::Html;

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// For information.
    #[default]
    Info,
    /// It went well.
    Ok,
    /// Something needs attention.
    Warn,
    /// Something went wrong, or will be lost.
    Danger,
}

impl Tone {
    const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Danger => "danger",
        }
    }

    /// What interrupts a screen reader.
    const fn role(self) -> &'static str {
        match self {
            Self::Info | Self::Ok => "status",
            Self::Warn | Self::Danger => "alert",
        }
    }
}

/// A notice above the content.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "banner.html")]
pub struct Banner {
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub words: String,
    /// Further lines.
    pub lines: Vec<String>,
}

impl Banner {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

/// A state in one word.
#[derive(Template, Debug, Clone, Default)]
#[template(source = "<span class=\"tag tag-{{ tone.name() }}\">{{ words }}</span>", ext = "html")]
pub struct Tag {
    /// How it is meant.
    pub tone: Tone,
    /// The word.
    pub words: String,
}

impl Tag {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

/// What stands where there is nothing yet: what it would be, and what to do next.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "empty.html")]
pub struct EmptyState {
    /// What is not there.
    pub title: String,
    /// What to do.
    pub hint: String,
    /// A link that does it: where, and its words.
    pub action: Option<(String, String)>,
}

impl EmptyState {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}
