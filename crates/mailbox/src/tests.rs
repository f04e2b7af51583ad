//! The door and the mail behind it, in a small world over a real store, on both databases.

mod delivery;
mod world;

use std::future::Future;

use world::World;

/// Where a scenario is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Sqlite,
    Postgres,
}

/// Plays a scenario in a world over each database.
fn on_both<F: Future<Output = ()>>(scenario: impl Fn(World) -> F) {
    on(On::Sqlite, &scenario);
    on(On::Postgres, &scenario);
}

/// Plays a scenario in a world over one database.
fn on<F: Future<Output = ()>>(database: On, scenario: impl Fn(World) -> F) {
    println!("on {database:?}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = Box::pin(World::open(database)).await;
        Box::pin(scenario(world)).await;
    });
}
