//! What is set for all addresses of a mail service: how its settings are read and changed.

use store::{StoreError, Tx};

use super::DeskError;
use super::service::ServiceDesk;

impl ServiceDesk {
    /// Reads what is set for the mail service.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        self.read(work).await
    }

    /// Changes what is set for the mail service, if the actor may.
    pub(crate) async fn change<T: Send + 'static, E>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<DeskError> + From<StoreError> + Send + 'static,
    {
        let desk = self.clone();
        let checked = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            work(tx)
        };
        self.access.store().write(checked).await
    }

    /// Writes into the activity log, and tells the pages that show this organization.
    pub(crate) fn note_setting(
        &self,
        tx: &mut Tx<'_>,
        verb: &str,
        detail: &serde_json::Value,
    ) -> Result<(), DeskError> {
        let organization = self.organization;
        identity::audit::write(tx, organization, &self.actor, verb, self.name(), &detail.to_string())?;
        tx.publish(domain::Event::Organization { organization });
        Ok(())
    }
}
