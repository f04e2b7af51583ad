//! What verification asks of the outside: questions to the DNS, and an end to waiting for the answers.
//!
//! **Invariant:** the questions for one mail take [`ANSWERED_WITHIN`] together. From then on each is answered at once,
//! with a fault that may pass.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, Shared, select};

/// How long all questions for one mail may take: its sender waits for the answer to the content, and a name server that
/// says nothing shall not keep it from us.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// A future behind a pointer.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why the DNS gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DnsFault {
    /// No answer now; the same question may be answered later.
    #[error("the name server gave no usable answer")]
    Temporary,
    /// The name does not exist.
    #[error("no such name")]
    NoSuchName,
}

/// Which addresses of a host are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// A records.
    V4,
    /// AAAA records.
    V6,
}

impl Family {
    /// That of an address.
    pub(crate) const fn of(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }
}

/// The outside, as far as verification needs it. A name that exists without such records is answered with none.
pub trait Dns: Send + Sync {
    /// The texts of a name, each put together from its strings.
    fn txt<'a>(&'a self, name: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>>;

    /// The addresses of a host.
    fn addresses<'a>(&'a self, name: &'a str, family: Family) -> Boxed<'a, Result<Vec<IpAddr>, DnsFault>>;

    /// The mail exchangers of a domain, the most preferred first.
    fn exchangers<'a>(&'a self, domain: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>>;

    /// The names of an address (PTR records).
    fn names(&self, ip: IpAddr) -> Boxed<'_, Result<Vec<String>, DnsFault>>;

    /// Passes when that much time has.
    fn pause(&self, duration: Duration) -> Boxed<'_, ()>;
}

/// The questions for one mail.
pub(crate) struct Questions<'a> {
    dns: &'a dyn Dns,
    out_of_time: Shared<Boxed<'a, ()>>,
}

impl<'a> Questions<'a> {
    /// Begins to ask; the time runs from the first question.
    pub(crate) fn new(dns: &'a dyn Dns) -> Self {
        Self { dns, out_of_time: dns.pause(ANSWERED_WITHIN).shared() }
    }

    pub(crate) async fn txt(&self, name: &str) -> Result<Vec<String>, DnsFault> {
        self.in_time(self.dns.txt(name)).await
    }

    pub(crate) async fn addresses(&self, name: &str, family: Family) -> Result<Vec<IpAddr>, DnsFault> {
        self.in_time(self.dns.addresses(name, family)).await
    }

    pub(crate) async fn exchangers(&self, domain: &str) -> Result<Vec<String>, DnsFault> {
        self.in_time(self.dns.exchangers(domain)).await
    }

    pub(crate) async fn names(&self, ip: IpAddr) -> Result<Vec<String>, DnsFault> {
        self.in_time(self.dns.names(ip)).await
    }

    async fn in_time<T>(&self, question: Boxed<'_, Result<T, DnsFault>>) -> Result<T, DnsFault> {
        match select(self.out_of_time.clone(), question).await {
            Either::Left(((), _)) => Err(DnsFault::Temporary),
            Either::Right((answer, _)) => answer,
        }
    }
}
