//! Domains of mail services: proof and signing keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{DomainId, DomainName, MailServiceId, Timestamp};
use mailauth::NewKey;
use store::{StoreError, Tx};

use super::DeskError;

/// A record of the domain's DNS, as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofRecord {
    /// The kind: TXT, MX.
    pub kind: &'static str,
    /// The whole name.
    pub name: String,
    /// What it must say.
    pub value: String,
}

/// A domain of a mail service.
#[derive(Debug, Clone)]
pub struct DomainView {
    /// Its name.
    pub name: String,
    /// Since when it is proved to belong to the organization.
    pub verified_at: Option<Timestamp>,
    /// The records that its DNS should have.
    pub records: Vec<ProofRecord>,
}

/// Makes the keys of a domain away from the runtime's threads: RSA takes a while.
pub(super) async fn new_keys() -> Result<Vec<NewKey>, DeskError> {
    let made = tokio::task::spawn_blocking(mailauth::generate_keys).await;
    match made {
        Ok(Ok(keys)) => Ok(keys),
        Ok(Err(error)) => {
            tracing::error!(%error, "signing keys could not be made");
            Err(DeskError::Internal)
        }
        Err(_) => Err(DeskError::Internal),
    }
}

/// Adds a domain that nobody has to a mail service.
pub(super) fn add(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    name: &DomainName,
    keys: &[NewKey],
) -> Result<DomainId, StoreError> {
    let (id, now, random) = (tx.id::<DomainId>(), tx.now(), tx.random::<18>());
    let proof = format!("postroom-domain={}", URL_SAFE_NO_PAD.encode(random));
    tx.execute(
        "INSERT INTO domains (domain_id, mail_service_id, name, proof, created_at) VALUES ($1, $2, $3, $4, $5)",
        &[&id, &service, &name.as_str(), &proof, &now],
    )?;
    mailauth::create(tx, id, keys)?;
    Ok(id)
}

/// The domains of a mail service, by name.
pub(super) fn list(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    host: &str,
) -> Result<Vec<DomainView>, StoreError> {
    let sql = "SELECT domain_id, name, proof, verified_at FROM domains WHERE mail_service_id = $1 ORDER BY name";
    let rows = tx.query(sql, &[&service], |row| {
        Ok((row.get::<DomainId>(0)?, row.get::<String>(1)?, row.get::<String>(2)?, row.get(3)?))
    })?;
    rows.into_iter()
        .map(|(id, name, proof, verified_at)| {
            let mut records = vec![
                ProofRecord { kind: "TXT", name: format!("_postroom.{name}"), value: proof },
                ProofRecord { kind: "MX", name: name.clone(), value: format!("10 {host}.") },
                ProofRecord { kind: "TXT", name: name.clone(), value: "v=spf1 mx -all".to_owned() },
                ProofRecord { kind: "TXT", name: format!("_dmarc.{name}"), value: "v=DMARC1; p=quarantine".to_owned() },
            ];
            let sql = "SELECT selector, public_record FROM dkim_keys WHERE domain_id = $1 AND active = 1 \
                       ORDER BY selector";
            records.extend(tx.query(sql, &[&id], |row| {
                let selector: String = row.get(0)?;
                let name = format!("{selector}._domainkey.{name}");
                Ok(ProofRecord { kind: "TXT", name, value: row.get(1)? })
            })?);
            Ok(DomainView { name, verified_at, records })
        })
        .collect()
}
