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
