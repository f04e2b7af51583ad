//! Orders about people's accounts.

use clap::{Args, Subcommand};
use domain::{EmailAddress, Language, PersonName, Secret};
use identity::Identity;
use serde::{Deserialize, Serialize};

use super::report::moment;
use super::{Refusal, Report, as_text};
use crate::office::Office;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserOrder {
    /// Make an account
    #[command(after_help = "Example:\n  \
        postroom user add --email anna@example.org --name \"Anna Muster\" --password-stdin < password\n\n\
        The email address becomes the person's login identifier. They add a second factor when they sign in.")]
    Add(NewUser),
    /// Take the second factor of an account away: for whoever lost their phone and their recovery codes
    ResetSecondFactor {
        /// An address with which they sign in
        #[arg(value_name = "ADDRESS")]
        email: EmailAddress,
    },
    /// List all accounts
    List,
}

/// The account to make.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub(crate) struct NewUser {
    /// The address with which they sign in
    #[arg(long, value_name = "ADDRESS")]
    email: EmailAddress,
    /// First and last name
    #[arg(long, value_name = "NAME")]
    #[serde(with = "as_text")]
    name: PersonName,
    /// The language of pages and mails: en, fr
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    #[serde(with = "as_text")]
    language: Language,
    /// Read the password from standard input: there is no way to give it as an argument, where others could see it
    #[arg(long, required = true)]
    #[serde(skip)]
    password_stdin: bool,
    #[arg(skip)]
    #[serde(with = "password")]
    password: Option<Secret<String>>,
}

impl UserOrder {
    /// Puts in the password that was read from standard input, where the order needs one.
    pub(crate) fn with_password(
        self,
        read: impl FnOnce() -> Result<Secret<String>, Refusal>,
    ) -> Result<Self, Refusal> {
        match self {
            Self::Add(user) => Ok(Self::Add(NewUser { password: Some(read()?), ..user })),
            Self::ResetSecondFactor { email } => Ok(Self::ResetSecondFactor { email }),
            Self::List => Ok(Self::List),
        }
    }

    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Add(user) => user.add(office).await,
            Self::ResetSecondFactor { email } => reset_second_factor(office, email).await,
            Self::List => list(office).await,
        }
    }
}

impl NewUser {
    async fn add(self, office: &Office) -> Result<Report, Refusal> {
        let password = self.password.ok_or_else(|| Refusal::Usage("there is no password".to_owned()))?;
        let (email, name, operator) = (self.email, self.name, Identity::operator());
        let (identity, address, language) = (&office.identity, email.clone(), self.language);
        let id = identity.add_user_speaking(&operator, address, name.as_str(), language, &password).await?;
        let sentence = format!("{email} may sign in.");
        let facts = [
            ("id", id.to_string().into()),
            ("email", email.to_string().into()),
            ("name", name.to_string().into()),
        ];
        Ok(Report::one(sentence, facts))
    }
}

async fn reset_second_factor(office: &Office, email: EmailAddress) -> Result<Report, Refusal> {
    office.identity.reset_second_factor(&Identity::operator(), email.clone()).await?;
    let sentence =
        format!("{email} signs in with the password alone until they set up another second factor.");
    Ok(Report::one(sentence, [("email", email.to_string().into())]))
}

async fn list(office: &Office) -> Result<Report, Refusal> {
    let users = office.identity.list_users(&Identity::operator()).await?;
    let row = |user: identity::UserView| {
        let name = user.name();
        [
            user.address.into(),
            name.into(),
            user.language.code().into(),
            moment(user.created_at),
            user.id.to_string().into(),
        ]
    };
    let columns = ["email", "name", "language", "created_at", "id"];
    Ok(Report::list("There are no users yet.", columns, users.into_iter().map(row)))
}

/// A password on its way through the socket, which only the operator can open.
mod password {
    use domain::Secret;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        password: &Option<Secret<String>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        password.as_ref().map(Secret::reveal).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Secret<String>>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
    }
}
