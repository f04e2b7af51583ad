//! Rows that refer to others: those must be there, and what an access brings goes with it.

use store::{Row, StoreError, Tx};

use super::{Finding, Hear, Topic, VerifyError};
use crate::access::Access;

/// How many rows of one kind are named: where there are more, the first ones say what is wrong.
const NAMED: usize = 100;

/// Every reference there is.
pub(super) async fn verify(access: &Access, hear: &mut Hear<'_>) -> Result<(), VerifyError> {
    for reference in ALL {
        access.store().read(move |tx| reference.broken(tx)).await?.into_iter().for_each(&mut *hear);
    }
    access.store().read(devices_without_access).await?.into_iter().for_each(&mut *hear);
    access.store().read(recipients_without_message).await?.into_iter().for_each(&mut *hear);
    Ok(())
}

/// A column that names a row elsewhere.
#[derive(Debug, Clone, Copy)]
struct Reference {
    table: &'static str,
    column: &'static str,
    to: &'static str,
    key: &'static str,
    /// What the rows of `to` are, in words.
    noun: &'static str,
}

const fn reference(
    table: &'static str,
    column: &'static str,
    to: &'static str,
    noun: &'static str,
) -> Reference {
    Reference { table, column, to, key: column, noun }
}

const ALL: [Reference; 27] = [
    reference("grants", "mailbox_id", "mailboxes", "email address"),
    reference("grants", "user_id", "users", "user"),
    reference("team_grants", "mailbox_id", "mailboxes", "email address"),
    reference("team_grants", "team_id", "teams", "team"),
    reference("team_members", "team_id", "teams", "team"),
    reference("team_members", "user_id", "users", "user"),
    reference("teams", "organization_id", "organizations", "organization"),
    reference("devices", "mailbox_id", "mailboxes", "email address"),
    reference("devices", "user_id", "users", "user"),
    reference("folders", "mailbox_id", "mailboxes", "email address"),
    reference("addresses", "mailbox_id", "mailboxes", "email address"),
    reference("annotations", "mailbox_id", "mailboxes", "email address"),
    reference("mailboxes", "mail_service_id", "mail_services", "mail service"),
    reference("mailboxes", "domain_id", "domains", "domain"),
    reference("domains", "mail_service_id", "mail_services", "mail service"),
    reference("dkim_keys", "domain_id", "domains", "domain"),
    reference("mail_services", "organization_id", "organizations", "organization"),
    reference("memberships", "organization_id", "organizations", "organization"),
    reference("memberships", "user_id", "users", "user"),
    reference("invitations", "mailbox_id", "mailboxes", "email address"),
    reference("invitations", "organization_id", "organizations", "organization"),
    reference("login_identifiers", "user_id", "users", "user"),
    reference("sessions", "user_id", "users", "user"),
    reference("phones", "user_id", "users", "user"),
    reference("pictures", "user_id", "users", "user"),
    reference("pictures", "organization_id", "organizations", "organization"),
    Reference { table: "blob_uses", column: "hash", to: "blobs", key: "hash", noun: "blob" },
];

impl Reference {
    /// The rows whose counterpart is not there.
    fn broken(&self, tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
        let Self { table, column, to, key, noun } = self;
        let sql = format!(
            "SELECT DISTINCT t.{column} FROM {table} t WHERE t.{column} IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM {to} o WHERE o.{key} = t.{column}) LIMIT $1"
        );
        let missing: Vec<Vec<u8>> = tx.query(&sql, &[&NAMED], |row| row.get(0))?;
        let named = missing.into_iter().map(|id| {
            let words = format!("there is no {noun} {}, which it speaks of", store::proof::hex(&id));
            Finding::fault(Topic::Orphan, format!("a row of {table}"), words)
        });
        Ok(named.collect())
    }
}

/// Device passwords of people who have no access to their address any more (D3).
fn devices_without_access(tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
    let sql = "SELECT b.address, u.first_name, u.last_name, d.name FROM devices d \
               JOIN mailboxes b ON b.mailbox_id = d.mailbox_id JOIN users u ON u.user_id = d.user_id \
               WHERE NOT EXISTS (SELECT 1 FROM grants g WHERE g.mailbox_id = d.mailbox_id \
               AND g.user_id = d.user_id) \
               AND NOT EXISTS (SELECT 1 FROM team_grants t JOIN team_members m ON m.team_id = t.team_id \
               WHERE t.mailbox_id = d.mailbox_id AND m.user_id = d.user_id) LIMIT $1";
    tx.query(sql, &[&NAMED], |row: &Row<'_>| {
        let (first, last, name) = (row.text(1)?, row.text(2)?, row.text(3)?);
        let words = format!("the device password “{name}” of {first} {last} outlived the access");
        Ok(Finding::fault(Topic::Access, row.text(0)?, words))
    })
}

/// Recipients of mail that nobody handed over.
fn recipients_without_message(tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
    let sql = "SELECT r.recipient FROM outgoing_recipients r WHERE NOT EXISTS \
               (SELECT 1 FROM submissions s WHERE s.submission_id = r.submission_id) LIMIT $1";
    tx.query(sql, &[&NAMED], |row: &Row<'_>| {
        let words = format!("the mail for {} is not there", row.text(0)?);
        Ok(Finding::fault(Topic::Queue, "a row of outgoing_recipients", words))
    })
}
