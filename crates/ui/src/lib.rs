//! The design system: layout, components, tokens, scripts, catalogues.
//!
//! A component is a struct with the values that it shows; [`Html::of`] renders it. Pages are put into a [`Shell`] for
//! somebody signed in, or into an [`Outside`] for everybody else.
//!
//! **Invariant:** no text comes from anywhere but the catalogues, no style and no script stands inside a page, and a
//! control that is disabled says why.

mod asset;
mod browser;
pub mod component;
mod html;
pub mod icon;
mod locale;
mod shell;
#[cfg(test)]
mod tokens;
mod zones;

pub use asset::{assets, icon as icon_path, script, stylesheet};
pub use browser::browser_name;
pub use component::button::{Button, ButtonLook, Disabled};
pub use component::copy::{CopyLine, qr};
pub use component::fault::{ErrorSummary, FieldFault};
pub use component::field::{Area, Choice, Choices, Field, FieldKind, Pick, Picks, Tick};
pub use component::notice::{Banner, EmptyState, Tag, Tone};
pub use component::passkey::{PasskeyAct, PasskeyButton};
pub use component::permission::{PermissionIcons, PermissionSwitches, permissions_said};
pub use html::Html;
pub use locale::Locale;
pub use shell::{OtherPerson, Outside, Person, Place, Shell, Theme, Width};
pub use zones::time_zones;
