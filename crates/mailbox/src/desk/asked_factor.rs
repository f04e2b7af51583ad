//! Whether an organization asks its members for a second factor (A3).
//!
//! **Invariant:** whoever asks it of others has one; nobody's last one is taken away while it is asked for.

use domain::Event;
use domain::role::Verb;
use identity::Confirmed;
use store::{StoreError, Tx};

use super::proof::check_proof;
use super::{DeskError, OrganizationDesk, check_verb, check_verb_to_write};

/// Whether members are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedFactor {
    /// Each decides for themselves.
    Free,
    /// Each member needs one before they go on to anything but their own account.
    Asked,
}

/// Why it was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AskedFactorError {
    /// The actor has none themselves.
    #[error("the actor has no second factor")]
    NoneOfOnesOwn,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for AskedFactorError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl OrganizationDesk {
    /// Whether members are asked, and how many of them have no second factor yet.
    pub async fn asked_factor(&self) -> Result<(AskedFactor, u64), DeskError> {
        let desk = self.clone();
        let read = move |tx: &mut Tx<'_>| {
            check_verb(tx, &desk.actor, desk.organization, Verb::ChangeOrganization)?;
            let sql = "SELECT count(*) FROM memberships m JOIN users u ON u.user_id = m.user_id \
                       WHERE m.organization_id = $1 AND u.totp_secret IS NULL AND NOT EXISTS \
                       (SELECT 1 FROM passkeys p WHERE p.user_id = m.user_id)";
            let without: u64 = tx.load(sql, &[&desk.organization], |row| row.get(0))?;
            Ok((desk.asked(tx)?, without))
        };
        self.access.store().read(read).await
    }

    /// Asks the members for a second factor, or leaves it to them again.
    pub async fn set_asked_factor(
        &self,
        proof: &Confirmed,
        asked: AskedFactor,
    ) -> Result<(), AskedFactorError> {
        check_proof(proof, &self.actor)?;
        let desk = self.clone();
        let set = move |tx: &mut Tx<'_>| {
            check_verb_to_write(tx, &desk.actor, desk.organization, Verb::ChangeOrganization)?;
            if desk.asked(tx)? == asked {
                return Ok(());
            }
            let is_asked = asked == AskedFactor::Asked;
            if is_asked && !identity::has_second_factor(tx, desk.actor.user())? {
                return Err(AskedFactorError::NoneOfOnesOwn);
            }
            let sql = "UPDATE organizations SET asks_second_factor = $2 WHERE organization_id = $1";
            tx.execute(sql, &[&desk.organization, &is_asked])?;
            let verb = if is_asked { "organization.factor_ask" } else { "organization.factor_free" };
            tx.publish(Event::Organization { organization: desk.organization });
            Ok(desk.note(tx, verb, "", "{}")?)
        };
        self.access.store().write(set).await
    }

    fn asked(&self, tx: &mut Tx<'_>) -> Result<AskedFactor, StoreError> {
        let sql = "SELECT asks_second_factor FROM organizations WHERE organization_id = $1";
        let is_asked: bool = tx.load(sql, &[&self.organization], |row| row.get(0))?;
        Ok(if is_asked { AskedFactor::Asked } else { AskedFactor::Free })
    }
}
