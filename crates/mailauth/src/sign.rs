//! Signing a message (RFC 6376 §5).

use std::borrow::Cow;

use domain::DomainName;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256, SigningKey as Signs};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{Canonicalization, DkimSigner};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::keys::{Algorithm, SigningKey};

/// What is signed of the header: what people see and answer to (RFC 6376 §5.4.1).
const SIGNED: [&str; 14] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "Sender",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Unsubscribe",
];

/// A message could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("the message could not be signed: {0}")]
pub struct SignError(String);

impl From<mail_auth::Error> for SignError {
    fn from(error: mail_auth::Error) -> Self {
        Self(error.to_string())
    }
}

/// The header field that signs `message` for `domain`, with its line end: to be put before it.
pub fn sign(message: &[u8], domain: &DomainName, key: &SigningKey) -> Result<Vec<u8>, SignError> {
    let private = key.private.reveal();
    match key.algorithm {
        Algorithm::RsaSha256 => {
            let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(private.as_slice()));
            sign_with(RsaKey::<Sha256>::from_key_der(der)?, message, domain, &key.selector)
        }
        Algorithm::Ed25519Sha256 => {
            let key_pair = Ed25519Key::from_pkcs8_maybe_unchecked_der(private)?;
            sign_with(key_pair, message, domain, &key.selector)
        }
    }
}

fn sign_with(
    key: impl Signs,
    message: &[u8],
    domain: &DomainName,
    selector: &str,
) -> Result<Vec<u8>, SignError> {
    let signer = DkimSigner::from_key(key)
        .domain(domain.as_str())
        .selector(selector)
        .headers(SIGNED)
        .header_canonicalization(Canonicalization::Relaxed)
        .body_canonicalization(Canonicalization::Relaxed);
    let signature = signer.sign(&without_blank_end(message))?;
    let mut header = Vec::with_capacity(700);
    signature.write_header(&mut header);
    Ok(header)
}

/// The message without the lines of mere white space at its end. To the relaxed canonicalization (RFC 6376 §3.4.4) it is
/// the same message; the library, however, drops only lines that are entirely empty.
fn without_blank_end(message: &[u8]) -> Cow<'_, [u8]> {
    let body = body_start(message);
    let kept = message.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    match kept {
        Some(last) if last >= body => {
            let mut trimmed = message.get(..=last).unwrap_or(message).to_vec();
            trimmed.extend_from_slice(b"\r\n");
            Cow::Owned(trimmed)
        }
        // A body of white space is an empty one.
        Some(_) | None => Cow::Borrowed(message.get(..body).unwrap_or(message)),
    }
}

/// Where the body begins: behind the first empty line.
fn body_start(message: &[u8]) -> usize {
    let found = message.windows(4).position(|four| four == b"\r\n\r\n");
    found.map_or(message.len(), |at| at + 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate_keys;

    #[test]
    fn blank_lines_at_the_end_do_not_count() {
        let trimmed =
            |text: &str| String::from_utf8(without_blank_end(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(trimmed("A: b\r\n\r\nx \r\n \t\r\n\r\n"), "A: b\r\n\r\nx\r\n");
        assert_eq!(trimmed("A: b\r\n\r\n \r\n"), "A: b\r\n\r\n");
        assert_eq!(trimmed("A: b\r\n\r\nx"), "A: b\r\n\r\nx\r\n");
    }

    #[test]
    fn each_key_signs_under_its_own_selector() {
        let domain: DomainName = "example.test".parse().unwrap();
        let message = b"From: info@example.test\r\nSubject: a\r\n\r\nHello\r\n";
        for (key, name) in generate_keys().unwrap().into_iter().zip(["rsa-sha256", "ed25519-sha256"]) {
            let key = key.into_signing_key("s1");
            let header = String::from_utf8(sign(message, &domain, &key).unwrap()).unwrap();
            assert!(header.starts_with("DKIM-Signature: v=1; a="), "{header}");
            assert!(header.ends_with("\r\n"), "{header}");
            assert!(header.contains(name) && header.contains("d=example.test"), "{header}");
        }
    }
}
