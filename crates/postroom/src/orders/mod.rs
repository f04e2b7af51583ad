//! The orders of an operator: one type for each noun, and one function that carries any of them out.
//!
//! **Invariant:** the same code runs inside a server that serves and in a command while no server runs; an order is
//! plain data, so it means the same in both.

pub(crate) mod access;
pub(crate) mod address;
mod as_text;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod device;
pub(crate) mod domain;
mod named;
pub(crate) mod organization;
pub(crate) mod queue;
pub(crate) mod refusal;
pub(crate) mod report;
pub(crate) mod service;
pub(crate) mod user;
pub(crate) mod verify;

use serde::{Deserialize, Serialize};

pub(crate) use refusal::Refusal;
pub(crate) use report::Report;

use crate::office::Office;

/// One order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Save everything.
    Backup(backup::BackupOrder),
    /// Look through everything.
    Verify(verify::VerifyOrder),
    /// The activity log.
    Audit(audit::AuditOrder),
    /// Mail on its way out.
    Queue(queue::QueueOrder),
    /// Domains.
    Domain(domain::DomainOrder),
    /// Accounts.
    User(user::UserOrder),
    /// Organizations.
    Organization(organization::OrganizationOrder),
    /// Mail services.
    Service(service::ServiceOrder),
    /// Email addresses.
    Address(address::AddressOrder),
    /// Accesses.
    Access(access::AccessOrder),
    /// Device passwords.
    Device(device::DeviceOrder),
}

impl Order {
    /// Carries the order out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Backup(order) => order.execute(office).await,
            Self::Verify(order) => order.execute(office).await,
            Self::Audit(order) => order.execute(office).await,
            Self::Queue(order) => order.execute(office).await,
            Self::Domain(order) => order.execute(office).await,
            Self::User(order) => order.execute(office).await,
            Self::Organization(order) => order.execute(office).await,
            Self::Service(order) => order.execute(office).await,
            Self::Address(order) => order.execute(office).await,
            Self::Access(order) => order.execute(office).await,
            Self::Device(order) => order.execute(office).await,
        }
    }
}
