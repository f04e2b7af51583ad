//! The pages as people go through them.

mod accesses;
mod addresses;
mod aliases;
mod bin;
mod events;
mod imports;
mod new_users;
mod organizations;
mod people;
mod person;
mod queue;
mod redirections;
mod settings;
mod sharing;
mod strangers;
mod world;
