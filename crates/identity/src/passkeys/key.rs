//! Public keys as authenticators give them: COSE keys (RFC 9052 §7, RFC 9053 §7, RFC 8230 §4).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::cbor::Item;

/// What is asked for when a key is made, what we like best first: ES256, EdDSA, RS256.
pub(super) const ALGORITHMS: [i64; 3] = [-7, -8, -257];

/// A key that checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// A point of P-256, uncompressed.
    P256([u8; 65]),
    /// An Ed25519 key.
    Ed25519([u8; 32]),
    /// A modulus and an exponent.
    Rsa(Vec<u8>, Vec<u8>),
}

impl PublicKey {
    /// Reads a COSE key of one of the [`ALGORITHMS`].
    pub(super) fn of(key: &Item<'_>) -> Option<Self> {
        let (kind, algorithm) = (key.at(1)?.int()?, key.at(3)?.int()?);
        match (kind, algorithm) {
            (2, -7) if key.at(-1)?.int()? == 1 => {
                let (x, y) = (key.at(-2)?.bytes()?, key.at(-3)?.bytes()?);
                let point = [&[4], x, y].concat();
                (x.len() == 32).then_some(())?;
                Some(Self::P256(point.try_into().ok()?))
            }
            (1, -8) if key.at(-1)?.int()? == 6 => Some(Self::Ed25519(key.at(-2)?.bytes()?.try_into().ok()?)),
            (3, -257) => Some(Self::Rsa(key.at(-1)?.bytes()?.to_vec(), key.at(-2)?.bytes()?.to_vec())),
            _ => None,
        }
    }

    /// Reads one from bytes that hold nothing else.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = Item::read(bytes)?;
        if rest.is_empty() { Self::of(&key) } else { None }
    }

    /// Whether the key made this signature.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rsa(n, e) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        }
        .is_ok()
    }
}
