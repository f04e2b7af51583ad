//! Icons: drawn in the ink of the text around them, and hidden from screen readers.

use domain::Permission;

use crate::Html;

/// The lines of an icon on a field of 24 × 24.
fn drawn(lines: &str) -> Html {
    Html::trusted(format!(
        "<svg viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\">{lines}</svg>"
    ))
}

/// The mark of Postroom.
pub fn brand() -> Html {
    drawn(
        "<path d=\"M3 10.5 12 4l9 6.5V19a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z\"/><path d=\"m3.5 11 8.5 5.5 8.5-5.5\"/>",
    )
}

/// Light and dark.
pub fn theme() -> Html {
    drawn("<circle cx=\"12\" cy=\"12\" r=\"8\"/><path d=\"M12 4a8 8 0 0 1 0 16z\" fill=\"currentColor\"/>")
}

/// A tick.
pub fn check() -> Html {
    drawn("<path d=\"m5 12.5 4.5 4.5L19 7.5\"/>")
}

/// A paper clip: something is attached.
pub fn attachment() -> Html {
    drawn("<path d=\"m8 12.5 6.5-6.5a3 3 0 0 1 4.3 4.3l-8.3 8.2a5 5 0 0 1-7-7L11 4\"/>")
}

/// A star: wants attention.
pub fn star() -> Html {
    drawn(
        "<path d=\"m12 3.5 2.6 5.6 6.1.7-4.5 4.2 1.2 6-5.4-3-5.4 3 1.2-6-4.5-4.2 6.1-.7z\" fill=\"currentColor\"/>",
    )
}

/// An arrow back: was answered.
pub fn answered() -> Html {
    drawn("<path d=\"m9 7-5 5 5 5\"/><path d=\"M4 12h9a7 7 0 0 1 7 7\"/>")
}

/// The icon of a permission.
pub fn permission(permission: Permission) -> Html {
    drawn(match permission {
        Permission::Devices => {
            "<rect x=\"7\" y=\"3\" width=\"10\" height=\"18\" rx=\"2\"/><path d=\"M11 18h2\"/>"
        }
        Permission::AutoReplies => {
            "<path d=\"m9 8-5 4 5 4\"/><path d=\"M4 12h10a6 6 0 0 1 6 6\"/><path d=\"M17 4v4h4\"/>"
        }
        Permission::Signatures => "<path d=\"M4 20h16\"/><path d=\"m6 15 1-4 8-8 3 3-8 8z\"/>",
        Permission::Redirections => "<path d=\"m15 8 5 4-5 4\"/><path d=\"M20 12H9a5 5 0 0 0-5 5v1\"/>",
        Permission::Aliases => {
            "<circle cx=\"12\" cy=\"12\" r=\"4\"/><path d=\"M16 12v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-4 7.5\"/>"
        }
        Permission::History => {
            "<path d=\"M4 12a8 8 0 1 0 3-6.2\"/><path d=\"M4 4v4h4\"/><path d=\"M12 8v4l3 2\"/>"
        }
        Permission::Restorations => {
            "<path d=\"M5 7h14l-1 13H6z\"/><path d=\"M12 17v-6\"/><path d=\"m9.5 13 2.5-2.5 2.5 2.5\"/><path d=\"M9 7V4h6v3\"/>"
        }
        Permission::Filters => "<path d=\"M4 5h16l-6 8v6l-4 2v-8z\"/>",
        Permission::Rules => {
            "<path d=\"M5 6h6\"/><path d=\"M5 12h10\"/><path d=\"M5 18h4\"/><path d=\"m15 17 2 2 4-4\"/>"
        }
        Permission::Folders => {
            "<path d=\"M3 6a1 1 0 0 1 1-1h5l2 2h9a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z\"/>"
        }
        Permission::Security => "<path d=\"M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6z\"/>",
        Permission::Send => "<path d=\"m4 12 17-8-6 17-3-7z\"/>",
    })
}
