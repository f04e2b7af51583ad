//! What the tests of this crate begin with: a service over a database of its own.

use std::sync::Arc;

use domain::Ambient;
use store::{Database, Store};

use crate::{Identity, ServerKey, Settings};

/// A service, and what is behind it.
pub(crate) async fn identity(ambient: &Ambient, folder: &std::path::Path) -> (Identity, Store, bus::Bus) {
    let bus = bus::Bus::new();
    let database = Database::Sqlite { path: folder.join("postroom.db") };
    let opened = Store::open(database, folder.join("blobs"), ambient.clone(), Arc::new(bus.clone()));
    let (store, key) = (opened.await.unwrap(), ServerKey::of_bytes([7; 32]));
    let settings = Settings { origin: "http://localhost".to_owned() };
    (Identity::new(store.clone(), bus.clone(), ambient.clone(), key, settings), store, bus)
}
