//! Questions to the DNS: mail exchangers, addresses, and texts.
//!
//! **Invariant:** a failure that may pass (no answer, `SERVFAIL`) is never reported as an answer, so that mail
//! is not returned to its sender because a name server was being restarted.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use thiserror::Error;

use crate::timer::within;

/// How long one question may take in all. The library asks each server twice and waits 5 seconds for each;
/// this bounds the sum for a configuration with many servers.
const LONGEST_QUESTION: Duration = Duration::from_secs(30);

/// How many answers are remembered: enough for one run of the queue, small enough to forget.
const REMEMBERED_ANSWERS: u64 = 512;

/// Why the DNS gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DnsFault {
    /// No answer now; the same question may be answered later.
    #[error("the name server gave no usable answer")]
    Temporary,
    /// The name does not exist, or cannot exist.
    #[error("no such name")]
    NoSuchName,
    /// The domain says that it accepts no mail (RFC 7505).
    #[error("the domain accepts no mail")]
    NullMx,
}

/// The resolver could not be set up.
#[derive(Debug, Error)]
#[error("the resolver could not be set up")]
pub struct ResolverError(#[from] NetError);

/// Asks the DNS. Clones share one memory of answers.
#[derive(Clone)]
pub struct Resolver {
    inner: TokioResolver,
}

impl Resolver {
    /// A resolver that asks `server` only, over UDP and TCP, or the system's name servers when there is none.
    ///
    /// # Errors
    /// [`ResolverError`] when the system's configuration cannot be read.
    pub fn new(server: Option<SocketAddr>) -> Result<Self, ResolverError> {
        let mut builder = match server {
            None => TokioResolver::builder_tokio()?,
            Some(address) => {
                TokioResolver::builder_with_config(only(address), TokioRuntimeProvider::default())
            }
        };
        builder.options_mut().cache_size = REMEMBERED_ANSWERS;
        Ok(Self { inner: builder.build()? })
    }

    /// The mail exchangers of `domain`, most preferred first. Empty when the name exists but has none: then the
    /// name itself is the exchanger (RFC 5321 §5.1).
    ///
    /// # Errors
    /// [`DnsFault`]; [`DnsFault::NullMx`] when the only exchanger is the root (RFC 7505 §3).
    pub async fn mx(&self, domain: &str) -> Result<Vec<(u16, String)>, DnsFault> {
        let records = self.records(domain, RecordType::MX).await?;
        let mut refused = false;
        let mut exchangers = Vec::new();
        for record in &records {
            if let RData::MX(mx) = &record.data {
                if mx.exchange.is_root() {
                    refused = true;
                } else {
                    exchangers.push((mx.preference, written(&mx.exchange)));
                }
            }
        }
        if refused && exchangers.is_empty() {
            return Err(DnsFault::NullMx);
        }
        exchangers.sort();
        Ok(exchangers)
    }

    /// The addresses of `host`, IPv4 first. Empty when the name exists but has none.
    ///
    /// # Errors
    /// [`DnsFault`]; a temporary fault only when neither kind of address was found.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsFault> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let (four, six) =
            tokio::join!(self.records(host, RecordType::A), self.records(host, RecordType::AAAA));
        let found: Vec<IpAddr> = [&four, &six]
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|record| record.data.ip_addr())
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
        match (four, six) {
            (Err(DnsFault::Temporary), _) | (_, Err(DnsFault::Temporary)) => Err(DnsFault::Temporary),
            (Ok(_), _) | (_, Ok(_)) => Ok(Vec::new()),
            (Err(fault), Err(_)) => Err(fault),
        }
    }

    /// The IPv4 addresses of `host`, and no others. Empty when the name exists but has none.
    ///
    /// # Errors
    /// [`DnsFault`].
    pub async fn addresses_v4(&self, host: &str) -> Result<Vec<IpAddr>, DnsFault> {
        self.addresses_of(host, RecordType::A).await
    }

    /// The IPv6 addresses of `host`, and no others. Empty when the name exists but has none.
    ///
    /// # Errors
    /// [`DnsFault`].
    pub async fn addresses_v6(&self, host: &str) -> Result<Vec<IpAddr>, DnsFault> {
        self.addresses_of(host, RecordType::AAAA).await
    }

    async fn addresses_of(&self, host: &str, kind: RecordType) -> Result<Vec<IpAddr>, DnsFault> {
        let records = self.records(host, kind).await?;
        Ok(records.iter().filter_map(|record| record.data.ip_addr()).collect())
    }

    /// The names of an address: nobody but its owner vouches for them.
    ///
    /// # Errors
    /// [`DnsFault`].
    pub async fn names(&self, ip: IpAddr) -> Result<Vec<String>, DnsFault> {
        let records = self.records_of(Name::from(ip), RecordType::PTR).await?;
        let mut names = Vec::new();
        for record in &records {
            if let RData::PTR(ptr) = &record.data {
                names.push(written(ptr));
            }
        }
        Ok(names)
    }

    /// The texts of `name`, each put together from its strings (RFC 7208 §3.3).
    ///
    /// # Errors
    /// [`DnsFault`].
    pub async fn txt(&self, name: &str) -> Result<Vec<String>, DnsFault> {
        let records = self.records(name, RecordType::TXT).await?;
        let mut texts = Vec::new();
        for record in &records {
            if let RData::TXT(txt) = &record.data {
                texts.push(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned());
            }
        }
        Ok(texts)
    }

    /// The records of one kind, followed through aliases. None when the name exists without them.
    async fn records(&self, name: &str, kind: RecordType) -> Result<Vec<Record>, DnsFault> {
        self.records_of(read_name(name).ok_or(DnsFault::NoSuchName)?, kind).await
    }

    async fn records_of(&self, name: Name, kind: RecordType) -> Result<Vec<Record>, DnsFault> {
        let answer = within(LONGEST_QUESTION, self.inner.lookup(name, kind)).await;
        match answer.map_err(|_late| DnsFault::Temporary)? {
            Ok(found) => Ok(found.answers().to_vec()),
            Err(error) if error.is_nx_domain() => Err(DnsFault::NoSuchName),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => {
                tracing::debug!(%error, "a question to the DNS failed");
                Err(DnsFault::Temporary)
            }
        }
    }
}

/// A configuration that knows one server.
fn only(server: SocketAddr) -> ResolverConfig {
    let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
    for connection in &mut connections {
        connection.port = server.port();
    }
    ResolverConfig::from_name_servers(vec![NameServerConfig::new(server.ip(), true, connections)])
}

/// Reads a name as complete, so that no search domain of this machine is ever tried with it.
fn read_name(text: &str) -> Option<Name> {
    if text.trim_end_matches('.').is_empty() {
        return None;
    }
    let read = if text.is_ascii() { Name::from_ascii(text) } else { Name::from_utf8(text) };
    let mut name = read.ok()?;
    name.set_fqdn(true);
    Some(name)
}

/// A name as the other crates write it: lower case, without the final dot.
fn written(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
