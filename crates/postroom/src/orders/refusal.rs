//! Why an order was not carried out, and the exit code that says so to a script.

use std::process::ExitCode;

use identity::{OperatorError, Unavailable};
use mailbox::OpenError;
use mailbox::desk::DeskError;
use serde::{Deserialize, Serialize};
use store::StoreError;

/// Why an order was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", content = "words", rename_all = "snake_case")]
pub(crate) enum Refusal {
    /// Something on this machine failed.
    #[error("{0}")]
    Failed(String),
    /// The command was typed wrong, or the configuration has a fault.
    #[error("{0}")]
    Usage(String),
    /// What was named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// A rule of the product forbids it.
    #[error("{0}")]
    Refused(String),
    /// The server does not answer, or somebody else holds the data directory.
    #[error("{0}")]
    Unreachable(String),
}

impl Refusal {
    /// A failure of this machine, with its cause.
    pub(crate) fn failed(what: &str, cause: impl std::fmt::Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }

    /// The same, with other words where something was not found.
    pub(crate) fn or_absent(self, words: impl FnOnce() -> String) -> Self {
        match self {
            Self::NotFound(_) => Self::NotFound(words()),
            Self::Failed(_) | Self::Usage(_) | Self::Refused(_) | Self::Unreachable(_) => self,
        }
    }

    /// The number of the exit code, as `postroom --help` lists them.
    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::Refused(_) => 4,
            Self::Unreachable(_) => 5,
        }
    }

    /// The exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

impl From<OperatorError> for Refusal {
    fn from(error: OperatorError) -> Self {
        let words = error.to_string();
        match error {
            OperatorError::NoUser(_) | OperatorError::NoOrganization(_) => Self::NotFound(words),
            OperatorError::NotOperator
            | OperatorError::AddressTaken(_)
            | OperatorError::AddressIsShared(_)
            | OperatorError::Password(_)
            | OperatorError::Name(_)
            | OperatorError::OrganizationExists(_) => Self::Refused(words),
            OperatorError::Unavailable => Self::Failed(words),
        }
    }
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        let words = error.to_string();
        match error {
            OpenError::NotFound => Self::NotFound(words),
            OpenError::Ended(_) => Self::Refused(words),
            OpenError::Unavailable | OpenError::Internal => Self::Failed(words),
        }
    }
}

impl From<DeskError> for Refusal {
    fn from(error: DeskError) -> Self {
        OpenError::from(error).into()
    }
}
