//! The record of an organization: its name, where it is, how it is reached; and deleting it once it is empty (O2, O10).

use domain::role::Verb;
use domain::{Event, PersonName, PhoneNumber};
use identity::{Confirmed, Seen};
use store::{StoreError, Tx};

use super::proof::check_proof;
use super::{DeskError, OrganizationDesk, check_verb, check_verb_to_write};

/// How long a postal address may be, in characters: some lines.
pub const POSTAL_ADDRESS_LIMIT: usize = 400;

/// What an organization says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Its postal address, in lines; may be empty.
    pub postal_address: String,
    /// Its phone number in E.164 form; may be empty.
    pub phone: String,
}

/// Why the record was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The name cannot be one.
    #[error("the name {0}")]
    Name(domain::TextFault),
    /// The postal address is too long, or has characters that cannot be shown.
    #[error("the postal address {0}")]
    PostalAddress(domain::TextFault),
    /// The phone number is none.
    #[error("the phone number {0}")]
    Phone(domain::TextFault),
    /// Somebody else changed it meanwhile.
    #[error("somebody else changed this meanwhile")]
    Changed,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// What is still there of an organization that somebody wants to delete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remains {
    /// The names of its mail services.
    pub services: Vec<String>,
    /// How many other members it has.
    pub members: u64,
    /// How many teams.
    pub teams: u64,
    /// How many invitations wait.
    pub invitations: u64,
}

impl Remains {
    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Why an organization was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteOrganizationError {
    /// It is not empty.
    #[error("the organization is not empty")]
    NotEmpty(Remains),
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for DeleteOrganizationError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl OrganizationDesk {
    /// The record, and how often it changed.
    pub async fn record(&self) -> Result<(Record, i64), DeskError> {
        let desk = self.clone();
        let read = move |tx: &mut Tx<'_>| {
            check_verb(tx, &desk.actor, desk.organization, Verb::ChangeOrganization)?;
            desk.load_record(tx)
        };
        self.access.store().read(read).await
    }

    /// Changes the record, if it still is as it was `seen`.
    pub async fn set_record(&self, seen: Seen, record: &Record) -> Result<(), RecordError> {
        let (desk, record) = (self.clone(), valid(record)?);
        let set = move |tx: &mut Tx<'_>| {
            let organization = desk.organization;
            check_verb_to_write(tx, &desk.actor, organization, Verb::ChangeOrganization)?;
            let (before, version) = desk.load_record(tx)?;
            if !seen.is(version) {
                return Err(RecordError::Changed);
            }
            if before == record {
                return Ok(());
            }
            let sql = "UPDATE organizations SET name = $2, postal_address = $3, phone = $4, \
                       version = version + 1 WHERE organization_id = $1";
            let Record { name, postal_address, phone } = &record;
            tx.execute(sql, &[&organization, name, postal_address, phone])?;
            let detail = serde_json::json!({
                "name": name, "postal_address": postal_address, "phone": phone, "before": before.name,
            });
            Ok(desk.note(tx, "organization.change", &before.name, &detail.to_string())?)
        };
        self.access.store().write(set).await
    }

    fn load_record(&self, tx: &mut Tx<'_>) -> Result<(Record, i64), DeskError> {
        let sql = "SELECT name, postal_address, phone, version FROM organizations WHERE organization_id = $1";
        let found = tx.find(sql, &[&self.organization], |row| {
            let record = Record { name: row.get(0)?, postal_address: row.get(1)?, phone: row.get(2)? };
            Ok((record, row.get(3)?))
        })?;
        found.ok_or(DeskError::NotFound)
    }

    /// What stands in the way of deleting the organization.
    pub async fn remains(&self) -> Result<Remains, DeskError> {
        let desk = self.clone();
        let read = move |tx: &mut Tx<'_>| {
            check_verb(tx, &desk.actor, desk.organization, Verb::DeleteOrganization)?;
            Ok::<_, DeskError>(desk.load_remains(tx)?)
        };
        self.access.store().read(read).await
    }

    /// Deletes the organization, which must be empty but for the actor. Its activity log stays with the server.
    pub async fn delete(&self, proof: &Confirmed) -> Result<(), DeleteOrganizationError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        let delete = move |tx: &mut Tx<'_>| {
            let organization = desk.organization;
            check_verb_to_write(tx, &desk.actor, organization, Verb::DeleteOrganization)?;
            let remains = desk.load_remains(tx)?;
            if !remains.is_empty() {
                return Err(DeleteOrganizationError::NotEmpty(remains));
            }
            identity::audit::write(tx, organization, &desk.actor, "organization.delete", &desk.name, "{}")?;
            identity::organizations::erase(tx, organization)?;
            tx.publish(Event::Organization { organization });
            Ok(())
        };
        self.access.store().write(delete).await
    }

    fn load_remains(&self, tx: &mut Tx<'_>) -> Result<Remains, StoreError> {
        let (organization, user, now) = (self.organization, self.actor.user(), tx.now());
        let sql = "SELECT name FROM mail_services WHERE organization_id = $1 ORDER BY name LIMIT 100";
        let services = tx.query(sql, &[&organization], |row| row.get(0))?;
        let sql = "SELECT (SELECT count(*) FROM memberships WHERE organization_id = $1 AND user_id <> $2), \
                   (SELECT count(*) FROM teams WHERE organization_id = $1), \
                   (SELECT count(*) FROM invitations WHERE organization_id = $1 \
                    AND state IN ('pending', 'seen') AND expires_at > $3)";
        tx.load(sql, &[&organization, &user, &now], |row| {
            Ok(Remains { services, members: row.get(0)?, teams: row.get(1)?, invitations: row.get(2)? })
        })
    }
}

fn valid(record: &Record) -> Result<Record, RecordError> {
    let name = record.name.parse::<PersonName>().map_err(RecordError::Name)?;
    let lines: Vec<&str> = record.postal_address.lines().map(str::trim).collect();
    let postal_address = lines.join("\n").trim().to_owned();
    if postal_address.chars().count() > POSTAL_ADDRESS_LIMIT {
        let limit = POSTAL_ADDRESS_LIMIT;
        return Err(RecordError::PostalAddress(domain::TextFault::TooLong { limit }));
    }
    if postal_address.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(RecordError::PostalAddress(domain::TextFault::Control));
    }
    let phone = match record.phone.trim() {
        "" => String::new(),
        typed => typed.parse::<PhoneNumber>().map_err(RecordError::Phone)?.to_string(),
    };
    Ok(Record { name: name.to_string(), postal_address, phone })
}
