//! The office of this process: the store with everything that works over it.
//!
//! **Invariant:** an office exists only while its data directory is held.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bus::Bus;
use domain::Ambient;
use identity::{Identity, ServerKey};
use mailbox::{Access, MailSettings};
use store::Store;

use crate::ambient;
use crate::config::{Configuration, Database};
use crate::lock::DataDirectory;
use crate::orders::Refusal;

/// The embedded database's file in the data directory.
const DATABASE: &str = "postroom.db";
/// The folder of large messages there.
const BLOBS: &str = "blobs";
/// The server's secret there; a backup has it under the same name.
pub(crate) const SERVER_KEY: &str = "server.key";
/// The largest message taken, in bytes: what other large services take, so that mail that gets there gets here (S18).
const MESSAGE_LIMIT: u64 = 50 * 1024 * 1024;

/// The office. Clones share it.
#[derive(Clone)]
pub(crate) struct Office {
    /// The database with its blobs.
    pub(crate) store: Store,
    /// Where committed events go.
    pub(crate) bus: Bus,
    /// Time and chance.
    pub(crate) ambient: Ambient,
    /// Who people are.
    pub(crate) identity: Identity,
    /// The door.
    pub(crate) access: Access,
    /// Where the data is.
    pub(crate) files: Files,
}

/// Where everything lies in a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    /// The files of a data directory.
    pub(crate) fn of(held: &DataDirectory) -> Self {
        Self { folder: held.path().to_owned() }
    }

    /// The data directory itself.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The embedded database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// The folder of large messages.
    pub(crate) fn blobs(&self) -> PathBuf {
        self.folder.join(BLOBS)
    }

    /// The server's secret.
    pub(crate) fn server_key(&self) -> PathBuf {
        self.folder.join(SERVER_KEY)
    }
}

impl Office {
    /// Opens the office over a data directory; `origin` is where its pages are.
    pub(crate) async fn open(
        configuration: &Configuration,
        held: &DataDirectory,
        origin: String,
    ) -> Result<Self, Refusal> {
        let (files, ambient, bus) = (Files::of(held), ambient::of_this_machine(), Bus::new());
        let key = ServerKey::load_or_create(&files.server_key(), &*ambient.random)
            .map_err(|fault| Refusal::Failed(fault.to_string()))?;
        let database = match &configuration.database {
            Database::Embedded => store::Database::Sqlite { path: files.database() },
            Database::Postgres(url) => store::Database::Postgres { url: url.reveal().clone() },
        };
        let opened = Store::open(database, files.blobs(), ambient.clone(), Arc::new(bus.clone())).await;
        let store = opened.map_err(|fault| Refusal::failed("the store does not open", fault))?;
        let settings = identity::Settings { origin };
        let identity = Identity::new(store.clone(), bus.clone(), ambient.clone(), key, settings);
        let settings = MailSettings {
            host_name: configuration.host_name.clone(),
            message_limit_bytes: MESSAGE_LIMIT,
            default_quota_bytes: None,
        };
        let access = Access::new(store.clone(), bus.clone(), identity.clone(), settings);
        Ok(Self { store, bus, ambient, identity, access, files })
    }
}

#[cfg(test)]
impl Office {
    /// An office of its own in `folder`, on the embedded database.
    pub(crate) async fn in_folder(folder: &Path) -> (Self, DataDirectory) {
        let flags = crate::config::Flags { config: None, data: Some(folder.to_owned()) };
        let configuration = crate::config::load(&flags, |_| None).unwrap();
        let held = DataDirectory::hold(&configuration.data).unwrap();
        let origin = configuration.origin_at(configuration.listen.web);
        (Self::open(&configuration, &held, origin).await.unwrap(), held)
    }
}
