//! The twelve permissions: as switches of a form, as icons that switch at once, and as a list to read.

use askama::Template;
use domain::{Permission, Permissions};

use crate::component::button::Disabled;
use crate::{Html, Locale, icon};

/// Twelve switches in a form; each sends its name as `permission-send`.
#[derive(Template, Debug, Clone)]
#[template(path = "permission_switches.html")]
pub struct PermissionSwitches {
    /// The words around.
    pub l: Locale,
    /// Which are on.
    pub permissions: Permissions,
}

impl PermissionSwitches {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    fn rows(&self) -> Vec<Row> {
        rows(self.l, self.permissions)
    }

    /// Which are on, given whether a name was sent.
    pub fn sent(is_sent: impl Fn(&str) -> bool) -> Permissions {
        Permission::ALL.into_iter().filter(|one| is_sent(&format!("permission-{}", one.name()))).collect()
    }
}

/// One icon for each permission; a click switches it, at once.
#[derive(Template, Debug, Clone)]
#[template(path = "permission_icons.html")]
pub struct PermissionIcons<'a> {
    /// The words around.
    pub l: Locale,
    /// Whose they are, for those who do not see the row.
    pub whose: &'a str,
    /// Which are on.
    pub permissions: Permissions,
    /// Where a click is sent: with `permission` and `to` (`on` or `off`).
    pub action: &'a str,
    /// The element that the answer takes the place of.
    pub target: &'a str,
    /// The token against forged requests.
    pub csrf: &'a str,
    /// Why they cannot be switched.
    pub disabled: Option<Disabled>,
}

impl PermissionIcons<'_> {
    /// Rendered.
    pub fn html(&self) -> Html {
        Html::of(self)
    }

    fn rows(&self) -> Vec<Row> {
        rows(self.l, self.permissions)
    }

    /// The id of a switch: by it the focus finds back when the row is put in anew.
    fn id(&self, row: &Row) -> String {
        format!("{}-{}", self.target.trim_start_matches('#'), row.name)
    }

    fn label(&self, row: &Row) -> String {
        self.l.t_with("permission-of", [("permission", &row.label), ("whose", self.whose)])
    }

    fn tooltip(&self, row: &Row) -> String {
        if let Some(disabled) = &self.disabled {
            return disabled.because.clone();
        }
        let state = if row.is_on { "permission-is-on" } else { "permission-is-off" };
        format!("{}: {} — {}", row.label, row.hint, self.l.t(state))
    }
}

/// One permission as it is shown.
struct Row {
    name: &'static str,
    label: String,
    hint: String,
    is_on: bool,
    icon: Html,
}

fn rows(l: Locale, permissions: Permissions) -> Vec<Row> {
    let row = |permission: Permission| {
        let key = format!("permission-{}", permission.name().replace('_', "-"));
        Row {
            name: permission.name(),
            label: l.t(&key),
            hint: l.t(&format!("{key}-hint")),
            is_on: permissions.has(permission),
            icon: icon::permission(permission),
        }
    };
    Permission::ALL.into_iter().map(row).collect()
}

/// What an access allows, as a list to read.
pub fn permissions_said(l: Locale, permissions: Permissions) -> Html {
    Html::of(&Said { l, rows: rows(l, permissions) })
}

#[derive(Template)]
#[template(path = "permissions_said.html")]
struct Said {
    l: Locale,
    rows: Vec<Row>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_permission_has_its_switch() {
        let html = PermissionSwitches { l: Locale::default(), permissions: Permissions::ALL }.html();
        for permission in Permission::ALL {
            assert!(html.as_str().contains(&format!("name=\"permission-{}\"", permission.name())), "{html}");
        }
        let sent = PermissionSwitches::sent(|name| name == "permission-send");
        assert_eq!(sent, Permissions::NONE.with(Permission::Send));
    }

    #[test]
    fn an_icon_says_whose_it_is_and_which_way_it_stands() {
        let icons = PermissionIcons {
            l: Locale::default(),
            whose: "Ben Beispiel",
            permissions: Permissions::NONE,
            action: "/x",
            target: "#row",
            csrf: "t",
            disabled: None,
        };
        let html = icons.html();
        assert_eq!(html.as_str().matches("role=\"switch\"").count(), 12);
        assert_eq!(html.as_str().matches("aria-checked=\"false\"").count(), 12);
        assert!(html.as_str().contains("Ben Beispiel"), "{html}");
        assert!(html.as_str().contains("id=\"row-send\""), "{html}");
    }
}
