//! The signing keys of a domain: one RSA, which every receiver checks, and one Ed25519 (RFC 8463).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{DomainId, Secret};
use store::{StoreError, Tx};

/// The selectors' common beginning: other systems of the same domain have their own.
const SELECTOR: &str = "postroom";

/// What a key signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RFC 6376 §3.3.
    RsaSha256,
    /// RFC 8463.
    Ed25519Sha256,
}

impl Algorithm {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RsaSha256 => "rsa-sha256",
            Self::Ed25519Sha256 => "ed25519-sha256",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::RsaSha256, Self::Ed25519Sha256].into_iter().find(|one| one.name() == name)
    }
}

/// A key just made.
#[derive(Debug)]
pub struct NewKey {
    algorithm: Algorithm,
    private: Secret<Vec<u8>>,
    record: String,
}

/// A key of a domain.
#[derive(Debug, Clone)]
pub struct SigningKey {
    pub(crate) selector: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) private: Secret<Vec<u8>>,
}

/// A key could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the library could not make a key")]
pub struct KeyError;

impl From<aws_lc_rs::error::Unspecified> for KeyError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

/// Makes the keys of a domain. Takes a core for a while: not for the threads of the runtime.
pub fn generate_keys() -> Result<Vec<NewKey>, KeyError> {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let private: Pkcs8V1Der<'_> = rsa.as_der()?;
    let public: PublicKeyX509Der<'_> = rsa.public_key().as_der()?;
    let rsa = NewKey {
        algorithm: Algorithm::RsaSha256,
        private: Secret::new(private.as_ref().to_vec()),
        record: record("rsa", public.as_ref()),
    };
    let ed25519 = Ed25519KeyPair::generate()?;
    let private: Pkcs8V1Der<'_> = ed25519.as_der()?;
    let ed25519 = NewKey {
        algorithm: Algorithm::Ed25519Sha256,
        private: Secret::new(private.as_ref().to_vec()),
        record: record("ed25519", ed25519.public_key().as_ref()),
    };
    Ok(vec![rsa, ed25519])
}

/// The DNS record of a key (RFC 6376 §3.6.1).
fn record(kind: &str, public: &[u8]) -> String {
    format!("v=DKIM1; k={kind}; p={}", BASE64_STANDARD.encode(public))
}

/// Keeps the first keys of a domain, each under a selector of its own.
pub fn create(tx: &mut Tx<'_>, domain: DomainId, keys: &[NewKey]) -> Result<(), StoreError> {
    insert(tx, domain, keys, true)
}

/// Keeps keys that will sign once their records are in the DNS.
pub fn prepare(tx: &mut Tx<'_>, domain: DomainId, keys: &[NewKey]) -> Result<(), StoreError> {
    insert(tx, domain, keys, false)
}

/// Lets the keys that wait sign from now on. The private parts of those before are gone; their names are never given
/// again, because mail that they signed is still on its way.
pub fn switch(tx: &mut Tx<'_>, domain: DomainId) -> Result<(), StoreError> {
    let (now, nothing) = (tx.now(), Vec::<u8>::new());
    let sql = "UPDATE dkim_keys SET active = 0, retired_at = $2, private_key = $3 WHERE domain_id = $1 \
               AND active = 1";
    tx.execute(sql, &[&domain, &now, &nothing])?;
    let sql = "UPDATE dkim_keys SET active = 1 WHERE domain_id = $1 AND active = 0 AND retired_at IS NULL";
    tx.execute(sql, &[&domain]).map(drop)
}

fn insert(tx: &mut Tx<'_>, domain: DomainId, keys: &[NewKey], active: bool) -> Result<(), StoreError> {
    let now = tx.now();
    let count = "SELECT count(*) FROM dkim_keys WHERE domain_id = $1";
    let before: usize = tx.load(count, &[&domain], |row| row.get(0))?;
    for (number, key) in keys.iter().enumerate() {
        let selector = format!("{SELECTOR}{}", before + number + 1);
        let private = key.private.reveal();
        tx.execute(
            "INSERT INTO dkim_keys (domain_id, selector, algorithm, private_key, public_record, active, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[&domain, &selector, &key.algorithm.name(), private, &key.record, &active, &now],
        )?;
    }
    Ok(())
}

/// The keys that sign for a domain.
pub fn for_domain(tx: &mut Tx<'_>, domain: DomainId) -> Result<Vec<SigningKey>, StoreError> {
    let sql = "SELECT selector, algorithm, private_key FROM dkim_keys WHERE domain_id = $1 AND active = 1 \
               ORDER BY selector";
    tx.query(sql, &[&domain], |row| {
        let name = row.text(1)?;
        let algorithm = Algorithm::named(name)
            .ok_or_else(|| StoreError::Corrupt(format!("the algorithm {name:?} of a signing key")))?;
        Ok(SigningKey { selector: row.get(0)?, algorithm, private: Secret::new(row.get(2)?) })
    })
}

#[cfg(test)]
impl NewKey {
    pub(crate) fn record(&self) -> &str {
        &self.record
    }

    pub(crate) fn into_signing_key(self, selector: &str) -> SigningKey {
        SigningKey { selector: selector.to_owned(), algorithm: self.algorithm, private: self.private }
    }
}
