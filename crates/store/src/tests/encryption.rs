//! TLS between the node and the server.

use testkit::postgres::{Cluster, Durability};

use super::*;
use crate::OpenError;

/// A server that speaks TLS as `localhost`, and the file of the authority to believe.
struct Guarded {
    _cluster: Cluster,
    port: u16,
    folder: TempDir,
}

impl Guarded {
    fn new() -> Self {
        let cluster = Cluster::private(Durability::MayLose).unwrap();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), made.cert.pem()).unwrap();
        let port = cluster.restart_over_tls(&made.cert.pem(), &made.signing_key.serialize_pem()).unwrap();
        Self { _cluster: cluster, port, folder }
    }

    async fn open(&self, host: &str, parameters: &str) -> Result<Store, OpenError> {
        let url = format!("postgres://postgres@{host}:{}/postgres?{parameters}", self.port);
        let (ambient, _) = testkit::clock::ambient(1);
        let blobs = self.folder.path().join("blobs");
        Store::open(Database::Postgres { url }, blobs, ambient, Arc::<Recorder>::default()).await
    }

    fn believing(&self) -> String {
        format!(
            "sslmode=verify-full&sslrootcert={}",
            self.folder.path().join("authority.pem").to_string_lossy()
        )
    }
}

async fn is_encrypted(store: &Store) -> bool {
    let sql = "SELECT CAST(ssl AS INTEGER) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let read: Result<Option<i64>, StoreError> =
        store.read(move |tx| tx.find(sql, &[], |row| row.get::<i64>(0))).await;
    read.unwrap() == Some(1)
}

#[test]
fn a_server_that_proves_its_name_is_used_encrypted_and_no_other() {
    let guarded = Guarded::new();
    runtime().block_on(async {
        let believing = guarded.believing();
        let store = guarded.open("localhost", &believing).await.unwrap();
        assert!(is_encrypted(&store).await);
        store.close().await;
        // It is not believed by those who were told of no authority, nor under another name.
        for (host, parameters) in [("localhost", "sslmode=verify-full"), ("127.0.0.1", &*believing)] {
            let refused = guarded.open(host, parameters).await.map(drop);
            assert!(matches!(refused, Err(OpenError::Database(_))), "{host} {parameters}: {refused:?}");
        }
        let plain = guarded.open("localhost", "sslmode=disable").await.unwrap();
        assert!(!is_encrypted(&plain).await);
        plain.close().await;
    });
}
