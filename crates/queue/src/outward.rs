//! The way to other servers, as the worker sees it.

use bytes::Bytes;
use domain::{DomainName, EmailAddress, Recipient, ReportWishes};
use tokio::sync::mpsc::UnboundedSender;

use crate::local::Boxed;
use crate::reply::Outcome;

/// A message for recipients at one destination.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) sender: Option<EmailAddress>,
    pub(crate) destination: DomainName,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) wishes: ReportWishes,
    pub(crate) content: Bytes,
}

/// Hands mail to the servers of its destination.
pub(crate) trait Outward: Send + Sync {
    /// Attempts a delivery; an outcome for each recipient, in their order. What is certain before the end is told at
    /// once, as far as it is: nobody is served twice because the attempt is given up, or the process killed, later.
    fn deliver<'a>(&'a self, mail: &'a Mail, certain: Certain) -> Boxed<'a, Vec<Outcome>>;
}

/// Where outcomes are told that are certain, each with the place of its recipient. One sending for each server at most,
/// so what is not read yet is little.
#[derive(Debug, Clone)]
pub(crate) struct Certain(UnboundedSender<Vec<(usize, Outcome)>>);

impl Certain {
    /// Tells them to whoever reads the other end of `sender`.
    pub(crate) const fn to(sender: UnboundedSender<Vec<(usize, Outcome)>>) -> Self {
        Self(sender)
    }

    /// Tells outcomes that nothing changes any more.
    pub(crate) fn tell(&self, outcomes: Vec<(usize, Outcome)>) {
        if !outcomes.is_empty() {
            // Who does not listen any more gets all of them at the end, or has given up.
            let _ = self.0.send(outcomes);
        }
    }
}
