//! Proof of where mail comes from: signing keys of domains and signatures (DKIM, RFC 6376 and RFC 8463), and checking
//! what arrives: SPF, DKIM and DMARC, told in a header field (RFC 8601).
//!
//! **Invariant:** a private key leaves the store only to sign. Checking a mail never fails, and takes a bounded time:
//! what cannot be found out is a verdict too.

mod dkim;
mod dmarc;
mod dns;
mod fields;
mod keys;
mod results;
mod sign;
mod signer;
mod spf;
mod tags;
mod verdicts;
mod verify;

pub use dns::{Boxed, Dns, DnsFault, Family};
pub use keys::{KeyError, NewKey, SigningKey, create, for_domain, generate_keys, prepare, switch};
pub use results::{field as results_field, read_results, results_in, without_results};
pub use sign::{SignError, sign};
pub use signer::Signer;
pub use verdicts::{
    DkimResult, DkimVerdict, DmarcPolicy, DmarcResult, DmarcVerdict, SpfIdentity, SpfResult, SpfVerdict,
    Verdicts,
};
pub use verify::{Arrival, Evidence, verify};

#[cfg(test)]
mod tests;
