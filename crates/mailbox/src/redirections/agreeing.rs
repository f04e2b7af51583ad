//! A target that agrees, or does not want the mail.

use domain::{MailboxId, RedirectionId, Timestamp};
use identity::{Actor, Unavailable};
use store::{StoreError, Tx};

use super::asking::{code_hash, token_hash};
use super::{Agreed, Owner, RedirectionError, locked, named, note};
use crate::access::Access;
use crate::desk::DeskError;

/// How many wrong codes are taken: of a hundred million, so that guessing leads nowhere.
const CODE_ATTEMPTS: u32 = 5;

/// What the holder of a link is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectionOffer {
    /// The address whose mail would be sent on.
    pub address: String,
    /// To whom.
    pub target: String,
    /// The organization of the address.
    pub organization: String,
    /// Who wants it.
    pub made_by: String,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectionLinkError {
    /// It was used, or withdrawn, or its time is over, or there never was one: the answer is the same.
    #[error("there is no such link any more")]
    Dead,
    /// Somebody signs in with the address meanwhile (I8).
    #[error("somebody signs in with this address")]
    AddressIsLogin,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for RedirectionLinkError {
    fn from(error: StoreError) -> Self {
        let Unavailable = error.into();
        Self::Unavailable
    }
}

impl From<RedirectionError> for RedirectionLinkError {
    fn from(error: RedirectionError) -> Self {
        match error {
            RedirectionError::BeingDeleted | RedirectionError::Desk(DeskError::NotFound) => Self::Dead,
            RedirectionError::AddressIsLogin => Self::AddressIsLogin,
            RedirectionError::OwnAddress
            | RedirectionError::Twice
            | RedirectionError::TooMany
            | RedirectionError::Loop
            | RedirectionError::NoSuchAddress
            | RedirectionError::AskedTooOften
            | RedirectionError::Code
            | RedirectionError::Mail(_)
            | RedirectionError::Desk(_) => Self::Unavailable,
        }
    }
}

impl Access {
    /// What a link asks. Changes nothing: scanners of links open it too.
    pub async fn redirection_offer(&self, token: &str) -> Result<RedirectionOffer, RedirectionLinkError> {
        let hash = token_hash(token);
        self.store().read(move |tx| Ok(find(tx, &hash)?.ok_or(RedirectionLinkError::Dead)?.offer)).await
    }

    /// Agrees: mail is sent on from now on. The link is used up.
    pub async fn agree_to_redirection(&self, token: &str) -> Result<RedirectionOffer, RedirectionLinkError> {
        let hash = token_hash(token);
        let agree = move |tx: &mut Tx<'_>| {
            let (found, owner) = locked_by_link(tx, &hash)?;
            // Who signs in with an address alone decides who gets its mail, and has not been asked.
            let login = identity::users::by_identifier(tx, &owner.address.key())?;
            if login.is_some() && login != found.made_by_user {
                return Err(RedirectionLinkError::AddressIsLogin);
            }
            activate(tx, found.id)?;
            stranger(tx, &owner, "redirection.agree", &found.offer.target)?;
            Ok(found.offer)
        };
        self.store().write(agree).await
    }

    /// Does not want the mail: the redirection is gone.
    pub async fn decline_redirection(&self, token: &str) -> Result<RedirectionOffer, RedirectionLinkError> {
        let hash = token_hash(token);
        let decline = move |tx: &mut Tx<'_>| -> Result<_, RedirectionLinkError> {
            let (found, owner) = locked_by_link(tx, &hash)?;
            tx.execute("DELETE FROM redirections WHERE redirection_id = $1", &[&found.id])?;
            stranger(tx, &owner, "redirection.decline", &found.offer.target)?;
            Ok(found.offer)
        };
        self.store().write(decline).await
    }
}

/// Agrees in the name of a target that has told its code.
pub(super) fn by_code(
    tx: &mut Tx<'_>,
    by: &Actor,
    mailbox: MailboxId,
    redirection: RedirectionId,
    code: &str,
) -> Result<Agreed, RedirectionError> {
    let owner = locked(tx, mailbox)?;
    super::asking::check_login(tx, by, &owner)?;
    let now = tx.now();
    let sql = "SELECT target, code_hash, code_attempts FROM redirections WHERE redirection_id = $1 \
               AND mailbox_id = $2 AND confirmed_at IS NULL AND expires_at > $3";
    let found = tx.find(sql, &[&redirection, &mailbox, &now], |row| {
        Ok((row.get::<String>(0)?, row.get::<Option<[u8; 32]>>(1)?, row.get::<u32>(2)?))
    })?;
    let (target, hash, attempts) = found.ok_or(RedirectionError::Code)?;
    if attempts >= CODE_ATTEMPTS {
        return Err(RedirectionError::Code);
    }
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    if hash != Some(code_hash(redirection, &code)) {
        // Kept, so it is an answer and not an error.
        let sql = "UPDATE redirections SET code_attempts = code_attempts + 1 WHERE redirection_id = $1";
        tx.execute(sql, &[&redirection])?;
        return Ok(Agreed::WrongCode);
    }
    activate(tx, redirection)?;
    note(tx, by, &owner, "redirection.code", &named(&target))?;
    Ok(Agreed::Yes)
}

fn activate(tx: &mut Tx<'_>, redirection: RedirectionId) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "UPDATE redirections SET confirmed_at = $2, token_hash = NULL, code_hash = NULL \
               WHERE redirection_id = $1";
    tx.execute(sql, &[&redirection, &now]).map(drop)
}

fn stranger(tx: &mut Tx<'_>, owner: &Owner, verb: &str, target: &str) -> Result<(), StoreError> {
    let (organization, object) = (owner.organization, owner.address.to_string());
    identity::audit::write_of_stranger(tx, organization, target, verb, &object, &named(target))?;
    tx.publish(domain::Event::Organization { organization });
    Ok(())
}

struct Found {
    id: RedirectionId,
    mailbox: MailboxId,
    made_by_user: Option<domain::UserId>,
    offer: RedirectionOffer,
}

/// What a link is for, with the mailbox locked: of two answers at once one counts.
fn locked_by_link(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<(Found, Owner), RedirectionLinkError> {
    let mailbox = find(tx, hash)?.ok_or(RedirectionLinkError::Dead)?.mailbox;
    let owner = locked(tx, mailbox)?;
    let found = find(tx, hash)?.ok_or(RedirectionLinkError::Dead)?;
    Ok((found, owner))
}

fn find(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<Found>, StoreError> {
    let now = tx.now();
    let sql = "SELECT r.redirection_id, r.mailbox_id, r.created_by, b.address, r.target, o.name, \
               r.created_by_name, r.expires_at FROM redirections r \
               JOIN mailboxes b ON b.mailbox_id = r.mailbox_id AND b.deleted_at IS NULL \
               JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
               JOIN organizations o ON o.organization_id = s.organization_id \
               WHERE r.token_hash = $1 AND r.confirmed_at IS NULL AND r.expires_at > $2";
    tx.find(sql, &[hash, &now], |row| {
        Ok(Found {
            id: row.get(0)?,
            mailbox: row.get(1)?,
            made_by_user: row.get(2)?,
            offer: RedirectionOffer {
                address: row.get(3)?,
                target: row.get(4)?,
                organization: row.get(5)?,
                made_by: row.get(6)?,
                expires_at: row.get(7)?,
            },
        })
    })
}
