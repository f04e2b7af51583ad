//! Protocols as values and bytes: IMAP and SMTP, sans-I/O.
//!
//! **Invariant:** there is a limit on every length that a peer chooses, and no input is accepted in two ways.

pub mod imap;
pub mod sasl;
pub mod smtp;
