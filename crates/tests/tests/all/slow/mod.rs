//! Tests that are slow by nature.

mod thousand;
