//! The desk of an organization: its mail services.

use domain::role::Verb;
use domain::{DomainName, MailServiceId, OrganizationId, Standing};
use identity::Actor;
use identity::audit::Entry;
use store::{StoreError, Tx};

use super::{DeskError, check_standing, check_verb, check_verb_to_write, domains};
use crate::OpenError;
use crate::access::Access;

/// How many mail services an organization may have.
pub(super) const SERVICES: usize = 500;
/// How many entries of the activity log are read at once: a page, and one more to know whether there is another.
const ENTRIES: usize = 201;

/// A mail service in a list.
#[derive(Debug, Clone)]
pub struct ServiceView {
    /// Which.
    pub id: MailServiceId,
    /// Its name.
    pub name: String,
    /// Its domains.
    pub domains: Vec<String>,
    /// Whether each of its domains has been proved.
    pub is_verified: bool,
    /// Whether the last check of the DNS found records that are missing or wrong.
    pub has_faults: bool,
    /// How many addresses it has.
    pub addresses: u64,
}

/// Why a mail service was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateServiceError {
    /// A mail service of this server has that domain. Whose is not said.
    #[error("this domain is already in use on this server")]
    DomainTaken,
    /// There cannot be more.
    #[error("there cannot be more than {SERVICES} mail services")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for CreateServiceError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// The desk of an organization.
#[derive(Clone)]
pub struct OrganizationDesk {
    pub(super) access: Access,
    pub(super) actor: Actor,
    pub(super) organization: OrganizationId,
    pub(super) name: String,
    standing: Standing,
}

impl Access {
    /// Opens the desk of an organization, if the actor may look at any of its mail services.
    pub async fn organization_desk(
        &self,
        actor: &Actor,
        organization: OrganizationId,
    ) -> Result<OrganizationDesk, OpenError> {
        let who = actor.clone();
        let found = self.store().read(move |tx| -> Result<_, DeskError> {
            let standing = check_standing(tx, &who, organization, None, Verb::ConsultMail)?;
            let sql = "SELECT name FROM organizations WHERE organization_id = $1";
            let name = tx.find(sql, &[&organization], |row| row.get(0))?.ok_or(DeskError::NotFound)?;
            Ok((name, standing))
        });
        let (name, standing) = found.await?;
        Ok(OrganizationDesk { access: self.clone(), actor: actor.clone(), organization, name, standing })
    }
}

impl OrganizationDesk {
    /// Which organization.
    pub fn id(&self) -> OrganizationId {
        self.organization
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the actor could do that here when the desk was opened: for pages to say so. Each act asks again.
    pub fn may(&self, verb: Verb) -> bool {
        self.standing.may(verb)
    }

    /// Those of its mail services that the actor may look at, by name.
    pub async fn services(&self) -> Result<Vec<ServiceView>, DeskError> {
        let (actor, organization) = (self.actor.clone(), self.organization);
        let list = move |tx: &mut Tx<'_>| {
            let standing = check_standing(tx, &actor, organization, None, Verb::ConsultMail)?;
            let mut all = services(tx, organization)?;
            if !standing.role.may(Verb::ConsultMail) {
                let own = identity::rights::services(tx, organization, actor.user())?;
                all.retain(|view| own.iter().any(|(service, _)| *service == view.id));
            }
            Ok(all)
        };
        self.access.store().read(list).await
    }

    /// The newest entries of the activity log, before `before` if that is given; `limit` (≤ 201) at most.
    pub async fn activity(&self, before: Option<i64>, limit: usize) -> Result<Vec<Entry>, DeskError> {
        let (actor, organization, limit) = (self.actor.clone(), self.organization, limit.min(ENTRIES));
        let list = move |tx: &mut Tx<'_>| {
            check_verb(tx, &actor, organization, Verb::SeeActivity)?;
            Ok(identity::audit::list(tx, organization, before, limit)?)
        };
        self.access.store().read(list).await
    }

    /// Makes a mail service with one domain, which is still to be proved.
    pub async fn create_service(
        &self,
        name: &str,
        domain: &DomainName,
    ) -> Result<MailServiceId, CreateServiceError> {
        let keys = domains::new_keys().await?;
        let (actor, organization) = (self.actor.clone(), self.organization);
        let (name, domain) = (name.trim().to_owned(), domain.clone());
        let create = move |tx: &mut Tx<'_>| {
            check_verb_to_write(tx, &actor, organization, Verb::CreateServices)?;
            let count = "SELECT count(*) FROM mail_services WHERE organization_id = $1";
            if tx.load(count, &[&organization], |row| row.get::<usize>(0))? >= SERVICES {
                return Err(CreateServiceError::TooMany);
            }
            let (id, now) = (tx.id::<MailServiceId>(), tx.now());
            tx.execute(
                "INSERT INTO mail_services (mail_service_id, organization_id, name, created_at) \
                 VALUES ($1, $2, $3, $4)",
                &[&id, &organization, &name, &now],
            )?;
            domains::add(tx, id, &domain, &keys)?.ok_or(CreateServiceError::DomainTaken)?;
            let detail = serde_json::json!({ "domain": domain.as_str() }).to_string();
            identity::audit::write(tx, organization, &actor, "mail_service.create", &name, &detail)?;
            tx.publish(domain::Event::Organization { organization });
            Ok(id)
        };
        self.access.store().write(create).await
    }
}

fn services(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<ServiceView>, StoreError> {
    let sql = "SELECT s.mail_service_id, s.name, (SELECT count(*) FROM mailboxes b \
               WHERE b.mail_service_id = s.mail_service_id AND b.deleted_at IS NULL) FROM mail_services s \
               WHERE s.organization_id = $1 ORDER BY s.name";
    let mut all = tx.query(sql, &[&organization], |row| {
        Ok(ServiceView {
            id: row.get(0)?,
            name: row.get(1)?,
            domains: Vec::new(),
            is_verified: true,
            has_faults: false,
            addresses: row.get(2)?,
        })
    })?;
    let sql = "SELECT d.mail_service_id, d.name, d.verified_at, (SELECT count(*) FROM domain_checks c \
               WHERE c.domain_id = d.domain_id AND c.state IN ('wrong', 'missing')) FROM domains d \
               JOIN mail_services s ON s.mail_service_id = d.mail_service_id WHERE s.organization_id = $1 ORDER BY d.name";
    let domains = tx.query(sql, &[&organization], |row| {
        let is_verified = row.get::<Option<i64>>(2)?.is_some();
        Ok((row.get::<MailServiceId>(0)?, row.get::<String>(1)?, is_verified, row.get::<u64>(3)? > 0))
    })?;
    for (service, name, verified, has_faults) in domains {
        if let Some(view) = all.iter_mut().find(|view| view.id == service) {
            view.domains.push(name);
            view.is_verified &= verified;
            view.has_faults |= has_faults;
        }
    }
    Ok(all)
}
