//! Signing a message (RFC 6376 §5).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{DomainName, Timestamp};

use crate::dkim::{body_hash, header_to_sign};
use crate::fields::{Field, fields};
use crate::keys::{Algorithm, SigningKey};

/// What is signed of the header, once more than it is there, so that nobody adds another: what people see and answer to
/// (RFC 6376 §5.4.1).
const SEALED: [&str; 12] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];
/// What is signed where it is there: lists add these to mail that they pass on as it is.
const SIGNED: [&str; 2] = ["Sender", "List-Unsubscribe"];
/// How long the lines of the field may be (RFC 5322 §2.1.1).
const LINE: usize = 76;

/// A message could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("the message could not be signed: {0}")]
pub struct SignError(&'static str);

/// The header field that signs `message` for `domain` at that time, with its line end: to be put before it.
pub fn sign(
    message: &[u8],
    domain: &DomainName,
    key: &SigningKey,
    at: Timestamp,
) -> Result<Vec<u8>, SignError> {
    let (algorithm, selector) = (key.algorithm.name(), &key.selector);
    let all: Vec<Field<'_>> = fields(message).collect();
    let names = names(&all);
    let body_hash = BASE64_STANDARD.encode(body_hash(message));
    let mut field = format!(
        "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={domain};\r\n\ts={selector}; t={};\r\n\t",
        at.secs()
    );
    push_folded(&mut field, &format!("h={};", names.join(":")), ':');
    field.push_str(&format!("\r\n\tbh={body_hash};\r\n\tb="));
    let unsigned = format!("{field}\r\n");
    let header = match fields(unsigned.as_bytes()).next() {
        Some(own) => header_to_sign(&names, &own, &all),
        None => return Err(SignError("there is no field")),
    };
    let signature = BASE64_STANDARD.encode(signature(key, &header)?);
    push_folded(&mut field, &signature, '\0');
    field.push_str("\r\n");
    Ok(field.into_bytes())
}

/// The names of the fields that are signed, as often as they are.
fn names(all: &[Field<'_>]) -> Vec<String> {
    let count = |name: &str| all.iter().filter(|field| field.is(name)).count();
    let sealed = SEALED.iter().map(|name| (*name, count(name) + 1));
    let signed = SIGNED.iter().map(|name| (*name, count(name)));
    sealed.chain(signed).flat_map(|(name, count)| std::iter::repeat_n(name.to_owned(), count)).collect()
}

fn signature(key: &SigningKey, header: &[u8]) -> Result<Vec<u8>, SignError> {
    let private = key.private.reveal();
    match key.algorithm {
        Algorithm::RsaSha256 => {
            let pair = RsaKeyPair::from_pkcs8(private).map_err(|_| SignError("the RSA key is broken"))?;
            let mut signature = vec![0; pair.public_modulus_len()];
            let signed = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), header, &mut signature);
            signed.map_err(|_| SignError("the library refused"))?;
            Ok(signature)
        }
        Algorithm::Ed25519Sha256 => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(private);
            let pair = pair.map_err(|_| SignError("the Ed25519 key is broken"))?;
            Ok(pair.sign(digest(&SHA256, header).as_ref()).as_ref().to_vec())
        }
    }
}

/// Adds a text in lines: broken behind `at`, or anywhere if that never comes.
fn push_folded(field: &mut String, text: &str, at: char) {
    let mut length = field.len() - field.rfind('\n').map_or(0, |end| end + 1);
    for piece in text.split_inclusive(at) {
        if length > 1 && length + piece.len() > LINE && piece.len() < LINE {
            field.push_str("\r\n\t");
            length = 1;
        }
        for c in piece.chars() {
            if length >= LINE {
                field.push_str("\r\n\t");
                length = 1;
            }
            field.push(c);
            length += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate_keys;

    #[test]
    fn each_key_signs_under_its_own_selector() {
        let domain: DomainName = "example.test".parse().unwrap();
        let message = b"From: info@example.test\r\nSubject: a\r\nSender: x@example.test\r\n\r\nHello\r\n";
        for (key, name) in generate_keys().unwrap().into_iter().zip(["rsa-sha256", "ed25519-sha256"]) {
            let key = key.into_signing_key("s1");
            let field = sign(message, &domain, &key, Timestamp::from_secs(1_790_000_000)).unwrap();
            let field = String::from_utf8(field).unwrap();
            assert!(field.starts_with("DKIM-Signature: v=1; a="), "{field}");
            assert!(field.contains(name) && field.contains(" d=example.test;"), "{field}");
            assert!(
                field.contains("s=s1; t=1790000000;") && field.contains("h=From:From:To:Cc:Subject:Subject:"),
                "{field}"
            );
            assert!(field.contains(":Sender;") && !field.contains("List-"), "{field}");
            assert!(field.ends_with("\r\n") && field.lines().all(|line| line.len() <= LINE), "{field}");
        }
    }
}
