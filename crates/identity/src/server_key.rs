//! The secret of this server: what it signs, nobody else can make.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Random, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The file cannot be read or written.
    #[error("the server key {0}: {1}")]
    Io(String, #[source] std::io::Error),
    /// The file is not a key.
    #[error("the server key {0} must have exactly 32 bytes")]
    Length(String),
}

/// The secret of this server: 32 random bytes.
#[derive(Clone)]
pub struct ServerKey(Secret<[u8; 32]>);

impl ServerKey {
    /// Reads the key; makes it when there is none yet, for nobody else to read.
    pub fn load_or_create(path: &Path, random: &dyn Random) -> Result<Self, KeyFault> {
        let shown = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => {
                let bytes = bytes.try_into().map_err(|_| KeyFault::Length(shown))?;
                Ok(Self(Secret::new(bytes)))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut bytes = [0; 32];
                random.fill(&mut bytes);
                let written = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
                written
                    .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
                    .map_err(|error| KeyFault::Io(shown, error))?;
                Ok(Self(Secret::new(bytes)))
            }
            Err(error) => Err(KeyFault::Io(shown, error)),
        }
    }

    /// A key for tests and tools.
    pub fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// A token that only this server can make: `purpose` keeps those of different uses apart.
    pub(crate) fn token(&self, purpose: &str, of: &[u8]) -> String {
        let key: &[u8] = self.0.reveal();
        // HMAC takes keys of any length: this cannot fail, and an empty token would match nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(of);
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}
