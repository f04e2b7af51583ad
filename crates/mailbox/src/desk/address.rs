//! The desk of one address: who has access, and taking it away.

use bus::Live;
use domain::role::Verb;
use domain::{
    Change, EmailAddress, Event, GrantId, MailServiceId, MailboxId, OrganizationId, Permissions, PersonName,
    ServiceRight, TeamId, TextFault, Timestamp, UserId,
};
use identity::devices::DeviceView;
use identity::grants::{GrantView, TeamShare};
use identity::invitations::InvitationRow;
use identity::{Actor, Confirmed, Identity};
use store::{StoreError, Tx};

use super::proof::check_proof;
use super::{DeskError, Place, Switch, check_service, check_service_to_write, place_of_mailbox};
use crate::access::{Access, address};
use crate::{AddressKind, OpenError};

/// The desk of one address.
#[derive(Clone)]
pub struct AddressDesk {
    pub(super) access: Access,
    pub(super) actor: Actor,
    pub(super) organization: OrganizationId,
    pub(super) service: MailServiceId,
    pub(super) mailbox: MailboxId,
    pub(super) address: EmailAddress,
    right: ServiceRight,
}

/// What the first tab of an address shows.
#[derive(Debug, Clone)]
pub struct AddressDetails {
    /// The name shown with the address; may be empty.
    pub display_name: String,
    /// How much it holds, in bytes.
    pub used_bytes: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it is for.
    pub kind: AddressKind,
}

/// Why somebody can be added only if something else is done first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddReason {
    /// Somebody signs in with this address (I8): it can have no other user.
    AddressIsLogin,
}

/// Why the name shown with an address was not changed.
#[derive(Debug, thiserror::Error)]
pub enum DisplayNameError {
    /// It cannot be a name.
    #[error(transparent)]
    Name(#[from] TextFault),
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for DisplayNameError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// What a removal closed.
#[derive(Debug, Clone)]
pub struct RemovalReport {
    /// What was open through the access, on this node.
    pub closed: Vec<Live>,
    /// The names of the device passwords that are gone.
    pub devices: Vec<String>,
}

impl Access {
    /// Opens the desk of an address, if the actor may at least look at its mail service.
    pub async fn address_desk(&self, actor: &Actor, mailbox: MailboxId) -> Result<AddressDesk, OpenError> {
        let who = actor.clone();
        let found = self.store().read(move |tx| -> Result<_, DeskError> {
            let (service, organization) = place_of_mailbox(tx, mailbox)?;
            let standing = check_service(tx, &who, Place { organization, service }, Verb::ConsultMail)?;
            let sql = "SELECT address FROM mailboxes WHERE mailbox_id = $1";
            let address = tx.load(sql, &[&mailbox], |row| address(row.text(0)?))?;
            Ok((service, organization, super::right(standing), address))
        });
        let (service, organization, right, address) = found.await?;
        Ok(AddressDesk {
            access: self.clone(),
            actor: actor.clone(),
            organization,
            service,
            mailbox,
            address,
            right,
        })
    }
}

impl AddressDesk {
    /// The desk at which a task works on one of its addresses. Whether its user may was asked by the task.
    pub(super) fn of_task(service: &super::ServiceDesk, mailbox: MailboxId, address: EmailAddress) -> Self {
        Self {
            access: service.access.clone(),
            actor: service.actor.clone(),
            organization: service.organization,
            service: service.service,
            mailbox,
            address,
            right: ServiceRight::Manage,
        }
    }

    /// Whose desk it is.
    pub(crate) fn by(&self) -> &Actor {
        &self.actor
    }

    pub(crate) fn identity(&self) -> &Identity {
        self.access.identity()
    }

    /// Which mailbox.
    pub fn mailbox(&self) -> MailboxId {
        self.mailbox
    }

    /// Its address.
    pub fn address(&self) -> &EmailAddress {
        &self.address
    }

    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Whether the actor still may do that with the mail service of this address, asked in this transaction.
    pub(crate) fn check(&self, tx: &mut Tx<'_>, verb: Verb) -> Result<(), DeskError> {
        let place = Place { organization: self.organization, service: self.service };
        check_service(tx, &self.actor, place, verb).map(drop)
    }

    /// The mail service it belongs to.
    pub fn service(&self) -> MailServiceId {
        self.service
    }

    /// The organization it belongs to.
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// What the actor could do here when the desk was opened: for pages to say so. Each act asks again.
    pub fn right(&self) -> ServiceRight {
        self.right
    }

    /// What the first tab shows.
    pub async fn details(&self) -> Result<AddressDetails, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| {
            let sql =
                "SELECT display_name, used_bytes, created_at, kind FROM mailboxes WHERE mailbox_id = $1";
            Ok(tx.load(sql, &[&mailbox], |row| {
                Ok(AddressDetails {
                    display_name: row.get(0)?,
                    used_bytes: row.get(1)?,
                    created_at: row.get(2)?,
                    kind: row.get(3)?,
                })
            })?)
        })
        .await
    }

    /// Sets the name shown with the address; an empty one takes it away.
    pub async fn set_display_name(&self, name: &str) -> Result<(), DisplayNameError> {
        let name = match name.trim() {
            "" => String::new(),
            name => name.parse::<PersonName>()?.to_string(),
        };
        let desk = self.clone();
        self.write(move |tx| {
            let sql = "UPDATE mailboxes SET display_name = $2 WHERE mailbox_id = $1";
            tx.execute(sql, &[&desk.mailbox, &name])?;
            tx.publish(Event::Mailbox { mailbox: desk.mailbox, change: Change::Folders });
            let detail = serde_json::json!({ "name": name }).to_string();
            Ok(desk.note(tx, "address.display_name", &detail)?)
        })
        .await
    }

    /// Who has access: the first of them.
    pub async fn users(&self) -> Result<Vec<GrantView>, DeskError> {
        self.users_after(None, identity::grants::LISTED).await
    }

    /// A page of those who have access: who got theirs after that one.
    pub async fn users_after(
        &self,
        after: Option<GrantId>,
        limit: usize,
    ) -> Result<Vec<GrantView>, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| Ok(identity::grants::page_of_mailbox(tx, mailbox, after, limit)?)).await
    }

    /// The access of one user; none of their own is not found.
    pub async fn user(&self, user: UserId) -> Result<GrantView, DeskError> {
        let desk = self.clone();
        self.read(move |tx| desk.grant_of(tx, user)).await
    }

    /// The invitations to it that somebody may still act on, or wants to see.
    pub async fn invitations(&self) -> Result<Vec<InvitationRow>, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| Ok(identity::invitations::of_mailbox(tx, mailbox)?)).await
    }

    /// Everybody's device passwords for it.
    pub async fn devices(&self) -> Result<Vec<DeviceView>, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| Ok(identity::devices::of(tx, mailbox, None)?)).await
    }

    /// Switches one permission of a user's access.
    pub async fn set_permission(
        &self,
        proof: &Confirmed,
        user: UserId,
        switch: Switch,
    ) -> Result<Permissions, DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write(move |tx| {
            let grant = desk.grant_of(tx, user)?;
            let permissions = if switch.on {
                grant.permissions.with(switch.permission)
            } else {
                grant.permissions.without(switch.permission)
            };
            desk.change(tx, &grant, permissions)?;
            Ok(permissions)
        })
        .await
    }

    /// Sets all permissions of a user's access.
    pub async fn set_permissions(
        &self,
        proof: &Confirmed,
        user: UserId,
        permissions: Permissions,
    ) -> Result<(), DeskError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        self.write(move |tx| {
            let grant = desk.grant_of(tx, user)?;
            desk.change(tx, &grant, permissions)
        })
        .await
    }

    /// The teams that have access.
    pub async fn teams(&self) -> Result<Vec<(TeamId, String, Permissions)>, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| Ok(identity::grants::teams_of(tx, mailbox)?)).await
    }

    /// What people have through teams.
    pub async fn team_shares(&self) -> Result<Vec<TeamShare>, DeskError> {
        let mailbox = self.mailbox;
        self.read(move |tx| Ok(identity::grants::through_teams(tx, mailbox)?)).await
    }

    /// Takes a user's own access away, and with it their device passwords. What was open ends within a second; when this
    /// returns, nothing new can be done through it. What a team gives them stays, and so does all that is open then.
    pub async fn remove_access(&self, proof: &Confirmed, user: UserId) -> Result<RemovalReport, DeskError> {
        check_proof(proof, &self.actor)?;
        // What is open is looked up before it ends.
        let closed = self.access.bus().live(user, self.mailbox);
        let desk = self.clone();
        let devices = self.write(move |tx| {
            let grant = desk.grant_of(tx, user)?;
            let removed = identity::grants::remove(tx, desk.mailbox, user)?;
            let devices: Vec<String> = removed.devices.into_iter().map(|(_, name)| name).collect();
            let detail =
                serde_json::json!({ "user": user.to_string(), "name": grant.name, "devices": devices });
            desk.note(tx, "access.remove", &detail.to_string())?;
            let is_left = identity::grants::rights(tx, user, desk.mailbox)?.is_some();
            Ok::<_, DeskError>((devices, is_left))
        });
        let (devices, is_left) = devices.await?;
        Ok(RemovalReport { devices, closed: if is_left { Vec::new() } else { closed } })
    }

    pub(super) fn change(
        &self,
        tx: &mut Tx<'_>,
        grant: &GrantView,
        permissions: Permissions,
    ) -> Result<(), DeskError> {
        let user = grant.user;
        identity::grants::set_permissions(tx, self.mailbox, user, permissions)?;
        let detail = serde_json::json!({
            "user": user.to_string(),
            "name": grant.name,
            "permissions": permissions.to_string(),
        });
        self.note(tx, "access.change", &detail.to_string())
    }

    pub(super) fn grant_of(&self, tx: &mut Tx<'_>, user: UserId) -> Result<GrantView, DeskError> {
        identity::grants::find(tx, self.mailbox, user)?.ok_or(DeskError::NotFound)
    }

    /// Writes into the activity log, and tells the pages that show this organization.
    pub(super) fn note(&self, tx: &mut Tx<'_>, verb: &str, detail: &str) -> Result<(), DeskError> {
        let (organization, object) = (self.organization, self.address.to_string());
        identity::audit::write(tx, organization, &self.actor, verb, &object, detail)?;
        tx.publish(domain::Event::Organization { organization });
        Ok(())
    }

    pub(crate) async fn read<T: Send + 'static, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<DeskError> + From<StoreError> + Send + 'static,
    {
        self.read_for(Verb::ConsultMail, work).await
    }

    /// Reads what only those may know who may change something: the link of an invitation opens a mailbox.
    pub(super) async fn read_to_manage<T: Send + 'static, E>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<DeskError> + From<StoreError> + Send + 'static,
    {
        self.read_for(Verb::ManageMail, work).await
    }

    async fn read_for<T: Send + 'static, E>(
        &self,
        verb: Verb,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<DeskError> + From<StoreError> + Send + 'static,
    {
        let (actor, place) = (self.actor.clone(), self.place());
        let checked = move |tx: &mut Tx<'_>| {
            check_service(tx, &actor, place, verb)?;
            work(tx)
        };
        self.access.store().read(checked).await
    }

    pub(crate) async fn write<T: Send + 'static, E>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<DeskError> + From<StoreError> + Send + 'static,
    {
        let (actor, place) = (self.actor.clone(), self.place());
        let checked = move |tx: &mut Tx<'_>| {
            check_service_to_write(tx, &actor, place)?;
            work(tx)
        };
        self.access.store().write(checked).await
    }

    fn place(&self) -> Place {
        Place { organization: self.organization, service: self.service }
    }
}
