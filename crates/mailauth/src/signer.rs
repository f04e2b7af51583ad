//! Who signs for a mail: every active key of a domain.

use bytes::Bytes;
use domain::{DomainId, DomainName, Timestamp};
use store::{StoreError, Tx};

use crate::keys::{SigningKey, for_domain};
use crate::sign::sign;

/// A domain with the keys that sign for it.
#[derive(Debug, Clone)]
pub struct Signer {
    domain: DomainName,
    keys: Vec<SigningKey>,
}

impl Signer {
    /// Who signs for mail from an address of `domain`; nobody does when it is not one of this server.
    pub fn of_domain(tx: &mut Tx<'_>, domain: &DomainName) -> Result<Option<Self>, StoreError> {
        let sql = "SELECT domain_id FROM domains WHERE name = $1";
        let Some(id) = tx.find(sql, &[&domain.as_str()], |row| row.get::<DomainId>(0))? else {
            return Ok(None);
        };
        Ok(Some(Self { domain: domain.clone(), keys: for_domain(tx, id)? }))
    }

    /// Who signs for what the server says in its own name: the domain that it is called by, or the nearest above that
    /// one, which counts for it as well (RFC 7489 §3.1.1). Only where its control was proved: it speaks for others.
    fn of_host(tx: &mut Tx<'_>, host: &DomainName) -> Result<Option<Self>, StoreError> {
        let sql = "SELECT domain_id FROM domains WHERE name = $1 AND verified_at IS NOT NULL";
        let mut name = host.as_str();
        // A name of one label is nobody's to sign for.
        while let Some((_, above)) = name.split_once('.') {
            if let Some(id) = tx.find(sql, &[&name], |row| row.get::<DomainId>(0))? {
                let domain = name.parse().map_err(|_| StoreError::Corrupt(format!("the domain {name:?}")))?;
                return Ok(Some(Self { domain, keys: for_domain(tx, id)? }));
            }
            name = above;
        }
        Ok(None)
    }

    /// What the server says in its own name, signed where somebody signs for it.
    pub fn sign_as_host(tx: &mut Tx<'_>, host: &DomainName, content: Bytes) -> Result<Bytes, StoreError> {
        let now = tx.now();
        Ok(match Self::of_host(tx, host)? {
            Some(signer) => signer.sign(&content, now).into(),
            None => content,
        })
    }

    /// The message under one signature for each key. When signing fails it goes without, and the log says so: mail that
    /// is not signed is better than mail that is not sent. Takes a millisecond or two for each key.
    pub fn sign(&self, content: &[u8], at: Timestamp) -> Vec<u8> {
        let mut signed = Vec::with_capacity(content.len() + 1024 * self.keys.len());
        for key in &self.keys {
            match sign(content, &self.domain, key, at) {
                Ok(header) => signed.extend_from_slice(&header),
                Err(error) => tracing::error!(%error, domain = %self.domain, "mail could not be signed"),
            }
        }
        signed.extend_from_slice(content);
        signed
    }
}
