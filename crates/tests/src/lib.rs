//! The server as its users meet it: a real process, real connections, a real browser.
//!
//! The test binary beside this library (`tests/all`) speaks the product's language: it starts a [`Server`], lets
//! people and programs talk to it, and looks at what they see.
//!
//! **Invariant:** everything that is started here listens on loopback only, is bounded in time, and is ended by its
//! process id when its value is dropped. Nothing waits for a clock: what is waited for is an answer, under a deadline.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must stop")]

pub mod browser;
pub mod dns;
pub mod http;
pub mod imap;
pub mod lines;
pub mod postfix;
pub mod server;
pub mod sink;
pub mod smtp;

pub use browser::Browser;
pub use dns::FakeDns;
pub use imap::ImapClient;
pub use lines::Lines;
pub use postfix::Postfix;
pub use server::{Database, Server};
pub use sink::{Point, Sink};
pub use smtp::SmtpClient;
