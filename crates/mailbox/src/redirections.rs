//! Redirections of an address (S10): where else its mail goes, as those set it who may, by a desk or with the permission
//! `redirections`.
//!
//! **Invariant:** outside the mail service no mail goes anywhere before whoever reads it there has agreed: by a link that
//! was mailed to them, or by telling the code that stood beside it.

mod agreeing;
mod asking;

use domain::{EmailAddress, MailServiceId, MailboxId, OrganizationId, RedirectionId, Timestamp};
use identity::{Actor, Confirmed};
use store::{StoreError, Tx};

use crate::access::address;
use crate::desk::{AddressDesk, DeskError};
use crate::handle::Mailbox;
use crate::{Act, MailError, filing};

pub use agreeing::{RedirectionLinkError, RedirectionOffer};

/// How many targets an address may have.
pub const REDIRECTION_TARGETS: usize = 100;

/// Where the mail of an address goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirections {
    /// Whether a copy stays.
    pub copy: KeptCopy,
    /// Each target, by name.
    pub targets: Vec<RedirectionView>,
}

/// Whether an address keeps the mail that it sends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptCopy {
    /// It does.
    Kept,
    /// It does not, as long as somebody else gets it.
    Passed,
}

/// A target in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectionView {
    /// Which.
    pub id: RedirectionId,
    /// Where the mail goes.
    pub target: String,
    /// Whether it does yet.
    pub state: RedirectionState,
    /// Who asked for it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// Where a redirection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectionState {
    /// Mail goes there since then.
    Active(Timestamp),
    /// The target is asked, until then.
    Waiting(Timestamp),
    /// The target did not answer in time.
    Expired,
}

/// Why a redirection was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum RedirectionError {
    /// The target is the address itself, or an alias of it.
    #[error("an address cannot redirect to itself")]
    OwnAddress,
    /// It is one already.
    #[error("mail goes there already, or will")]
    Twice,
    /// There are as many as there can be.
    #[error("an address cannot have more than {REDIRECTION_TARGETS} redirections")]
    TooMany,
    /// Mail would come back to the address.
    #[error("mail would come back to this address")]
    Loop,
    /// The mail service has no such address.
    #[error("the mail service has no such address")]
    NoSuchAddress,
    /// Somebody else signs in with the address whose mail it is (I8).
    #[error("somebody else signs in with this address")]
    AddressIsLogin,
    /// The target, or targets of this address, were asked too often today.
    #[error("too many questions were sent today")]
    AskedTooOften,
    /// It is not the code, or that has run out.
    #[error("the code is wrong, or it has run out")]
    Code,
    /// The address is in the bin.
    #[error("this address is being deleted")]
    BeingDeleted,
    /// The access does not allow it, or has ended.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The desk does not allow it.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for RedirectionError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl AddressDesk {
    /// Where the mail of the address goes.
    pub async fn redirections(&self) -> Result<Redirections, DeskError> {
        let mailbox = self.mailbox();
        self.read(move |tx| Ok(list(tx, mailbox)?)).await
    }

    /// Has mail sent on to a target too: at once to an address of the mail service, and to another when it has agreed.
    pub async fn redirect(
        &self,
        proof: &Confirmed,
        target: &EmailAddress,
    ) -> Result<RedirectionState, RedirectionError> {
        crate::desk::check_proof(proof, self.by())?;
        let (desk, target) = (self.clone(), target.clone());
        self.write(move |tx| asking::add(tx, desk.asking(), desk.mailbox(), &target)).await
    }

    /// Asks a target once more, with a new link and code.
    pub async fn ask_again(&self, redirection: RedirectionId) -> Result<(), RedirectionError> {
        let desk = self.clone();
        self.write(move |tx| asking::ask_again(tx, desk.asking(), desk.mailbox(), redirection)).await
    }

    /// Has mail sent on to a target that has told its code.
    pub async fn agree_by_code(
        &self,
        redirection: RedirectionId,
        code: &str,
    ) -> Result<Agreed, RedirectionError> {
        let (desk, code) = (self.clone(), code.to_owned());
        self.write(move |tx| agreeing::by_code(tx, desk.by(), desk.mailbox(), redirection, &code)).await
    }

    /// Sends no mail on to a target any more.
    pub async fn end_redirection(&self, redirection: RedirectionId) -> Result<(), RedirectionError> {
        let desk = self.clone();
        self.write(move |tx| remove(tx, desk.by(), desk.mailbox(), redirection)).await
    }

    /// Keeps a copy of what is sent on, or does not.
    pub async fn keep_copy(&self, copy: KeptCopy) -> Result<(), RedirectionError> {
        let desk = self.clone();
        self.write(move |tx| set_copy(tx, desk.by(), desk.mailbox(), copy)).await
    }
}

impl Mailbox {
    /// Where the mail of the address goes.
    pub async fn redirections(&self) -> Result<Redirections, MailError> {
        let mailbox = self.id();
        self.read(Act::Redirect, move |tx| Ok(list(tx, mailbox)?)).await
    }

    /// Has mail sent on to a target too: at once to an address of the mail service, and to another when it has agreed.
    pub async fn redirect(
        &self,
        proof: &Confirmed,
        target: &EmailAddress,
    ) -> Result<RedirectionState, RedirectionError> {
        self.check_proof(proof)?;
        let (mailbox, target) = (self.clone(), target.clone());
        self.redirecting(move |tx| asking::add(tx, mailbox.asking(), mailbox.id(), &target)).await
    }

    /// Asks a target once more, with a new link and code.
    pub async fn ask_again(&self, redirection: RedirectionId) -> Result<(), RedirectionError> {
        let mailbox = self.clone();
        self.redirecting(move |tx| asking::ask_again(tx, mailbox.asking(), mailbox.id(), redirection)).await
    }

    /// Has mail sent on to a target that has told its code.
    pub async fn agree_by_code(
        &self,
        redirection: RedirectionId,
        code: &str,
    ) -> Result<Agreed, RedirectionError> {
        let (mailbox, code) = (self.clone(), code.to_owned());
        self.redirecting(move |tx| agreeing::by_code(tx, mailbox.actor(), mailbox.id(), redirection, &code))
            .await
    }

    /// Sends no mail on to a target any more.
    pub async fn end_redirection(&self, redirection: RedirectionId) -> Result<(), RedirectionError> {
        let mailbox = self.clone();
        self.redirecting(move |tx| remove(tx, mailbox.actor(), mailbox.id(), redirection)).await
    }

    /// Keeps a copy of what is sent on, or does not.
    pub async fn keep_copy(&self, copy: KeptCopy) -> Result<(), RedirectionError> {
        let mailbox = self.clone();
        self.redirecting(move |tx| set_copy(tx, mailbox.actor(), mailbox.id(), copy)).await
    }

    async fn redirecting<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, RedirectionError> + Send + 'static,
    ) -> Result<T, RedirectionError> {
        let mailbox = self.clone();
        let checked = move |tx: &mut Tx<'_>| {
            mailbox.check_to_write(tx, Act::Redirect)?;
            work(tx)
        };
        self.store().write(checked).await
    }

    fn asking(&self) -> asking::Asking<'_> {
        asking::Asking { identity: self.access().identity(), by: self.actor() }
    }
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreed {
    /// Mail goes there from now on.
    Yes,
    /// It was not the code.
    WrongCode,
}

/// Makes the redirections of a line of a file, as whoever sent it.
pub(crate) fn redirect_from_file(
    tx: &mut Tx<'_>,
    identity: &identity::Identity,
    by: &Actor,
    mailbox: MailboxId,
    targets: &[EmailAddress],
    copy: KeptCopy,
) -> Result<(), RedirectionError> {
    for target in targets {
        asking::add(tx, asking::Asking { identity, by }, mailbox, target)?;
    }
    set_copy(tx, by, mailbox, copy)
}

/// Whose address it is.
struct Owner {
    address: EmailAddress,
    service: MailServiceId,
    organization: OrganizationId,
}

/// The owner of a mailbox that is in use, whose row is locked from here on.
fn locked(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Owner, RedirectionError> {
    filing::lock(tx, mailbox)?;
    let sql = "SELECT b.address, s.mail_service_id, s.organization_id FROM mailboxes b JOIN mail_services s \
               ON s.mail_service_id = b.mail_service_id WHERE b.mailbox_id = $1 AND b.deleted_at IS NULL";
    let found = tx.find(sql, &[&mailbox], |row| {
        Ok(Owner { address: address(row.text(0)?)?, service: row.get(1)?, organization: row.get(2)? })
    })?;
    found.ok_or(RedirectionError::BeingDeleted)
}

/// Writes into the activity log.
fn note(tx: &mut Tx<'_>, by: &Actor, owner: &Owner, verb: &str, detail: &str) -> Result<(), StoreError> {
    let (organization, object) = (owner.organization, owner.address.to_string());
    identity::audit::write(tx, organization, by, verb, &object, detail)?;
    tx.publish(domain::Event::Organization { organization });
    Ok(())
}

fn named(target: &str) -> String {
    serde_json::json!({ "name": target }).to_string()
}

fn list(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Redirections, StoreError> {
    let now = tx.now();
    let sql = "SELECT redirection_id, target, confirmed_at, expires_at, created_by_name, created_at \
               FROM redirections WHERE mailbox_id = $1 ORDER BY target_key LIMIT $2";
    let targets = tx.query(sql, &[&mailbox, &REDIRECTION_TARGETS], |row| {
        let state = match (row.get::<Option<Timestamp>>(2)?, row.get::<Option<Timestamp>>(3)?) {
            (Some(since), _) => RedirectionState::Active(since),
            (None, Some(until)) if until > now => RedirectionState::Waiting(until),
            (None, _) => RedirectionState::Expired,
        };
        let (id, target, made_by, created_at) = (row.get(0)?, row.get(1)?, row.get(4)?, row.get(5)?);
        Ok(RedirectionView { id, target, state, made_by, created_at })
    })?;
    let sql = "SELECT keeps_copy FROM mailboxes WHERE mailbox_id = $1";
    let keeps = tx.load(sql, &[&mailbox], |row| row.get::<bool>(0))?;
    Ok(Redirections { copy: if keeps { KeptCopy::Kept } else { KeptCopy::Passed }, targets })
}

fn remove(
    tx: &mut Tx<'_>,
    by: &Actor,
    mailbox: MailboxId,
    redirection: RedirectionId,
) -> Result<(), RedirectionError> {
    let owner = locked(tx, mailbox)?;
    let sql = "DELETE FROM redirections WHERE redirection_id = $1 AND mailbox_id = $2 RETURNING target";
    let target = tx.find(sql, &[&redirection, &mailbox], |row| row.get::<String>(0))?;
    let target = target.ok_or(DeskError::NotFound)?;
    Ok(note(tx, by, &owner, "redirection.remove", &named(&target))?)
}

fn set_copy(tx: &mut Tx<'_>, by: &Actor, mailbox: MailboxId, copy: KeptCopy) -> Result<(), RedirectionError> {
    let owner = locked(tx, mailbox)?;
    // Whoever signs in with an address must go on reading it there.
    asking::check_login(tx, by, &owner)?;
    let keeps = copy == KeptCopy::Kept;
    let sql = "UPDATE mailboxes SET keeps_copy = $2 WHERE mailbox_id = $1 AND keeps_copy <> $2";
    if tx.execute(sql, &[&mailbox, &keeps])? > 0 {
        let verb = if keeps { "redirection.keep" } else { "redirection.pass" };
        note(tx, by, &owner, verb, "{}")?;
    }
    Ok(())
}
