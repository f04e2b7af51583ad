//! The way to other servers, as the worker sees it.

use bytes::Bytes;
use domain::{DomainName, EmailAddress, Recipient, ReportWishes};

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
    /// Attempts a delivery; an outcome for each recipient, in their order.
    fn deliver<'a>(&'a self, mail: &'a Mail) -> Boxed<'a, Vec<Outcome>>;
}
