//! What is set for one address: auto-replies, signatures, senders, folders. There are two ways to it: the desk of whoever
//! manages the mail service, and the mailbox of whoever has access with the permission.
//!
//! **Invariant:** a change names its act, asks inside its transaction whether the way still allows it, and stands in the
//! activity log when that is committed. Nothing of the mail is seen here.

pub(crate) mod answering;
mod auto_replies;
mod auto_reply;
mod folders;
mod history;
mod pattern;
pub(crate) mod senders;
mod signature;
mod signatures;

use domain::role::Verb;
use domain::{EmailAddress, MailboxId, OrganizationId, Permission, Right};
use identity::Actor;
use store::{StoreError, Tx};

use crate::access::Access;
use crate::desk::{AddressDesk, DeskError};
use crate::filing;
use crate::handle::Mailbox;
use crate::{Act, MailError};

pub use auto_replies::{AutoReplies, AutoReplyError, AutoReplyView, TimeZoneError};
pub use auto_reply::{AutoReply, AutoReplyFault, Day, EVERY_DAYS, NewAutoReply, Weekdays};
pub use folders::{FolderUse, FolderUseError};
pub use history::{HistoryLine, HistoryPage};
pub use pattern::{BlockedMail, NoPattern, SenderPattern, SenderStanding};
pub use senders::{ListedSender, SenderError, SenderList};
pub use signature::{NewSignature, SavedSignature, SignatureFault, SignatureOf, SignatureView, Writing};
pub use signatures::{ChosenSignature, FilledSignature, SIGNATURE_FIELDS, SignatureError};

/// Why a setting was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The access does not allow it, or the storage failed.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// There is no such thing, or not for this actor any more.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl SettingsError {
    /// There is no such thing.
    pub(crate) const ABSENT: Self = Self::Desk(DeskError::NotFound);
}

impl From<StoreError> for SettingsError {
    fn from(error: StoreError) -> Self {
        Self::Mail(error.into())
    }
}

/// What a change lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The access has this permission switched off.
    Permission(Permission),
    /// They may look at the mail service, and not manage it.
    Management,
}

/// The settings of an address, in the hands of an actor.
#[derive(Clone)]
pub struct AddressSettings {
    way: Way,
}

#[derive(Clone)]
enum Way {
    /// They manage the mail service.
    Desk(AddressDesk),
    /// They have access.
    Mailbox(Mailbox),
}

impl AddressDesk {
    /// What is set for the address, for whoever manages it.
    pub fn settings(&self) -> AddressSettings {
        AddressSettings { way: Way::Desk(self.clone()) }
    }
}

impl Mailbox {
    /// What is set for the address, for whoever has access to it.
    pub fn address_settings(&self) -> AddressSettings {
        AddressSettings { way: Way::Mailbox(self.clone()) }
    }
}

impl AddressSettings {
    /// Which mailbox.
    pub fn mailbox(&self) -> MailboxId {
        match &self.way {
            Way::Desk(desk) => desk.mailbox(),
            Way::Mailbox(mailbox) => mailbox.id(),
        }
    }

    /// Its address.
    pub fn address(&self) -> &EmailAddress {
        match &self.way {
            Way::Desk(desk) => desk.address(),
            Way::Mailbox(mailbox) => mailbox.address(),
        }
    }

    /// Whoever has them in hand.
    pub(crate) fn actor(&self) -> &Actor {
        match &self.way {
            Way::Desk(desk) => desk.actor(),
            Way::Mailbox(mailbox) => mailbox.actor(),
        }
    }

    /// What an act lacks to be allowed; none when it is.
    pub async fn lacks(&self, act: Act) -> Result<Option<Lack>, SettingsError> {
        let settings = self.clone();
        let asked = self.access().store().read(move |tx| {
            settings.check(tx, Act::Look)?;
            match settings.check(tx, act) {
                Ok(()) => Ok(None),
                Err(SettingsError::Mail(MailError::MayNot(permission))) => {
                    Ok(Some(Lack::Permission(permission)))
                }
                Err(SettingsError::Desk(DeskError::NotFound)) => Ok(Some(Lack::Management)),
                Err(error) => Err(error),
            }
        });
        asked.await
    }

    pub(crate) fn access(&self) -> &Access {
        match &self.way {
            Way::Desk(desk) => desk.access(),
            Way::Mailbox(mailbox) => mailbox.access(),
        }
    }

    /// Reads what is set: everybody who has access may see it.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, SettingsError> + Send + 'static,
    ) -> Result<T, SettingsError> {
        let settings = self.clone();
        let checked = move |tx: &mut Tx<'_>| {
            settings.check(tx, Act::Look)?;
            work(tx)
        };
        self.access().store().read(checked).await
    }

    /// Changes what is set, if that is allowed.
    pub(crate) async fn write<T: Send + 'static, E>(
        &self,
        act: Act,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        E: From<SettingsError> + From<StoreError> + Send + 'static,
    {
        let settings = self.clone();
        let checked = move |tx: &mut Tx<'_>| {
            settings.check_to_write(tx, act)?;
            work(tx)
        };
        self.access().store().write(checked).await
    }

    /// Reads what only some may see.
    async fn read_as<T: Send + 'static>(
        &self,
        act: Act,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, SettingsError> + Send + 'static,
    ) -> Result<T, SettingsError> {
        let settings = self.clone();
        let checked = move |tx: &mut Tx<'_>| {
            settings.check(tx, act)?;
            work(tx)
        };
        self.access().store().read(checked).await
    }

    /// The rows of the organization and of the mailbox are locked first, in this order as everywhere: what is read of
    /// the right afterwards holds until the end of the transaction.
    fn check_to_write(&self, tx: &mut Tx<'_>, act: Act) -> Result<(), SettingsError> {
        let organization = organization(tx, self.mailbox())?;
        identity::members::lock(tx, organization)?;
        filing::lock(tx, self.mailbox())?;
        self.check(tx, act)
    }

    fn check(&self, tx: &mut Tx<'_>, act: Act) -> Result<(), SettingsError> {
        match &self.way {
            // A role manages every setting; what it never gives is what an act of mail needs.
            Way::Desk(desk) => match act.right() {
                Right::Permission(_) => Ok(desk.check(tx, Verb::ManageMail)?),
                Right::Read if act == Act::Look => Ok(desk.check(tx, Verb::ConsultMail)?),
                Right::Read => Err(SettingsError::ABSENT),
            },
            Way::Mailbox(mailbox) => Ok(mailbox.check(tx, act).map(drop)?),
        }
    }

    /// Writes into the activity log, and tells the pages that show this address.
    pub(crate) fn note(
        &self,
        tx: &mut Tx<'_>,
        verb: &str,
        detail: &serde_json::Value,
    ) -> Result<(), SettingsError> {
        let (organization, object) = (organization(tx, self.mailbox())?, self.address().to_string());
        identity::audit::write(tx, organization, self.actor(), verb, &object, &detail.to_string())?;
        tx.publish(domain::Event::Organization { organization });
        Ok(())
    }
}

/// Whose an address is.
fn organization(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<OrganizationId, SettingsError> {
    let sql = "SELECT s.organization_id FROM mailboxes b JOIN mail_services s \
               ON s.mail_service_id = b.mail_service_id WHERE b.mailbox_id = $1 AND b.state <> 'destroying'";
    tx.find(sql, &[&mailbox], |row| row.get(0))?.ok_or(SettingsError::ABSENT)
}
