//! Orders about mail on its way out.

use clap::Subcommand;
use domain::SubmissionId;
use queue::RecipientState;
use queue::desk::{QueuedMail, QueuedRecipient};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::report::moment;
use super::{Refusal, Report};
use crate::office::Office;

/// How many mails are listed: more cannot be read anyway.
const LISTED: usize = 1_000;

/// What can be ordered.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QueueOrder {
    /// List what has not left yet
    List,
    /// Try a mail again at once
    #[command(after_help = "Example:\n  postroom queue retry 0192f0c1-7a52-7c3e-9d5b-2f1f4f2d8a10")]
    Retry {
        /// Its number, as `queue list` shows it
        #[arg(value_name = "ID")]
        submission: SubmissionId,
    },
    /// Give a mail up; its sender gets a bounce
    #[command(after_help = "Example:\n  postroom queue cancel 0192f0c1-7a52-7c3e-9d5b-2f1f4f2d8a10")]
    Cancel {
        /// Its number, as `queue list` shows it
        #[arg(value_name = "ID")]
        submission: SubmissionId,
    },
}

impl QueueOrder {
    /// Carries it out.
    pub(crate) async fn execute(self, office: &Office) -> Result<Report, Refusal> {
        match self {
            Self::List => list(office).await,
            Self::Retry { submission } => {
                let touched = office.store.write(move |tx| queue::desk::retry(tx, submission)).await?;
                told(submission, touched, "It is tried again at once.")
            }
            Self::Cancel { submission } => {
                let touched = office.store.write(move |tx| queue::desk::cancel(tx, submission)).await?;
                told(submission, touched, "It is given up; its sender gets a bounce.")
            }
        }
    }
}

/// What was done to so many recipients of a mail.
fn told(submission: SubmissionId, touched: u64, sentence: &str) -> Result<Report, Refusal> {
    if touched == 0 {
        return Err(Refusal::NotFound(format!("no mail {submission} waits, or it is being sent just now")));
    }
    Ok(Report::one(sentence, [("id", submission.to_string().into()), ("recipients", touched.into())]))
}

async fn list(office: &Office) -> Result<Report, Refusal> {
    let mails = office.store.read(|tx| queue::desk::list(tx, LISTED)).await?;
    let columns = ["id", "sender", "recipient", "state", "attempts", "due_at", "size", "last_reply"];
    Ok(Report::list("Nothing waits.", columns, mails.iter().flat_map(rows)))
}

/// A row for each recipient that waits.
fn rows(mail: &QueuedMail) -> impl Iterator<Item = [Value; 8]> {
    mail.recipients.iter().filter(|recipient| waits(recipient)).map(|recipient| {
        [
            mail.id.to_string().into(),
            mail.sender.as_ref().map(ToString::to_string).into(),
            recipient.address.to_string().into(),
            recipient.state.to_string().into(),
            recipient.attempts.into(),
            moment(recipient.due_at),
            mail.size.into(),
            recipient.last_reply.clone().into(),
        ]
    })
}

const fn waits(recipient: &QueuedRecipient) -> bool {
    match recipient.state {
        RecipientState::Waiting | RecipientState::Cancelled => true,
        RecipientState::Delivered | RecipientState::Failed => false,
    }
}
