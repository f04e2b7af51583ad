//! The pages as they are drawn, and as people go through them.

mod accounts;
mod addresses;
mod devices;
mod forgotten;
mod invited;
mod leaving;
mod passkeys;
mod person;
mod profile;
mod redirections;
mod signing_in;
mod signing_up;
mod views;
mod views_own;
mod world;
