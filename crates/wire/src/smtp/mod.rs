//! SMTP as values and bytes (RFC 5321 and the extensions that `docs/standards.md` lists).
//!
//! For the side that takes mail: [`Command::parse`] reads command lines, [`DataReceiver`] and [`ChunkReceiver`] the
//! content, [`Reply`] writes answers. For the side that sends it: [`ReplyReader`] reads answers and [`Client`] leads one mail over one
//! connection. None of them reads or writes a socket.
//!
//! **Invariant:** nothing that arrives can panic or occupy more memory than the named limits allow. Content ends only at
//! CRLF.CRLF and holds no other line end than CRLF, so that no two servers see two different mails in it. No value can
//! end a command or a reply early. No secret is sent in the clear unless encryption was ruled out on purpose.

mod chunks;
mod client;
mod command;
mod credentials;
mod data;
mod offers;
mod outcome;
mod parameters;
mod path;
mod reply;
mod xtext;

pub use chunks::ChunkReceiver;
pub use client::{Client, ClientMail, Encryption, Event, Step};
pub use command::{
    AUTH_LINE_LIMIT, BodyKind, Chunk, Command, Fault, LINE_LIMIT, MailFrom, Mechanism, Place, Rcpt, RcptTo,
};
pub use credentials::{CredentialFault, Credentials, LOGIN_SECRET_CHALLENGE, LOGIN_USER_CHALLENGE};
pub use data::{DataFault, DataReceiver, Progress, stuff};
pub use outcome::{Cause, Obstacle, Outcome, Outcomes, RecipientOutcome, Reporting};
pub use reply::{Class, Enhanced, Reply, ReplyFault, ReplyReader};

#[cfg(test)]
mod tests;
