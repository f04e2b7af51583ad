//! What TLS needs to know before a connection begins: certificates, keys, and whom to believe.
//!
//! **Invariant:** a secret key is never readable by another user of the machine, and never logged.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use thiserror::Error;

/// Where [`ServerTls::self_signed`] keeps its certificate.
const CERTIFICATE_FILE: &str = "cert.pem";
/// Where [`ServerTls::self_signed`] keeps its secret key.
const KEY_FILE: &str = "key.pem";
/// Only the owner may read a secret key.
const KEY_MODE: u32 = 0o600;

/// Why TLS could not be set up.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{path} is not a certificate or key in PEM: {source}")]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls_pki_types::pem::Error,
    },
    /// A certificate file without a certificate.
    #[error("{0} holds no certificate")]
    NoCertificate(PathBuf),
    /// A certificate could not be made.
    #[error("a certificate could not be made: {0}")]
    Making(#[from] rcgen::Error),
    /// The certificate and the key cannot be used, or not together.
    #[error("the certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// The certificate and key with which this server presents itself.
#[derive(Clone)]
pub struct ServerTls {
    pub(crate) config: Arc<ServerConfig>,
}

impl ServerTls {
    /// A certificate for `host` signed by itself, kept in `directory` as `cert.pem` and `key.pem`: made the
    /// first time, loaded after that, so that a client that was told to trust it need not be told again.
    ///
    /// # Errors
    /// [`TlsError`] when the files cannot be written, read or used.
    pub fn self_signed(directory: &Path, host: &str) -> Result<Self, TlsError> {
        let certificate = directory.join(CERTIFICATE_FILE);
        let key = directory.join(KEY_FILE);
        if !(certificate.exists() && key.exists()) {
            let made = rcgen::generate_simple_self_signed([host.to_owned()])?;
            fs::create_dir_all(directory).map_err(|source| file_error(directory, source))?;
            // The certificate goes first and comes last, so that an interrupted start leaves no pair that does not
            // belong together.
            remove(&certificate).map_err(|source| file_error(&certificate, source))?;
            replace(&key, made.signing_key.serialize_pem().as_bytes())?;
            replace(&certificate, made.cert.pem().as_bytes())?;
        }
        Self::from_files(&certificate, &key)
    }

    /// The certificate chain and the key in two PEM files.
    ///
    /// # Errors
    /// [`TlsError`] when they cannot be read or used.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|source| pem_error(certificate, source))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(certificate.to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(|source| pem_error(key, source))?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self { config: Arc::new(config) })
    }
}

/// How this server, as a client, decides whether to believe a server's certificate.
#[derive(Clone)]
pub struct ClientTls {
    pub(crate) config: Arc<ClientConfig>,
}

impl ClientTls {
    /// Encrypts without verifying: for STARTTLS to the mail exchangers of other domains.
    ///
    /// Many exchangers present certificates that no authority signed or that name another host, and their names
    /// come from a DNS that anybody may have forged, so verifying them would prove nothing. Refusing them would
    /// mean sending in the clear instead, which is worse: encryption without authentication still keeps out
    /// everybody who only listens (opportunistic security, RFC 7435 §1.2 and §3).
    ///
    /// # Errors
    /// [`TlsError::Unusable`] when the cryptography offers no protocol version.
    pub fn opportunistic() -> Result<Self, TlsError> {
        let provider = provider();
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(BelieveAnybody { provider }))
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }

    /// Believes only certificates for the right name from the authorities that browsers trust: for smart hosts,
    /// which are told a password.
    ///
    /// # Errors
    /// [`TlsError::Unusable`] when the cryptography offers no protocol version.
    pub fn verifying() -> Result<Self, TlsError> {
        let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }
}

/// Accepts every certificate and every signature. A signature by a certificate that anybody may have made
/// proves nothing, so checking it would only turn away old certificates, and their mail into the clear.
#[derive(Debug)]
struct BelieveAnybody {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for BelieveAnybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The cryptography, named here so that no other part of the program can change it at run time.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Writes a file that only its owner may read, whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), TlsError> {
    let fresh = path.with_extension("new");
    let written = (|| {
        remove(&fresh)?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(KEY_MODE).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    })();
    written.map_err(|source| file_error(path, source))
}

/// Removes a file that need not be there.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn file_error(path: &Path, source: io::Error) -> TlsError {
    TlsError::File { path: path.to_owned(), source }
}

fn pem_error(path: &Path, source: rustls_pki_types::pem::Error) -> TlsError {
    TlsError::Pem { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_certificate_is_made_once_and_kept() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("tls");
        ServerTls::self_signed(&place, "mail.example").unwrap();
        let first = fs::read(place.join(CERTIFICATE_FILE)).unwrap();
        ServerTls::self_signed(&place, "mail.example").unwrap();
        assert_eq!(fs::read(place.join(CERTIFICATE_FILE)).unwrap(), first);
    }

    #[test]
    fn the_secret_key_is_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        ServerTls::self_signed(directory.path(), "mail.example").unwrap();
        let mode = fs::metadata(directory.path().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, KEY_MODE);
    }

    #[test]
    fn half_a_pair_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(KEY_FILE), "left over").unwrap();
        assert!(ServerTls::self_signed(directory.path(), "mail.example").is_ok());
    }

    #[test]
    fn a_broken_certificate_is_refused_and_not_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        ServerTls::self_signed(directory.path(), "mail.example").unwrap();
        let certificate = directory.path().join(CERTIFICATE_FILE);
        fs::write(&certificate, "nothing").unwrap();
        let refused = ServerTls::self_signed(directory.path(), "mail.example");
        assert!(matches!(refused, Err(TlsError::NoCertificate(_) | TlsError::Pem { .. })));
        assert_eq!(fs::read(certificate).unwrap(), b"nothing");
    }

    #[test]
    fn a_key_that_belongs_to_another_certificate_is_refused() {
        let one = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        ServerTls::self_signed(one.path(), "mail.example").unwrap();
        ServerTls::self_signed(other.path(), "mail.example").unwrap();
        let mixed = ServerTls::from_files(&one.path().join(CERTIFICATE_FILE), &other.path().join(KEY_FILE));
        assert!(matches!(mixed, Err(TlsError::Unusable(_))));
    }

    #[test]
    fn both_kinds_of_client_can_be_made() {
        assert!(ClientTls::opportunistic().is_ok());
        assert!(ClientTls::verifying().is_ok());
    }
}
