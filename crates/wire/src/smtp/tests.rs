//! What arrives is hostile; what is sent is exact.

mod client;
mod command;
mod data;
mod reply;
