//! Mail on its way out of the addresses of a mail service: who it is from and to, and how its delivery goes, never what it
//! says.

use domain::SubmissionId;
use identity::Confirmed;
use queue::desk::QueuedMail;
use store::Tx;

use super::{DeskError, ServiceDesk, check_proof};

/// How many mails a page may have.
const PAGE: usize = 100;

impl ServiceDesk {
    /// What has not left yet, the oldest first, after the mail `after`; `limit` (≤ 100) at most. For those who may change
    /// the mail service: to whom people write is nothing to look through for others.
    pub async fn outgoing(
        &self,
        after: Option<SubmissionId>,
        limit: usize,
    ) -> Result<Vec<QueuedMail>, DeskError> {
        let (service, limit) = (self.service, limit.min(PAGE));
        self.read_to_manage(move |tx| Ok(queue::desk::of_service(tx, service, after, limit)?)).await
    }

    /// Has a mail tried again at once; to how many recipients. None: it is being sent just now.
    pub async fn retry_outgoing(&self, mail: SubmissionId) -> Result<u64, DeskError> {
        self.change_outgoing(mail, "queue.retry", queue::desk::retry).await
    }

    /// Gives a mail up, and its sender gets a bounce; for how many recipients. None: it is being sent just now.
    pub async fn cancel_outgoing(&self, proof: &Confirmed, mail: SubmissionId) -> Result<u64, DeskError> {
        check_proof(proof, &self.actor)?;
        self.change_outgoing(mail, "queue.cancel", queue::desk::cancel).await
    }

    async fn change_outgoing(
        &self,
        mail: SubmissionId,
        verb: &'static str,
        change: fn(&mut Tx<'_>, SubmissionId) -> Result<u64, store::StoreError>,
    ) -> Result<u64, DeskError> {
        let desk = self.clone();
        let work = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let mailbox = queue::desk::mailbox_of(tx, mail)?.ok_or(DeskError::NotFound)?;
            let sql = "SELECT address FROM mailboxes WHERE mailbox_id = $1 AND mail_service_id = $2";
            let address: Option<String> = tx.find(sql, &[&mailbox, &desk.service], |row| row.get(0))?;
            let address = address.ok_or(DeskError::NotFound)?;
            let touched = change(tx, mail)?;
            if touched > 0 {
                let detail = serde_json::json!({ "recipients": touched }).to_string();
                identity::audit::write(tx, desk.organization, &desk.actor, verb, &address, &detail)?;
            }
            Ok(touched)
        };
        self.access.store().write(work).await
    }
}
