//! When an access holds (I11), and ending what is open through it without taking it away (I7).

use bus::Live;
use domain::{DeviceId, Event, UserId};
use identity::Confirmed;
use identity::limits::{self, Limits};
use store::{StoreError, Tx};

use super::DeskError;
use super::address::{AddressDesk, RemovalReport};
use super::proof::check_proof;

/// Why it was not set when an access holds.
#[derive(Debug, thiserror::Error)]
pub enum LimitsError {
    /// It would have ended before it was set.
    #[error("an access ends in the future; what ends now is taken away")]
    EndsInPast,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for LimitsError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// What becomes of the device passwords of somebody whose devices are disconnected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passwords {
    /// They stay: the devices may connect again.
    Kept,
    /// They are revoked.
    Revoked,
}

impl AddressDesk {
    /// Sets when a user's own access ends by itself, and at which times it opens. What is open through one that is closed
    /// now ends within a second.
    pub async fn set_limits(
        &self,
        proof: &Confirmed,
        user: UserId,
        limits: &Limits,
    ) -> Result<(), LimitsError> {
        check_proof(proof, &self.actor)?;
        let (desk, limits) = (self.clone(), limits.clone());
        self.write(move |tx| {
            let grant = desk.grant_of(tx, user)?;
            if limits.ends_at.is_some_and(|end| end <= tx.now()) {
                return Err(LimitsError::EndsInPast);
            }
            limits::set(tx, desk.mailbox, user, &limits)?;
            let detail = serde_json::json!({
                "user": user.to_string(),
                "name": grant.name,
                "ends_at": limits.ends_at,
                "hours": limits.hours.as_ref().map(ToString::to_string),
            });
            Ok(desk.note(tx, "access.limits", &detail.to_string())?)
        })
        .await
    }

    /// Ends what programs have open in the address as a user, and leaves pages and the access alone; says what was closed.
    pub async fn disconnect_devices(
        &self,
        proof: &Confirmed,
        user: UserId,
        passwords: Passwords,
    ) -> Result<RemovalReport, DeskError> {
        check_proof(proof, &self.actor)?;
        let mut closed = self.access.bus().live(user, self.mailbox);
        closed.retain(|live: &Live| live.device.is_some());
        let desk = self.clone();
        let devices = self.write(move |tx| {
            let all = identity::devices::of(tx, desk.mailbox, Some(user))?;
            let Some(first) = all.first() else { return Err(DeskError::NotFound) };
            let name = first.user_name.clone();
            for device in &all {
                end(tx, &desk, device.id, passwords)?;
            }
            let devices: Vec<String> = match passwords {
                Passwords::Kept => Vec::new(),
                Passwords::Revoked => all.into_iter().map(|device| device.name).collect(),
            };
            let detail = serde_json::json!({ "user": user.to_string(), "name": name, "devices": devices });
            desk.note(tx, "access.disconnect", &detail.to_string())?;
            Ok(devices)
        });
        Ok(RemovalReport { devices: devices.await?, closed })
    }
}

/// Ends what was opened with a device password, which is revoked or not.
fn end(
    tx: &mut Tx<'_>,
    desk: &AddressDesk,
    device: DeviceId,
    passwords: Passwords,
) -> Result<(), StoreError> {
    match passwords {
        Passwords::Kept => tx.publish(Event::DeviceEnded { device }),
        Passwords::Revoked => identity::devices::revoke(tx, &desk.actor, device)?,
    }
    Ok(())
}
