//! Orders about email addresses.

use clap::Subcommand;
use domain::{DomainName, EmailAddress};
use identity::Identity;
use mailbox::desk::{AddressRow, CreateAddressError, For};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::report::moment;
use super::{Refusal, Report, as_text, named};
use crate::office::Office;

/// How many addresses are read at a time.
const PAGE: usize = 200;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AddressOrder {
    /// Create an email address
    #[command(after_help = "Examples:\n  postroom address add info@example.test\n  \
        postroom address add info@example.test --for anna@example.org")]
    Add {
        /// The address; its domain belongs to a mail service
        #[arg(value_name = "ADDRESS")]
        address: EmailAddress,
        /// The login identifier of the user who may open it at once, with all permissions
        #[arg(long = "for", value_name = "ADDRESS")]
        owner: Option<EmailAddress>,
    },
    /// List email addresses
    List {
        /// Only those of this domain
        #[arg(long, value_name = "NAME")]
        #[serde(with = "as_text::optional", default)]
        domain: Option<DomainName>,
    },
}

impl AddressOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Add { address, owner } => add(office, &address, owner).await,
            Self::List { domain } => list(office, domain.as_ref()).await,
        }
    }
}

async fn add(
    office: &Office,
    address: &EmailAddress,
    owner: Option<EmailAddress>,
) -> Result<Report, Refusal> {
    let operator = Identity::operator();
    let first_user = match &owner {
        Some(owner) => For::User(named::user(office, owner).await?),
        None => For::Nobody,
    };
    let service = office.access.service_of_domain(&operator, address.domain()).await;
    let service = service.map_err(|error| {
        Refusal::from(error).or_absent(|| format!("no mail service has the domain {}", address.domain()))
    })?;
    let desk = office.access.service_desk(&operator, service).await?;
    let made = desk.create_address(address, first_user).await;
    let mailbox = made.map_err(|error| of_creation(address, error))?;
    let sentence = match &owner {
        Some(owner) => format!("{address} is there, and {owner} may open it."),
        None => format!("{address} is there; nobody may open it yet."),
    };
    let facts = [
        ("id", mailbox.to_string().into()),
        ("address", address.to_string().into()),
        ("user", owner.map(|owner| owner.to_string()).into()),
    ];
    Ok(Report::one(sentence, facts))
}

fn of_creation(address: &EmailAddress, error: CreateAddressError) -> Refusal {
    match error {
        CreateAddressError::Taken => Refusal::Refused(format!("{address} exists already")),
        CreateAddressError::DomainIsAlias => {
            Refusal::Refused("the domain stands for another one: its addresses are those of that".to_owned())
        }
        CreateAddressError::DomainUnverified => Refusal::Refused(format!(
            "the domain {0} is not proved yet; if you know that it is theirs: postroom domain trust {0}",
            address.domain()
        )),
        CreateAddressError::BadName
        | CreateAddressError::Reserved
        | CreateAddressError::InBin
        | CreateAddressError::AddressIsLogin => Refusal::Refused(format!("{address}: {error}")),
        CreateAddressError::NoSuchDomain => {
            Refusal::NotFound(format!("no mail service has the domain {}", address.domain()))
        }
        CreateAddressError::Desk(error) => error.into(),
    }
}

async fn list(office: &Office, domain: Option<&DomainName>) -> Result<Report, Refusal> {
    let operator = Identity::operator();
    if let Some(name) = domain {
        let found = office.access.service_of_domain(&operator, name).await;
        found.map_err(|error| {
            Refusal::from(error).or_absent(|| format!("no mail service has the domain {name}"))
        })?;
    }
    let mut rows: Vec<[Value; 6]> = Vec::new();
    for organization in office.identity.list_organizations(&operator).await? {
        let desk = office.access.organization_desk(&operator, organization.id).await?;
        for service in desk.services().await? {
            let addresses = named::addresses(office, service.id, PAGE).await?;
            let wanted = addresses.into_iter().filter(|row| domain.is_none_or(|name| is_of(row, name)));
            rows.extend(wanted.map(|row| shown(row, &organization.name)));
        }
    }
    let columns = ["address", "organization", "users", "used_bytes", "created_at", "id"];
    Ok(Report::list("There are no addresses yet.", columns, rows))
}

fn is_of(row: &AddressRow, domain: &DomainName) -> bool {
    row.address.rsplit_once('@').is_some_and(|(_, own)| own == domain.as_str())
}

fn shown(row: AddressRow, organization: &str) -> [Value; 6] {
    [
        row.address.into(),
        organization.into(),
        row.users.into(),
        row.used_bytes.into(),
        moment(row.created_at),
        row.mailbox.to_string().into(),
    ]
}
