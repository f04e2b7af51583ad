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
    /// Somebody wanted to sign in with an address that several people open, or to recover an account through it.
    AddressShared,
    /// An invitation. Values: `inviter`, `organization`, `address`, `link`, `expires` (milliseconds since 1970 UTC).
    Invitation,
    /// A link to a new password. Values: `link`.
    PasswordReset,
    /// The password was changed. Values: `link`, where a forgotten password is replaced.
    PasswordChanged,
    /// Whoever runs the server took the second factor away. Values: `link`, where another is set up.
    SecondFactorReset,
    /// Somebody with the right password gave wrong codes. Values: `browser`, `ip`, `link`, where the account is looked
    /// after.
    CodesRefused,
    /// Somebody gave themselves access to an address that others open. Values: `actor`, `organization`, `what`: the
    /// address.
    AccessTaken,
    /// The second factor was changed. Values: `link`, where the account is looked after.
    SecondFactorSet,
    /// The authenticator app was taken away. Values: `link`, where the account is looked after.
    SecondFactorRemoved,
    /// A device password for all addresses was made. Values: `name`, and `link`, where it is revoked.
    AccountDeviceAdded,
    /// A passkey was added. Values: `name`, and `link`, where the account is looked after.
    PasskeyAdded,
    /// A passkey was removed. Values as for adding.
    PasskeyRemoved,
    /// A passkey was refused, because there seems to be a copy of it. Values as for adding.
    PasskeyRefused,
    /// The code that proves a further address. Values: `code`.
    AddressCode,
    /// Somebody signed in with a browser not seen before. Values: `browser` (what it calls itself), `ip`, `at`
    /// (milliseconds since 1970 UTC), `link`, where sessions are ended.
    NewBrowser,
    /// An address signs in from now on. Values: `address`, `link`.
    IdentifierAdded,
    /// An address signs in no more. Values: `address`, `link`.
    IdentifierReleased,
    /// An invitation into an organization. Values: `inviter`, `organization`, `link`, `expires` as above.
    Membership,
    /// Somebody's role in an organization was changed. Values: `actor`, `organization`, `what`: the name of the role.
    RoleChanged,
    /// Somebody's rights in an organization were changed. Values: `actor`, `organization`.
    RightsChanged,
    /// A mail service moved to another organization. Values: `actor`, `organization`: whose event it is, `what`: the name
    /// of the service.
    ServiceMoved,
    /// Somebody is no more in an organization. Values: `actor`, `organization`.
    Removed,
    /// Somebody was given access to an address. Values: `actor`, `organization`, `what`: the address.
    AccessGiven,
    /// Somebody is asked whether mail of an address may be sent on to them. Values: `inviter`, `organization`, `address`,
    /// `link`, `code`, `expires` as above.
    RedirectionAsked,
    /// The reader's access to an address ends soon. Values: `name`: whose access it is, `organization`, `address`, `at`
    /// (milliseconds since 1970 UTC), `zone`: the reader's.
    AccessEnding,
    /// An access that the reader gave ends soon. Values as above.
    AccessEndingOf,
    /// Somebody was put into a team. Values: `actor`, `organization`, `what`: the name of the team.
    TeamJoined,
    /// Somebody was taken out of a team. Values as for joining.
    TeamLeft,
}

impl MailTemplate {
    /// The name in catalogue keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignUpCode => "sign-up-code",
            Self::AccountExists => "account-exists",
            Self::AddressShared => "address-shared",
            Self::Invitation => "invitation",
            Self::Membership => "membership",
            Self::RoleChanged => "role-changed",
            Self::RightsChanged => "rights-changed",
            Self::ServiceMoved => "service-moved",
            Self::Removed => "removed",
            Self::AccessGiven => "access-given",
            Self::AccessEnding => "access-ending",
            Self::AccessEndingOf => "access-ending-of",
            Self::TeamJoined => "team-joined",
            Self::TeamLeft => "team-left",
            Self::RedirectionAsked => "redirection-asked",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::SecondFactorReset => "second-factor-reset",
            Self::CodesRefused => "codes-refused",
            Self::AccessTaken => "access-taken",
            Self::SecondFactorSet => "second-factor-set",
            Self::SecondFactorRemoved => "second-factor-removed",
            Self::AccountDeviceAdded => "account-device-added",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::PasskeyRefused => "passkey-refused",
            Self::AddressCode => "address-code",
            Self::NewBrowser => "new-browser",
            Self::IdentifierAdded => "identifier-added",
            Self::IdentifierReleased => "identifier-released",
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
