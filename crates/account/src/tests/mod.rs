//! The pages as they are drawn, and as people go through them.

mod invited;
mod person;
mod signing_in;
mod signing_up;
mod views;
mod world;
