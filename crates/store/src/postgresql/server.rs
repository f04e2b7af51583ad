//! Where the server is, and how a connection to it is protected.
//!
//! The address takes libpq's own parameters, read more strictly: `sslmode` is either `disable`, or any of `require`,
//! `verify-ca` and `verify-full`, which all verify certificate and name; the ways in between protect against nobody who
//! stands in the middle. Without it a server elsewhere is asked for TLS, and one on this machine is not.
//! `sslrootcert` names the file of the authorities that are believed, in place of those that browsers trust.

use std::net::IpAddr;
use std::sync::Arc;

use ::postgres::config::{Host, SslMode};
use ::postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::encryption::Encryption;
use crate::OpenError;

/// A server, and how it is reached.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    encryption: Option<Encryption>,
}

impl Server {
    /// Reads an address. Opens the file of authorities that it names.
    pub(super) fn read(url: &str) -> Result<Self, OpenError> {
        let Taken { url, mode, authorities } = take_parameters(url);
        let mut config: Config =
            url.parse().map_err(|fault: ::postgres::Error| OpenError::Address(fault.to_string()))?;
        let encrypted = match mode.as_deref() {
            None => !config.get_hosts().iter().all(is_here),
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(OpenError::Address("sslmode is either verify-full or disable".to_owned())),
        };
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        let encryption = encrypted.then(|| encryption(authorities.as_deref())).transpose()?;
        Ok(Self { config, encryption })
    }

    /// The rest of the settings.
    pub(super) const fn config(&mut self) -> &mut Config {
        &mut self.config
    }

    /// A new connection. Blocks.
    pub(super) fn connect(&self) -> Result<Client, ::postgres::Error> {
        match &self.encryption {
            None => self.config.connect(NoTls),
            Some(encryption) => self.config.connect(encryption.clone()),
        }
    }
}

/// An address without the parameters that the driver does not know.
struct Taken {
    url: String,
    mode: Option<String>,
    authorities: Option<String>,
}

fn take_parameters(url: &str) -> Taken {
    let mut taken = Taken { url: url.to_owned(), mode: None, authorities: None };
    let Some((address, query)) = url.split_once('?') else { return taken };
    let mut others = Vec::new();
    for parameter in query.split('&') {
        match parameter.split_once('=') {
            Some(("sslmode", mode)) => taken.mode = Some(mode.to_owned()),
            Some(("sslrootcert", file)) => {
                let file = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
                taken.authorities = Some(file.into_owned());
            }
            Some(_) | None => others.push(parameter),
        }
    }
    address.clone_into(&mut taken.url);
    if !others.is_empty() {
        taken.url.push('?');
        taken.url.push_str(&others.join("&"));
    }
    taken
}

/// Whether it is on this machine, where nobody stands in the middle.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        Host::Unix(_) => true,
    }
}

fn encryption(authorities: Option<&str>) -> Result<Encryption, OpenError> {
    let roots = match authorities {
        None => RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => roots_of(file)?,
    };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|fault| OpenError::Address(fault.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Encryption::new(config))
}

fn roots_of(file: &str) -> Result<RootCertStore, OpenError> {
    let unusable = |fault: &dyn std::fmt::Display| OpenError::Address(format!("sslrootcert {file}: {fault}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|fault| unusable(&fault))? {
        let certificate = certificate.map_err(|fault| unusable(&fault))?;
        roots.add(certificate).map_err(|fault| unusable(&fault))?;
    }
    if roots.is_empty() {
        return Err(unusable(&"no certificate in it"));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_encrypted(url: &str) -> bool {
        Server::read(url).unwrap().encryption.is_some()
    }

    #[test]
    fn a_server_elsewhere_is_asked_for_tls_and_one_on_this_machine_is_not() {
        assert!(is_encrypted("postgres://mail@db.example.test/mail"));
        assert!(is_encrypted("postgres://mail@10.0.0.5/mail?application_name=x"));
        for here in ["localhost", "127.0.0.1", "%2Frun%2Fpostgresql"] {
            assert!(!is_encrypted(&format!("postgres://mail@{here}/mail")), "{here}");
        }
    }

    #[test]
    fn the_address_decides() {
        assert!(!is_encrypted("postgres://mail@db.example.test/mail?sslmode=disable"));
        for mode in ["require", "verify-ca", "verify-full"] {
            assert!(is_encrypted(&format!(
                "postgres://mail@localhost/mail?connect_timeout=3&sslmode={mode}"
            )));
        }
        let half = Server::read("postgres://mail@db.example.test/mail?sslmode=prefer");
        assert!(matches!(half, Err(OpenError::Address(_))));
    }

    #[test]
    fn a_file_without_authorities_is_refused_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_string_lossy();
        for (written, wrong) in [(&*path, &*path), ("%2Fnowhere%2Fat%20all.pem", "/nowhere/at all.pem")] {
            let read = Server::read(&format!("postgres://db.example.test/mail?sslrootcert={written}"));
            let Err(OpenError::Address(why)) = read else { panic!("it was read") };
            assert!(why.contains(wrong), "{why}");
        }
    }
}
