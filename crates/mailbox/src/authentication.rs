//! Where mail comes from, as far as that can be known: strangers' mail is checked before it is kept, and what was found
//! is told in its header (RFC 8601).
//!
//! **Invariant:** of what arrives, no field that claims to be of this server is kept: what its name stands under, it has
//! found itself.

use std::borrow::Cow;
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

impl Access {
    /// What was found about a message when it arrived; none if it did not come from a stranger.
    pub fn verdicts(&self, content: &[u8]) -> Option<Verdicts> {
        mailauth::results_in(content, self.host_name())
    }

    /// The mail with what was found about it, and without what others say in our name.
    pub(crate) async fn attest(&self, mail: &IncomingMail) -> Bytes {
        let told = match (&mail.brought_by, self.dns()) {
            (BroughtBy::Stranger { ip, greeting, at }, Some(dns)) => {
                let (sender, greeting) = (mail.sender.clone(), greeting.clone());
                let arrival = Arrival { ip: *ip, greeting, sender, at: *at };
                self.told(&mail.content, &arrival, &**dns).await
            }
            (BroughtBy::Stranger { .. }, None) | (BroughtBy::Us, _) => String::new(),
        };
        let kept = mailauth::without_results(&mail.content, self.host_name());
        match (told.is_empty(), kept) {
            (true, Cow::Borrowed(_)) => mail.content.clone(),
            (_, kept) => Bytes::from([told.as_bytes(), &kept].concat()),
        }
    }

    /// The field that tells what was found.
    async fn told(&self, content: &Bytes, arrival: &Arrival, dns: &dyn Dns) -> String {
        let Some(evidence) = evidence(content).await else { return String::new() };
        let verdicts = Box::pin(mailauth::verify(evidence, arrival, dns)).await;
        tracing::debug!(ip = %arrival.ip, spf = %verdicts.spf.result, dmarc = %verdicts.dmarc.result, "mail was checked");
        mailauth::results_field(&verdicts, self.host_name())
    }
}

async fn evidence(content: &Bytes) -> Option<Evidence> {
    if content.len() <= PARSED_IN_PLACE {
        return Some(Evidence::of(content));
    }
    let content = content.clone();
    let looked = tokio::task::spawn_blocking(move || Evidence::of(&content)).await;
    looked.inspect_err(|error| tracing::error!(%error, "a mail could not be checked")).ok()
}
