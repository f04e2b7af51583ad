//! Orders about device passwords.

use clap::Subcommand;
use domain::{DeviceId, EmailAddress, PersonName};
use identity::devices::DeviceView;
use mailbox::desk::AddDeviceError;
use serde::{Deserialize, Serialize};

use super::report::{moment, moment_if};
use super::{Refusal, Report, as_text, named};
use crate::office::Office;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeviceOrder {
    /// Make a device password; it is shown this once
    #[command(
        after_help = "Example:\n  postroom device add info@example.test --user anna@example.org --name phone\n\n\
        The program signs in with the email address as its name and this password, which opens that one mailbox\n\
        with that user's permissions, and dies with the access."
    )]
    Add {
        /// The email address
        #[arg(value_name = "ADDRESS")]
        address: EmailAddress,
        /// The login identifier of the user whose program it is
        #[arg(long, value_name = "ADDRESS")]
        user: EmailAddress,
        /// What the program or device is called
        #[arg(long, value_name = "NAME")]
        #[serde(with = "as_text")]
        name: PersonName,
    },
    /// Revoke a device password; what is open through it closes at once
    #[command(after_help = "Example:\n  \
        postroom device revoke info@example.test 0192f0c1-7a52-7c3e-9d5b-2f1f4f2d8a10")]
    Revoke {
        /// The email address
        #[arg(value_name = "ADDRESS")]
        address: EmailAddress,
        /// Its number, as `device list` shows it
        #[arg(value_name = "ID")]
        device: DeviceId,
    },
    /// List the device passwords of an address
    List {
        /// The email address
        #[arg(value_name = "ADDRESS")]
        address: EmailAddress,
    },
}

impl DeviceOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Add { address, user, name } => add(office, &address, &user, &name).await,
            Self::Revoke { address, device } => revoke(office, &address, device).await,
            Self::List { address } => list(office, &address).await,
        }
    }
}

async fn add(
    office: &Office,
    address: &EmailAddress,
    user: &EmailAddress,
    name: &PersonName,
) -> Result<Report, Refusal> {
    let (desk, id) = (named::desk(office, address).await?, named::user(office, user).await?);
    let proof = named::proof(office).await?;
    let made = desk.add_device(&proof, id, name.as_str()).await;
    let device = made.map_err(|error| match error {
        AddDeviceError::NoAccess => Refusal::NotFound(format!("{user} has no access to {address}")),
        AddDeviceError::MayNot => Refusal::Refused(format!(
            "the access of {user} to {address} does not have the permission “devices”"
        )),
        AddDeviceError::TooMany => Refusal::Refused(error.to_string()),
        AddDeviceError::Desk(error) => error.into(),
    })?;
    let facts = [
        ("id", device.id.to_string().into()),
        ("address", address.to_string().into()),
        ("name", name.to_string().into()),
        ("secret", device.secret.reveal().clone().into()),
    ];
    Ok(Report::one("The program may sign in, with this secret, which is not shown again.", facts))
}

async fn revoke(office: &Office, address: &EmailAddress, device: DeviceId) -> Result<Report, Refusal> {
    let revoked = named::desk(office, address).await?.revoke_device(device).await;
    revoked.map_err(|error| {
        Refusal::from(error).or_absent(|| format!("{address} has no device password {device}"))
    })?;
    Ok(Report::one("The program may not sign in any more.", [("id", device.to_string().into())]))
}

async fn list(office: &Office, address: &EmailAddress) -> Result<Report, Refusal> {
    let devices = named::desk(office, address).await?.devices().await?;
    let row = |device: DeviceView| {
        [
            device.name.into(),
            device.user_name.into(),
            moment(device.created_at),
            moment_if(device.last_used_at),
            device.last_protocol.into(),
            device.last_ip.into(),
            device.id.to_string().into(),
        ]
    };
    let columns = ["name", "user", "created_at", "last_used_at", "last_protocol", "last_ip", "id"];
    let empty = format!("There is no device password for {address}.");
    Ok(Report::list(empty, columns, devices.into_iter().map(row)))
}
