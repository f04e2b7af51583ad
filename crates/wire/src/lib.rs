//! Protocols as values and bytes: IMAP and SMTP, sans-I/O.

pub mod imap;
pub mod smtp;
