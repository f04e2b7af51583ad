//! One test binary: scenarios, dialogs, faults and the journey, on both databases and through public fronts.
//!
//! **Invariant:** no test sleeps, reads the real clock to decide, or depends on another's having run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod account;
mod addresses;
mod authentication;
mod clients;
mod command_line;
mod dialogs;
mod ending;
mod faults;
mod injected;
mod journey;
mod outages;
mod outgoing;
mod pages;
mod parity;
mod peers;
mod proofs;
mod proxies;
mod reading;
mod removal;
mod reports;
mod sending_faults;
mod setup;
mod slow;
mod support;
mod verify;
