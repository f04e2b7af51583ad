//! Orders about the activity log.

use clap::Subcommand;
use identity::Identity;
use identity::audit::Entry;
use identity::operator::AuditState;
use serde::{Deserialize, Serialize};

use super::report::moment;
use super::{Refusal, Report};
use crate::office::Office;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuditOrder {
    /// Check that nobody changed, took out or put in an entry afterwards
    #[command(after_help = "Examples:\n  postroom audit verify\n  postroom audit verify --organization Acme")]
    Verify {
        /// Only the log of this organization
        #[arg(long, value_name = "NAME")]
        organization: Option<String>,
    },
    /// List the newest entries of an organization's log
    #[command(after_help = "Example:\n  postroom audit list --organization Acme")]
    List {
        /// The name of the organization
        #[arg(long, value_name = "NAME")]
        organization: String,
    },
}

impl AuditOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::Verify { organization } => verify(office, organization).await,
            Self::List { organization } => list(office, &organization).await,
        }
    }
}

async fn verify(office: &Office, organization: Option<String>) -> Result<Report, Refusal> {
    let states = office.identity.verify_audit(&Identity::operator(), organization).await?;
    let broken = states.iter().filter_map(|state| state.outcome.as_ref().err().map(|at| (state, at)));
    let broken: Vec<String> =
        broken.map(|(state, at)| format!("the log of {}: {at}", state.organization)).collect();
    if !broken.is_empty() {
        return Err(Refusal::Failed(broken.join("\n")));
    }
    let row = |state: AuditState| [state.organization.into(), state.outcome.unwrap_or_default().into()];
    Ok(Report::list(
        "There are no organizations yet.",
        ["organization", "entries"],
        states.into_iter().map(row),
    ))
}

async fn list(office: &Office, organization: &str) -> Result<Report, Refusal> {
    let entries = office.identity.list_audit(&Identity::operator(), organization).await?;
    let row = |entry: Entry| {
        [
            entry.seq.into(),
            moment(entry.at),
            entry.actor_name.into(),
            entry.verb.into(),
            entry.object.into(),
            entry.detail.into(),
            entry.ip.into(),
        ]
    };
    let columns = ["seq", "at", "actor", "verb", "object", "detail", "ip"];
    Ok(Report::list("The log is empty.", columns, entries.into_iter().map(row)))
}
