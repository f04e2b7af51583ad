//! The trace header that this server adds (RFC 5321 §4.4).

use std::net::IpAddr;

use domain::Timestamp;

/// Where a mail came from, and how.
pub(crate) struct Trace<'a> {
    /// What the client called itself.
    pub(crate) greeting: &'a str,
    /// Its network address; none keeps it to ourselves: where people write from is nobody's business.
    pub(crate) from: Option<IpAddr>,
    /// Our name.
    pub(crate) host: &'a str,
    /// Whether it greeted with EHLO.
    pub(crate) extended: bool,
    /// Whether the connection was encrypted.
    pub(crate) encrypted: bool,
    /// The only recipient; of several, none is told to the others.
    pub(crate) recipient: Option<&'a str>,
    /// When.
    pub(crate) at: Timestamp,
}

impl Trace<'_> {
    /// The header field, with its line end.
    pub(crate) fn line(&self) -> String {
        let from = match self.from {
            Some(ip @ IpAddr::V4(_)) => format!("from {} ([{ip}])\r\n\t", self.greeting),
            Some(ip @ IpAddr::V6(_)) => format!("from {} ([IPv6:{ip}])\r\n\t", self.greeting),
            None => String::new(),
        };
        let protocol = self.protocol();
        let recipient =
            self.recipient.map(|recipient| format!("\r\n\tfor <{recipient}>")).unwrap_or_default();
        let date = message::header::date(self.at);
        format!("Received: {from}by {} with {protocol}{recipient};\r\n\t{date}\r\n", self.host)
    }

    /// The name of the protocol (RFC 3848).
    const fn protocol(&self) -> &'static str {
        match (self.from.is_none(), self.extended, self.encrypted) {
            (true, _, true) => "ESMTPSA",
            (true, _, false) => "ESMTPA",
            (false, true, true) => "ESMTPS",
            (false, true, false) => "ESMTP",
            (false, false, _) => "SMTP",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: Trace<'_> = Trace {
        greeting: "far.example",
        from: Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)),
        host: "mx.example.test",
        extended: true,
        encrypted: false,
        recipient: Some("info@example.test"),
        at: Timestamp::from_secs(1_790_000_000),
    };

    #[test]
    fn a_strangers_mail_is_traced() {
        assert_eq!(
            TRACE.line(),
            "Received: from far.example ([127.0.0.1])\r\n\tby mx.example.test with ESMTP\r\n\t\
             for <info@example.test>;\r\n\tMon, 21 Sep 2026 14:13:20 +0000\r\n"
        );
    }

    #[test]
    fn where_people_write_from_is_not_told() {
        let line = Trace { from: None, recipient: None, encrypted: true, ..TRACE }.line();
        assert!(line.starts_with("Received: by mx.example.test with ESMTPSA;\r\n\t"), "{line}");
    }
}
