//! What a server offers in its answer to EHLO (RFC 5321 §4.1.1.1).

use super::reply::Reply;

/// What a server offers; nothing of it after HELO.
#[derive(Debug, Default)]
pub(super) struct Offers {
    pub(super) start_tls: bool,
    pub(super) pipelining: bool,
    pub(super) eight_bit: bool,
    pub(super) utf8: bool,
    pub(super) dsn: bool,
    /// `SIZE` was there, with the limit when one was told.
    pub(super) size: Option<Option<u64>>,
    pub(super) plain: bool,
    pub(super) login: bool,
}

impl Offers {
    /// Reads the lines after the first, which greets.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offers = Self::default();
        for line in reply.lines.iter().skip(1) {
            // Some old servers write `AUTH=LOGIN`.
            let line = line.to_ascii_uppercase().replacen("AUTH=", "AUTH ", 1);
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("STARTTLS") => offers.start_tls = true,
                Some("PIPELINING") => offers.pipelining = true,
                Some("8BITMIME") => offers.eight_bit = true,
                Some("SMTPUTF8") => offers.utf8 = true,
                Some("DSN") => offers.dsn = true,
                // Zero means that no limit is told (RFC 1870 §4).
                Some("SIZE") => {
                    let limit = words.next().and_then(|word| word.parse().ok());
                    offers.size = Some(limit.filter(|limit| *limit > 0));
                }
                Some("AUTH") => {
                    for word in words {
                        offers.plain |= word == "PLAIN";
                        offers.login |= word == "LOGIN";
                    }
                }
                Some(_) | None => {}
            }
        }
        offers
    }
}
