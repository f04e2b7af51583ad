//! The order to look through everything that is stored.

use clap::Args;
use identity::Identity;
use mailbox::{Finding, VerifyError, Weight};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Refusal, Report};
use crate::office::Office;

/// How many findings are listed: where there are more, those say what is wrong.
const LISTED: usize = 1_000;

/// Nothing needs to be said.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(
    after_help = "Examples:\n  postroom verify\n  postroom --json verify | jq '.[] | select(.weight == \"fault\")'

Exit code 6 says that there was a fault. A note is nothing wrong: a blob that nobody uses is collected by itself."
)]
pub(crate) struct VerifyOrder {}

impl VerifyOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        let operator = Identity::operator();
        let mut found = Found::default();
        let looked = office.access.verify(&operator, &mut |finding| found.take(finding)).await?;
        for state in office.identity.verify_audit(&operator, None).await? {
            if let Err(broken) = state.outcome {
                found.row(
                    "fault",
                    "log",
                    &format!("the activity log of {}", state.organization),
                    &broken.to_string(),
                );
            }
        }
        let sentence = format!(
            "Everything is as it must be. Email addresses: {}, folders: {}, messages: {}, blobs: {}.",
            looked.mailboxes, looked.folders, looked.messages, looked.blobs
        );
        Ok(found.report(sentence))
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    rows: Vec<[Value; 4]>,
    faults: u64,
    unlisted: u64,
}

impl Found {
    fn take(&mut self, finding: Finding) {
        let weight = match finding.weight {
            Weight::Note => "note",
            Weight::Fault => "fault",
        };
        self.row(weight, finding.topic.name(), &finding.place, &finding.words);
    }

    fn row(&mut self, weight: &str, topic: &str, place: &str, words: &str) {
        self.faults += u64::from(weight == "fault");
        if self.rows.len() < LISTED {
            self.rows.push([weight.into(), topic.into(), place.into(), words.into()]);
        } else {
            self.unlisted += 1;
        }
    }

    fn report(mut self, sentence: String) -> Report {
        if self.unlisted > 0 {
            let words = format!("{} more findings are not listed", self.unlisted);
            self.rows.push(["note".into(), "more".into(), "everywhere".into(), words.into()]);
        }
        let report = Report::list(sentence, ["weight", "topic", "place", "found"], self.rows);
        if self.faults > 0 { report.with_faults() } else { report }
    }
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::NotOperator => Self::Refused(error.to_string()),
            VerifyError::Store(_) | VerifyError::Blob(_) => {
                Self::failed("not everything could be looked at", error)
            }
        }
    }
}
