//! The document around every page.

use askama::Template;

use crate::{Html, Locale, asset, icon};

/// The scheme that somebody chose; without a choice, their system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// As kept in the cookie `theme`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The part of the product that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The Mail app.
    Mail,
    /// The Manager.
    Manager,
    /// One's own account.
    Account,
}

/// How much room a page takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// A column to read.
    #[default]
    Column,
    /// The whole window.
    Whole,
}

/// Who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub address: String,
    /// Where their picture is; without one, their initials stand for it.
    pub picture: Option<String>,
}

impl Person {
    /// Their picture, or their initials. The name stands beside it.
    pub fn avatar(&self) -> Html {
        Html::of(&Avatar { picture: self.picture.as_deref(), initials: self.initials() })
    }

    fn initials(&self) -> String {
        self.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
    }
}

#[derive(Template)]
#[template(
    source = "{% if let Some(picture) = picture %}<img class=\"avatar\" src=\"{{ picture }}\" alt=\"\">{% else %}<span class=\"avatar\" aria-hidden=\"true\">{{ initials }}</span>{% endif %}",
    ext = "html"
)]
struct Avatar<'a> {
    picture: Option<&'a str>,
    initials: String,
}

/// Somebody who is signed in besides, in the same browser.
#[derive(Debug, Clone, Default)]
pub struct OtherPerson {
    /// The id of their session.
    pub session: String,
    /// Their name.
    pub name: String,
    /// The address that they sign in with.
    pub address: String,
}

/// A page for somebody who is signed in.
#[derive(Template, Debug, Clone)]
#[template(path = "shell.html")]
pub struct Shell<'a> {
    /// The words around.
    pub l: Locale,
    /// The scheme.
    pub theme: Option<Theme>,
    /// The token against forged requests.
    pub csrf: &'a str,
    /// What the window is called.
    pub title: &'a str,
    /// Where the page belongs.
    pub place: Place,
    /// How much room it takes.
    pub width: Width,
    /// Who is signed in.
    pub person: &'a Person,
    /// Who is signed in besides.
    pub others: Vec<OtherPerson>,
    /// Whether another account can be added.
    pub may_add: bool,
    /// The page.
    pub body: Html,
}

impl Shell<'_> {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    fn current(&self, place: Place) -> &'static str {
        if self.place == place { " aria-current=page" } else { "" }
    }

    fn theme_name(&self) -> &'static str {
        self.theme.map_or("", Theme::name)
    }
}

/// A page for somebody who may not be signed in: a card in the middle.
#[derive(Template, Debug, Clone)]
#[template(path = "outside.html")]
pub struct Outside<'a> {
    /// The words around.
    pub l: Locale,
    /// The scheme.
    pub theme: Option<Theme>,
    /// The token against forged requests.
    pub csrf: &'a str,
    /// What the window is called.
    pub title: &'a str,
    /// The page.
    pub body: Html,
}

impl Outside<'_> {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    fn theme_name(&self) -> &'static str {
        self.theme.map_or("", Theme::name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_its_language_its_place_and_who_looks_at_it() {
        let mut person = Person {
            name: "Anna Muster".to_owned(),
            address: "anna@example.org".to_owned(),
            picture: Some("/picture/1\">".to_owned()),
        };
        let picture = person.avatar();
        assert!(picture.as_str().contains("src=\"/picture/1&#34;&#62;\" alt=\"\""), "{picture}");
        person.picture = None;
        let shell = Shell {
            l: Locale::of(domain::Language::Fr),
            theme: Theme::named("dark"),
            csrf: "token",
            title: "Adresses <x>",
            place: Place::Manager,
            width: Width::Column,
            person: &person,
            others: vec![OtherPerson {
                session: "0".to_owned(),
                name: "Ben <Far>".to_owned(),
                address: "ben@far.example".to_owned(),
            }],
            may_add: true,
            body: Html::text("corps"),
        };
        let html = shell.html();
        for piece in [
            "lang=\"fr\"",
            "data-theme=\"dark\"",
            "content=\"token\"",
            ">AM<",
            "corps",
            "ben@far.example",
            "/sign-in/another",
            asset::script(),
        ] {
            assert!(html.as_str().contains(piece), "{piece} in {html}");
        }
        assert!(!html.as_str().contains("<x>") && !html.as_str().contains("<Far>"));
        assert_eq!(html.as_str().matches("aria-current").count(), 1);
    }
}
