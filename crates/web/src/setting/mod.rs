//! Pages of what is set for an address. They are reached from two sides, the Manager and the Mail app, and are the same
//! on both: a side says how it opens the settings, under which path, and what stands around.
//!
//! **Invariant:** what may not be changed is shown with the reason, and without a form.

mod auto_replies;
mod auto_reply;
mod folders;
mod history;
mod restorations;
mod senders;
mod signature;
mod signatures;

use std::future::Future;

use axum::extract::FromRequestParts;
use axum::response::Response;
use domain::Permission;
use mailbox::{Act, AddressSettings, Lack, MailError, SettingsError};
use ui::{Banner, Html, Locale, Tone};

use crate::{Fault, SignedIn, Web};

pub use auto_replies::pages as auto_reply_pages;
pub use folders::pages as folder_pages;
pub use history::pages as history_pages;
pub use restorations::pages as restoration_pages;
pub use senders::{TypedSender, behind, blocked_way, pages as sender_pages, sender_list};
pub use signature::{FORM_BYTES as SIGNATURE_FORM_BYTES, TypedSignature, signature_form};
pub use signatures::{model_list, pages as signature_pages};

/// A page of the settings of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsPage {
    /// Auto-replies.
    AutoReplies,
    /// Signatures.
    Signatures,
    /// Folders.
    Folders,
    /// Blocked and approved senders.
    Security,
    /// Who changed what.
    History,
    /// Deleted messages.
    Restorations,
}

impl SettingsPage {
    /// Each, in the order of their links.
    pub const ALL: [Self; 6] = [
        Self::AutoReplies,
        Self::Signatures,
        Self::Folders,
        Self::Security,
        Self::History,
        Self::Restorations,
    ];

    /// The last piece of its path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::AutoReplies => "auto-replies",
            Self::Signatures => "signatures",
            Self::Folders => "folders",
            Self::Security => "security",
            Self::History => "history",
            Self::Restorations => "restorations",
        }
    }

    /// The key of what it is called.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AutoReplies => "settings-auto-reply",
            Self::Signatures => "settings-signatures",
            Self::Folders => "settings-folders",
            Self::Security => "settings-security",
            Self::History => "history-title",
            Self::Restorations => "restorations-title",
        }
    }
}

/// From where settings are reached, opened for whoever asks.
pub trait Side: FromRequestParts<Web, Rejection = Fault> + Send + Sync + 'static {
    /// Who asks.
    fn signed_in(&self) -> &SignedIn;
    /// What they may do.
    fn settings(&self) -> &AddressSettings;
    /// The beginning of the paths of these pages.
    fn base(&self) -> String;
    /// A whole page with the heading and the links of this side around its content.
    fn framed(
        &self,
        page: SettingsPage,
        content: Html,
    ) -> impl Future<Output = Result<Response, Fault>> + Send;
}

/// The path of a page on a side.
fn path_of<S: Side>(side: &S, page: SettingsPage) -> String {
    format!("{}/{}", side.base(), page.path())
}

/// Why an act is not allowed, in words; none when it is.
async fn because<S: Side>(side: &S, act: Act) -> Result<Option<String>, Fault> {
    let l = side.signed_in().l();
    let address = side.settings().address().to_string();
    Ok(side.settings().lacks(act).await?.map(|lack| lack_said(l, lack, &address)))
}

/// What is lacking, in words.
fn lack_said(l: Locale, lack: Lack, address: &str) -> String {
    match lack {
        Lack::Permission(permission) => {
            let permission = permission_name(l, permission);
            l.t_with("settings-lacks-permission", [("permission", &permission), ("address", address)])
        }
        Lack::Management => l.t("settings-lacks-management"),
    }
}

fn permission_name(l: Locale, permission: Permission) -> String {
    l.t(&format!("permission-{}", permission.name().replace('_', "-")))
}

/// A notice that nothing can be changed; nothing when it can.
fn notice(because: Option<&str>) -> Html {
    let Some(words) = because else { return Html::empty() };
    Banner { tone: Tone::Warn, words: words.to_owned(), lines: Vec::new() }.html()
}

impl From<SettingsError> for Fault {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Mail(error @ MailError::MayNot(_)) => {
                // The page shows no form then: the permission was taken away while one was being filled in.
                tracing::debug!(%error, "a setting was not changed");
                Self::NotFound
            }
            SettingsError::Mail(error) => error.into(),
            SettingsError::Desk(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod shown;
