//! The servers that mail programs are to be told of.

use web::{Entrance, Security, Web};

/// How Thunderbird's format says that a connection is encrypted.
pub(crate) const fn socket_type(security: &Security) -> &'static str {
    match security {
        Security::Tls => "SSL",
        Security::StartTls => "STARTTLS",
    }
}

/// How Outlook's format says that a connection is encrypted.
pub(crate) const fn encryption(security: &Security) -> &'static str {
    match security {
        Security::Tls => "SSL",
        Security::StartTls => "TLS",
    }
}

/// What a mail program needs to know of this server.
#[derive(Debug, Clone)]
pub(crate) struct Servers {
    /// Its name.
    pub(crate) host: String,
    /// Where mail is read by IMAP, the best first.
    pub(crate) incoming: Vec<Entrance>,
    /// Where mail is handed in, the best first.
    pub(crate) outgoing: Vec<Entrance>,
}

impl Servers {
    /// Those of this server.
    pub(crate) fn of(web: &Web) -> Self {
        let ports = web.clients();
        let host = web.access().host_name().to_owned();
        Self { host, incoming: ports.incoming(), outgoing: ports.outgoing() }
    }
}
