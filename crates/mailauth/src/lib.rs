//! Proof of where mail comes from: signing keys of domains, and signatures (DKIM, RFC 6376 and RFC 8463).
//!
//! **Invariant:** a private key leaves the store only to sign.

mod keys;
mod sign;

pub use keys::{KeyError, NewKey, SigningKey, create, for_domain, generate_keys};
pub use sign::{SignError, sign};
