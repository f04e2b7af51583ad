//! The outside as the checks of arriving mail ask about it.

use std::net::IpAddr;
use std::time::Duration;

use mailbox::{Boxed, Dns, DnsFault, Family};
use net::dns::Resolver;
use net::{dns, timer};

/// The DNS behind the resolver that the operator set.
pub(super) struct Outside(pub(super) Resolver);

impl Dns for Outside {
    fn txt<'a>(&'a self, name: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        Box::pin(async move { self.0.txt(name).await.map_err(fault) })
    }

    fn addresses<'a>(&'a self, name: &'a str, family: Family) -> Boxed<'a, Result<Vec<IpAddr>, DnsFault>> {
        Box::pin(async move {
            let found = match family {
                Family::V4 => self.0.addresses_v4(name).await,
                Family::V6 => self.0.addresses_v6(name).await,
            };
            found.map_err(fault)
        })
    }

    fn exchangers<'a>(&'a self, domain: &'a str) -> Boxed<'a, Result<Vec<String>, DnsFault>> {
        Box::pin(async move {
            match self.0.mx(domain).await {
                Ok(exchangers) => Ok(exchangers.into_iter().map(|(_, host)| host).collect()),
                Err(dns::DnsFault::NullMx) => Ok(Vec::new()),
                Err(other) => Err(fault(other)),
            }
        })
    }

    fn names(&self, ip: IpAddr) -> Boxed<'_, Result<Vec<String>, DnsFault>> {
        Box::pin(async move { self.0.names(ip).await.map_err(fault) })
    }

    fn pause(&self, duration: Duration) -> Boxed<'_, ()> {
        Box::pin(timer::sleep(duration))
    }
}

const fn fault(fault: dns::DnsFault) -> DnsFault {
    match fault {
        dns::DnsFault::Temporary => DnsFault::Temporary,
        dns::DnsFault::NoSuchName | dns::DnsFault::NullMx => DnsFault::NoSuchName,
    }
}
