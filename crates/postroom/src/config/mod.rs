//! What the operator sets: one TOML file, environment variables over it, flags over both.
//!
//! **Invariant:** a [`Configuration`] that exists is whole and valid. What is wrong is reported all at once, each
//! fault with its file and line, its variable or its flag; nothing that was given is silently ignored.

mod fault;
mod file;
mod settings;
mod sms;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use domain::{DomainName, Secret};
use net::proxy::Proxies;

pub(crate) use fault::{Fault, Place};
use settings::SETTINGS;
#[cfg(test)]
pub(crate) use sms::Method;
pub(crate) use sms::{BodyType, Reach, SmsGateway, Transport};

/// Everything that can be set.
#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    /// Where the database, large messages, keys and the control socket are.
    pub(crate) data: PathBuf,
    /// What to log, in the language of `tracing_subscriber::EnvFilter`.
    pub(crate) log: String,
    /// The name by which the server greets others.
    pub(crate) host_name: DomainName,
    /// Where it listens.
    pub(crate) listen: Listen,
    /// Where rows are kept.
    pub(crate) database: Database,
    /// How mail leaves.
    pub(crate) outbound: Outbound,
    /// The address of the pages as browsers see it; the web listener's own when nothing is set.
    pub(crate) origin: Option<String>,
    /// The given certificate; one of our own making when there is none.
    pub(crate) tls: Option<Tls>,
    /// What sends SMS, if anything does.
    pub(crate) sms: Option<SmsGateway>,
    /// How much memory the mail may hold that is being received, over all connections, in bytes.
    pub(crate) receiving_bytes: usize,
}

/// The listeners.
#[derive(Debug, Clone)]
pub(crate) struct Listen {
    /// Pages, over plain HTTP: for the loopback, or behind a proxy that speaks TLS.
    pub(crate) web: Listener,
    /// Reception of mail.
    pub(crate) smtp: Listener,
    /// Submission with STARTTLS.
    pub(crate) submission: Listener,
    /// Submission over TLS.
    pub(crate) submissions: Listener,
    /// IMAP with STARTTLS.
    pub(crate) imap: Listener,
    /// IMAP over TLS.
    pub(crate) imaps: Listener,
    /// The proxies that say for whom they come.
    pub(crate) proxies: Proxies,
    /// The listeners behind them, by name; all when nothing is set.
    pub(crate) proxied: Option<Vec<&'static str>>,
}

/// One listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listener {
    /// It is not opened.
    Off,
    /// It listens here; port 0 takes a free one.
    At(SocketAddr),
}

/// Where rows are kept.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// In a file of the data directory.
    Embedded,
    /// In the PostgreSQL of this address, which may hold a password.
    Postgres(Secret<String>),
}

/// How mail leaves.
#[derive(Debug, Clone)]
pub(crate) struct Outbound {
    /// The resolver to ask for MX records; the system's when nothing is set.
    pub(crate) resolver: Option<SocketAddr>,
    /// The server that takes everything, instead of the servers of each destination.
    pub(crate) smart_host: Option<HostPort>,
    /// What it is told when it asks who we are: a name and a password.
    pub(crate) smart_host_credentials: Option<(String, Secret<String>)>,
    /// The port of the servers of destinations.
    pub(crate) port: u16,
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostPort {
    /// A name or an address.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
}

/// A certificate that was given.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    /// The chain, in PEM.
    pub(crate) certificate: PathBuf,
    /// Its private key, in PEM.
    pub(crate) key: PathBuf,
}

/// What the command line says about the configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flags {
    /// `--config FILE`.
    pub(crate) config: Option<PathBuf>,
    /// `--data DIR`.
    pub(crate) data: Option<PathBuf>,
}

impl Configuration {
    /// The address of the pages as browsers see it: what is set, or that of the web listener, which is bound at `web`.
    pub(crate) fn origin_at(&self, web: Listener) -> String {
        match (&self.origin, web) {
            (Some(origin), _) => origin.clone(),
            // A name, not a number: a browser keeps cookies and passkeys by it.
            (None, Listener::At(address)) if address.ip().is_loopback() => {
                format!("http://localhost:{}", address.port())
            }
            (None, Listener::At(address)) if address.ip().is_unspecified() => {
                format!("http://{}:{}", self.host_name, address.port())
            }
            (None, Listener::At(address)) => format!("http://{address}"),
            (None, Listener::Off) => format!("http://{}", self.host_name),
        }
    }
}

/// Reads the configuration: the file, the variables that `variable` knows, the flags.
pub(crate) fn load(
    flags: &Flags,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Configuration, Vec<Fault>> {
    let mut draft = Draft::default();
    if let Some(path) = &flags.config {
        draft.file(path);
    }
    draft.environment(variable);
    if let Some(data) = &flags.data {
        draft.put("data", &data.to_string_lossy(), Place::Flag("--data"));
    }
    draft.finish()
}

/// A configuration in the making: what was given, where, and what was wrong with it.
#[derive(Default)]
struct Draft {
    values: Values,
    places: BTreeMap<&'static str, Place>,
    faults: Vec<Fault>,
}

/// What was given so far.
#[derive(Debug)]
struct Values {
    configuration: Configuration,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    smart_host_user: Option<String>,
    smart_host_password_file: Option<PathBuf>,
    sms: sms::Given,
}

impl Draft {
    fn file(&mut self, path: &Path) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                let what = format!("the configuration file cannot be read: {error}");
                return self.faults.push(Fault::new(Place::File(path.to_owned(), 1), what));
            }
        };
        let read = file::read(path, &text);
        self.faults.extend(read.faults);
        for given in read.given {
            self.put(given.path, &given.value, given.place);
        }
    }

    fn environment(&mut self, variable: impl Fn(&str) -> Option<String>) {
        for setting in SETTINGS {
            let name = setting.variable();
            if let Some(value) = variable(&name) {
                self.put(setting.path, &value, Place::Variable(name));
            }
        }
    }

    fn put(&mut self, path: &'static str, value: &str, place: Place) {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.path == path) else { return };
        match (setting.put)(&mut self.values, value) {
            Ok(()) => {
                self.places.insert(path, place);
            }
            Err(what) => self.faults.push(Fault::new(place, format!("{path}: {what}"))),
        }
    }

    fn finish(mut self) -> Result<Configuration, Vec<Fault>> {
        self.check_tls();
        self.check_smart_host();
        self.check_sms();
        self.check_listeners();
        self.check_proxies();
        self.faults.sort();
        if self.faults.is_empty() { Ok(self.values.configuration) } else { Err(self.faults) }
    }

    fn check_tls(&mut self) {
        let (certificate, key) = (self.values.certificate.take(), self.values.key.take());
        match (certificate, key) {
            (Some(certificate), Some(key)) => self.values.configuration.tls = Some(Tls { certificate, key }),
            (Some(_), None) => self.fault("tls.certificate", "tls.key is missing beside it"),
            (None, Some(_)) => self.fault("tls.key", "tls.certificate is missing beside it"),
            (None, None) => {}
        }
    }

    /// Whoever signs in at a smart host has a name and a password, which lies in a file: a configuration is read by many.
    fn check_smart_host(&mut self) {
        const USER: &str = "outbound.smart_host_user";
        const FILE: &str = "outbound.smart_host_password_file";
        let (user, file) = (self.values.smart_host_user.take(), self.values.smart_host_password_file.take());
        let without_host = self.values.configuration.outbound.smart_host.is_none();
        match (user, file) {
            (None, None) => {}
            (Some(_), None) => self.fault(USER, "outbound.smart_host_password_file is missing beside it"),
            (None, Some(_)) => self.fault(FILE, "outbound.smart_host_user is missing beside it"),
            (Some(_), Some(_)) if without_host => {
                self.fault(USER, "outbound.smart_host is missing beside it");
            }
            (Some(user), Some(file)) => match password(&file) {
                Ok(password) => {
                    self.values.configuration.outbound.smart_host_credentials = Some((user, password));
                }
                Err(what) => self.fault(FILE, &what),
            },
        }
    }

    fn check_sms(&mut self) {
        match std::mem::take(&mut self.values.sms).finish() {
            Ok(gateway) => self.values.configuration.sms = gateway,
            Err((path, what)) => self.fault(path, &what),
        }
    }

    /// No two listeners may share an address; port 0 is a new one each time.
    fn check_listeners(&mut self) {
        let listeners = self.values.configuration.listen.all();
        for (index, (path, listener)) in listeners.iter().enumerate() {
            let Listener::At(address) = listener else { continue };
            let same = |(_, other): &&(&'static str, Listener)| other == listener && address.port() != 0;
            if let Some((other, _)) = listeners[..index].iter().find(same) {
                self.fault(path, &format!("{address} is already the address of {other}"));
            }
        }
    }

    /// Which listeners stand behind proxies means nothing while no proxy is named.
    fn check_proxies(&mut self) {
        let listen = &self.values.configuration.listen;
        if listen.proxied.is_some() && listen.proxies.is_empty() {
            self.fault("listen.proxied", "listen.proxies is missing beside it");
        }
    }

    /// A fault of a setting, where it was given.
    fn fault(&mut self, path: &'static str, what: &str) {
        let place = self.places.get(path).cloned().unwrap_or(Place::Default);
        self.faults.push(Fault::new(place, format!("{path}: {what}")));
    }
}

/// The password in a file: its first line.
fn password(file: &Path) -> Result<Secret<String>, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line.to_owned())),
        Some(_) | None => Err(format!("{} has no password in its first line", file.display())),
    }
}

impl Listen {
    /// Each listener with the path of its setting.
    pub(crate) fn all(&self) -> [(&'static str, Listener); 6] {
        [
            ("listen.web", self.web),
            ("listen.smtp", self.smtp),
            ("listen.submission", self.submission),
            ("listen.submissions", self.submissions),
            ("listen.imap", self.imap),
            ("listen.imaps", self.imaps),
        ]
    }

    /// Whether the listener of that name stands behind the proxies, if there are some.
    pub(crate) fn is_proxied(&self, name: &str) -> bool {
        self.proxied.as_ref().is_none_or(|proxied| proxied.contains(&name))
    }
}

#[cfg(test)]
mod tests;
