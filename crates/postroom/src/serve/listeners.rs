//! The listeners: which there are, where they are bound, and how much each takes on.

use std::net::SocketAddr;
use std::time::Duration;

use net::listener::{Limits, Listener};
use net::proxy::Proxies;
use web::ClientPorts;

use crate::config::{self, Listen};
use crate::orders::Refusal;

/// Who answers at a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Front {
    /// Pages.
    Web,
    /// SMTP, of one of its three services.
    Smtp(smtp::Service),
    /// IMAP, encrypted one way or the other.
    Imap(imap::Security),
}

/// A listener that is bound.
#[derive(Debug)]
pub(super) struct Bound {
    name: &'static str,
    pub(super) front: Front,
    pub(super) address: SocketAddr,
    pub(super) listener: Listener,
    /// Who says for whom it comes.
    pub(super) proxies: Proxies,
}

/// Binds every listener that is not off.
pub(super) async fn open(listen: &Listen) -> Result<Vec<Bound>, Refusal> {
    let all = [
        ("web", listen.web, Front::Web),
        ("smtp", listen.smtp, Front::Smtp(smtp::Service::Reception)),
        ("submission", listen.submission, Front::Smtp(smtp::Service::Submission)),
        ("submissions", listen.submissions, Front::Smtp(smtp::Service::Submissions)),
        ("imap", listen.imap, Front::Imap(imap::Security::StartTls)),
        ("imaps", listen.imaps, Front::Imap(imap::Security::Tls)),
    ];
    let mut bound = Vec::with_capacity(all.len());
    for (name, at, front) in all {
        let config::Listener::At(address) = at else { continue };
        let fault = |error| Refusal::Failed(format!("listen.{name}: {address} cannot be used: {error}"));
        let listener = Listener::bind(address).await.map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        let proxies = if listen.is_proxied(name) { listen.proxies.clone() } else { Proxies::default() };
        bound.push(Bound { name, front, address, listener, proxies });
    }
    Ok(bound)
}

/// Where the pages are bound.
pub(super) fn web(bound: &[Bound]) -> config::Listener {
    let web = bound.iter().find(|door| door.front == Front::Web);
    web.map_or(config::Listener::Off, |door| config::Listener::At(door.address))
}

/// At which ports mail programs come in.
pub(super) fn clients(bound: &[Bound]) -> ClientPorts {
    let port = |front: Front| bound.iter().find(|door| door.front == front).map(|door| door.address.port());
    ClientPorts {
        imaps: port(Front::Imap(imap::Security::Tls)),
        imap: port(Front::Imap(imap::Security::StartTls)),
        submissions: port(Front::Smtp(smtp::Service::Submissions)),
        submission: port(Front::Smtp(smtp::Service::Submission)),
    }
}

impl Bound {
    /// How the server tells of it.
    pub(super) fn line(&self) -> String {
        match self.front {
            Front::Web => format!("{:<12} http://{}/", self.name, self.address),
            Front::Smtp(_) | Front::Imap(_) => format!("{:<12} {}", self.name, self.address),
        }
    }

    /// How much it takes on.
    pub(super) fn limits(&self) -> Limits {
        let limits = match self.front {
            Front::Web => WEB,
            Front::Smtp(smtp::Service::Reception | smtp::Service::Submission) => SMTP,
            Front::Smtp(smtp::Service::Submissions) => Limits { refused: b"", ..SMTP },
            Front::Imap(imap::Security::StartTls) => IMAP,
            Front::Imap(imap::Security::Tls) => Limits { refused: b"", ..IMAP },
        };
        if self.address.ip().is_loopback() && !self.proxies.hold(self.address.ip()) {
            // Whoever comes here is a program of this machine: a proxy, behind which are all the others.
            return Limits { per_address: limits.connections, ..limits };
        }
        limits
    }
}

/// An office behind one address has a few browsers with a few connections each. An event stream never ends by itself, so
/// it is not waited for.
const WEB: Limits = Limits {
    connections: 4_000,
    per_address: 200,
    refused: b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    grace: Duration::from_secs(2),
};

/// Each may hold a message in memory. A large sender uses a few dozen connections at once; more is an attack.
const SMTP: Limits = Limits {
    connections: 1_000,
    per_address: 50,
    refused: b"421 4.7.0 Too many connections: try again later.\r\n",
    grace: Duration::from_secs(10),
};

/// Mail programs keep several connections each, most of them idle, and an office has many programs.
const IMAP: Limits = Limits {
    connections: 10_000,
    per_address: 500,
    refused: b"* BYE Too many connections: try again later.\r\n",
    grace: Duration::from_secs(10),
};

#[cfg(test)]
mod tests {
    use super::*;

    fn off() -> Listen {
        let off = config::Listener::Off;
        let (proxies, proxied) = (Proxies::default(), None);
        Listen {
            web: off,
            smtp: off,
            submission: off,
            submissions: off,
            imap: off,
            imaps: off,
            proxies,
            proxied,
        }
    }

    #[tokio::test]
    async fn a_listener_tells_the_port_that_it_was_given() {
        let free = config::Listener::At("127.0.0.1:0".parse().unwrap());
        let bound = open(&Listen { web: free, imap: free, ..off() }).await.unwrap();
        let lines: Vec<String> = bound.iter().map(Bound::line).collect();
        assert_eq!(lines[0], format!("web          http://{}/", bound[0].address));
        assert_eq!(lines[1], format!("imap         {}", bound[1].address));
        assert_ne!(bound[0].address.port(), 0);
        assert_eq!(web(&bound), config::Listener::At(bound[0].address));
    }

    #[tokio::test]
    async fn a_proxy_is_believed_where_it_stands_and_its_clients_are_counted_one_by_one() {
        let free = config::Listener::At("127.0.0.1:0".parse().unwrap());
        let proxies = Proxies::at(&["127.0.0.1".parse().unwrap()]);
        let proxied = Some(vec!["smtp"]);
        let bound = open(&Listen { web: free, smtp: free, proxies, proxied, ..off() }).await.unwrap();
        assert_eq!(bound.iter().map(|door| door.proxies.is_empty()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(bound[0].limits().per_address, WEB.connections);
        assert_eq!(bound[1].limits().per_address, SMTP.per_address);
    }

    #[tokio::test]
    async fn mail_programs_are_told_of_what_is_open() {
        let free = config::Listener::At("127.0.0.1:0".parse().unwrap());
        let bound = open(&Listen { web: free, imaps: free, ..off() }).await.unwrap();
        let imaps = Some(bound[1].address.port());
        assert_eq!(clients(&bound), ClientPorts { imaps, imap: None, submissions: None, submission: None });
    }

    #[tokio::test]
    async fn an_address_in_use_is_named_with_its_setting() {
        let free = config::Listener::At("127.0.0.1:0".parse().unwrap());
        let bound = open(&Listen { smtp: free, ..off() }).await.unwrap();
        let taken = config::Listener::At(bound[0].address);
        let refusal = open(&Listen { imap: taken, ..off() }).await.unwrap_err();
        let words = refusal.to_string();
        assert!(words.starts_with(&format!("listen.imap: {} cannot be used", bound[0].address)), "{words}");
    }
}
