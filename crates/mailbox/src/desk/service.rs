//! The desk of a mail service: its domains and addresses.

use domain::role::Verb;
use domain::{MailServiceId, OrganizationId, Role, ServiceRight, Standing};
use identity::Actor;
use store::Tx;

use super::domains::{self, DomainView};
use super::{DeskError, Place, check_service, check_service_to_write, organization_of_service};
use crate::OpenError;
use crate::access::Access;

/// The desk of a mail service.
#[derive(Clone)]
pub struct ServiceDesk {
    pub(super) access: Access,
    pub(super) actor: Actor,
    pub(super) organization: OrganizationId,
    pub(super) service: MailServiceId,
    name: String,
    standing: Standing,
}

impl Access {
    /// Opens the desk of a mail service, if the actor may at least look at it.
    pub async fn service_desk(
        &self,
        actor: &Actor,
        service: MailServiceId,
    ) -> Result<ServiceDesk, OpenError> {
        let who = actor.clone();
        let found = self.store().read(move |tx| -> Result<_, DeskError> {
            let organization = organization_of_service(tx, service)?;
            let standing = check_service(tx, &who, Place { organization, service }, Verb::ConsultMail)?;
            let sql = "SELECT name FROM mail_services WHERE mail_service_id = $1";
            Ok((organization, standing, tx.load(sql, &[&service], |row| row.get(0))?))
        });
        let (organization, standing, name) = found.await?;
        Ok(ServiceDesk { access: self.clone(), actor: actor.clone(), organization, service, name, standing })
    }
}

impl ServiceDesk {
    /// The desk at which a task works. Each of its transactions asks what its user may do.
    pub(super) fn of_task(
        access: Access,
        actor: Actor,
        organization: OrganizationId,
        service: MailServiceId,
    ) -> Self {
        // The least: whoever goes by it asks in the transaction.
        let (name, standing) = (String::new(), Standing::of(Role::External));
        Self { access, actor, organization, service, name, standing }
    }

    /// Which mail service.
    pub fn id(&self) -> MailServiceId {
        self.service
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose it is.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// What the actor could do here when the desk was opened: for pages to say so. Each act asks again.
    pub fn right(&self) -> ServiceRight {
        super::right(self.standing)
    }

    /// Whether the actor could do that here when the desk was opened.
    pub fn may(&self, verb: Verb) -> bool {
        self.standing.may(verb)
    }

    /// Its domains with the records that their DNS should have.
    pub async fn domains(&self) -> Result<Vec<DomainView>, DeskError> {
        let service = self.service;
        let host = self.access.settings().host_name.clone();
        self.read(move |tx| Ok(domains::list(tx, service, host.as_str())?)).await
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        self.read_for(Verb::ConsultMail, work).await
    }

    /// Reads what only those may know who may change something.
    pub(super) async fn read_to_manage<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        self.read_for(Verb::ManageMail, work).await
    }

    async fn read_for<T: Send + 'static>(
        &self,
        verb: Verb,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let (actor, place) = (self.actor.clone(), self.place());
        let checked = move |tx: &mut Tx<'_>| {
            check_service(tx, &actor, place, verb)?;
            work(tx)
        };
        self.access.store().read(checked).await
    }

    /// Whether the actor may change this mail service, asked in a transaction that writes.
    pub(super) fn check_to_write(&self, tx: &mut Tx<'_>) -> Result<(), DeskError> {
        check_service_to_write(tx, &self.actor, self.place())
    }

    fn place(&self) -> Place {
        Place { organization: self.organization, service: self.service }
    }
}

/// A text in which LIKE sees no wildcard.
pub(super) fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
