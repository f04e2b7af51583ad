//! What arrives is hostile; what is sent is exact.

mod chunks;
mod client;
mod command;
mod data;
mod reply;
