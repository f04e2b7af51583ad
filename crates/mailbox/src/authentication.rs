//! Where mail comes from, as far as that can be known: strangers' mail is checked before it is kept, and what was found
//! is told in its header (RFC 8601).
//!
//! **Invariant:** of what arrives, no field that claims to be of this server is kept: what its name stands under, it has
//! found itself.

use std::net::IpAddr;

use bytes::Bytes;
use domain::Timestamp;
use mailauth::{Arrival, Dns, Evidence, Verdicts};

use crate::access::{Access, PARSED_IN_PLACE};
use crate::delivery::IncomingMail;

/// Who brought a mail.
#[derive(Debug, Clone)]
pub enum BroughtBy {
    /// This server itself: nothing needs to be proven.
    Us,
    /// A stranger's server.
    Stranger {
        /// Its address.
        ip: IpAddr,
        /// What it called itself.
        greeting: String,
        /// When it came.
        at: Timestamp,
    },
}

/// A mail with what was found about it.
#[derive(Debug)]
pub(crate) struct Attested {
    pub(crate) content: Bytes,
    pub(crate) sender: Sender,
}

/// Whether the reverse-path is known to be of whoever sent the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// It is: this server's own mail, or SPF or DKIM says so.
    Proven,
    /// Anybody may have written it.
    Claimed,
}

impl Access {
    /// What was found about a message when it arrived; none if it did not come from a stranger.
    pub fn verdicts(&self, content: &[u8]) -> Option<Verdicts> {
        mailauth::results_in(content, self.host_name())
    }

    /// The mail after `start`, with what was found about it, and without what others say in our name.
    pub(crate) async fn attest(&self, start: &str, mail: &IncomingMail) -> Attested {
        let verdicts = match (&mail.brought_by, self.dns()) {
            (BroughtBy::Stranger { ip, greeting, at }, Some(dns)) => {
                let (sender, greeting) = (mail.sender.clone(), greeting.clone());
                let arrival = Arrival { ip: *ip, greeting, sender, at: *at };
                check_mail(&mail.content, &arrival, &**dns).await
            }
            (BroughtBy::Stranger { .. }, None) | (BroughtBy::Us, _) => None,
        };
        let told = verdicts.as_ref().map(|verdicts| mailauth::results_field(verdicts, self.host_name()));
        let kept = mailauth::without_results(&mail.content, self.host_name());
        let content = [start.as_bytes(), told.unwrap_or_default().as_bytes(), &kept].concat();
        let sender = match (&mail.brought_by, &mail.sender, verdicts) {
            (BroughtBy::Us, _, _) => Sender::Proven,
            (_, Some(sender), Some(verdicts)) if verdicts.speak_for(sender) => Sender::Proven,
            (BroughtBy::Stranger { .. }, _, _) => Sender::Claimed,
        };
        Attested { content: Bytes::from(content), sender }
    }
}

async fn check_mail(content: &Bytes, arrival: &Arrival, dns: &dyn Dns) -> Option<Verdicts> {
    let evidence = evidence(content).await?;
    let verdicts = Box::pin(mailauth::verify(evidence, arrival, dns)).await;
    tracing::debug!(ip = %arrival.ip, spf = %verdicts.spf.result, dmarc = %verdicts.dmarc.result, "mail was checked");
    Some(verdicts)
}

async fn evidence(content: &Bytes) -> Option<Evidence> {
    if content.len() <= PARSED_IN_PLACE {
        return Some(Evidence::of(content));
    }
    let content = content.clone();
    let looked = tokio::task::spawn_blocking(move || Evidence::of(&content)).await;
    looked.inspect_err(|error| tracing::error!(%error, "a mail could not be checked")).ok()
}
