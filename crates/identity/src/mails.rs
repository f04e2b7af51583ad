//! Mails that the server itself writes: jobs, rendered and sent by a worker above this crate.

use std::collections::BTreeMap;

use domain::{EmailAddress, Language};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

/// The kind of the jobs.
pub const MAIL_JOB: &str = "mail";

/// What a mail says: its words are in the catalogues under this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTemplate {
    /// The code that proves an address at sign-up. Values: `code`.
    SignUpCode,
    /// Somebody tried to sign up with an address that has an account. Values: `link`, where to sign in.
    AccountExists,
    /// An invitation. Values: `inviter`, `organization`, `address`, `link`, `expires` (milliseconds since 1970 UTC).
    Invitation,
}

impl MailTemplate {
    /// The name in catalogue keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignUpCode => "sign-up-code",
            Self::AccountExists => "account-exists",
            Self::Invitation => "invitation",
        }
    }
}

/// A mail that the server writes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mail {
    /// What it says.
    pub template: MailTemplate,
    /// In which language: its code.
    pub language: String,
    /// To whom.
    pub to: String,
    /// What is filled in.
    pub values: BTreeMap<String, String>,
}

/// Sends a mail: with the transaction it is on its way.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    template: MailTemplate,
    language: Language,
    to: &EmailAddress,
    values: &[(&str, &str)],
) -> Result<(), StoreError> {
    let mail = Mail {
        template,
        language: language.code().to_owned(),
        to: to.to_string(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let payload = serde_json::to_string(&mail).map_err(|fault| StoreError::Internal(Box::new(fault)))?;
    let key = u128::from_be_bytes(tx.random()).to_string();
    let now = tx.now();
    store::jobs::enqueue(tx, MAIL_JOB, &key, &payload, now).map(drop)
}
