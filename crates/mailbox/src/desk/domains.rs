//! Domains of mail services: the records that their DNS should have, and signing keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{DomainId, DomainName, MailServiceId, Timestamp};
use mailauth::NewKey;
use store::{StoreError, Tx};

use super::DeskError;
use super::service::ServiceDesk;

/// How many domains a mail service may have.
const DOMAINS: usize = 500;

/// What a record is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordPurpose {
    /// It shows that the domain is theirs.
    Proof,
    /// Where mail for the domain goes.
    Exchanger,
    /// Who may send mail from it.
    Spf,
    /// What others do with mail that only claims to come from it.
    Dmarc,
    /// With what its mail is signed.
    Dkim,
    /// With what its mail will be signed once the record is found.
    NextDkim,
}

/// What the DNS said about a record when it was asked last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordState {
    /// It was not asked yet.
    Unchecked,
    /// The record is as it must be.
    Right,
    /// There is another one.
    Wrong,
    /// There is none.
    Missing,
    /// The DNS gave no answer.
    Unanswered,
}

impl RecordState {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unchecked => "unchecked",
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Missing => "missing",
            Self::Unanswered => "unanswered",
        }
    }

    fn named(name: &str) -> Self {
        let all = [Self::Right, Self::Wrong, Self::Missing, Self::Unanswered];
        all.into_iter().find(|one| one.name() == name).unwrap_or(Self::Unchecked)
    }
}

/// A record of the domain's DNS, as it must be, and as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofRecord {
    /// What it is for.
    pub purpose: RecordPurpose,
    /// The kind: TXT, MX.
    pub kind: &'static str,
    /// The whole name.
    pub name: String,
    /// What it must say.
    pub value: String,
    /// What the DNS said.
    pub state: RecordState,
    /// What was found; the hosts of exchangers without their preferences.
    pub found: Vec<String>,
}

impl ProofRecord {
    fn new(purpose: RecordPurpose, kind: &'static str, name: String, value: String) -> Self {
        Self { purpose, kind, name, value, state: RecordState::Unchecked, found: Vec::new() }
    }
}

/// A domain of a mail service.
#[derive(Debug, Clone)]
pub struct DomainView {
    /// Which.
    pub id: DomainId,
    /// Its name.
    pub name: String,
    /// Since when it is proved to belong to the organization.
    pub verified_at: Option<Timestamp>,
    /// The name of the domain that it stands for.
    pub stands_for: Option<String>,
    /// When its DNS was asked last.
    pub checked_at: Option<Timestamp>,
    /// The records that its DNS should have.
    pub records: Vec<ProofRecord>,
}

impl DomainView {
    /// Whether keys wait for their records in the DNS.
    pub fn has_next_keys(&self) -> bool {
        self.records.iter().any(|record| record.purpose == RecordPurpose::NextDkim)
    }
}

/// Why a domain was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddDomainError {
    /// A mail service of this server has it. Whose is not said.
    #[error("this domain is already in use on this server")]
    Taken,
    /// There cannot be more.
    #[error("a mail service cannot have more than {DOMAINS} domains")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for AddDomainError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl ServiceDesk {
    /// Adds a domain to the mail service, with keys of its own. It is still to be proved.
    pub async fn add_domain(&self, name: &DomainName) -> Result<DomainId, AddDomainError> {
        let (keys, desk, name) = (new_keys().await?, self.clone(), name.clone());
        let add = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let count = "SELECT count(*) FROM domains WHERE mail_service_id = $1";
            if tx.load(count, &[&desk.service], |row| row.get::<usize>(0))? >= DOMAINS {
                return Err(AddDomainError::TooMany);
            }
            let id = add(tx, desk.service, &name, &keys)?.ok_or(AddDomainError::Taken)?;
            desk.note(tx, "domain.add", name.as_str())?;
            Ok(id)
        };
        self.access.store().write(add).await
    }

    /// Makes new keys for a domain. They sign once a check has found their records in the DNS; those of before sign
    /// until then. Where keys wait already, nothing happens.
    pub async fn renew_keys(&self, domain: DomainId) -> Result<(), DeskError> {
        let (keys, desk) = (new_keys().await?, self.clone());
        let renew = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let view = desk.domain(tx, domain)?;
            if !view.has_next_keys() {
                mailauth::prepare(tx, domain, &keys)?;
                desk.note(tx, "domain.keys", &view.name)?;
            }
            Ok(())
        };
        self.access.store().write(renew).await
    }

    /// A domain of this mail service.
    pub(super) fn domain(&self, tx: &mut Tx<'_>, domain: DomainId) -> Result<DomainView, DeskError> {
        let all = list(tx, self.service, self.access.host_name())?;
        all.into_iter().find(|view| view.id == domain).ok_or(DeskError::NotFound)
    }

    pub(super) fn note(&self, tx: &mut Tx<'_>, verb: &str, domain: &str) -> Result<(), StoreError> {
        self.note_with(tx, verb, domain, "{}")
    }

    pub(super) fn note_with(
        &self,
        tx: &mut Tx<'_>,
        verb: &str,
        object: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let organization = self.organization;
        identity::audit::write(tx, organization, &self.actor, verb, object, detail)?;
        tx.publish(domain::Event::Organization { organization });
        Ok(())
    }
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

/// Adds a domain to a mail service; none when a mail service has it already, and proved it or may still do so.
pub(super) fn add(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    name: &DomainName,
    keys: &[NewKey],
) -> Result<Option<DomainId>, StoreError> {
    super::domain_removal::let_go(tx, name)?;
    let (id, now, random) = (tx.id::<DomainId>(), tx.now(), tx.random::<18>());
    let proof = format!("postroom-domain={}", URL_SAFE_NO_PAD.encode(random));
    let added = tx.execute(
        "INSERT INTO domains (domain_id, mail_service_id, name, proof, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
        &[&id, &service, &name.as_str(), &proof, &now],
    )?;
    if added == 0 {
        return Ok(None);
    }
    mailauth::create(tx, id, keys)?;
    Ok(Some(id))
}

/// The domains of a mail service, by name.
pub(super) fn list(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    host: &str,
) -> Result<Vec<DomainView>, StoreError> {
    let sql = "SELECT d.domain_id, d.name, d.proof, d.verified_at, o.name FROM domains d \
               LEFT JOIN domains o ON o.domain_id = d.alias_of WHERE d.mail_service_id = $1 ORDER BY d.name";
    let rows = tx.query(sql, &[&service], |row| {
        let (id, name, proof) = (row.get::<DomainId>(0)?, row.get::<String>(1)?, row.get::<String>(2)?);
        Ok((id, name, proof, row.get(3)?, row.get(4)?))
    })?;
    rows.into_iter()
        .map(|(id, name, proof, verified_at, stands_for)| {
            let mut records = expected(&name, proof, host);
            records.extend(keys(tx, id, &name)?);
            let checked_at = found(tx, id, &mut records)?;
            Ok(DomainView { id, name, verified_at, stands_for, checked_at, records })
        })
        .collect()
}

/// The records that do not depend on keys.
fn expected(domain: &str, proof: String, host: &str) -> Vec<ProofRecord> {
    let record = ProofRecord::new;
    vec![
        record(RecordPurpose::Proof, "TXT", format!("_postroom.{domain}"), proof),
        record(RecordPurpose::Exchanger, "MX", domain.to_owned(), format!("10 {host}.")),
        record(RecordPurpose::Spf, "TXT", domain.to_owned(), "v=spf1 mx -all".to_owned()),
        record(RecordPurpose::Dmarc, "TXT", format!("_dmarc.{domain}"), "v=DMARC1; p=quarantine".to_owned()),
    ]
}

/// The records of the keys that sign, and of those that will.
fn keys(tx: &mut Tx<'_>, id: DomainId, domain: &str) -> Result<Vec<ProofRecord>, StoreError> {
    let sql = "SELECT selector, public_record, active FROM dkim_keys WHERE domain_id = $1 \
               AND retired_at IS NULL ORDER BY active DESC, selector";
    tx.query(sql, &[&id], |row| {
        let purpose = if row.get(2)? { RecordPurpose::Dkim } else { RecordPurpose::NextDkim };
        let name = format!("{}._domainkey.{domain}", row.text(0)?);
        Ok(ProofRecord::new(purpose, "TXT", name, row.get(1)?))
    })
}

/// Adds what the last check found to each record; says when that was.
fn found(
    tx: &mut Tx<'_>,
    id: DomainId,
    records: &mut [ProofRecord],
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT kind, name, state, found, checked_at FROM domain_checks WHERE domain_id = $1";
    let rows = tx.query(sql, &[&id], |row| {
        let found: Vec<String> = serde_json::from_str(row.text(3)?).unwrap_or_default();
        let place = (row.get::<String>(0)?, row.get::<String>(1)?);
        Ok((place, RecordState::named(row.text(2)?), found, row.get::<Timestamp>(4)?))
    })?;
    let mut checked_at = None;
    for ((kind, name), state, found, at) in rows {
        if let Some(record) = records.iter_mut().find(|record| record.kind == kind && record.name == name) {
            (record.state, record.found) = (state, found);
            checked_at = checked_at.max(Some(at));
        }
    }
    Ok(checked_at)
}
