//! The pages as people go through them.

mod address_settings;
mod filing;
mod live;
mod person;
mod reading;
mod settings;
mod strangers;
mod world;
mod writing;
