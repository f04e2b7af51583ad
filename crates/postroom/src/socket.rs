//! The control socket: how a command reaches the server that holds the data directory.
//!
//! One line of JSON each way on a connection of its own: an [`Order`], then a [`Reply`].
//!
//! **Invariant:** whoever may open the socket may read the database anyway (mode 0600 in a directory of mode 0700);
//! nobody else can connect. A connection can cost the server no more than one order of bounded size.

use std::fs::{File, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::sync::Semaphore;

use crate::office::Office;
use crate::orders::{Order, Refusal, Report};

/// The socket's name in the data directory.
const NAME: &str = "postroom.sock";
/// Longest order in bytes: its longest parts are names and passwords.
const ORDER_LIMIT: u64 = 64 * 1024;
/// Longest answer in bytes: a list of 100,000 rows fits.
const REPLY_LIMIT: u64 = 64 * 1024 * 1024;
/// Orders carried out at the same time: operators are few, and the rest of the server comes first.
const ORDERS_AT_ONCE: usize = 8;

/// The answer to an order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    /// It was carried out.
    Done(Report),
    /// It was not.
    Refused(Refusal),
}

/// The opened socket of a server.
pub(crate) struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl ControlSocket {
    /// Opens the socket in a data directory that this process holds. What a dead server left there is replaced.
    pub(crate) fn open(data: &Path) -> std::io::Result<Self> {
        let path = data.join(NAME);
        let fresh = data.join(format!("{NAME}.new"));
        let _ = std::fs::remove_file(&fresh);
        let short = ShortPath::of(&fresh)?;
        let listener = UnixListener::bind(&short.path)?;
        std::fs::set_permissions(&fresh, Permissions::from_mode(0o600))?;
        // Nobody can connect under the final name before the mode is right.
        std::fs::rename(&fresh, &path)?;
        Ok(Self { listener, path })
    }

    /// Carries out what comes in; ends only when its task is aborted.
    pub(crate) async fn serve(self, office: Office) {
        let places = Arc::new(Semaphore::new(ORDERS_AT_ONCE));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let office = office.clone();
                    tokio::spawn(async move {
                        if let Err(error) = converse(stream, &office).await {
                            tracing::debug!(%error, "a command went away before its answer");
                        }
                        drop(place);
                    });
                }
                Err(error) => tracing::warn!(%error, "the control socket could not accept"),
            }
        }
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn converse(stream: tokio::net::UnixStream, office: &Office) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(read.take(ORDER_LIMIT)).read_line(&mut line).await?;
    let reply = match serde_json::from_str::<Order>(&line) {
        Ok(order) => Box::pin(order.execute(office)).await.map_or_else(Reply::Refused, Reply::Done),
        Err(error) => {
            Reply::Refused(Refusal::Usage(format!("the server does not understand the order: {error}")))
        }
    };
    let mut bytes = serde_json::to_vec(&reply)?;
    bytes.push(b'\n');
    write.write_all(&bytes).await?;
    write.shutdown().await
}

/// Hands an order to the server of a data directory. Nothing when no server listens there.
pub(crate) fn send(data: &Path, order: &Order) -> Option<Result<Report, Refusal>> {
    let stream = ShortPath::of(&data.join(NAME)).and_then(|short| UnixStream::connect(&short.path)).ok()?;
    Some(exchange(stream, order).unwrap_or_else(|error| {
        Err(Refusal::Unreachable(format!("the server went away before it answered: {error}")))
    }))
}

fn exchange(mut stream: UnixStream, order: &Order) -> std::io::Result<Result<Report, Refusal>> {
    let mut bytes = serde_json::to_vec(order)?;
    bytes.push(b'\n');
    stream.write_all(&bytes)?;
    let mut line = String::new();
    BufReader::new(stream.take(REPLY_LIMIT)).read_line(&mut line)?;
    Ok(match serde_json::from_str(&line)? {
        Reply::Done(report) => Ok(report),
        Reply::Refused(refusal) => Err(refusal),
    })
}

/// A name for a socket that fits into a socket address, which has room for 107 bytes: a deep data directory is
/// reached through a descriptor of the directory.
struct ShortPath {
    path: PathBuf,
    _folder: Option<File>,
}

/// Longest path of a socket on Linux (`sun_path` without its final zero).
const SOCKET_PATH_LIMIT: usize = 107;

impl ShortPath {
    fn of(path: &Path) -> std::io::Result<Self> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(Self { path: path.to_owned(), _folder: None });
        };
        if path.as_os_str().len() <= SOCKET_PATH_LIMIT {
            return Ok(Self { path: path.to_owned(), _folder: None });
        }
        let folder = File::open(parent)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name);
        Ok(Self { path, _folder: Some(folder) })
    }
}
