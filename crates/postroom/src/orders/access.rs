//! Orders about who may open an email address.

use clap::Subcommand;
use domain::{EmailAddress, Permissions};
use identity::grants::GrantView;
use mailbox::desk::{AddReason, DeskError, ShareError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::report::{moment, moment_if};
use super::{Refusal, Report, as_text, named};
use crate::office::Office;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccessOrder {
    /// Let a user open an address, or change the permissions of one who may
    #[command(after_help = "Examples:\n  \
        postroom access add info@example.test --user ben@example.org --permissions send,devices\n  \
        postroom access add info@example.test --user ben@example.org --permissions none\n\n\
        Reading is what an access is. Permissions are: devices, auto_replies, signatures, redirections, aliases,\n\
        history, restorations, filters, rules, folders, security, send.")]
    Add {
        /// The email address
        #[arg(value_name = "ADDRESS")]
        address: EmailAddress,
        /// The login identifier of the user
        #[arg(long, value_name = "ADDRESS")]
        user: EmailAddress,
        /// Names with commas between them, or all, or none
        #[arg(long, value_name = "LIST", default_value = "all")]
        #[serde(with = "as_text")]
        permissions: Permissions,
    },
    /// Take the access away; all that is open through it closes at once
    #[command(after_help = "Example:\n  postroom access remove info@example.test --user ben@example.org")]
    Remove {
        /// The email address
        #[arg(value_name = "ADDRESS")]
        address: EmailAddress,
        /// The login identifier of the user
        #[arg(long, value_name = "ADDRESS")]
        user: EmailAddress,
    },
    /// List who may open an address
    List {
        /// The email address
        #[arg(value_name = "ADDRESS")]
        address: EmailAddress,
    },
}

impl AccessOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Add { address, user, permissions } => add(office, &address, &user, permissions).await,
            Self::Remove { address, user } => remove(office, &address, &user).await,
            Self::List { address } => list(office, &address).await,
        }
    }
}

async fn add(
    office: &Office,
    address: &EmailAddress,
    user: &EmailAddress,
    permissions: Permissions,
) -> Result<Report, Refusal> {
    let (desk, id) = (named::desk(office, address).await?, named::user(office, user).await?);
    let proof = named::proof(office).await?;
    let changed = desk.set_permissions(&proof, id, permissions).await;
    match changed {
        Ok(()) => {}
        Err(DeskError::NotFound) => {
            let given = desk.add_existing(&proof, id, permissions).await;
            given.map_err(|error| of_sharing(address, error))?;
        }
        Err(error) => return Err(error.into()),
    }
    let facts = [
        ("address", address.to_string().into()),
        ("user", user.to_string().into()),
        ("permissions", names(permissions)),
    ];
    Ok(Report::one(format!("{user} may open {address}."), facts))
}

fn of_sharing(address: &EmailAddress, error: ShareError) -> Refusal {
    match error {
        ShareError::Impossible(AddReason::AddressIsLogin) => {
            Refusal::Refused(format!("{address} cannot be shared: somebody signs in with it"))
        }
        ShareError::BeingDeleted => {
            Refusal::Refused(format!("{address} cannot be shared: it is being deleted"))
        }
        ShareError::HasAccess | ShareError::NotAMember => Refusal::Refused(error.to_string()),
        ShareError::Desk(error) => error.into(),
    }
}

async fn remove(office: &Office, address: &EmailAddress, user: &EmailAddress) -> Result<Report, Refusal> {
    let (desk, id) = (named::desk(office, address).await?, named::user(office, user).await?);
    let proof = named::proof(office).await?;
    let removed = desk.remove_access(&proof, id).await;
    let report = removed
        .map_err(|error| Refusal::from(error).or_absent(|| format!("{user} has no access to {address}")))?;
    let facts = [
        ("address", address.to_string().into()),
        ("user", user.to_string().into()),
        ("closed", report.closed.len().into()),
        ("devices", report.devices.into()),
    ];
    Ok(Report::one(format!("{user} may not open {address} any more."), facts))
}

async fn list(office: &Office, address: &EmailAddress) -> Result<Report, Refusal> {
    let users = named::desk(office, address).await?.users().await?;
    let row = |grant: GrantView| {
        [
            grant.address.into(),
            grant.name.into(),
            names(grant.permissions),
            moment(grant.created_at),
            moment_if(grant.ends_at),
        ]
    };
    let columns = ["user", "name", "permissions", "created_at", "ends_at"];
    Ok(Report::list(format!("Nobody may open {address}."), columns, users.into_iter().map(row)))
}

fn names(permissions: Permissions) -> Value {
    permissions.iter().map(|permission| permission.name()).collect()
}
