//! A world in a box: what tests run on instead of the machine's own clock, chance and services.
//!
//! **Invariant:** nothing here outlives the tests that use it: a server started by a test is stopped when the last
//! process that uses it is gone, however that process ended.

pub mod authenticator;
pub mod clock;
pub mod postgres;
pub mod scram;
