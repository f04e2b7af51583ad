//! Ways to sign in that SMTP and IMAP share (SASL, RFC 4422).
//!
//! **Invariant:** nothing here knows a password, and nothing that a client sends is believed before it is proved.

mod scram;

pub use scram::{Binding, Claim, Mechanism, Opening, ScramFault, ScramServer, server_final};

#[cfg(test)]
mod tests;
