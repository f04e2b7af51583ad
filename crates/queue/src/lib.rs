//! Mail on its way out: accepted in a transaction, carried by a worker.
//!
//! **Invariant:** what was accepted is delivered once, comes back as a bounce, or is given up by an operator; a process
//! that is killed loses nothing of it.

mod arrival;
pub mod desk;
mod local;
mod outward;
mod plan;
mod record;
mod reply;
mod report;
mod schedule;
mod smtp;
mod srs;
mod submission;
mod words;
mod worker;

#[cfg(test)]
mod tests;

pub use arrival::{Arrival, report_arrival};
pub use local::{Boxed, LocalDelivery, LocalFault};
pub use reply::{Outcome, Reply};
pub use smtp::{Route, SmartHost};
pub use srs::{RewriteFault, Rewriter, Rewritten, Undone};
pub use submission::{NewSubmission, RecipientState, accept, recipients_since};
pub use words::{ReportWords, Saying};
pub use worker::{Tools, WordsIn, Worker};
