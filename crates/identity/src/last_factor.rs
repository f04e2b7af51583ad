//! Taking a second factor away, and what follows when it was the last one (A3).
//!
//! **Invariant:** whoever is in an organization that asks for a second factor keeps one; recovery codes are there as
//! long as there is something to recover.

use domain::UserId;
use store::{StoreError, Tx};

use crate::actor::{Actor, Confirmed, Way};
use crate::identity::Identity;
use crate::mails::{self, MailTemplate};
use crate::{account_log, audit, browsers, organizations, passkeys, sessions, users};

/// Why a second factor was not taken away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LastFactorError {
    /// An organization of that name asks its members for one.
    #[error("an organization asks for a second factor")]
    Needed(String),
    /// Only a browser that is still signed in does this.
    #[error("the session has ended")]
    Ended,
    /// The storage failed.
    #[error("the storage is unavailable")]
    Unavailable,
}

impl From<StoreError> for LastFactorError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a second factor could not be taken away");
        Self::Unavailable
    }
}

impl Identity {
    /// Takes the actor's authenticator app away. With the last second factor the recovery codes go.
    pub async fn remove_authenticator(
        &self,
        actor: &Actor,
        proof: &Confirmed,
    ) -> Result<(), LastFactorError> {
        let (who, proof, page) = (actor.clone(), *proof, self.account_page());
        let remove = move |tx: &mut Tx<'_>| {
            let Way::Browser(session) = *who.way() else { return Err(LastFactorError::Ended) };
            let user = who.user();
            users::lock(tx, user)?;
            if !proof.belongs_to(&who) || who.ended(tx)?.is_some() {
                return Err(LastFactorError::Ended);
            }
            let sql = "UPDATE users SET totp_secret = NULL WHERE user_id = $1 AND totp_secret IS NOT NULL";
            if tx.execute(sql, &[&user])? == 0 {
                return Ok(());
            }
            if let Some(organization) = settle(tx, user)? {
                return Err(LastFactorError::Needed(organization));
            }
            account_log::note_by(tx, &who, "second_factor.remove", "")?;
            for organization in organizations::of_user(tx, user)? {
                audit::write(tx, organization.id, &who, "second_factor.remove", who.name(), "{}")?;
            }
            sessions::tell_others(tx, user, session, "second_factor.remove")?;
            let Some(view) = users::by_id(tx, user)? else { return Ok(()) };
            for to in users::reached_at(tx, user)? {
                let values = [("link", page.as_str())];
                mails::send(tx, MailTemplate::SecondFactorRemoved, view.language, &to, &values)?;
            }
            Ok(())
        };
        self.parts.store.write(remove).await
    }
}

/// After a second factor went: the organization that does not allow it, when it was the last one. The transaction is
/// undone then. Otherwise what belongs to second factors goes with the last.
pub(crate) fn settle(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>, StoreError> {
    if has_any(tx, user)? {
        return Ok(None);
    }
    if let Some(organization) = asked_by(tx, user)? {
        return Ok(Some(organization));
    }
    tx.execute("DELETE FROM recovery_codes WHERE user_id = $1", &[&user])?;
    browsers::remember_none(tx, user)?;
    Ok(None)
}

/// Whether a user has a second factor.
pub fn has_any(tx: &mut Tx<'_>, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM users WHERE user_id = $1 AND totp_secret IS NOT NULL";
    let has_app = tx.find(sql, &[&user], |_| Ok(()))?.is_some();
    Ok(has_app || passkeys::has_any(tx, user)?)
}

/// The name of an organization of the user's that asks its members for a second factor.
pub(crate) fn asked_by(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT o.name FROM organizations o JOIN memberships m ON m.organization_id = o.organization_id \
               WHERE m.user_id = $1 AND o.asks_second_factor = 1 ORDER BY o.name LIMIT 1";
    tx.find(sql, &[&user], |row| row.get(0))
}
