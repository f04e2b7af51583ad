//! Device passwords of an address, from its desk.

use domain::{DeviceId, Permission, UserId};
use identity::devices::NewDevice;
use identity::{Confirmed, Way};
use store::StoreError;

use super::DeskError;
use super::address::AddressDesk;
use super::proof::check_proof;
use crate::devices::DEVICES;

/// Why a user got no device password.
#[derive(Debug, thiserror::Error)]
pub enum AddDeviceError {
    /// They have no access to the address.
    #[error("this user has no access to the address")]
    NoAccess,
    /// Their access does not include device passwords (P1).
    #[error("the access of this user does not have the permission “{}”", Permission::Devices)]
    MayNot,
    /// They have as many as there can be.
    #[error("a user cannot have more than {DEVICES} device passwords for one address")]
    TooMany,
    /// Something else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for AddDeviceError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl AddressDesk {
    /// Makes a device password for a user, who must have access with that permission. Its secret is in the answer and
    /// nowhere else: it reads mail in the user's name, so only the operator gets one for somebody else.
    pub async fn add_device(
        &self,
        proof: &Confirmed,
        user: UserId,
        name: &str,
    ) -> Result<NewDevice, AddDeviceError> {
        check_proof(proof, &self.actor)?;
        match self.actor.way() {
            Way::Operator => {}
            Way::Browser(_) | Way::Device { .. } | Way::AllAddresses { .. } | Way::Task => {
                return Err(DeskError::NotFound.into());
            }
        }
        let (desk, name) = (self.clone(), name.to_owned());
        self.write(move |tx| {
            let rights = identity::grants::rights(tx, user, desk.mailbox)?.ok_or(AddDeviceError::NoAccess)?;
            if !rights.permissions().has(Permission::Devices) {
                return Err(AddDeviceError::MayNot);
            }
            if identity::devices::of(tx, desk.mailbox, Some(user))?.len() >= DEVICES {
                return Err(AddDeviceError::TooMany);
            }
            Ok(identity::devices::add(tx, &desk.actor, desk.mailbox, user, &name)?)
        })
        .await
    }

    /// Takes a device password of the address away, whosever it is; what was opened with it ends.
    pub async fn revoke_device(&self, device: DeviceId) -> Result<(), DeskError> {
        let desk = self.clone();
        self.write(move |tx| {
            let all = identity::devices::of(tx, desk.mailbox, None)?;
            if !all.iter().any(|view| view.id == device) {
                return Err(DeskError::NotFound);
            }
            Ok(identity::devices::revoke(tx, &desk.actor, device)?)
        })
        .await
    }
}
