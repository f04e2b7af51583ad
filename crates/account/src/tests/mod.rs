//! The pages as they are drawn, and as people go through them.

mod addresses;
mod forgotten;
mod invited;
mod leaving;
mod person;
mod signing_in;
mod signing_up;
mod views;
mod views_own;
mod world;
