//! The components of the interface: each a struct, its template, and its test.

pub mod button;
pub mod copy;
pub mod fault;
pub mod field;
pub mod notice;
pub mod passkey;
pub mod permission;
