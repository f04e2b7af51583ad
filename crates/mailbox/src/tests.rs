//! The door and the mail behind it, in a small world over a real store, on both databases.

mod activity;
mod acts;
mod address_list;
mod aliases;
mod all_addresses;
mod authentication;
mod auto_replies;
mod bin;
mod changes;
mod counters;
mod delivery;
mod desks;
mod devices;
mod domain_removal;
mod domains;
mod door;
mod first_users;
mod folder_uses;
mod folders;
mod generic;
mod history;
mod imports;
mod invitations;
mod large;
mod limits;
mod lists;
mod members;
mod messages;
mod outgoing;
mod own_addresses;
mod people;
mod redirections;
mod removed;
mod reviews;
mod rights;
mod safety;
mod search;
mod search_paths;
mod senders;
mod sending;
mod services;
mod setting_acts;
mod sharing;
mod signatures;
mod teams;
mod texts;
mod transfers;
mod verify;
mod world;

use std::future::Future;

use world::World;

/// Where a scenario is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    Sqlite,
    Postgres,
}

/// Plays a scenario in a world over each database, in both at once: most of the time they wait for the disk.
fn on_both<F: Future<Output = ()>>(scenario: impl Fn(World) -> F + Sync) {
    std::thread::scope(|scope| {
        let named = std::thread::Builder::new().name("on PostgreSQL".to_owned());
        let on_postgres = testkit::postgres::is_wanted()
            .then(|| named.spawn_scoped(scope, || on(On::Postgres, &scenario)).unwrap());
        on(On::Sqlite, &scenario);
        if let Some(Err(panic)) = on_postgres.map(std::thread::ScopedJoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
    });
}

/// Plays a scenario in a world over one database.
fn on<F: Future<Output = ()>>(database: On, scenario: impl Fn(World) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = Box::pin(World::open(database)).await;
        Box::pin(scenario(world)).await;
    });
}
