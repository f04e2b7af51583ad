//! Making an address.

use domain::{DomainId, EmailAddress, MailServiceId, MailboxId, Permissions, UserId};
use identity::Way;
use identity::grants::NewGrant;
use store::{StoreError, Tx};

use super::DeskError;
use super::service::ServiceDesk;
use crate::folder;

/// Local parts that only S4 gives out: mail to them is owed to whoever runs the domain (RFC 2142), or means something.
const RESERVED: [&str; 4] = ["no-reply", "noreply", "catchall", "mailer-daemon"];

/// Who uses a new address first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Whoever makes it, with every permission.
    Me,
    /// This user, with every permission: for operators.
    User(UserId),
    /// Nobody yet.
    Nobody,
}

/// Why an address was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAddressError {
    /// The name before the @ cannot be one.
    #[error("this cannot be the name of an address")]
    BadName,
    /// The name has a meaning of its own.
    #[error("this name is reserved")]
    Reserved,
    /// There is such an address.
    #[error("this address exists already")]
    Taken,
    /// There is such an address in the bin: it can be restored, and is free again when it was destroyed.
    #[error("this address is in the bin")]
    InBin,
    /// Somebody else signs in with this address (I8): nobody but them can open it.
    #[error("somebody else signs in with this address")]
    AddressIsLogin,
    /// The mail service has no such domain.
    #[error("the mail service has no such domain")]
    NoSuchDomain,
    /// The domain is not proved yet.
    #[error("the domain is not verified yet")]
    DomainUnverified,
    /// The domain stands for another one: its addresses are those of that.
    #[error("the domain stands for another one")]
    DomainIsAlias,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for CreateAddressError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Whether people may give an address that name.
pub(super) fn check_name(address: &EmailAddress) -> Result<(), CreateAddressError> {
    if !address.is_plain() {
        return Err(CreateAddressError::BadName);
    }
    if RESERVED.contains(&address.local_key().as_str()) {
        return Err(CreateAddressError::Reserved);
    }
    Ok(())
}

impl ServiceDesk {
    /// Makes an address with its mailbox and first folders.
    pub async fn create_address(
        &self,
        address: &EmailAddress,
        first_user: For,
    ) -> Result<MailboxId, CreateAddressError> {
        check_name(address)?;
        let (desk, address) = (self.clone(), address.clone());
        let user = match first_user {
            For::Me => Some(self.actor.user()),
            // Others are given access by those who prove to be there, or invited.
            For::User(_) if !matches!(self.actor.way(), Way::Operator) => {
                return Err(DeskError::NotFound.into());
            }
            For::User(user) => Some(user),
            For::Nobody => None,
        };
        let create = move |tx: &mut Tx<'_>| {
            desk.check_to_write(tx)?;
            let mailbox = desk.make(tx, &address)?;
            if let Some(user) = user {
                desk.give(tx, mailbox, &address, user)?;
            }
            Ok(mailbox)
        };
        self.access.store().write(create).await
    }

    /// Makes an address of a verified domain with its mailbox and first folders, for nobody yet.
    pub(super) fn make(
        &self,
        tx: &mut Tx<'_>,
        address: &EmailAddress,
    ) -> Result<MailboxId, CreateAddressError> {
        let domain = verified_domain(tx, self.service, address)?;
        // Mail to it with a plus would come here, and with it the way into that account.
        if identity::users::signs_in_with_variant(tx, address)? {
            return Err(CreateAddressError::AddressIsLogin);
        }
        let mailbox = self.insert(tx, domain, address)?;
        folder::create_first(tx, mailbox)?;
        let (organization, object) = (self.organization, address.to_string());
        identity::audit::write(tx, organization, &self.actor, "address.create", &object, "{}")?;
        tx.publish(domain::Event::Organization { organization });
        Ok(mailbox)
    }

    pub(super) fn insert(
        &self,
        tx: &mut Tx<'_>,
        domain: DomainId,
        address: &EmailAddress,
    ) -> Result<MailboxId, CreateAddressError> {
        let (mailbox, now, key) = (tx.id::<MailboxId>(), tx.now(), address.key());
        // UIDVALIDITY begins at the time in seconds, so that an address made anew never repeats an old one.
        let first_validity = u32::try_from(now.secs()).unwrap_or(1);
        let added = tx.execute(
            "INSERT INTO mailboxes (mailbox_id, mail_service_id, domain_id, address, address_key, display_name, \
             state, next_uid_validity, created_at) VALUES ($1, $2, $3, $4, $5, '', 'active', $6, $7) \
             ON CONFLICT DO NOTHING",
            &[&mailbox, &self.service, &domain, &address.to_string(), &key, &first_validity, &now],
        )?;
        if added == 0 {
            let sql = "SELECT 1 FROM mailboxes WHERE address_key = $1 AND deleted_at IS NOT NULL";
            let in_bin = tx.find(sql, &[&key], |_| Ok(()))?.is_some();
            return Err(if in_bin { CreateAddressError::InBin } else { CreateAddressError::Taken });
        }
        let sql = "INSERT INTO addresses (address_key, mailbox_id, kind) VALUES ($1, $2, 'own') ON CONFLICT DO NOTHING";
        if tx.execute(sql, &[&key, &mailbox])? == 0 {
            return Err(CreateAddressError::Taken);
        }
        Ok(mailbox)
    }

    pub(super) fn give(
        &self,
        tx: &mut Tx<'_>,
        mailbox: MailboxId,
        address: &EmailAddress,
        user: UserId,
    ) -> Result<(), CreateAddressError> {
        let login = identity::users::by_identifier(tx, &address.key())?;
        if login.is_some_and(|owner| owner != user) {
            return Err(CreateAddressError::AddressIsLogin);
        }
        let grant = NewGrant {
            mailbox,
            user,
            permissions: Permissions::ALL,
            ends_at: None,
            appears_under: None,
            created_by: Some(self.actor.user()),
        };
        identity::grants::add(tx, &grant)?;
        Ok(())
    }
}

/// The domain of an address, if it is one of that mail service and proved.
pub(super) fn verified_domain(
    tx: &mut Tx<'_>,
    service: MailServiceId,
    address: &EmailAddress,
) -> Result<DomainId, CreateAddressError> {
    let sql = "SELECT domain_id, verified_at, alias_of FROM domains WHERE name = $1 AND mail_service_id = $2";
    let found = tx.find(sql, &[&address.domain().as_str(), &service], |row| {
        Ok((row.get::<DomainId>(0)?, row.get::<Option<i64>>(1)?, row.get::<Option<DomainId>>(2)?))
    })?;
    match found {
        Some((id, Some(_), None)) => Ok(id),
        Some((_, Some(_), Some(_))) => Err(CreateAddressError::DomainIsAlias),
        Some((_, None, _)) => Err(CreateAddressError::DomainUnverified),
        None => Err(CreateAddressError::NoSuchDomain),
    }
}
