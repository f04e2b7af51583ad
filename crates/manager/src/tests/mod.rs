//! The pages as people go through them.

mod addresses;
mod events;
mod organizations;
mod person;
mod sharing;
mod strangers;
mod world;
