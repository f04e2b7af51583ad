//! Listeners, TLS, DNS, rate limits, timers, and line input with limits.
//!
//! The protocol crates say what bytes mean; this crate brings the bytes, and knows no protocol but that by which a
//! proxy says for whom it brings them.
//!
//! **Invariant:** every wait for a peer has a time limit, every buffer that a peer fills has a size limit, and
//! nothing that arrived in the clear is ever read as if it had arrived encrypted.

pub mod connect;
pub mod dns;
pub mod listener;
pub mod patient;
pub mod proxy;
pub mod rate;
pub mod stream;
pub mod timer;
pub mod tls;

pub use listener::{Shutdown, ShutdownTrigger};
