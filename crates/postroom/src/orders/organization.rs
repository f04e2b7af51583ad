//! Orders about organizations.

use clap::Subcommand;
use domain::{EmailAddress, PersonName, Role};
use identity::Identity;
use serde::{Deserialize, Serialize};

use super::{Refusal, Report, as_text};
use crate::office::Office;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrganizationOrder {
    /// Found an organization
    #[command(after_help = "Example:\n  postroom organization add --name Acme --owner anna@example.org")]
    Add {
        /// Its name
        #[arg(long, value_name = "NAME")]
        #[serde(with = "as_text")]
        name: PersonName,
        /// The login identifier of the user who becomes its legal representative
        #[arg(long, value_name = "ADDRESS")]
        owner: EmailAddress,
    },
    /// Make a user a member of an organization
    #[command(
        after_help = "Example:\n  postroom organization add-member --organization Acme --user ben@example.org --role collaborator"
    )]
    AddMember {
        /// The organization's name
        #[arg(long, value_name = "NAME")]
        organization: String,
        /// A login identifier of the user
        #[arg(long, value_name = "ADDRESS")]
        user: EmailAddress,
        /// What they are in it: owner, administrator or collaborator
        #[arg(long, value_name = "ROLE", default_value = "collaborator")]
        #[serde(with = "as_text")]
        role: Role,
    },
    /// List all organizations
    List,
}

impl OrganizationOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Add { name, owner } => add(office, &name, owner).await,
            Self::AddMember { organization, user, role } => {
                add_member(office, organization, user, role).await
            }
            Self::List => list(office).await,
        }
    }
}

async fn add(office: &Office, name: &PersonName, owner: EmailAddress) -> Result<Report, Refusal> {
    let sentence = format!("{name} is there, and {owner} is its legal representative.");
    let facts_owner = owner.to_string();
    let id = office.identity.add_organization(&Identity::operator(), name.as_str(), owner).await?;
    let facts =
        [("id", id.to_string().into()), ("name", name.to_string().into()), ("owner", facts_owner.into())];
    Ok(Report::one(sentence, facts))
}

async fn add_member(
    office: &Office,
    organization: String,
    user: EmailAddress,
    role: Role,
) -> Result<Report, Refusal> {
    if role == Role::External {
        let words = "an external user is no member: give them an access instead (postroom access add)";
        return Err(Refusal::Usage(words.to_owned()));
    }
    let sentence = format!("{user} is a member of {organization}: {role}.");
    let facts = [
        ("organization", organization.clone().into()),
        ("user", user.to_string().into()),
        ("role", role.name().into()),
    ];
    office.identity.add_member(&Identity::operator(), &organization, user, role).await?;
    Ok(Report::one(sentence, facts))
}

async fn list(office: &Office) -> Result<Report, Refusal> {
    let all = office.identity.list_organizations(&Identity::operator()).await?;
    let rows = all.into_iter().map(|row| [row.name.into(), row.members.into(), row.id.to_string().into()]);
    Ok(Report::list("There are no organizations yet.", ["name", "members", "id"], rows))
}
