//! Mail from strangers, checked against a DNS that the test writes.

mod dkim;
mod dmarc;
mod hostile;
mod slow;
mod spf;
mod world;
