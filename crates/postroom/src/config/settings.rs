//! Every setting: its name, its type and how its value is read. The file, the environment and the documentation
//! follow this one table.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use domain::{DomainName, Secret};
use net::proxy::{Network, Proxies};

use super::{Configuration, Database, HostPort, Listen, Listener, Outbound, Values, sms};

/// One setting.
pub(super) struct Setting {
    /// Section and name, as in the file.
    pub(super) path: &'static str,
    /// The type that it has in the file.
    pub(super) kind: Kind,
    /// Reads a value; the error says what was expected.
    pub(super) put: fn(&mut Values, &str) -> Result<(), String>,
}

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string.
    Text,
    /// An integer.
    Number,
}

impl Kind {
    /// What a person would call it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Text => "text in quotes",
            Self::Number => "a whole number",
        }
    }
}

impl Setting {
    /// The environment variable that overrides the file: `POSTROOM_LISTEN_WEB` for `listen.web`.
    pub(super) fn variable(&self) -> String {
        format!("POSTROOM_{}", self.path.replace('.', "_").to_uppercase())
    }
}

const fn text(path: &'static str, put: fn(&mut Values, &str) -> Result<(), String>) -> Setting {
    Setting { path, kind: Kind::Text, put }
}

const fn number(path: &'static str, put: fn(&mut Values, &str) -> Result<(), String>) -> Setting {
    Setting { path, kind: Kind::Number, put }
}

/// All settings, in the order of docs/operate/configuration.md.
pub(super) const SETTINGS: &[Setting] = &[
    text("data", |values, given| put(&mut values.configuration.data, path(given))),
    text("host_name", |values, given| put(&mut values.configuration.host_name, host_name(given))),
    text("log", |values, given| put(&mut values.configuration.log, log(given))),
    text("listen.web", |values, given| put(&mut values.configuration.listen.web, listener(given))),
    text("listen.smtp", |values, given| put(&mut values.configuration.listen.smtp, listener(given))),
    text("listen.submission", |values, given| {
        put(&mut values.configuration.listen.submission, listener(given))
    }),
    text("listen.submissions", |values, given| {
        put(&mut values.configuration.listen.submissions, listener(given))
    }),
    text("listen.imap", |values, given| put(&mut values.configuration.listen.imap, listener(given))),
    text("listen.imaps", |values, given| put(&mut values.configuration.listen.imaps, listener(given))),
    text("listen.proxies", |values, given| put(&mut values.configuration.listen.proxies, proxies(given))),
    text("listen.proxied", |values, given| {
        put(&mut values.configuration.listen.proxied, proxied(given).map(Some))
    }),
    text("database.url", |values, given| put(&mut values.configuration.database, database(given))),
    text("outbound.resolver", |values, given| {
        let address = socket_address(given, "127.0.0.1:53").map(Some);
        put(&mut values.configuration.outbound.resolver, address)
    }),
    text("outbound.smart_host", |values, given| {
        put(&mut values.configuration.outbound.smart_host, host_port(given).map(Some))
    }),
    text("outbound.smart_host_user", |values, given| {
        put(&mut values.smart_host_user, filled(given).map(Some))
    }),
    text("outbound.smart_host_password_file", |values, given| {
        put(&mut values.smart_host_password_file, path(given).map(Some))
    }),
    number("outbound.port", |values, given| put(&mut values.configuration.outbound.port, port(given))),
    text("web.origin", |values, given| put(&mut values.configuration.origin, origin(given).map(Some))),
    text("tls.certificate", |values, given| put(&mut values.certificate, path(given).map(Some))),
    text("tls.key", |values, given| put(&mut values.key, path(given).map(Some))),
    text("sms.url", |values, given| put(&mut values.sms.url, filled(given).map(Some))),
    text("sms.method", |values, given| put(&mut values.sms.method, sms::method(given).map(Some))),
    text("sms.headers_file", |values, given| put(&mut values.sms.headers_file, path(given).map(Some))),
    text("sms.body", |values, given| put(&mut values.sms.body, sms::body(given).map(Some))),
    text("sms.body_type", |values, given| put(&mut values.sms.body_type, sms::body_type(given).map(Some))),
    text("sms.reach", |values, given| put(&mut values.sms.reach, sms::reach(given).map(Some))),
    number("limits.receiving_mib", |values, given| {
        put(&mut values.configuration.receiving_bytes, receiving(given))
    }),
];

/// Puts a value that was read into its place.
fn put<T>(place: &mut T, read: Result<T, String>) -> Result<(), String> {
    *place = read?;
    Ok(())
}

/// What is so when nothing is set: everything on the loopback, above the privileged ports.
impl Default for Values {
    fn default() -> Self {
        let loopback = |port| Listener::At(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let listen = Listen {
            web: loopback(8080),
            smtp: loopback(2525),
            submission: loopback(2587),
            submissions: loopback(2465),
            imap: loopback(2143),
            imaps: loopback(2993),
            proxies: Proxies::default(),
            proxied: None,
        };
        let configuration = Configuration {
            data: PathBuf::from("data"),
            log: "info".to_owned(),
            host_name: local_name(),
            listen,
            database: Database::Embedded,
            outbound: Outbound { resolver: None, smart_host: None, smart_host_credentials: None, port: 25 },
            origin: None,
            tls: None,
            sms: None,
            receiving_bytes: RECEIVING_MIB * MIB,
        };
        Self {
            configuration,
            certificate: None,
            key: None,
            smart_host_user: None,
            smart_host_password_file: None,
            sms: sms::Given::default(),
        }
    }
}

/// The known setting that a mistyped one most likely means.
pub(super) fn nearest(path: &str) -> Option<&'static str> {
    let ranked = SETTINGS.iter().map(|setting| (distance(path, setting.path), setting.path));
    let (edits, known) = ranked.min()?;
    (edits <= 1 + path.len() / 4).then_some(known)
}

/// How many letters must be added, taken away or changed to make `b` of `a`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

fn filled(given: &str) -> Result<String, String> {
    if given.trim().is_empty() { Err("it is empty".to_owned()) } else { Ok(given.to_owned()) }
}

fn host_name(given: &str) -> Result<DomainName, String> {
    given.parse().map_err(|_| format!("“{given}” is no host name; expected one like mail.example.org"))
}

fn log(given: &str) -> Result<String, String> {
    let read = tracing_subscriber::EnvFilter::try_new(given);
    let wrong = |fault| format!("{fault}; expected a level, or levels by module like info,smtp=debug");
    read.map(|_| given.to_owned()).map_err(wrong)
}

fn path(given: &str) -> Result<PathBuf, String> {
    filled(given).map(PathBuf::from)
}

fn listener(given: &str) -> Result<Listener, String> {
    if given == "off" {
        return Ok(Listener::Off);
    }
    let wrong =
        |_| format!("“{given}” is no address; expected one like 127.0.0.1:2525 or [::]:2525, or “off”");
    given.parse().map(Listener::At).map_err(wrong)
}

/// The listeners, as they are called.
const LISTENERS: [&str; 6] = ["web", "smtp", "submission", "submissions", "imap", "imaps"];

fn proxies(given: &str) -> Result<Proxies, String> {
    let networks: Result<Vec<Network>, String> =
        words(given).map(|word| word.parse().map_err(|fault| format!("“{word}” is {fault}"))).collect();
    networks.map(|networks| Proxies::at(&networks))
}

fn proxied(given: &str) -> Result<Vec<&'static str>, String> {
    let known = |word: &str| LISTENERS.into_iter().find(|name| *name == word);
    let wrong = |word: &str| format!("“{word}” is no listener; expected some of {}", LISTENERS.join(", "));
    words(given).map(|word| known(word).ok_or_else(|| wrong(word))).collect()
}

/// What stands between commas.
fn words(given: &str) -> impl Iterator<Item = &str> {
    given.split(',').map(str::trim).filter(|word| !word.is_empty())
}

fn socket_address(given: &str, example: &str) -> Result<SocketAddr, String> {
    given.parse().map_err(|_| format!("“{given}” is no address; expected one like {example}"))
}

fn port(given: &str) -> Result<u16, String> {
    let port = given.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| format!("“{given}” is no port; expected a number from 1 to 65535"))
}

/// A mebibyte.
const MIB: usize = 1024 * 1024;
/// How many mebibytes mail may hold while it is received, when nothing is set: some large mails at once.
const RECEIVING_MIB: usize = 512;
/// With fewer, the largest mail that is taken would never have room.
const LEAST_RECEIVING_MIB: usize = 384;

fn receiving(given: &str) -> Result<usize, String> {
    let mib = given.parse().ok().filter(|mib| (LEAST_RECEIVING_MIB..=1024 * 1024).contains(mib));
    let bytes = mib.and_then(|mib: usize| mib.checked_mul(MIB));
    bytes.ok_or_else(|| format!("expected a number from {LEAST_RECEIVING_MIB} to 1048576"))
}

fn host_port(given: &str) -> Result<HostPort, String> {
    let wrong = || format!("“{given}” is no host and port; expected one like relay.example.org:587");
    let (host, port_text) = given.rsplit_once(':').ok_or_else(wrong)?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if host.is_empty() || host.contains(char::is_whitespace) {
        return Err(wrong());
    }
    Ok(HostPort { host: host.to_owned(), port: port(port_text).map_err(|_| wrong())? })
}

fn database(given: &str) -> Result<Database, String> {
    let known = given.starts_with("postgres://") || given.starts_with("postgresql://");
    // What was given may hold a password: it is not repeated.
    known
        .then(|| Database::Postgres(Secret::new(given.to_owned())))
        .ok_or_else(|| "expected postgres://user@host/database; leave it out for the embedded one".to_owned())
}

fn origin(given: &str) -> Result<String, String> {
    let wrong =
        || format!("“{given}” is no origin; expected one like https://mail.example.org, without a path");
    let given_host =
        given.strip_prefix("https://").or_else(|| given.strip_prefix("http://")).ok_or_else(wrong)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let ok = !given_host.is_empty() && given_host.chars().all(plain);
    ok.then(|| given.to_ascii_lowercase()).ok_or_else(wrong)
}

#[expect(clippy::expect_used, reason = "the text is a constant, and a test reads it")]
fn local_name() -> DomainName {
    "localhost".parse().expect("localhost is a host name")
}
