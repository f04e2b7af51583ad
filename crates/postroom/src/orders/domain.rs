//! Orders about domains.

use clap::Subcommand;
use domain::DomainName;
use identity::Identity;
use mailbox::desk::{DomainRow, TrustError, trust_domain};
use serde::{Deserialize, Serialize};

use super::report::moment_if;
use super::{Refusal, Report, as_text};
use crate::office::Office;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DomainOrder {
    /// Take it for granted that a domain is theirs, without proof by DNS
    #[command(after_help = "Example:\n  postroom domain trust example.test")]
    Trust {
        /// The domain
        #[arg(value_name = "NAME")]
        #[serde(with = "as_text")]
        name: DomainName,
    },
    /// List all domains, and how each was proved
    List,
}

impl DomainOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Trust { name } => trust(office, &name).await,
            Self::List => list(office).await,
        }
    }
}

async fn trust(office: &Office, name: &DomainName) -> Result<Report, Refusal> {
    let trusted = trust_domain(&office.access, &Identity::operator(), name).await;
    trusted.map_err(|error| match error {
        TrustError::NotFound => Refusal::NotFound(format!("no mail service has the domain {name}")),
        TrustError::Desk(error) => error.into(),
    })?;
    Ok(Report::one(format!("{name} counts as proved."), [("domain", name.as_str().into())]))
}

async fn list(office: &Office) -> Result<Report, Refusal> {
    let domains = office.access.list_domains(&Identity::operator()).await?;
    let row = |domain: DomainRow| {
        [
            domain.name.into(),
            domain.organization.into(),
            domain.service.into(),
            domain.verified_how.into(),
            moment_if(domain.verified_at),
        ]
    };
    let columns = ["domain", "organization", "service", "proved_by", "proved_at"];
    Ok(Report::list("There are no domains yet.", columns, domains.into_iter().map(row)))
}
