//! Blocked and approved senders (S14), of an address and of a mail service for all its addresses.
//!
//! **Invariant:** what an address says of a sender goes before what its mail service says, and a nearer pattern before a
//! wider one. Nobody is approved by a From that its domain disowns.

use domain::{EmailAddress, MailServiceId, MailboxId};
use serde_json::json;
use store::{StoreError, ToValue, Tx};

use super::pattern::{BlockedMail, SenderPattern, SenderStanding, meaning};
use super::{AddressSettings, SettingsError};
use crate::Act;
use crate::desk::{DeskError, ServiceDesk};

/// How many senders a list may have: each is asked for by name, so that a long list costs no more than a short one.
const SENDERS: usize = 1_000;
/// How many senders a page shows.
const PAGE: usize = 200;

/// A sender in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSender {
    /// Whom it means.
    pub pattern: String,
    /// How they are listed.
    pub standing: SenderStanding,
}

/// A page of a list of senders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderList {
    /// Each, by pattern.
    pub senders: Vec<ListedSender>,
    /// Whether there are more behind the last.
    pub has_more: bool,
    /// What becomes of mail of those who are blocked.
    pub blocked_mail: BlockedMail,
}

/// Why a sender was not listed.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// There are as many as there can be.
    #[error("a list cannot have more than {SENDERS} senders")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl From<StoreError> for SenderError {
    fn from(error: StoreError) -> Self {
        Self::Settings(error.into())
    }
}

impl From<DeskError> for SenderError {
    fn from(error: DeskError) -> Self {
        Self::Settings(error.into())
    }
}

/// Whose list it is.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Address(MailboxId),
    Service(MailServiceId),
}

impl Owner {
    /// The table of the list, that of its owner, and the column of the owner in both.
    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Address(_) => ("address_senders", "mailboxes", "mailbox_id"),
            Self::Service(_) => ("service_senders", "mail_services", "mail_service_id"),
        }
    }

    fn id(&self) -> &dyn ToValue {
        match self {
            Self::Address(mailbox) => mailbox,
            Self::Service(service) => service,
        }
    }
}

impl AddressSettings {
    /// The list of the address, by pattern, behind `after`.
    pub async fn senders(&self, after: &str) -> Result<SenderList, SettingsError> {
        let (owner, after) = (Owner::Address(self.mailbox()), after.to_owned());
        self.read(move |tx| Ok(list(tx, owner, &after)?)).await
    }

    /// Lists a sender, or lists one anew who was listed otherwise.
    pub async fn list_sender(
        &self,
        pattern: &SenderPattern,
        standing: SenderStanding,
    ) -> Result<(), SenderError> {
        let (settings, owner, pattern) = (self.clone(), Owner::Address(self.mailbox()), pattern.clone());
        self.write(Act::ChangeSenders, move |tx| {
            add(tx, owner, &pattern, standing)?;
            let detail = json!({ "name": pattern.as_str(), "standing": standing.name() });
            Ok(settings.note(tx, "sender.list", &detail)?)
        })
        .await
    }

    /// Takes a sender from the list.
    pub async fn unlist_sender(&self, pattern: &str) -> Result<(), SettingsError> {
        let (settings, owner, pattern) = (self.clone(), Owner::Address(self.mailbox()), pattern.to_owned());
        self.write(Act::ChangeSenders, move |tx| {
            if !remove(tx, owner, &pattern)? {
                return Err(SettingsError::ABSENT);
            }
            settings.note(tx, "sender.unlist", &json!({ "name": pattern }))
        })
        .await
    }

    /// Chooses what becomes of mail of those whom the address blocks.
    pub async fn set_blocked_mail(&self, way: BlockedMail) -> Result<(), SettingsError> {
        let (settings, owner) = (self.clone(), Owner::Address(self.mailbox()));
        self.write(Act::ChangeSenders, move |tx| {
            choose(tx, owner, way)?;
            settings.note(tx, "sender.blocked_mail", &json!({ "name": way.name() }))
        })
        .await
    }
}

impl ServiceDesk {
    /// The list of the mail service, by pattern, behind `after`.
    pub async fn senders(&self, after: &str) -> Result<SenderList, DeskError> {
        let (owner, after) = (Owner::Service(self.id()), after.to_owned());
        self.look(move |tx| Ok(list(tx, owner, &after)?)).await
    }

    /// Lists a sender for all addresses.
    pub async fn list_sender(
        &self,
        pattern: &SenderPattern,
        standing: SenderStanding,
    ) -> Result<(), SenderError> {
        let (desk, owner, pattern) = (self.clone(), Owner::Service(self.id()), pattern.clone());
        self.change(move |tx| {
            add(tx, owner, &pattern, standing)?;
            let detail = json!({ "name": pattern.as_str(), "standing": standing.name() });
            Ok(desk.note_setting(tx, "sender.list", &detail)?)
        })
        .await
    }

    /// Takes a sender from the list for all addresses.
    pub async fn unlist_sender(&self, pattern: &str) -> Result<(), DeskError> {
        let (desk, owner, pattern) = (self.clone(), Owner::Service(self.id()), pattern.to_owned());
        self.change(move |tx| {
            if !remove(tx, owner, &pattern)? {
                return Err(DeskError::NotFound);
            }
            desk.note_setting(tx, "sender.unlist", &json!({ "name": pattern }))
        })
        .await
    }

    /// Chooses what becomes of mail of those whom the mail service blocks.
    pub async fn set_blocked_mail(&self, way: BlockedMail) -> Result<(), DeskError> {
        let (desk, owner) = (self.clone(), Owner::Service(self.id()));
        self.change(move |tx| {
            choose(tx, owner, way)?;
            desk.note_setting(tx, "sender.blocked_mail", &json!({ "name": way.name() }))
        })
        .await
    }
}

fn list(tx: &mut Tx<'_>, owner: Owner, after: &str) -> Result<SenderList, StoreError> {
    let (table, owners, column) = owner.names();
    let sql = format!("SELECT blocked_mail FROM {owners} WHERE {column} = $1");
    let blocked_mail = tx.load(&sql, &[owner.id()], |row| row.get(0))?;
    let sql = format!(
        "SELECT pattern, standing FROM {table} WHERE {column} = $1 AND pattern > $2 ORDER BY pattern LIMIT $3"
    );
    let mut senders = tx.query(&sql, &[owner.id(), &after, &(PAGE + 1)], |row| {
        Ok(ListedSender { pattern: row.get(0)?, standing: row.get(1)? })
    })?;
    let has_more = senders.len() > PAGE;
    senders.truncate(PAGE);
    Ok(SenderList { senders, has_more, blocked_mail })
}

fn add(
    tx: &mut Tx<'_>,
    owner: Owner,
    pattern: &SenderPattern,
    standing: SenderStanding,
) -> Result<(), SenderError> {
    let (table, _, column) = owner.names();
    let sql = format!("UPDATE {table} SET standing = $3 WHERE {column} = $1 AND pattern = $2");
    if tx.execute(&sql, &[owner.id(), &pattern.as_str(), &standing])? > 0 {
        return Ok(());
    }
    let sql = format!("SELECT count(*) FROM {table} WHERE {column} = $1");
    if tx.load(&sql, &[owner.id()], |row| row.get::<usize>(0))? >= SENDERS {
        return Err(SenderError::TooMany);
    }
    let now = tx.now();
    let sql =
        format!("INSERT INTO {table} ({column}, pattern, standing, created_at) VALUES ($1, $2, $3, $4)");
    tx.execute(&sql, &[owner.id(), &pattern.as_str(), &standing, &now])?;
    Ok(())
}

fn remove(tx: &mut Tx<'_>, owner: Owner, pattern: &str) -> Result<bool, StoreError> {
    let (table, _, column) = owner.names();
    let sql = format!("DELETE FROM {table} WHERE {column} = $1 AND pattern = $2");
    Ok(tx.execute(&sql, &[owner.id(), &pattern])? > 0)
}

fn choose(tx: &mut Tx<'_>, owner: Owner, way: BlockedMail) -> Result<(), StoreError> {
    let (_, owners, column) = owner.names();
    let sql = format!("UPDATE {owners} SET blocked_mail = $2 WHERE {column} = $1");
    tx.execute(&sql, &[owner.id(), &way]).map(drop)
}

/// How an address stands to a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody listed them.
    Unlisted,
    /// They are approved.
    Approved,
    /// They are blocked, and this becomes of their mail.
    Blocked(BlockedMail),
}

/// How an address stands to a sender: two look-ups by the key of the tables, whatever their length.
pub(crate) fn standing(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    sender: &EmailAddress,
) -> Result<Standing, StoreError> {
    let sql = "SELECT mail_service_id FROM mailboxes WHERE mailbox_id = $1";
    let Some(service) = tx.find(sql, &[&mailbox], |row| row.get::<MailServiceId>(0))? else {
        return Ok(Standing::Unlisted);
    };
    let patterns = meaning(sender);
    for owner in [Owner::Address(mailbox), Owner::Service(service)] {
        let found = nearest(tx, owner, &patterns)?;
        if found != Standing::Unlisted {
            return Ok(found);
        }
    }
    Ok(Standing::Unlisted)
}

fn nearest(tx: &mut Tx<'_>, owner: Owner, patterns: &[String]) -> Result<Standing, StoreError> {
    let (table, owners, column) = owner.names();
    let places: Vec<String> = (2..patterns.len() + 2).map(|number| format!("${number}")).collect();
    let sql = format!(
        "SELECT pattern, standing FROM {table} WHERE {column} = $1 AND pattern IN ({})",
        places.join(", ")
    );
    let mut params: Vec<&dyn ToValue> = vec![owner.id()];
    params.extend(patterns.iter().map(|pattern| pattern as &dyn ToValue));
    let found = tx.query(&sql, &params, |row| Ok((row.get::<String>(0)?, row.get::<SenderStanding>(1)?)))?;
    let place = |pattern: &String| patterns.iter().position(|known| known == pattern);
    match found.into_iter().min_by_key(|(pattern, _)| place(pattern)) {
        None => Ok(Standing::Unlisted),
        Some((_, SenderStanding::Approved)) => Ok(Standing::Approved),
        Some((_, SenderStanding::Blocked)) => {
            let sql = format!("SELECT blocked_mail FROM {owners} WHERE {column} = $1");
            Ok(Standing::Blocked(tx.load(&sql, &[owner.id()], |row| row.get(0))?))
        }
    }
}
