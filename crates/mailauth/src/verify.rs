//! Checking a mail that a stranger brought.
//!
//! **Invariant:** no mail makes this fail, wait for long, or ask without end: what cannot be found out is a verdict too.

use std::net::IpAddr;

use domain::{DomainName, EmailAddress, Timestamp};
use futures_util::future::join3;

use crate::dns::{Dns, Questions};
use crate::verdicts::{SpfIdentity, SpfVerdict, Verdicts};
use crate::{dkim, dmarc, spf};

/// How a mail arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The address of the server that brought it.
    pub ip: IpAddr,
    /// What that server called itself.
    pub greeting: String,
    /// The reverse-path; none is the null one.
    pub sender: Option<EmailAddress>,
    /// When.
    pub at: Timestamp,
}

/// What a message itself tells about where it comes from.
#[derive(Debug)]
pub struct Evidence {
    signed: Vec<dkim::Signed>,
    from: Vec<DomainName>,
}

impl Evidence {
    /// Looks at a message as it arrived. Hashes its body: not for the threads of the runtime if it is large.
    pub fn of(message: &[u8]) -> Self {
        let from = message::header::from_addresses(message);
        let from = from.into_iter().map(|address| address.domain().clone()).collect();
        Self { signed: dkim::signatures(message), from }
    }
}

/// Checks a mail: SPF, each signature, and DMARC over both.
pub async fn verify(evidence: Evidence, arrival: &Arrival, dns: &dyn Dns) -> Verdicts {
    let questions = Questions::new(dns);
    let Evidence { signed, from } = evidence;
    let (spf, dkim, policies) = join3(
        check_sender(arrival, &questions),
        dkim::judge(signed, &questions, arrival.at),
        dmarc::policies(&from, &questions),
    )
    .await;
    let dmarc = dmarc::judge(policies, &spf, &dkim);
    Verdicts { spf, dkim, dmarc }
}

async fn check_sender(arrival: &Arrival, questions: &Questions<'_>) -> SpfVerdict {
    let helo = arrival.greeting.as_str();
    let (identity, local, domain) = match &arrival.sender {
        Some(sender) => (SpfIdentity::MailFrom, sender.local(), sender.domain().as_str()),
        // Mail without a return path is the postmaster's of the server (RFC 7208 §2.4).
        None => (SpfIdentity::Helo, "postmaster", helo),
    };
    // An IPv4 sender at an IPv6 socket is one all the same (RFC 7208 §5).
    let sender = spf::Sender { ip: arrival.ip.to_canonical(), local, domain, helo };
    let result = spf::check(sender, questions).await;
    SpfVerdict { result, identity, domain: domain.to_owned() }
}
