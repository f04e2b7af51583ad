//! Where mail programs reach this server.

/// At which ports mail programs reach this server; none where it does not listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientPorts {
    /// IMAP over TLS.
    pub imaps: Option<u16>,
    /// IMAP with STARTTLS.
    pub imap: Option<u16>,
    /// Submission over TLS.
    pub submissions: Option<u16>,
    /// Submission with STARTTLS.
    pub submission: Option<u16>,
}

/// The ports that these services have everywhere.
impl Default for ClientPorts {
    fn default() -> Self {
        Self { imaps: Some(993), imap: Some(143), submissions: Some(465), submission: Some(587) }
    }
}

impl ClientPorts {
    /// Where mail is read by IMAP, the best way first (RFC 8314 §3).
    pub fn incoming(self) -> Vec<Entrance> {
        entrances(self.imaps, self.imap)
    }

    /// Where mail is handed in, the best way first.
    pub fn outgoing(self) -> Vec<Entrance> {
        entrances(self.submissions, self.submission)
    }
}

/// A server, by the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrance {
    /// Its port.
    pub port: u16,
    /// How it is encrypted.
    pub security: Security,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// From its first byte (RFC 8314 §3).
    Tls,
    /// After STARTTLS.
    StartTls,
}

impl Security {
    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Tls => "SSL/TLS",
            Self::StartTls => "STARTTLS",
        }
    }
}

fn entrances(tls: Option<u16>, start_tls: Option<u16>) -> Vec<Entrance> {
    let tls = tls.map(|port| Entrance { port, security: Security::Tls });
    let start_tls = start_tls.map(|port| Entrance { port, security: Security::StartTls });
    tls.into_iter().chain(start_tls).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_of_the_ports_that_are_listened_at_and_of_no_others() {
        let ports =
            ClientPorts { imaps: Some(2993), imap: Some(2143), submissions: None, submission: Some(2587) };
        let incoming: Vec<u16> = ports.incoming().iter().map(|entrance| entrance.port).collect();
        assert_eq!(incoming, [2993, 2143]);
        assert_eq!(ports.outgoing(), [Entrance { port: 2587, security: Security::StartTls }]);
    }
}
