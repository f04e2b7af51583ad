//! The passkeys of a user: seen, renamed, removed.

use domain::{Event, PasskeyId, TextFault, UserId};
use store::{StoreError, Tx};

use super::add::NAME_CHARACTERS;
use super::{PasskeyError, PasskeyView};
use crate::actor::{Actor, Confirmed, Way};
use crate::identity::{Identity, Unavailable};
use crate::mails::{self, MailTemplate};
use crate::{account_log, audit, last_factor, organizations, sessions, users};

impl Identity {
    /// The passkeys of the actor, the oldest first.
    pub async fn passkeys(&self, actor: &Actor) -> Result<Vec<PasskeyView>, Unavailable> {
        let user = actor.user();
        self.parts.store.read(move |tx| Ok(of(tx, user)?)).await
    }

    /// Gives one of the actor's passkeys another name.
    pub async fn rename_passkey(
        &self,
        actor: &Actor,
        passkey: PasskeyId,
        new: &str,
    ) -> Result<(), PasskeyError> {
        let (who, new) = (actor.clone(), name(new)?);
        let rename = move |tx: &mut Tx<'_>| {
            users::lock(tx, who.user())?;
            if !matches!(who.way(), Way::Browser(_)) || who.ended(tx)?.is_some() {
                return Err(PasskeyError::Ended);
            }
            let sql = "UPDATE passkeys SET name = $3 WHERE user_id = $1 AND passkey_id = $2";
            if tx.execute(sql, &[&who.user(), &passkey, &new])? == 0 {
                return Err(PasskeyError::NotFound);
            }
            Ok(account_log::note_by(tx, &who, "passkey.rename", &new)?)
        };
        self.parts.store.write(rename).await
    }

    /// Removes one of the actor's passkeys. With the last second factor the recovery codes go.
    pub async fn remove_passkey(
        &self,
        actor: &Actor,
        proof: &Confirmed,
        passkey: PasskeyId,
    ) -> Result<(), PasskeyError> {
        let (who, proof, account_page) = (actor.clone(), *proof, self.account_page());
        let remove = move |tx: &mut Tx<'_>| {
            let user = who.user();
            let is_own = matches!(who.way(), Way::Browser(_)) && proof.belongs_to(&who);
            users::lock(tx, user)?;
            if !is_own || who.ended(tx)?.is_some() {
                return Err(PasskeyError::Ended);
            }
            let sql = "DELETE FROM passkeys WHERE user_id = $1 AND passkey_id = $2 RETURNING name";
            let removed: Option<String> = tx.find(sql, &[&user, &passkey], |row| row.get(0))?;
            let name = removed.ok_or(PasskeyError::NotFound)?;
            if let Some(organization) = last_factor::settle(tx, user)? {
                return Err(PasskeyError::Needed(organization));
            }
            let of = Told { actor: &who, name: &name, account_page: &account_page };
            Ok(of.tell(tx, "passkey.remove", MailTemplate::PasskeyRemoved)?)
        };
        self.parts.store.write(remove).await
    }
}

/// A change of somebody's passkeys, and who has to hear of it.
pub(super) struct Told<'a> {
    pub(super) actor: &'a Actor,
    pub(super) name: &'a str,
    pub(super) account_page: &'a str,
}

impl Told<'_> {
    /// Notes the change, mails of it, and tells the user's other sessions.
    pub(super) fn tell(&self, tx: &mut Tx<'_>, verb: &str, mail: MailTemplate) -> Result<(), StoreError> {
        let user = self.actor.user();
        account_log::note_by(tx, self.actor, verb, self.name)?;
        for organization in organizations::of_user(tx, user)? {
            audit::write(tx, organization.id, self.actor, verb, self.name, "{}")?;
            tx.publish(Event::Organization { organization: organization.id });
        }
        if let Way::Browser(session) = *self.actor.way() {
            sessions::tell_others(tx, user, session, verb)?;
        }
        mail_of(tx, user, mail, self.name, self.account_page)
    }
}

/// Mails somebody of one of their passkeys.
pub(super) fn mail_of(
    tx: &mut Tx<'_>,
    user: UserId,
    mail: MailTemplate,
    name: &str,
    account_page: &str,
) -> Result<(), StoreError> {
    let Some(view) = users::by_id(tx, user)? else { return Ok(()) };
    for address in users::reached_at(tx, user)? {
        mails::send(tx, mail, view.language, &address, &[("name", name), ("link", account_page)])?;
    }
    Ok(())
}

/// The passkeys of a user, the oldest first.
pub(crate) fn of(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<PasskeyView>, StoreError> {
    let sql = "SELECT passkey_id, name, created_at, last_used_at FROM passkeys WHERE user_id = $1 \
               ORDER BY created_at, passkey_id";
    tx.query(sql, &[&user], |row| {
        let (id, name) = (row.get(0)?, row.get(1)?);
        Ok(PasskeyView { id, name, created_at: row.get(2)?, last_used_at: row.get(3)? })
    })
}

/// In which ways the second step can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondStepWays {
    /// With a code of an authenticator app.
    pub by_app: bool,
    /// With a passkey.
    pub by_passkey: bool,
}

impl Identity {
    /// In which ways the sign-in of that token can be completed; a recovery code always can. By a code when it is over, which is then said.
    pub async fn second_step_ways(&self, token: &str) -> Result<SecondStepWays, Unavailable> {
        let (token, here) = (token.to_owned(), self.has_passkeys());
        let read = move |tx: &mut Tx<'_>| {
            let Some((_, user)) = sessions::owing(tx, &token)? else {
                return Ok(SecondStepWays { by_app: true, by_passkey: false });
            };
            let sql = "SELECT 1 FROM users WHERE user_id = $1 AND totp_secret IS NOT NULL";
            let by_app = tx.find(sql, &[&user], |_| Ok(()))?.is_some();
            Ok(SecondStepWays { by_app, by_passkey: here && has_any(tx, user)? })
        };
        self.parts.store.read(read).await
    }
}

/// Whether a user has one.
pub(crate) fn has_any(tx: &mut Tx<'_>, user: UserId) -> Result<bool, StoreError> {
    Ok(tx.find("SELECT 1 FROM passkeys WHERE user_id = $1 LIMIT 1", &[&user], |_| Ok(()))?.is_some())
}

/// A text as the name of a key.
pub(super) fn name(text: &str) -> Result<String, PasskeyError> {
    let name: domain::PersonName = text.parse().map_err(PasskeyError::Name)?;
    if name.as_str().chars().count() > NAME_CHARACTERS {
        return Err(PasskeyError::Name(TextFault::TooLong { limit: NAME_CHARACTERS }));
    }
    Ok(name.as_str().to_owned())
}
