//! The public key of a signature, as its domain publishes it (RFC 6376 §3.6.1).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::Engine;

use super::signature::{BASE64, Signature};
use crate::keys::Algorithm;
use crate::tags::{Tags, compact, words};

/// A key that may check signatures of mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicKey {
    algorithm: Kind,
    bytes: Vec<u8>,
    /// Whether it speaks for its domain only, and for none below it.
    exact: bool,
}

/// The kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    Ed25519,
}

/// Why a record has no key for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyFault {
    /// It is no record of a key, or of one for something else.
    Unusable,
    /// The key was taken back.
    Revoked,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// The key is of another kind than the signature.
    Kind,
    /// The key does not speak for that part of the domain.
    Identity,
    /// The signature is not of this header.
    Signature,
}

impl PublicKey {
    /// Reads a record.
    pub(super) fn read(record: &str) -> Result<Self, KeyFault> {
        let tags = Tags::strict(record).ok_or(KeyFault::Unusable)?;
        if tags.get("v").is_some() && tags.first() != Some(("v", "DKIM1")) {
            return Err(KeyFault::Unusable);
        }
        let lists = |tag: &str, one: &str, other: &str| {
            tags.get(tag).is_none_or(|value| words(value).any(|word| word == one || word == other))
        };
        let algorithm = match tags.get("k").unwrap_or("rsa") {
            "rsa" => Kind::Rsa,
            "ed25519" => Kind::Ed25519,
            _ => return Err(KeyFault::Unusable),
        };
        if !lists("h", "sha256", "sha256") || !lists("s", "*", "email") {
            return Err(KeyFault::Unusable);
        }
        let key = compact(tags.get("p").ok_or(KeyFault::Unusable)?);
        if key.is_empty() {
            return Err(KeyFault::Revoked);
        }
        let bytes = BASE64.decode(key).map_err(|_| KeyFault::Unusable)?;
        let exact = tags.get("t").is_some_and(|flags| words(flags).any(|flag| flag == "s"));
        Ok(Self { algorithm, bytes, exact })
    }

    /// Checks a signature of what was signed.
    pub(super) fn check(&self, signature: &Signature, signed: &[u8]) -> Result<(), Mismatch> {
        if self.exact && !signature.is_exact {
            return Err(Mismatch::Identity);
        }
        let given = &signature.signature;
        let checked = match (self.algorithm, signature.algorithm) {
            // 1,024 bits are too few for a new key, and still believed (RFC 8301 §3.2).
            (Kind::Rsa, Algorithm::RsaSha256) => {
                let key =
                    UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &self.bytes);
                key.verify(signed, given)
            }
            (Kind::Ed25519, Algorithm::Ed25519Sha256) => {
                let key = UnparsedPublicKey::new(&ED25519, &self.bytes);
                key.verify(digest(&SHA256, signed).as_ref(), given)
            }
            (Kind::Rsa, Algorithm::Ed25519Sha256) | (Kind::Ed25519, Algorithm::RsaSha256) => {
                return Err(Mismatch::Kind);
            }
        };
        checked.map_err(|_| Mismatch::Signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_with_what_it_allows() {
        let plain = PublicKey::read("p=AAAA").unwrap();
        assert_eq!(plain, PublicKey { algorithm: Kind::Rsa, bytes: vec![0; 3], exact: false });
        let full =
            PublicKey::read("v=DKIM1; k=ed25519; h=sha1:sha256; s=email; t=y:s; n=a note; x=?; p=AA AA")
                .unwrap();
        assert_eq!(full, PublicKey { algorithm: Kind::Ed25519, bytes: vec![0; 3], exact: true });
    }

    #[test]
    fn a_record_for_something_else_is_no_key() {
        assert_eq!(PublicKey::read("v=DKIM1; p="), Err(KeyFault::Revoked));
        for record in [
            "",
            "v=spf1 -all",
            "k=rsa",
            "v=DKIM2; p=AAAA",
            "p=AAAA; v=DKIM1",
            "k=dsa; p=AAAA",
            "h=sha1; p=AAAA",
            "s=xmpp; p=AAAA",
            "p=?",
            "p=AAAA; p=BBBB",
        ] {
            assert_eq!(PublicKey::read(record), Err(KeyFault::Unusable), "{record:?}");
        }
    }
}
