//! The servers that mail programs are to be told of.

use web::{ClientPorts, Web};

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// From its first byte (RFC 8314 §3).
    Tls,
    /// After STARTTLS.
    StartTls,
}

impl Security {
    /// As people read it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Tls => "SSL/TLS",
            Self::StartTls => "STARTTLS",
        }
    }

    /// As Thunderbird's format has it.
    pub(crate) const fn socket_type(self) -> &'static str {
        match self {
            Self::Tls => "SSL",
            Self::StartTls => "STARTTLS",
        }
    }

    /// As Outlook's format has it.
    pub(crate) const fn encryption(self) -> &'static str {
        match self {
            Self::Tls => "SSL",
            Self::StartTls => "TLS",
        }
    }
}

/// A server, by the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entrance {
    /// Its port.
    pub(crate) port: u16,
    /// How it is encrypted.
    pub(crate) security: Security,
}

/// What a mail program needs to know of this server.
#[derive(Debug, Clone)]
pub(crate) struct Servers {
    /// Its name.
    pub(crate) host: String,
    /// Where mail is read by IMAP, the best first (RFC 8314 §3).
    pub(crate) incoming: Vec<Entrance>,
    /// Where mail is handed in, the best first.
    pub(crate) outgoing: Vec<Entrance>,
}

impl Servers {
    /// Those of this server.
    pub(crate) fn of(web: &Web) -> Self {
        let ClientPorts { imaps, imap, submissions, submission } = web.clients();
        let host = web.access().host_name().to_owned();
        Self { host, incoming: entrances(imaps, imap), outgoing: entrances(submissions, submission) }
    }
}

fn entrances(tls: Option<u16>, start_tls: Option<u16>) -> Vec<Entrance> {
    let tls = tls.map(|port| Entrance { port, security: Security::Tls });
    let start_tls = start_tls.map(|port| Entrance { port, security: Security::StartTls });
    tls.into_iter().chain(start_tls).collect()
}
