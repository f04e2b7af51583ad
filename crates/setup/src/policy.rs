//! MTA-STS: how strictly other servers encrypt mail on its way here.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use web::{Fault, Web};

use crate::document::{PLAIN, absent, document};
use crate::host::domain_asked;

/// `GET /.well-known/mta-sts.txt`, by the name `mta-sts.<domain>` (RFC 8461 §3.3).
pub(crate) async fn policy(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Fault> {
    let Some(domain) = domain_asked(&headers, "mta-sts") else { return Ok(absent()) };
    if !web.access().takes_mail_for(&domain).await? {
        return Ok(absent());
    }
    Ok(document(PLAIN, text(web.access().host_name())))
}

/// The policy (RFC 8461 §3.2). It is one to test with: a certificate of the server's own making would stop all mail
/// under a policy that is enforced.
fn text(host: &str) -> String {
    format!("version: STSv1\r\nmode: testing\r\nmx: {host}\r\nmax_age: {MAX_AGE_SECS}\r\n")
}

/// How long other servers keep the policy: a day, so that a mistake is soon over.
const MAX_AGE_SECS: u32 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_exchanger() {
        assert_eq!(
            text("mail.test"),
            "version: STSv1\r\nmode: testing\r\nmx: mail.test\r\nmax_age: 86400\r\n"
        );
    }
}
