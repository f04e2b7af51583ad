//! The pages as people go through them.

mod addresses;
mod aliases;
mod bin;
mod events;
mod new_users;
mod organizations;
mod people;
mod person;
mod sharing;
mod strangers;
mod world;
