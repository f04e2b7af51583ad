//! Whole sessions, drawn by a seed: several clients on one mailbox do what programs do, and a plain model of the mailbox
//! says what each must be told. `cargo xtask fuzz` plays them with ever new seeds.

mod client;
mod model;
mod play;

use play::Play;

use super::draw::{for_each_seed, seeds};

/// How many commands a session has.
const COMMANDS: usize = 120;

#[test]
fn what_clients_are_told_is_what_the_mailbox_holds_whatever_they_do() {
    for_each_seed(seeds(1, 6), |draw| {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async { Box::pin(Play::new(draw).await.run(COMMANDS)).await });
    });
}
