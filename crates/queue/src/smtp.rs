//! The way to other servers: their mail exchangers (RFC 5321 §5), or one smart host for everything.
//!
//! **Invariant:** a recipient that a server took is not offered to another; what is refused for good by one exchanger is
//! not tried at the next.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use domain::{Ambient, DomainName, Recipient, Secret};
use net::connect::connect;
use net::dns::{DnsFault, Resolver};
use net::stream::Connection;
use net::tls::ClientTls;
use wire::smtp::{Cause, Client, ClientMail, Credentials, Encryption, Event, ReplyReader, Reporting, Step};

use crate::local::Boxed;
use crate::outward::{Certain, Mail, Outward};
use crate::reply::{Outcome, Reply};

/// How long a connection may take to stand.
const CONNECT_WITHIN: Duration = Duration::from_secs(30);
/// How long a reply may take (RFC 5321 §4.5.3.2: ten minutes after the content, five elsewhere).
const REPLY_WITHIN: Duration = domain::duration::minutes(10);
/// How long a farewell may take: nothing depends on it.
const LEAVE_WITHIN: Duration = Duration::from_secs(10);
/// How many addresses are tried in one attempt: a domain may list as many as it likes.
const ADDRESSES: usize = 6;

/// A server that takes all mail for others.
#[derive(Debug, Clone)]
pub struct SmartHost {
    /// Its name or network address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What to sign in with, if it asks.
    pub credentials: Option<(String, Secret<String>)>,
}

impl SmartHost {
    /// A smart host is one that was chosen: it proves by a certificate that it is that one. A program of this machine need
    /// not, and neither need one at a number of the local network, for which nobody gives certificates, unless it asks
    /// for a password.
    fn encryption(&self) -> Encryption {
        match self.host.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) if address.is_loopback() => Encryption::None,
            Ok(IpAddr::V4(address)) if address.is_private() && self.credentials.is_none() => {
                Encryption::Opportunistic
            }
            Ok(IpAddr::V6(address)) if address.is_unique_local() && self.credentials.is_none() => {
                Encryption::Opportunistic
            }
            Ok(_) | Err(_) => Encryption::Required,
        }
    }
}

/// The way that mail for others takes.
#[derive(Debug, Clone)]
pub enum Route {
    /// To the exchangers of each domain.
    Exchangers {
        /// Their port: 25 in the world.
        port: u16,
    },
    /// To one server.
    SmartHost(SmartHost),
}

/// The way to other servers, over SMTP.
pub(crate) struct Smtp {
    resolver: Resolver,
    host_name: DomainName,
    route: Route,
    ambient: Ambient,
}

/// A server to try.
struct Peer {
    name: String,
    address: SocketAddr,
}

impl Smtp {
    pub(crate) fn new(resolver: Resolver, host_name: DomainName, route: Route, ambient: Ambient) -> Self {
        Self { resolver, host_name, route, ambient }
    }

    async fn attempt(&self, mail: &Mail, certain: &Certain) -> Vec<Outcome> {
        let count = mail.recipients.len();
        let peers = match self.peers(&mail.destination).await {
            Ok(peers) => peers,
            Err(outcome) => return outcome.for_all(count),
        };
        let nobody = Outcome::deferred("4.4.1", "no server of the domain could be reached");
        let mut outcomes = nobody.for_all(count);
        for peer in peers {
            let open: Vec<usize> = (0..count).filter(|at| is_open(&outcomes, *at)).collect();
            if open.is_empty() {
                break;
            }
            let recipients = open.iter().filter_map(|at| mail.recipients.get(*at).cloned()).collect();
            let results = self.talk(&peer, mail, recipients).await;
            for (at, result) in open.iter().zip(results) {
                if let Some(outcome) = outcomes.get_mut(*at) {
                    *outcome = result;
                }
            }
            let decided = open.into_iter().filter(|at| !is_open(&outcomes, *at));
            certain.tell(decided.filter_map(|at| Some((at, outcomes.get(at)?.clone()))).collect());
        }
        outcomes
    }

    /// The servers to try, in their order.
    async fn peers(&self, destination: &DomainName) -> Result<Vec<Peer>, Outcome> {
        let (hosts, port) = match &self.route {
            Route::SmartHost(host) => (vec![host.host.clone()], host.port),
            Route::Exchangers { port } => (self.exchangers(destination).await?, *port),
        };
        let mut peers = Vec::new();
        let mut fault = None;
        for host in hosts {
            match self.addresses(&host).await {
                Ok(found) => peers.extend(
                    found
                        .into_iter()
                        .map(|address| Peer { name: host.clone(), address: SocketAddr::new(address, port) }),
                ),
                Err(found) => fault = Some(found),
            }
        }
        peers.truncate(ADDRESSES);
        match (peers.is_empty(), fault) {
            (false, _) => Ok(peers),
            (true, Some(DnsFault::Temporary)) => Err(unresolved()),
            (true, _) => Err(Outcome::refused("5.4.4", "the servers of the domain have no address")),
        }
    }

    /// The exchangers of a domain: those of its MX records, else the domain itself (RFC 5321 §5.1).
    async fn exchangers(&self, destination: &DomainName) -> Result<Vec<String>, Outcome> {
        match self.resolver.mx(destination.as_str()).await {
            Ok(records) if records.is_empty() => Ok(vec![destination.as_str().to_owned()]),
            Ok(records) => Ok(self.in_order(records)),
            Err(DnsFault::Temporary) => Err(unresolved()),
            Err(DnsFault::NoSuchName) => Err(Outcome::refused("5.1.2", "there is no such domain")),
            Err(DnsFault::NullMx) => Err(Outcome::refused("5.1.10", "the domain takes no mail")),
        }
    }

    /// By preference; among equals by chance, so that they share the load.
    fn in_order(&self, records: Vec<(u16, String)>) -> Vec<String> {
        let mut ranked: Vec<((u16, u8), String)> = Vec::with_capacity(records.len());
        for (preference, host) in records {
            let mut chance = [0];
            self.ambient.random.fill(&mut chance);
            ranked.push(((preference, chance[0]), host));
        }
        ranked.sort();
        ranked.into_iter().map(|(_, host)| host).collect()
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsFault> {
        match host.parse::<IpAddr>() {
            Ok(address) => Ok(vec![address]),
            Err(_) => self.resolver.addresses(host).await,
        }
    }

    /// Offers the mail to one server; an outcome for each recipient.
    async fn talk(&self, peer: &Peer, mail: &Mail, recipients: Vec<Recipient>) -> Vec<Outcome> {
        let mut client = Client::new(ClientMail {
            helo: self.host_name.as_str().to_owned(),
            sender: mail.sender.clone(),
            recipients,
            wishes: mail.wishes.clone(),
            content: mail.content.clone(),
            encryption: self.encryption(),
            credentials: self.credentials(),
        });
        loop {
            let mut connection = match connect(peer.address, CONNECT_WITHIN).await {
                Ok(connection) => Some(connection),
                Err(error) => {
                    tracing::info!(host = peer.name, address = %peer.address, %error, "no connection");
                    None
                }
            };
            match self.converse(peer, &mut client, &mut connection).await {
                Ended::Done(outcomes) => return outcomes,
                Ended::EncryptionFailed => match client.encryption_failed() {
                    Ok(again) => client = again,
                    Err(outcomes) => return judged(peer, outcomes),
                },
            }
        }
    }

    async fn converse(&self, peer: &Peer, client: &mut Client, connection: &mut Option<Connection>) -> Ended {
        let mut replies = ReplyReader::default();
        let mut event = if connection.is_some() { Event::Connected } else { Event::Lost };
        loop {
            event = match client.next(event) {
                Step::Done(outcomes) => return Ended::Done(judged(peer, outcomes)),
                Step::AwaitReply => read_reply(connection, &mut replies).await,
                // A result that is not written down is a mail sent twice, should we be killed: it waits for no farewell.
                Step::Send(bytes) if client.is_settled() => {
                    if let Some(open) = connection.take() {
                        tokio::spawn(take_leave(open, bytes));
                    }
                    Event::Lost
                }
                Step::Send(bytes) => {
                    let sent = match connection {
                        Some(open) => open.write_all(&bytes).await.is_ok() && open.flush().await.is_ok(),
                        None => false,
                    };
                    // A server that refuses while it is being sent to may have said why.
                    if sent { read_reply(connection, &mut replies).await } else { Event::Lost }
                }
                Step::StartTls => {
                    let Some(open) = connection.take().filter(|_| replies.is_empty()) else {
                        return Ended::EncryptionFailed;
                    };
                    match self.encrypt(open, peer).await {
                        Some(open) => *connection = Some(open),
                        None => return Ended::EncryptionFailed,
                    }
                    Event::Encrypted
                }
            };
        }
    }

    async fn encrypt(&self, connection: Connection, peer: &Peer) -> Option<Connection> {
        let tls = match self.encryption() {
            Encryption::Opportunistic | Encryption::None => ClientTls::opportunistic(),
            Encryption::Required => ClientTls::verifying(),
        };
        let tls = tls.inspect_err(|error| tracing::error!(%error, "TLS cannot be used")).ok()?;
        match connection.start_tls_client(&tls, &peer.name).await {
            Ok(encrypted) => Some(encrypted),
            Err(error) => {
                tracing::info!(host = peer.name, %error, "the server could not encrypt");
                None
            }
        }
    }

    fn encryption(&self) -> Encryption {
        match &self.route {
            Route::Exchangers { .. } => Encryption::Opportunistic,
            Route::SmartHost(host) => host.encryption(),
        }
    }

    fn credentials(&self) -> Option<Credentials> {
        match &self.route {
            Route::Exchangers { .. } => None,
            Route::SmartHost(host) => {
                let (user, secret) = host.credentials.clone()?;
                Some(Credentials { user, secret })
            }
        }
    }
}

impl Outward for Smtp {
    fn deliver<'a>(&'a self, mail: &'a Mail, certain: Certain) -> Boxed<'a, Vec<Outcome>> {
        Box::pin(async move { self.attempt(mail, &certain).await })
    }
}

/// How a conversation ended.
enum Ended {
    Done(Vec<Outcome>),
    EncryptionFailed,
}

/// Says goodbye, and waits a little for the answer (RFC 5321 §4.1.1.10).
async fn take_leave(mut connection: Connection, words: Vec<u8>) {
    let leave = async {
        let said = connection.write_all(&words).await.is_ok() && connection.flush().await.is_ok();
        // Whatever is answered, it is over.
        if said { connection.fill(LEAVE_WITHIN).await.unwrap_or_default() } else { 0 }
    };
    let _ = net::timer::within(LEAVE_WITHIN, leave).await;
    connection.close().await;
}

async fn read_reply(connection: &mut Option<Connection>, replies: &mut ReplyReader) -> Event {
    let Some(open) = connection else { return Event::Lost };
    loop {
        match replies.next_reply() {
            Ok(Some(reply)) => return Event::Reply(reply),
            Err(_) => return Event::Lost,
            Ok(None) => {}
        }
        match open.fill(REPLY_WITHIN).await {
            Ok(0) | Err(_) => return Event::Lost,
            Ok(_) => {}
        }
        replies.push(open.buffered());
        open.consume(open.buffered().len());
    }
}

fn is_open(outcomes: &[Outcome], at: usize) -> bool {
    matches!(outcomes.get(at), Some(Outcome::Deferred(_)))
}

fn unresolved() -> Outcome {
    Outcome::deferred("4.4.3", "the name servers gave no answer")
}

/// The outcomes as they go into the rows.
fn judged(peer: &Peer, outcomes: wire::smtp::Outcomes) -> Vec<Outcome> {
    let taken = match outcomes.reporting {
        Reporting::Theirs => Outcome::HandedOver,
        Reporting::Ours => Outcome::Relayed,
    };
    let judge = |one: wire::smtp::RecipientOutcome| match one.result {
        wire::smtp::Outcome::Delivered(reply) => taken(spoken(peer, &reply)),
        wire::smtp::Outcome::Temporary(cause) => Outcome::Deferred(said(peer, &cause, "4.4.2")),
        wire::smtp::Outcome::Permanent(cause) => Outcome::Refused(said(peer, &cause, "5.0.0")),
    };
    outcomes.recipients.into_iter().map(judge).collect()
}

fn said(peer: &Peer, cause: &Cause, status: &str) -> Reply {
    match cause {
        Cause::Reply(reply) => spoken(peer, reply),
        Cause::Obstacle(obstacle) => Reply::new(status, &obstacle.to_string()),
    }
}

fn spoken(peer: &Peer, reply: &wire::smtp::Reply) -> Reply {
    let status = match reply.enhanced {
        Some(enhanced) => enhanced.to_string(),
        None => format!("{}.0.0", reply.code / 100),
    };
    Reply::new(&status, &reply.to_string()).by(&peer.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smart_host_proves_who_it_is_unless_it_is_near() {
        let password = Some(("us".to_owned(), Secret::new("secret".to_owned())));
        for (host, credentials, encryption) in [
            ("relay.example", None, Encryption::Required),
            ("relay.example", password.clone(), Encryption::Required),
            ("192.0.2.1", None, Encryption::Required),
            ("192.168.1.1", None, Encryption::Opportunistic),
            ("fd00::1", None, Encryption::Opportunistic),
            ("192.168.1.1", password.clone(), Encryption::Required),
            ("127.0.0.1", password, Encryption::None),
            ("::1", None, Encryption::None),
        ] {
            let chosen = SmartHost { host: host.to_owned(), port: 25, credentials };
            assert_eq!(chosen.encryption(), encryption, "{host}");
        }
    }
}
