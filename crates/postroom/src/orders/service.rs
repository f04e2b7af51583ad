//! Orders about mail services.

use clap::Subcommand;
use domain::DomainName;
use identity::Identity;
use mailbox::desk::CreateServiceError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Refusal, Report, as_text};
use crate::office::Office;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ServiceOrder {
    /// Create a mail service with a domain
    #[command(after_help = "Example:\n  postroom service add --organization Acme --domain example.test\n\n\
        Addresses can be created once DNS proves that the domain is theirs, or once you say so:\n  \
        postroom domain trust example.test")]
    Add {
        /// The name of the organization
        #[arg(long, value_name = "NAME")]
        organization: String,
        /// The domain
        #[arg(long, value_name = "NAME")]
        #[serde(with = "as_text")]
        domain: DomainName,
    },
    /// List mail services with their domains
    List {
        /// Only those of this organization
        #[arg(long, value_name = "NAME")]
        organization: Option<String>,
    },
}

impl ServiceOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Add { organization, domain } => add(office, &organization, &domain).await,
            Self::List { organization } => list(office, organization.as_deref()).await,
        }
    }
}

async fn add(office: &Office, organization: &str, domain: &DomainName) -> Result<Report, Refusal> {
    let operator = Identity::operator();
    let id = office.identity.organization_named(&operator, organization).await?;
    let desk = office.access.organization_desk(&operator, id).await?;
    // The first domain gives the service its name; the Manager can change it.
    let made = desk.create_service(domain.as_str(), domain).await;
    let service = made.map_err(|error| match error {
        CreateServiceError::DomainTaken => {
            Refusal::Refused(format!("a mail service of this server has the domain {domain} already"))
        }
        CreateServiceError::TooMany => Refusal::Refused(error.to_string()),
        CreateServiceError::Desk(error) => error.into(),
    })?;
    let sentence =
        format!("{organization} has a mail service with the domain {domain}, which is still to be proved.");
    let facts = [
        ("id", service.to_string().into()),
        ("organization", organization.into()),
        ("domain", domain.as_str().into()),
    ];
    Ok(Report::one(sentence, facts))
}

async fn list(office: &Office, organization: Option<&str>) -> Result<Report, Refusal> {
    let operator = Identity::operator();
    if let Some(name) = organization {
        office.identity.organization_named(&operator, name).await?;
    }
    let mut rows: Vec<[Value; 6]> = Vec::new();
    for owner in office.identity.list_organizations(&operator).await? {
        if organization.is_some_and(|name| name != owner.name) {
            continue;
        }
        let desk = office.access.organization_desk(&operator, owner.id).await?;
        rows.extend(desk.services().await?.into_iter().map(|service| {
            [
                owner.name.clone().into(),
                service.name.into(),
                service.domains.into(),
                service.is_verified.into(),
                service.addresses.into(),
                service.id.to_string().into(),
            ]
        }));
    }
    let columns = ["organization", "name", "domains", "verified", "addresses", "id"];
    Ok(Report::list("There are no mail services yet.", columns, rows))
}
