//! Mail for mailboxes of this server, which lie above this crate.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use domain::{DomainName, EmailAddress};

/// A future behind a pointer, for traits that are used as objects.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a mailbox here did not take a mail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocalFault {
    /// It never will: there is no such address, or it is closed.
    #[error("{0}")]
    Permanent(String),
    /// It may later: a full disk, a database that is away, a quota that may be raised.
    #[error("{0}")]
    Temporary(String),
}

/// Delivers to mailboxes here.
pub trait LocalDelivery: Send + Sync {
    /// Whether mail for this domain stays here.
    fn is_local<'a>(&'a self, domain: &'a DomainName) -> Boxed<'a, Result<bool, LocalFault>>;

    /// Delivers `content` for good; resolves when that is durable. `sender` is the reverse-path; none is the null one.
    fn deliver<'a>(
        &'a self,
        recipient: &'a EmailAddress,
        sender: Option<&'a EmailAddress>,
        content: Bytes,
    ) -> Boxed<'a, Result<(), LocalFault>>;
}
