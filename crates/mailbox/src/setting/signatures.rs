//! The signatures of an address, and the models of its mail service (S12).
//!
//! **Invariant:** at most one of an address is for new mail, and one for answers: making one so takes it from the other in
//! the same transaction, under the lock of its owner.

use bytes::Bytes;
use domain::{EmailAddress, MailServiceId, MailboxId, SignatureId};
use message::{Picture, Signature};
use serde_json::json;
use store::{Row, StoreError, Tx};

use super::signature::{SavedSignature, SignatureOf, SignatureView, Writing};
use super::{AddressSettings, SettingsError};
use crate::Act;
use crate::access::address;
use crate::desk::{DeskError, ServiceDesk};

/// How many signatures an address, and how many models a mail service may have.
const SIGNATURES: usize = 50;

/// Why a signature was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    /// There are as many as there can be.
    #[error("there cannot be more than {SIGNATURES} signatures")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl From<StoreError> for SignatureError {
    fn from(error: StoreError) -> Self {
        Self::Settings(error.into())
    }
}

impl From<DeskError> for SignatureError {
    fn from(error: DeskError) -> Self {
        Self::Settings(error.into())
    }
}

/// Which signature goes below a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenSignature {
    /// The one that is for such mail.
    Usual,
    /// None.
    Nothing,
    /// This one.
    One(SignatureId),
}

/// A signature with its fields filled in for whoever writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledSignature {
    /// Under which name the mail is sent; empty for that of the address.
    pub sender_name: String,
    /// Where answers go; none for the address.
    pub reply_to: Option<EmailAddress>,
    /// What stands below.
    pub body: Signature,
}

/// Whose signatures.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Address(MailboxId),
    Service(MailServiceId),
}

impl AddressSettings {
    /// The signatures of the address by name, and behind them the models of its mail service.
    pub async fn signatures(&self) -> Result<Vec<SignatureView>, SettingsError> {
        let mailbox = self.mailbox();
        self.read(move |tx| Ok(of_mailbox(tx, mailbox)?)).await
    }

    /// A signature of the address with its picture.
    pub async fn signature(&self, id: SignatureId) -> Result<SignatureView, SettingsError> {
        let mailbox = self.mailbox();
        self.read(move |tx| {
            let all = list(tx, Owner::Address(mailbox))?;
            let found = all.into_iter().find(|view| view.id == id).ok_or(SettingsError::ABSENT)?;
            Ok(with_picture(tx, found)?)
        })
        .await
    }

    /// Saves a new signature.
    pub async fn add_signature(&self, new: &SavedSignature) -> Result<SignatureId, SignatureError> {
        let (settings, owner, new) = (self.clone(), Owner::Address(self.mailbox()), new.clone());
        self.write(Act::ChangeSignatures, move |tx| {
            let id = add(tx, owner, &new)?;
            settings.note(tx, "signature.add", &json!({ "name": new.name }))?;
            Ok(id)
        })
        .await
    }

    /// Changes a signature of the address.
    pub async fn change_signature(&self, id: SignatureId, new: &SavedSignature) -> Result<(), SettingsError> {
        let (settings, owner, new) = (self.clone(), Owner::Address(self.mailbox()), new.clone());
        self.write(Act::ChangeSignatures, move |tx| {
            if !change(tx, owner, id, &new)? {
                return Err(SettingsError::ABSENT);
            }
            settings.note(tx, "signature.change", &json!({ "name": new.name }))
        })
        .await
    }

    /// Deletes a signature of the address.
    pub async fn delete_signature(&self, id: SignatureId) -> Result<(), SettingsError> {
        let (settings, owner) = (self.clone(), Owner::Address(self.mailbox()));
        self.write(Act::ChangeSignatures, move |tx| {
            let name = delete(tx, owner, id)?.ok_or(SettingsError::ABSENT)?;
            settings.note(tx, "signature.delete", &json!({ "name": name }))
        })
        .await
    }

    /// The signature that goes below a mail, filled in for whoever writes it; none if there is to be none. One that is
    /// neither of the address nor a model of its mail service is not found.
    pub async fn filled_signature(
        &self,
        chosen: ChosenSignature,
        writing: Writing,
    ) -> Result<Option<FilledSignature>, SettingsError> {
        let (mailbox, user) = (self.mailbox(), self.actor().user());
        self.read(move |tx| {
            let all = of_mailbox(tx, mailbox)?;
            let found = match chosen {
                ChosenSignature::Nothing => return Ok(None),
                // Those of the address stand before the models.
                ChosenSignature::Usual => all.into_iter().find(|view| view.signature.is_for(writing)),
                ChosenSignature::One(id) => {
                    Some(all.into_iter().find(|view| view.id == id).ok_or(SettingsError::ABSENT)?)
                }
            };
            let Some(found) = found else { return Ok(None) };
            let signature = with_picture(tx, found)?.signature;
            let sql = "SELECT u.first_name, u.last_name, b.address, b.display_name, o.name FROM mailboxes b \
                       JOIN mail_services s ON s.mail_service_id = b.mail_service_id \
                       JOIN organizations o ON o.organization_id = s.organization_id \
                       LEFT JOIN users u ON u.user_id = $2 WHERE b.mailbox_id = $1";
            let values = tx.load(sql, &[&mailbox, &user], |row| {
                let or_empty =
                    |column| Ok::<_, StoreError>(row.get::<Option<String>>(column)?.unwrap_or_default());
                Ok([or_empty(0)?, or_empty(1)?, or_empty(2)?, or_empty(3)?, or_empty(4)?])
            })?;
            Ok(Some(filled(&signature, &values)))
        })
        .await
    }
}

/// The names of the fields that are filled in, in the order of the values.
pub const SIGNATURE_FIELDS: [&str; 5] =
    ["first_name", "last_name", "address", "display_name", "organization"];

fn filled(signature: &SavedSignature, values: &[String; 5]) -> FilledSignature {
    let fields: Vec<(&str, &str)> =
        SIGNATURE_FIELDS.into_iter().zip(values.iter().map(String::as_str)).collect();
    let sender = Signature { text: signature.sender_name.clone(), ..Signature::default() };
    FilledSignature {
        sender_name: sender.filled(&fields).text.trim().to_owned(),
        reply_to: signature.reply_to.clone(),
        body: signature.body.filled(&fields),
    }
}

impl ServiceDesk {
    /// The models of the mail service, by name.
    pub async fn signature_models(&self) -> Result<Vec<SignatureView>, DeskError> {
        let service = self.id();
        self.look(move |tx| Ok(list(tx, Owner::Service(service))?)).await
    }

    /// A model with its picture.
    pub async fn signature_model(&self, id: SignatureId) -> Result<SignatureView, DeskError> {
        let service = self.id();
        self.look(move |tx| {
            let all = list(tx, Owner::Service(service))?;
            let found = all.into_iter().find(|view| view.id == id).ok_or(DeskError::NotFound)?;
            Ok(with_picture(tx, found)?)
        })
        .await
    }

    /// Saves a new model.
    pub async fn add_signature_model(&self, new: &SavedSignature) -> Result<SignatureId, SignatureError> {
        let (desk, owner, new) = (self.clone(), Owner::Service(self.id()), new.clone());
        self.change(move |tx| {
            let id = add(tx, owner, &new)?;
            desk.note_setting(tx, "signature_model.add", &json!({ "name": new.name }))?;
            Ok(id)
        })
        .await
    }

    /// Changes a model.
    pub async fn change_signature_model(
        &self,
        id: SignatureId,
        new: &SavedSignature,
    ) -> Result<(), DeskError> {
        let (desk, owner, new) = (self.clone(), Owner::Service(self.id()), new.clone());
        self.change(move |tx| {
            if !change(tx, owner, id, &new)? {
                return Err(DeskError::NotFound);
            }
            desk.note_setting(tx, "signature_model.change", &json!({ "name": new.name }))
        })
        .await
    }

    /// Deletes a model.
    pub async fn delete_signature_model(&self, id: SignatureId) -> Result<(), DeskError> {
        let (desk, owner) = (self.clone(), Owner::Service(self.id()));
        self.change(move |tx| {
            let name = delete(tx, owner, id)?.ok_or(DeskError::NotFound)?;
            desk.note_setting(tx, "signature_model.delete", &json!({ "name": name }))
        })
        .await
    }
}

/// The columns of a signature, as [`view`] reads them; those of a list end before the picture.
const COLUMNS: &str = "signature_id, name, sender_name, reply_to, body, html, picture_type, is_for_new, \
                       is_for_replies, mailbox_id";

fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<Vec<SignatureView>, StoreError> {
    let mut all = list(tx, Owner::Address(mailbox))?;
    let sql = "SELECT mail_service_id FROM mailboxes WHERE mailbox_id = $1";
    let service = tx.load(sql, &[&mailbox], |row| row.get(0))?;
    all.extend(list(tx, Owner::Service(service))?);
    Ok(all)
}

fn list(tx: &mut Tx<'_>, owner: Owner) -> Result<Vec<SignatureView>, StoreError> {
    let rows = |whose: &str| {
        format!("SELECT {COLUMNS} FROM signatures WHERE {whose} = $1 ORDER BY name, signature_id LIMIT 50")
    };
    match owner {
        Owner::Address(mailbox) => tx.query(&rows("mailbox_id"), &[&mailbox], view),
        Owner::Service(service) => tx.query(&rows("mail_service_id"), &[&service], view),
    }
}

fn view(row: &Row<'_>) -> Result<SignatureView, StoreError> {
    let reply_to = row.get::<Option<String>>(3)?.as_deref().map(address).transpose()?;
    let is_own = row.get::<Option<MailboxId>>(9)?.is_some();
    let signature = SavedSignature {
        name: row.get(1)?,
        sender_name: row.get(2)?,
        reply_to,
        body: Signature { text: row.get(4)?, html: row.get(5)?, picture: None },
        is_for_new: row.get(7)?,
        is_for_replies: row.get(8)?,
    };
    let of = if is_own { SignatureOf::Address } else { SignatureOf::Service };
    let has_picture = row.get::<Option<String>>(6)?.is_some();
    Ok(SignatureView { id: row.get(0)?, of, signature, has_picture })
}

/// The same with its picture.
fn with_picture(tx: &mut Tx<'_>, mut view: SignatureView) -> Result<SignatureView, StoreError> {
    if view.has_picture {
        let sql = "SELECT picture_type, picture FROM signatures WHERE signature_id = $1";
        view.signature.body.picture = tx.find(sql, &[&view.id], |row| {
            Ok(Picture { media_type: row.get(0)?, content: row.get::<Bytes>(1)?.to_vec() })
        })?;
    }
    Ok(view)
}

fn add(tx: &mut Tx<'_>, owner: Owner, new: &SavedSignature) -> Result<SignatureId, SignatureError> {
    if list(tx, owner)?.len() >= SIGNATURES {
        return Err(SignatureError::TooMany);
    }
    let (id, now) = (tx.id::<SignatureId>(), tx.now());
    let (mailbox, service) = match owner {
        Owner::Address(mailbox) => (Some(mailbox), None),
        Owner::Service(service) => (None, Some(service)),
    };
    let sql = "INSERT INTO signatures (signature_id, mailbox_id, mail_service_id, name, sender_name, body, html, \
               is_for_new, is_for_replies, changed_at) VALUES ($1, $2, $3, '', '', '', '', 0, 0, $4)";
    tx.execute(sql, &[&id, &mailbox, &service, &now])?;
    change(tx, owner, id, new)?;
    Ok(id)
}

/// Writes a signature of that owner; false when there is none.
fn change(tx: &mut Tx<'_>, owner: Owner, id: SignatureId, new: &SavedSignature) -> Result<bool, StoreError> {
    if new.is_for_new {
        release(tx, owner, "is_for_new")?;
    }
    if new.is_for_replies {
        release(tx, owner, "is_for_replies")?;
    }
    let reply_to = new.reply_to.as_ref().map(ToString::to_string);
    let picture = new.body.picture.as_ref();
    let (kind, content) = (
        picture.map(|picture| picture.media_type.clone()),
        picture.map(|picture| Bytes::copy_from_slice(&picture.content)),
    );
    let (whose, owner): (&str, &dyn store::ToValue) = match &owner {
        Owner::Address(mailbox) => ("mailbox_id", mailbox),
        Owner::Service(service) => ("mail_service_id", service),
    };
    let now = tx.now();
    let sql = format!(
        "UPDATE signatures SET name = $3, sender_name = $4, reply_to = $5, body = $6, html = $7, picture_type = $8, \
         picture = $9, is_for_new = $10, is_for_replies = $11, changed_at = $12 \
         WHERE signature_id = $1 AND {whose} = $2"
    );
    let changed = tx.execute(
        &sql,
        &[
            &id,
            owner,
            &new.name,
            &new.sender_name,
            &reply_to,
            &new.body.text,
            &new.body.html,
            &kind,
            &content,
            &new.is_for_new,
            &new.is_for_replies,
            &now,
        ],
    )?;
    Ok(changed > 0)
}

/// Takes a use from the signature that has it.
fn release(tx: &mut Tx<'_>, owner: Owner, column: &str) -> Result<(), StoreError> {
    let sql = |whose: &str| format!("UPDATE signatures SET {column} = 0 WHERE {whose} = $1 AND {column} = 1");
    match owner {
        Owner::Address(mailbox) => tx.execute(&sql("mailbox_id"), &[&mailbox]).map(drop),
        Owner::Service(service) => tx.execute(&sql("mail_service_id"), &[&service]).map(drop),
    }
}

/// Deletes a signature of that owner; its name, if there was one.
fn delete(tx: &mut Tx<'_>, owner: Owner, id: SignatureId) -> Result<Option<String>, StoreError> {
    let sql = |whose: &str| {
        format!("DELETE FROM signatures WHERE signature_id = $1 AND {whose} = $2 RETURNING name")
    };
    match owner {
        Owner::Address(mailbox) => tx.find(&sql("mailbox_id"), &[&id, &mailbox], |row| row.get(0)),
        Owner::Service(service) => tx.find(&sql("mail_service_id"), &[&id, &service], |row| row.get(0)),
    }
}
