//! What keeps accounts safe, tried through the public verbs on both databases.

mod accounts;
mod ending;
mod exporting;
mod factors;
mod mailed_codes;
mod passkeys;
mod profile;
mod second_step;
mod throttling;
mod timing;
mod world;
