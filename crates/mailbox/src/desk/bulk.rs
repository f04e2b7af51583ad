//! Changing many addresses at once (S6): a task that goes through a list, with a report.
//!
//! **Invariant:** each address is changed as at its own desk, in the transaction that says how far the task is.

use domain::{ImportId, MailboxId, Permissions};
use identity::Confirmed;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};

use super::address::AddressDesk;
use super::address_list::{AddressFilter, matching};
use super::importing::{ImportAct, Task, begin_task};
use super::service::ServiceDesk;
use super::{DeskError, check_proof};
use crate::access::address;

/// How many addresses one task changes.
pub const BULK_ADDRESSES: usize = 10_000;

/// What is done with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkAct {
    /// Everybody's own access allows this from now on.
    SetPermissions(Permissions),
    /// Nothing is sent on any more.
    EndRedirections,
    /// It goes into the bin.
    Delete,
}

/// Which addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These.
    Chosen(Vec<MailboxId>),
    /// All that a filter finds.
    Matching(AddressFilter),
}

/// What a step needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    mailbox: [u8; 16],
    permissions: i64,
}

impl ServiceDesk {
    /// How many addresses are meant, of this mail service; [`BULK_ADDRESSES`] and one for more.
    pub async fn selected(&self, selection: &Selection) -> Result<Vec<String>, DeskError> {
        let (desk, selection) = (self.clone(), selection.clone());
        self.read(move |tx| Ok(desk.found(tx, &selection)?.into_iter().map(|(_, address)| address).collect()))
            .await
    }

    /// Changes them, from now on and also when nobody looks.
    pub async fn change_many(
        &self,
        proof: &Confirmed,
        act: BulkAct,
        selection: &Selection,
    ) -> Result<ImportId, DeskError> {
        check_proof(proof, &self.actor)?;
        let (desk, selection) = (self.clone(), selection.clone());
        let begin = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let mut all = desk.found(tx, &selection)?;
            all.truncate(BULK_ADDRESSES);
            if all.is_empty() {
                return Err(DeskError::NotFound);
            }
            let id = desk.keep_task(tx, act, &all)?;
            begin_task(tx, Task::Import(*domain::Id::bytes(&id)), &id.to_string())?;
            let detail = serde_json::json!({ "name": all.len().to_string() }).to_string();
            let verb = match act {
                BulkAct::SetPermissions(_) => "address.many_permissions",
                BulkAct::EndRedirections => "address.many_redirections",
                BulkAct::Delete => "address.many_delete",
            };
            desk.note_with(tx, verb, &desk.service.to_string(), &detail)?;
            Ok(id)
        };
        self.access.store().write(begin).await
    }

    fn found(&self, tx: &mut Tx<'_>, selection: &Selection) -> Result<Vec<(MailboxId, String)>, StoreError> {
        match selection {
            Selection::Matching(filter) => matching(tx, self.service, filter, BULK_ADDRESSES + 1),
            Selection::Chosen(mailboxes) => {
                let sql = "SELECT mailbox_id, address FROM mailboxes WHERE mailbox_id = $1 \
                           AND mail_service_id = $2 AND deleted_at IS NULL";
                let mut all = Vec::new();
                for mailbox in mailboxes.iter().take(BULK_ADDRESSES) {
                    all.extend(
                        tx.find(sql, &[mailbox, &self.service], |row| Ok((row.get(0)?, row.get(1)?)))?,
                    );
                }
                Ok(all)
            }
        }
    }

    fn keep_task(
        &self,
        tx: &mut Tx<'_>,
        act: BulkAct,
        all: &[(MailboxId, String)],
    ) -> Result<ImportId, DeskError> {
        let (id, now) = (tx.id::<ImportId>(), tx.now());
        let (name, permissions) = match act {
            BulkAct::SetPermissions(permissions) => (ImportAct::Permissions, permissions.bits()),
            BulkAct::EndRedirections => (ImportAct::EndRedirections, 0),
            BulkAct::Delete => (ImportAct::Delete, 0),
        };
        let sql = "INSERT INTO address_tasks (import_id, mail_service_id, act, state, addresses, total, created_by, \
                   created_by_name, created_at, started_at) VALUES ($1, $2, $3, 'running', $4, $4, $5, $6, $7, $7)";
        let (by, by_name) = (self.actor.user(), self.actor.name());
        tx.execute(sql, &[&id, &self.service, &name.name(), &all.len(), &by, &by_name, &now])?;
        let sql = "INSERT INTO address_task_steps (import_id, number, line, address, kind, cells) \
                   VALUES ($1, $2, $3, $4, 'change', $5)";
        for (number, (mailbox, address)) in all.iter().enumerate() {
            let change = Change { mailbox: *domain::Id::bytes(mailbox), permissions };
            let cells = serde_json::to_string(&change).map_err(|_| DeskError::Internal)?;
            tx.execute(sql, &[&id, &number, &(number + 1), address, &cells])?;
        }
        Ok(id)
    }

    /// Changes one address, in the transaction of its step.
    pub(super) fn change_one(
        &self,
        tx: &mut Tx<'_>,
        act: ImportAct,
        change: Change,
    ) -> Result<(), DeskError> {
        let mailbox: MailboxId = domain::Id::from_bytes(change.mailbox);
        let sql = format!(
            "SELECT address FROM mailboxes WHERE mailbox_id = $1 AND mail_service_id = $2 AND deleted_at IS NULL{}",
            tx.for_update()
        );
        let found = tx.find(&sql, &[&mailbox, &self.service], |row| address(row.text(0)?))?;
        let desk = AddressDesk::of_task(self, mailbox, found.ok_or(DeskError::NotFound)?);
        match act {
            ImportAct::Permissions => {
                desk.set_all_permissions(tx, Permissions::from_bits(change.permissions))
            }
            ImportAct::EndRedirections => desk.end_redirections(tx),
            ImportAct::Delete => desk.delete_in(tx).map(drop),
            ImportAct::Import => Err(DeskError::Internal),
        }
    }
}

impl AddressDesk {
    fn set_all_permissions(&self, tx: &mut Tx<'_>, permissions: Permissions) -> Result<(), DeskError> {
        let sql = "SELECT user_id FROM grants WHERE mailbox_id = $1 AND permissions <> $2";
        let users = tx.query(sql, &[&self.mailbox, &permissions.bits()], |row| row.get(0))?;
        for user in users {
            if let Some(grant) = identity::grants::find(tx, self.mailbox, user)? {
                self.change(tx, &grant, permissions)?;
            }
        }
        Ok(())
    }

    fn end_redirections(&self, tx: &mut Tx<'_>) -> Result<(), DeskError> {
        let sql = "DELETE FROM redirections WHERE mailbox_id = $1 RETURNING target";
        let targets = tx.query(sql, &[&self.mailbox], |row| row.get::<String>(0))?;
        tx.execute(
            "UPDATE mailboxes SET keeps_copy = 1 WHERE mailbox_id = $1 AND keeps_copy = 0",
            &[&self.mailbox],
        )?;
        for target in targets {
            let detail = serde_json::json!({ "name": target }).to_string();
            self.note(tx, "redirection.remove", &detail)?;
        }
        Ok(())
    }
}
